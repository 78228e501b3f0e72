"""Checks, and the activities of a plan, as comma-separated values: a row for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

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
    columns = dict(_CHECKS)
    if report.since is not None:
        before = report.since.old.states
        columns["status_before"] = lambda one: before[one.id].status if one.id in before else ""
        columns["standing_before"] = lambda one: before[one.id].standing if one.id in before else ""
    rows = ([tell(entry) for tell in columns.values()] for entry in report.checks)
    return comma_separated(columns, rows)


def plan_as_csv(plan: Plan) -> str:
    """The plan's activities in their order below a row of names; see `comma_separated`.

    What is not known is empty; the items of a list are set apart by "; ".
    """
    areas = plan.assessment.ruleset.areas
    rows = []
    for activity, told in zip(plan.activities, plan.to_dict()["activities"], strict=True):
        check, effort = activity.check, told["effort"] or {}
        told |= {f"effort_{figure}": days for figure, days in effort.items()}
        told |= {"area": areas[check.area].title, "severity": check.severity}
        rows.append([_cell(told.get(key)) for key in _ACTIVITIES])
    return comma_separated(_ACTIVITIES, rows)


def _cell(held: Any) -> Cell:
    if isinstance(held, list):
        return items(held)
    return _yes_no(held) if isinstance(held, bool) else "" if held is None else held


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


def _plan_cells(tell: Callable[[Activity], Cell]) -> Tell:
    return lambda entry: tell(entry.activity) if entry.activity else ""


_CHECKS: Mapping[str, Tell] = {
    "order": lambda one: one.number or "",
    "wave": lambda one: one.wave or "",
    "id": lambda one: one.id,
    "title": lambda one: one.title,
    "area": lambda one: one.area,
    "severity": lambda one: one.result.check.severity,
    "status": lambda one: one.result.status,
    "standing": lambda one: one.result.standing,
    "waived": lambda one: _yes_no(one.result.waived),
    "waived_until": _of_waiver(lambda one: one.expires),
    "action": lambda one: one.action,
    "owner": lambda one: one.owner,
    "effort_likely": _effort("likely"),
    "effort_low": _effort("low"),
    "effort_high": _effort("high"),
    "start": _plan_cells(lambda one: one.starts_on.isoformat()),
    "finish": _plan_cells(lambda one: one.finishes_on.isoformat()),
    "slack": _plan_cells(lambda one: one.times.slack),
    "critical": _plan_cells(lambda one: _yes_no(one.is_critical)),
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
    "out_of_scope": lambda one: _yes_no(one.result.out_of_scope),
    "scope_reason": lambda one: one.result.out_of_scope.reason if one.result.out_of_scope else "",
}

_ACTIVITIES = (
    "wave", "check", "title", "action", "owner", "area", "severity", "status", "standing",
    "effort_low", "effort_likely", "effort_high", "days", "earliest_start", "earliest_finish",
    "latest_start", "latest_finish", "slack", "critical", "starts_on", "finishes_on", "waits_for",
    "gates", "due", "started", "done", "note", "late",
)  # fmt: skip
