"""The page: everything that a report tells, for a board to read and a programme to work from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from itertools import groupby

from markupsafe import Markup

from readiness.model.ruleset import SEVERITIES
from readiness.reports.phrasing import STANDINGS, STATUSES
from readiness.reports.report_model import AnswerEntry, Report
from readiness.reports.webpage.environment import content_policy, environment
from readiness.reports.webpage.pictures import MOST_CHECKS, pictures
from readiness.reports.webpage.schedule import Chart
from readiness.version import __version__


@dataclass(frozen=True, slots=True)
class Facet:
    """A property of checks; `options` are the values that occur, each with its word."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]


def html_report(report: Report) -> str:
    """The report as one HTML file with its style, script and pictures; it fetches nothing.

    Texts of documents are shown as they are, never as markup. The same report gives the same text.
    """
    style, script = _part("style.css"), _part("script.js")
    return (
        environment()
        .get_template("page.html.jinja")
        .render(
            report=report,
            links=_links(report),
            facets=_facets(report),
            tellers=sorted({entry.who for entry in report.answers}),
            sections=_sections(report),
            pictures=pictures(report),
            most_checks=MOST_CHECKS,
            chart=Chart(report.plan) if report.plan.days else None,
            policy=content_policy(style, script),
            style=Markup(style),  # noqa: S704 - a file of this package
            script=Markup(script),  # noqa: S704 - a file of this package
            version=__version__,
        )
    )


def _part(name: str) -> str:
    """A file of this package, between line ends so that it stands on lines of its own."""
    return "\n" + files(__package__).joinpath(name).read_text(encoding="utf-8")


def _links(report: Report) -> dict[str, str]:
    """The ids of what the page tells of each question, as far as it does.

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


def _facets(report: Report) -> tuple[Facet, ...]:
    """The properties in which the checks differ."""
    checks = report.checks
    areas = report.assessment.ruleset.areas
    standings = {entry.standing for entry in checks}
    statuses = {entry.result.status for entry in checks}
    severities = {entry.result.check.severity for entry in checks}
    used = {entry.result.check.area for entry in checks}
    found = (
        Facet("standing", "Standing", _alike(one for one in STANDINGS if one in standings)),
        Facet("status", "Status", tuple((k, v) for k, v in STATUSES.items() if k in statuses)),
        Facet("severity", "Severity", _alike(one for one in SEVERITIES if one in severities)),
        Facet("owner", "Owner", _alike(sorted({e.owner for e in checks if e.owner}))),
        Facet("area", "Area", tuple((k, area.title) for k, area in areas.items() if k in used)),
    )
    return tuple(facet for facet in found if len(facet.options) > 1)


def _alike(names: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Values that are their own words."""
    return tuple((name, name) for name in names)
