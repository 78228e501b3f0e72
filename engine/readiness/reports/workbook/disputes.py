"""What the assessor settled or has to settle: conflicts between respondents, accepted gaps."""

from __future__ import annotations

from readiness.reports.report_model import AnswerEntry, ConflictEntry, Report, WaiverEntry
from readiness.reports.workbook.answers import answer_in_lines
from readiness.reports.workbook.findings import status
from readiness.reports.workbook.sheet import Column, Marked, Sheet, Value, day

_REMARK = "Where respondents differ, and what counts; gaps that were accepted, and until when."


def fill_conflicts_and_waivers(sheet: Sheet, report: Report) -> None:
    """The conflicts with the answers side by side, and the waivers, in force or not."""
    most = max((len(conflict.answers) for conflict in report.conflicts), default=2)
    columns = (*_CONFLICT, *(_answer(number) for number in range(1, most + 1)))
    sheet.set_widths(column.width for column in _WAIVERS)
    sheet.set_widths(column.width for column in columns)
    sheet.head("Conflicts and waivers", _REMARK, max(len(columns), len(_WAIVERS)))
    sheet.section("Conflicts")
    sheet.table("Conflicts", columns, report.conflicts, nothing="No answers differ.")
    sheet.section("Waivers")
    sheet.table("Waivers", _WAIVERS, report.waivers, nothing="No gap was accepted.")


def _settled(entry: ConflictEntry) -> Marked:
    return Marked(entry.settled, "accepted" if entry.resolution else "open")


def _answer(number: int) -> Column[ConflictEntry]:
    def told(conflict: ConflictEntry) -> Value:
        return _told(conflict.answers[number - 1]) if number <= len(conflict.answers) else None

    return Column(f"Answer {number}", 26, told)


def _told(entry: AnswerEntry) -> str:
    note, place = entry.response.note, entry.place
    more = [f"note: {note}"] if note else []
    return "\n".join([f"{entry.who}: {answer_in_lines(entry)}", *more, *([place] if place else [])])


_CONFLICT: tuple[Column[ConflictEntry], ...] = (
    Column("Question", 40, lambda one: one.question.label),
    Column("Id", 28, lambda one: one.question.id),
    Column("What counts", 48, _settled),
    Column("First difference", 26, lambda one: one.difference),
)

_WAIVERS: tuple[Column[WaiverEntry], ...] = (
    Column("Check", 40, lambda one: one.check.title),
    Column("Id", 28, lambda one: one.check.id),
    Column("Reason", 48, lambda one: one.waiver.reason),
    Column("Approval", 26, lambda one: one.approval),
    Column("Approved by", 26, lambda one: one.waiver.approved_by),
    Column("In force", 11, lambda one: Marked("yes", "accepted") if one.in_force
           else Marked("no", "aside"), True),
    Column("Approved on", 13, lambda one: day(one.waiver.approved_on)),
    Column("Expires", 13, lambda one: day(one.waiver.expires)),
    Column("Status", 16, lambda one: status(one.check), True),
)  # fmt: skip
