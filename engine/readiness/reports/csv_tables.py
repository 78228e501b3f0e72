"""Checks, and the activities of a plan, as comma-separated values: a row for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from readiness.documents.csv_text import Cell, comma_separated, items

if TYPE_CHECKING:
    from readiness.model.engagement import Waiver
    from readiness.planning.plan import Activity, Plan
    from readiness.reports.report_model import CheckEntry, Report

Tell = Callable[["CheckEntry"], Cell]


def csv_report(report: Report) -> str:
    """Every check in the order of the ruleset, below a row of names; lines end as in RFC 4180.

    Texts are harmless to a spreadsheet. What there is not is empty; the items of a list are set
    apart by "; ".
    """
    rows = ([tell(entry) for tell in _CHECKS.values()] for entry in report.checks)
    return comma_separated(_CHECKS, rows)


def plan_as_csv(plan: Plan) -> str:
    """The plan's activities in their order below a row of names; see `comma_separated`.

    What is not known is empty; the items of a list are set apart by "; ".
    """
    areas = plan.assessment.ruleset.areas
    tells: Mapping[str, Callable[[Activity], Cell]] = _ACTIVITIES | {
        "area": lambda one: areas[one.check.area].title
    }
    rows = ([tell(activity) for tell in tells.values()] for activity in plan.activities)
    return comma_separated(tells, rows)


def _yes_no(held: object) -> str:
    return "yes" if held else "no"


def _of_waiver(tell: Callable[[Waiver], str]) -> Tell:
    return lambda entry: tell(entry.result.waived) if entry.result.waived else ""


def _effort(figure: str) -> Tell:
    def tell(entry: CheckEntry) -> Cell:
        effort = entry.result.check.remedy.effort_days
        found: float | str = getattr(effort, figure) if effort else ""
        return found

    return tell


def _planned(tell: Callable[[Activity], Cell]) -> Tell:
    return lambda entry: tell(entry.activity) if entry.activity else ""


_CHECKS: Mapping[str, Tell] = {
    "order": lambda one: one.number or "",
    "wave": lambda one: one.wave or "",
    "id": lambda one: one.id,
    "title": lambda one: one.title,
    "area": lambda one: one.area,
    "severity": lambda one: one.result.check.severity,
    "status": lambda one: one.result.status,
    "standing": lambda one: one.standing,
    "waived": lambda one: _yes_no(one.result.waived),
    "waived_until": _of_waiver(lambda one: one.expires),
    "action": lambda one: one.action,
    "owner": lambda one: one.owner,
    "effort_likely": _effort("likely"),
    "effort_low": _effort("low"),
    "effort_high": _effort("high"),
    "start": _planned(lambda one: one.starts_on.isoformat()),
    "finish": _planned(lambda one: one.finishes_on.isoformat()),
    "slack": _planned(lambda one: one.times.slack),
    "critical": _planned(lambda one: _yes_no(one.is_critical)),
    "waits_for": lambda one: items(one.result.waits_for),
    "root_blockers": lambda one: items(one.result.root_blockers),
    "holds": lambda one: items(one.result.holds),
    "gates": lambda one: items(one.result.gates),
    "findings": lambda one: items(found.text for found in one.findings),
    "citations": lambda one: items(one.citations),
    "waiver_reason": _of_waiver(lambda one: one.reason),
    "waiver_approved_by": _of_waiver(lambda one: one.approved_by),
    "waiver_approved_on": _of_waiver(lambda one: one.approved_on),
    "notes": lambda one: items(one.notes),
    "evidence": lambda one: items(one.evidence),
}

_ACTIVITIES: dict[str, Callable[[Activity], Cell]] = {
    "wave": lambda one: one.wave,
    "check": lambda one: one.id,
    "title": lambda one: one.check.title,
    "action": lambda one: one.check.remedy.action,
    "owner": lambda one: one.owner,
    "area": lambda one: one.check.area,
    "severity": lambda one: one.check.severity,
    "status": lambda one: one.result.status,
    "standing": lambda one: one.result.standing,
    "effort_low": lambda one: one.effort.low if one.effort else "",
    "effort_likely": lambda one: one.effort.likely if one.effort else "",
    "effort_high": lambda one: one.effort.high if one.effort else "",
    "days": lambda one: one.days,
    "earliest_start": lambda one: one.times.earliest_start,
    "earliest_finish": lambda one: one.times.earliest_finish,
    "latest_start": lambda one: one.times.latest_start,
    "latest_finish": lambda one: one.times.latest_finish,
    "slack": lambda one: one.times.slack,
    "critical": lambda one: _yes_no(one.is_critical),
    "starts_on": lambda one: one.starts_on.isoformat(),
    "finishes_on": lambda one: one.finishes_on.isoformat(),
    "waits_for": lambda one: items(one.waits_for),
    "gates": lambda one: items(one.result.gates),
}
