"""Tables as comma-separated values: checks, the activities of a plan, and what a ruleset holds."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from readiness.dependencies.ruleset import Ruleset
from readiness.documents.csv_text import Cell, comma_separated, items
from readiness.documents.schemas import FORMATS
from readiness.result.document import names_of

if TYPE_CHECKING:
    from readiness.dependencies.dated import DayLink
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


Row = Mapping[str, Any]
TABLES = ("checks", "gates", "areas")


def dimension(ruleset: Ruleset, name: str) -> list[Row]:
    """Return one of the `TABLES`, row by row."""
    if name == "areas":
        return [{"area": key, "title": area.title} for key, area in ruleset.areas.items()]
    if name == "gates":
        return [
            {
                "gate": key,
                "title": gate.title,
                "position": number,
                "after": list(gate.after),
                "requires": list(gate.requires),
            }
            for number, (key, gate) in enumerate(ruleset.gates.items(), 1)
        ]
    return [
        {
            "check": key,
            "title": check.title,
            "area": check.area,
            "area_title": ruleset.areas[check.area].title,
            "severity": check.severity,
            "gates": list(ruleset.ranking.gates_of[key]),
            "requires": list(check.requires),
            "action": check.remedy.action,
            "owner": check.remedy.owner,
            "effort_days": check.remedy.effort_days and float(check.remedy.effort_days.likely),
        }
        for key, check in ruleset.checks.items()
    ]


def dated_document(ruleset: Ruleset, found: Mapping[str, Sequence[DayLink]]) -> dict[str, Any]:
    """Return the checks that depend on the day as JSON can hold them."""
    return {
        "format": FORMATS["dated"],
        "ruleset": names_of(ruleset.checklist),
        "checks": [
            {
                "id": key,
                "title": ruleset.checks[key].title,
                "gates": list(ruleset.ranking.gates_of[key]),
                "through": [{"kind": one.kind, "name": one.name} for one in links],
            }
            for key, links in found.items()
        ],
    }  # fmt: skip


def dated_rows(ruleset: Ruleset, found: Mapping[str, Sequence[DayLink]]) -> list[Row]:
    """Return a row for each check and each reason why it depends on the day."""
    return [
        {"check": key, "title": ruleset.checks[key].title, "kind": one.kind, "name": one.name}
        for key, links in found.items()
        for one in links
    ]


def as_csv(rows: Sequence[Row]) -> str:
    """Return a table as comma-separated values; lists as text, separated by semicolons."""
    cells = (
        [";".join(one) if isinstance(one, list) else "" if one is None else one for one in held]
        for held in (row.values() for row in rows)
    )
    return comma_separated(rows[0] if rows else (), cells)


def as_parquet(rows: Sequence[Row]) -> bytes:
    """Return a table as a Parquet file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(list(rows)), file)
    return file.getvalue()
