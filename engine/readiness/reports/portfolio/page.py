"""The summary as a page with its pictures; it has no script and fetches nothing."""

from __future__ import annotations

from importlib.resources import files

from jinja2 import ChoiceLoader, Environment, PackageLoader
from markupsafe import Markup

from readiness.reports.portfolio.charts import (
    area_map,
    check_bars,
    number_columns,
    verdict_bars,
)
from readiness.reports.portfolio.summary import Summary
from readiness.reports.portfolio.wording import (
    MEANINGS,
    MOST,
    MOST_CLASSES,
    MOST_FOR_A_GATE,
    NONE,
    assessed,
    figure,
    highlights,
    range_of,
    share,
)
from readiness.reports.webpage import environment as webpage
from readiness.result.digest import digest_of
from readiness.version import __version__


def html_summary(summary: Summary) -> str:
    """The summary as one HTML file; texts of documents are shown as they are, never as markup.

    The same summary gives the same text.
    """
    style = _style()
    shown = summary.cases > 0
    return (
        _environment()
        .get_template("summary.html.jinja")
        .render(
            summary=summary,
            verdict_bars=verdict_bars(summary) if shown else None,
            area_map=area_map(summary) if shown else None,
            check_bars=check_bars(summary) if shown else None,
            number_columns=number_columns(summary) if shown else None,
            bins=summary.bins(MOST_CLASSES),
            most=MOST,
            most_for_a_gate=MOST_FOR_A_GATE,
            assessed=assessed(summary),
            highlights=highlights(summary),
            meanings=MEANINGS,
            absent=NONE,
            figure=lambda cases: figure(summary, cases),
            share=lambda cases: share(summary, cases),
            range_of=range_of,
            digest=digest_of(summary.ruleset.checklist.node),
            policy=webpage.content_policy(style),
            style=Markup(style),  # noqa: S704 - files of this package
            version=__version__,
        )
    )


def _environment() -> Environment:
    """The environment of the assessment page, which finds the templates of this one too."""
    shared = webpage.environment()
    assert shared.loader is not None
    own = PackageLoader(__package__ or "", "templates")
    return shared.overlay(loader=ChoiceLoader([own, shared.loader]))


def _style() -> str:
    """The style of the assessment page and what this one adds, on lines of their own."""
    shared = files(webpage.__package__ or "").joinpath("style.css").read_text(encoding="utf-8")
    own = files(__package__ or "").joinpath("summary.css").read_text(encoding="utf-8")
    return f"\n{shared}\n{own}"
