"""The action plan: what is open, in the order in which to close it."""

from __future__ import annotations

from collections.abc import Callable

from readiness.planning.activity import Activity
from readiness.reports.report_model import CheckEntry, Report
from readiness.reports.workbook.findings import status
from readiness.reports.workbook.sheet import Column, Sheet, Value

_NOTHING = "Nothing is open."


def fill_action_plan(sheet: Sheet, report: Report) -> None:
    """The open checks with action, owner, effort and days of the calendar."""
    remark = "What is open, in the order in which to close it."
    if report.open:
        remark += (
            f" Days are working days. Start and finish are the earliest there are when work begins"
            f" on {report.plan.start}, goes by the likely effort, and nobody is short of time;"
            " slack is how many days later it may be done without anything else being late."
        )
    sheet.set_widths(column.width for column in _COLUMNS)
    sheet.head("Action plan", remark, len(_COLUMNS))
    sheet.only_table("ActionPlan", _COLUMNS, report.open, nothing=_NOTHING, fixed=3)


def _action(entry: CheckEntry) -> str:
    is_undetermined = entry.result.status == "undetermined"
    return (
        f"{entry.does_what}: {entry.action}" if is_undetermined and entry.action else entry.action
    )


def _effort(entry: CheckEntry, figure: str) -> Value:
    effort = entry.result.check.remedy.effort_days
    return getattr(effort, figure) if effort else None


def _of_activity(tell: Callable[[Activity], Value]) -> Callable[[CheckEntry], Value]:
    return lambda entry: tell(entry.activity) if entry.activity else None


_COLUMNS: tuple[Column[CheckEntry], ...] = (
    Column("No.", 6, lambda one: one.number),
    Column("Wave", 7, lambda one: one.wave),
    Column("Check", 34, lambda one: one.title),
    Column("Id", 22, lambda one: one.id),
    Column("Status", 15, status, True),
    Column("Action", 44, _action),
    Column("Owner", 18, lambda one: one.owner),
    Column("Days, likely", 9, lambda one: _effort(one, "likely")),
    Column("Days, low", 9, lambda one: _effort(one, "low")),
    Column("Days, high", 9, lambda one: _effort(one, "high")),
    Column("Start", 12, _of_activity(lambda one: one.starts_on)),
    Column("Finish", 12, _of_activity(lambda one: one.finishes_on)),
    Column("Slack", 8, _of_activity(lambda one: one.times.slack)),
    Column("Critical", 10, _of_activity(lambda one: "yes" if one.is_critical else "no"), True),
    Column("Waits for", 24, lambda one: ", ".join(one.waits_for)),
    Column("Holds", 24, lambda one: ", ".join(one.result.holds)),
    Column("Gates", 14, lambda one: ", ".join(one.result.gates)),
)
