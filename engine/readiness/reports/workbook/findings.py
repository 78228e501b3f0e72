"""The findings: every check and what was found."""

from __future__ import annotations

from readiness.reports.phrasing import approval
from readiness.reports.report_model import CheckEntry, Report
from readiness.reports.workbook.sheet import Column, Marked, Sheet
from readiness.reports.workbook.styles import OF_STATUS

_REMARK = (
    "Every check in the order of the ruleset. Its reason stands on the sheet Reasons, every answer"
    " on the sheet Answers."
)


def fill_findings(sheet: Sheet, report: Report) -> None:
    """Every check with its status, what was found, and what to do."""

    def waived(entry: CheckEntry) -> str:
        waiver = entry.result.waived
        return approval(waiver, report.assessment.as_of) if waiver else ""

    columns: tuple[Column[CheckEntry], ...] = (
        Column("Check", 34, lambda one: one.title),
        Column("Id", 22, lambda one: one.id),
        Column("Area", 18, lambda one: one.area),
        Column("Severity", 10, lambda one: one.result.check.severity, True),
        Column("Status", 15, status, True),
        Column("Standing", 12, lambda one: one.standing, True),
        Column("Waived", 20, waived),
        Column(
            "Waiver reason", 34, lambda one: one.result.waived.reason if one.result.waived else ""
        ),
        Column("Findings", 40, lambda one: "\n".join(found.text for found in one.findings)),
        Column("Why it matters", 34, lambda one: one.result.check.why),
        Column("Action", 34, lambda one: one.action),
        Column("Owner", 16, lambda one: one.owner),
        Column("Gates", 12, lambda one: ", ".join(one.result.gates)),
        Column("Waits for", 20, lambda one: ", ".join(one.waits_for)),
        Column("Sources", 28, lambda one: "\n".join(one.citations)),
        Column("Defined in", 24, lambda one: one.place),
    )
    sheet.set_widths(column.width for column in columns)
    sheet.head("Findings", _REMARK, len(columns))
    sheet.only_table("Findings", columns, report.checks, nothing="There are no checks.", fixed=1)


def mark(entry: CheckEntry) -> str:
    """The colours of a check: those of its status, or of being accepted though it is open."""
    return "accepted" if entry.is_accepted else OF_STATUS[entry.result.status]


def status(entry: CheckEntry) -> Marked:
    """The status in words and colours, and that only a waiver closes the check."""
    return Marked(f"{entry.status}, waived" if entry.is_accepted else entry.status, mark(entry))
