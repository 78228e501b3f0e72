"""What lists can be narrowed to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from readiness.model.ruleset import SEVERITIES
from readiness.reports.labels import STANDINGS, STATUSES
from readiness.reports.report_model import Report


@dataclass(frozen=True, slots=True)
class Facet:
    """A property of checks; `options` are the values that occur, each with its word."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]


def facets(report: Report) -> tuple[Facet, ...]:
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


def tellers(report: Report) -> tuple[str, ...]:
    """Who gave the answers shown, in the order of their names."""
    return tuple(sorted({entry.who for entry in report.answers}))


def _alike(names: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Values that are their own words."""
    return tuple((name, name) for name in names)
