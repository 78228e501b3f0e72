"""The report for a wiki or a pull request, in GitHub-flavoured Markdown."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from readiness.dependencies.ruleset import Ruleset
from readiness.evaluation.formatting import join_names
from readiness.model.answers import Evidence
from readiness.reports.graph.drawing import draw
from readiness.reports.graph.mermaid import to_mermaid
from readiness.reports.markdown.escaping import address, code, escape, fence_around, ids, in_html
from readiness.reports.phrasing import capitalise, evidence_in_words
from readiness.reports.report_model import CheckEntry, Report
from readiness.reports.templating import environment_of
from readiness.reports.terminal.page import UNICODE

_LONGEST_DRAWING = 50_000  # characters; Mermaid shows no longer one unless it is set up to
_MOST_EDGES = 500
_LONGEST_LIST = 150  # checks in lists that repeat what stands under "All checks"
_EMPTY_LINES = re.compile(r"\n{3,}")


def markdown_report(report: Report) -> str:
    """The report in GitHub-flavoured Markdown; texts of documents show as they are written."""
    return render("page.md.jinja", report=report)


def render(template: str, **words: Any) -> str:
    """A template of Markdown, filled in, without needless empty lines."""
    written = environment().get_template(template).render(**words)
    return _EMPTY_LINES.sub("\n\n", written).strip("\n") + "\n"


@cache
def environment() -> Environment:
    """Where templates of Markdown are filled in: whatever no filter has made Markdown is a text."""
    held = environment_of(__package__ or "", _show)
    held.globals["LONGEST_LIST"] = _LONGEST_LIST
    held.filters |= {
        "address": _as_markdown(address),
        "bullet": _as_markdown(lambda depth: "  " * depth + "- "),
        "code": _as_markdown(code),
        "evidence": _as_markdown(_evidence),
        "flowchart": _as_markdown(_flowchart),
        "ids": _as_markdown(ids),
        "in_html": _as_markdown(in_html),
        "join_names": join_names,
        "numbered": _as_markdown(lambda number: f"{number}. "),
        "sentence": capitalise,
        "full_stop": lambda text: text if text[-1:] in ".!?…" else f"{text}.",
        "sign": UNICODE.of,
        "state": _state,
    }
    return held


def _show(value: Any) -> Any:
    """A text as Markdown that shows it; what filters and macros have written, as it is."""
    return _escaped(value) if type(value) is str else value  # what is Markdown has another type


def _as_markdown(write: Callable[..., str]) -> Callable[..., Markup]:
    """A function of which the templates take what it writes for Markdown."""
    return lambda *words: Markup(write(*words))  # noqa: S704 - it has escaped what it was given


# Many texts occur in a report again and again.
_escaped = lru_cache(maxsize=4096)(_as_markdown(escape))


def _state(entry: CheckEntry) -> str:
    """The status of a check with its sign, and what decision alone closes it."""
    closed = f", {entry.closed_by}" if entry.closed_by else ""
    return f"{UNICODE.of(entry.result.closed_by or entry.result.status)} {entry.status}{closed}"


def _evidence(one: Evidence, today: datetime.date) -> str:
    """The evidence in words, its web address as a link."""
    words = evidence_in_words(one, today)
    before, bracket, after = words.rpartition(f"({one.url})") if one.url else (words, "", "")
    link = f"{escape(before)} ({address(one.url)}){escape(after)}"
    return link if bracket else escape(words)


def _flowchart(shown: Report | Ruleset) -> str:
    """What waits for what, as a flowchart in Mermaid."""
    if isinstance(shown, Ruleset):
        drawing = draw(shown)
    else:
        critical = frozenset(shown.plan.critical_path)
        drawing = draw(shown.assessment, gates=shown.asked, critical=critical)
    written = to_mermaid(drawing)
    if len(written) > _LONGEST_DRAWING or len(drawing.edges) > _MOST_EDGES:
        return "The flowchart would be too large to be shown here."
    fence = fence_around(written, 3)
    return f"{fence}mermaid\n{written.rstrip()}\n{fence}"
