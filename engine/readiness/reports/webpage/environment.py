"""How pages are made: texts made safe, the words they need, and what a browser may do with them."""

from __future__ import annotations

import base64
import hashlib
from functools import cache, lru_cache
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment
from markupsafe import Markup

from readiness.documents.sanitize import clean_text
from readiness.evaluation.formatting import format_answer, join_names
from readiness.reports.phrasing import percent, score_parts, working_days
from readiness.reports.templating import environment_of
from readiness.version import __version__

_ICONS = {
    "go": "yes", "conditional_go": "accepted", "no_go": "no", "undetermined": "open",
    "met": "yes", "unmet": "no", "not_applicable": "none", "waived": "accepted",
    "out_of_scope": "none",
    "true": "yes", "false": "no", "unknown": "open",
    "ready": "yes", "premature": "early", "actionable": "now", "blocked": "blocked",
}  # fmt: skip


@cache
def environment() -> Environment:
    """Where the templates of the page are read and filled in."""
    held = environment_of(__package__ or "", _show, keep_trailing_newline=True)
    held.filters |= {
        "own": own,
        "px": px,
        "days": working_days,
        "listed": join_names,
        "percent": percent,
        "score_parts": score_parts,
        "icon": _ICONS.__getitem__,
    }
    held.globals |= {"is_web_address": is_web_address, "format_answer": format_answer}
    return held


def render_page(template: str, style: str, script: str = "", **words: Any) -> str:
    """A template of a page, filled in, with its style, its script and the policy for them."""
    return (
        environment()
        .get_template(template)
        .render(
            policy=content_policy(style, script),
            style=Markup(style),  # noqa: S704 - files of the engine, and a colour
            script=Markup(script),  # noqa: S704 - a file of the engine
            version=__version__,
            **words,
        )
    )


def _show(value: Any) -> Any:
    """Return what the page shows for a value: texts cleaned, markup of the templates unchanged."""
    return clean_text(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@lru_cache(4096, typed=True)
def own(text: str) -> Markup:
    """A text of a document within a line, whose direction of writing is its own."""
    return Markup("<bdi>") + clean_text(text) + Markup("</bdi>")


def px(length: float) -> str:
    """A length in a picture, to a hundredth."""
    return f"{length:.2f}".rstrip("0").rstrip(".")


def is_web_address(text: str) -> bool:
    """Whether a text is an address that a page may lead to: http or https, with a host."""
    try:
        parts = urlsplit(clean_text(text))
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def content_policy(style: str, script: str = "") -> str:
    """The content security policy: this style and this script, and nothing from elsewhere."""
    allowed = ["default-src 'none'", f"style-src '{_digest(style)}'"]
    allowed += [f"script-src '{_digest(script)}'"] if script else []
    return "; ".join([*allowed, "img-src data:", "base-uri 'none'", "form-action 'none'"])


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
