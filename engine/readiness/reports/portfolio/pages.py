"""The summary from templates: a page with its pictures, without a script, and Markdown."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from jinja2 import ChoiceLoader, Environment
from markupsafe import Markup
from rich.cells import cell_len, chop_cells

from readiness.documents.sanitize import clean_text
from readiness.reports.markdown import page as markdown
from readiness.reports.portfolio.summary import (
    MEANINGS,
    MOST,
    MOST_CLASSES,
    MOST_FOR_A_GATE,
    NONE,
    Summary,
)
from readiness.reports.templating import PackageTemplates
from readiness.reports.webpage import environment as webpage
from readiness.version import __version__


def html_summary(summary: Summary) -> str:
    """The summary as one HTML file; texts of documents are shown as they are, never as markup.

    The same summary gives the same text.
    """
    style = _style()
    return _written(
        summary,
        "summary.html.jinja",
        webpage.environment(),
        scale=_scale(summary),
        short=_short,
        lines_of=_lines,
        absent=NONE,
        figure=summary.figure,
        share=summary.share,
        policy=webpage.content_policy(style),
        style=Markup(style),  # noqa: S704 - files of this package
    )


def markdown_summary(summary: Summary) -> str:
    """The summary in GitHub-flavoured Markdown; texts of documents show as they are written."""

    def figure(cases: int | None) -> Markup:
        return Markup(summary.figure(cases))  # noqa: S704 - no text of a document

    return _written(summary, "summary.md.jinja", markdown.environment(), figure=figure) + "\n"


def _written(summary: Summary, template: str, shared: Environment, **more: Any) -> str:
    """A template of this folder, filled in; it may use those of an environment that is shared."""
    assert shared.loader is not None
    own = PackageTemplates(__package__ or "", "templates")
    environment = shared.overlay(loader=ChoiceLoader([own, shared.loader]))
    return environment.get_template(template).render(
        summary=summary,
        bins=summary.bins(MOST_CLASSES),
        most=MOST,
        most_for_a_gate=MOST_FOR_A_GATE,
        meanings=MEANINGS,
        digest=summary.ruleset.sha256,
        version=__version__,
        **more,
    )


def _scale(summary: Summary) -> float:
    """What the bars of checks stand for at most: a share of the cases, by the ten per cent."""
    most = max((entry.blocker for entry in summary.checks[:MOST]), default=0)
    return -(-10 * most // max(summary.cases, 1)) / 10


def _short(title: str, letters: int) -> str:
    """Return a title on one line, shortened to `letters` characters."""
    line = " ".join(clean_text(title).split())
    if cell_len(line) <= letters:
        return line
    return f"{chop_cells(line, letters - 1)[0].rstrip()}…"


def _lines(title: str, letters: int, most: int) -> list[str]:
    """A title in a few short lines."""
    found: list[str] = []
    for word in clean_text(title).split():
        if found and cell_len(f"{found[-1]} {word}") <= letters:
            found[-1] += f" {word}"
        else:
            found.append(word)
    if len(found) > most:
        found[most - 1 :] = [" ".join(found[most - 1 :])]
    return [_short(line, letters) for line in found]


def _style() -> str:
    """Return the style of the assessment page and what this page adds, on separate lines."""
    shared = files(webpage.__package__ or "").joinpath("style.css").read_text(encoding="utf-8")
    own = files(__package__ or "").joinpath("summary.css").read_text(encoding="utf-8")
    return f"\n{shared}\n{own}"
