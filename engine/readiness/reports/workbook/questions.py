"""The questions without an answer."""

from __future__ import annotations

from readiness.reports.report_model import Report, UnansweredEntry
from readiness.reports.workbook.sheet import Column, Marked, Sheet

_REMARK = "The questions without an answer, and what an answer could still decide."


def fill_open_questions(sheet: Sheet, report: Report) -> None:
    """Each question without an answer: who is missing, and what hangs on it."""
    sheet.set_widths(column.width for column in _COLUMNS)
    sheet.head("Open questions", _REMARK, len(_COLUMNS))
    nothing = "Every question has an answer."
    sheet.only_table("OpenQuestions", _COLUMNS, report.unanswered, nothing=nothing, fixed=1)


def _matters(entry: UnansweredEntry) -> Marked:
    return Marked("yes", "open") if entry.matters else Marked("no more", "aside")


_COLUMNS: tuple[Column[UnansweredEntry], ...] = (
    Column("Question", 52, lambda one: one.question.label),
    Column("Id", 30, lambda one: one.question.id),
    Column("Section", 24, lambda one: one.section),
    Column("Missing from", 22, lambda one: ", ".join(one.of) or "anybody"),
    Column("Matters", 11, _matters, True),
    Column("Checks that it could decide", 36, lambda one: ", ".join(one.checks)),
    Column("Gates that it could decide", 22, lambda one: ", ".join(one.gates)),
)
