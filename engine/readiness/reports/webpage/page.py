"""The page: everything that a report tells, for a board to read and a programme to work from."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from itertools import groupby
from typing import Any

from markupsafe import Markup

from readiness.model.ruleset import SEVERITIES
from readiness.reports.changes import Changes
from readiness.reports.graph.dot import FONT
from readiness.reports.graph.drawing import Drawing, draw
from readiness.reports.phrasing import PROGRESS, STATUSES, count_noun, name_owner
from readiness.reports.report_model import AnswerEntry, Report
from readiness.reports.webpage.environment import render_page
from readiness.reports.webpage.schedule import Chart

MOST_CHECKS = 300
"""Beyond this number of checks a picture is too large to read, and slow to lay out."""

_FONT = f' font-family="{FONT}"'  # the style sheet says so once


def html_report(report: Report) -> str:
    """The report as one HTML file with its style, script and pictures; it fetches nothing.

    Texts of documents are shown as they are, never as markup. The same report gives the same text.
    """
    return render_page(
        "page.html.jinja",
        _part("style.css"),
        _part("script.js"),
        report=report,
        links=_links(report),
        facets=_facets(report),
        tellers=sorted({entry.who for entry in report.answers}),
        sections=_sections(report),
        pictures=_pictures(report),
        most_checks=MOST_CHECKS,
        chart=Chart(report.plan) if report.plan.days else None,
    )


def html_comparison(changes: Changes) -> str:
    """A comparison as one HTML file with its style and picture; it fetches nothing."""
    return render_page("comparison.html.jinja", _part("style.css"), changes=changes)


def html_coverage(**facts: Any) -> str:
    """What test cases cover, as `coverage.html.jinja` shows it, as one HTML file."""
    return render_page("coverage.html.jinja", _part("coverage.css"), **facts)


def _part(name: str) -> str:
    """Return a file of this package, between line ends so that it is on separate lines."""
    return "\n" + files(__package__).joinpath(name).read_text(encoding="utf-8")


def _links(report: Report) -> dict[str, str]:
    """Return the ids of the page's sections about each question, where there is one.

    Where respondents disagree on it, that; where it has no answer, that; else its answers.
    """
    links = {entry.question.id: f"question-{entry.question.id}" for entry in report.answers}
    links |= {entry.question.id: f"unanswered-{entry.question.id}" for entry in report.unanswered}
    return links | {one.question.id: f"conflict-{one.question.id}" for one in report.conflicts}


def _sections(report: Report) -> list[tuple[str, list[list[AnswerEntry]]]]:
    """The sections that have answers, with the answers to each of their questions."""
    return [
        (title, [list(same) for _, same in groupby(own, key=lambda one: one.question.id)])
        for title, own in groupby(report.answers, key=lambda one: one.section)
    ]


def _facets(report: Report) -> dict[str, dict[str, str]]:
    """The properties in which checks differ, each with the values that occur and their words."""
    results = [entry.result for entry in report.checks]
    owners = sorted({entry.owner for entry in report.checks if entry.owner})
    areas = report.assessment.ruleset.areas.values()
    facets = (
        ("standing", PROGRESS, {one.standing for one in report.checks}),
        ("status", STATUSES, {one.status for one in results}),
        ("severity", {one: one for one in SEVERITIES}, {one.check.severity for one in results}),
        ("owner", {one: name_owner(one) for one in owners}, set(owners)),
        ("area", {area.id: area.title for area in areas}, {one.check.area for one in results}),
    )
    found = {name: {k: v for k, v in words.items() if k in used} for name, words, used in facets}
    return {name: words for name, words in found.items() if len(words) > 1}


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of `checks` checks; `svg` is empty if it is left out."""

    name: str
    title: str
    checks: int
    svg: Markup


def _pictures(report: Report) -> list[Picture]:
    """The open checks with the gates, then all checks where that is more than the open ones.

    They are left out where they are too large, and where Graphviz cannot be loaded.
    """
    open_, all_ = (_picture(report, "open", "open check"), _picture(report, "all", "check"))
    shown = [open_] if open_.checks else []
    return shown + ([all_] if all_.checks > open_.checks else [])


def _picture(report: Report, name: str, noun: str) -> Picture:
    critical = frozenset(report.plan.critical_path)
    everything = name == "all"
    drawing = draw(report.assessment, report.asked, everything=everything, critical=critical)
    title = f"Dependencies: {count_noun(len(drawing.checks), noun)}"
    title += f" and {count_noun(len(drawing.gates), 'gate')}" if drawing.gates else ""
    svg = _draw(name, drawing, title) if 0 < len(drawing.checks) <= MOST_CHECKS else Markup()
    return Picture(name, title, len(drawing.checks), svg)


def _draw(name: str, drawing: Drawing, title: str) -> Markup:
    """The drawing as SVG; nothing where Graphviz lacks a library of the system."""
    try:
        from readiness.reports.graph.picture import inline_svg
    except ImportError:
        return Markup()
    drawn = inline_svg(
        drawing, prefix=f"{name}-", link=lambda check: f"#check-{check}", title=title
    )
    return Markup(drawn.replace(_FONT, ""))  # noqa: S704 - texts in it have been escaped
