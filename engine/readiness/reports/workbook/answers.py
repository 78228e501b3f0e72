"""Every answer, and what shows that it is true."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.reports.report_model import AnswerEntry, EvidenceEntry, Report
from readiness.reports.workbook.sheet import Column, Marked, Sheet, day

Row = tuple[tuple[str, str], ...]

_STATES = {"answered": "answered", "unknown": "unknown", "not_applicable": "not applicable"}


def fill_answers(sheet: Sheet, report: Report) -> None:
    """Every answer as it was given, in the order of the questions."""
    sheet.set_widths(column.width for column in _ANSWERS)
    remark = (
        "Every answer as it was given, whether it counts or not, in the order of the questions."
    )
    sheet.head("Answers", remark, len(_ANSWERS))
    sheet.only_table("Answers", _ANSWERS, report.answers, nothing="Nothing was answered.", fixed=1)


def fill_evidence(sheet: Sheet, report: Report) -> None:
    """Every evidence item, with the answer that it stands for."""
    sheet.set_widths(column.width for column in _EVIDENCE)
    remark = "What was given as evidence, item by item, and for which answer."
    sheet.head("Evidence", remark, len(_EVIDENCE))
    items = [(answer, item) for answer in report.answers for item in answer.evidence]
    sheet.only_table("Evidence", _EVIDENCE, items, nothing="No answer has evidence.", fixed=1)


def fill_table_rows(sheet: Sheet, report: Report) -> None:
    """Every row of the answers that are tables."""
    sheet.set_widths(column.width for column in _ROWS)
    remark = "The answers that are tables, row by row, with all their cells."
    sheet.head("Table rows", remark, len(_ROWS))
    rows = [
        (answer, number, row)
        for answer in report.answers
        for number, row in enumerate(answer.rows, 1)
    ]
    sheet.only_table("TableRows", _ROWS, rows, nothing="No answer has rows.", fixed=1)


def answer_in_lines(entry: AnswerEntry) -> str:
    """The answer in words; of a table each row below, with all its cells."""
    return "\n".join([entry.said, *_rows(entry)])


def _rows(entry: AnswerEntry) -> Iterator[str]:
    for number, row in enumerate(entry.rows, 1):
        yield f"row {number} – {_cells(row)}"


def _cells(row: Row) -> str:
    return "; ".join(f"{title}: {text or 'blank'}" for title, text in row)


def _said(entry: AnswerEntry) -> str:
    return f"{entry.said}: see the sheet Table rows" if entry.rows else entry.said


def _holds(item: EvidenceEntry) -> Marked:
    return Marked("expired", "bad") if item.is_expired else Marked("holds", "good")


_ANSWERS: tuple[Column[AnswerEntry], ...] = (
    Column("Section", 20, lambda one: one.section),
    Column("Question id", 30, lambda one: one.question.id),
    Column("Question", 40, lambda one: one.question.label),
    Column("Respondent", 18, lambda one: one.who),
    Column("State", 13, lambda one: _STATES[one.response.given.state], True),
    Column("Answer", 44, _said),
    Column("Note", 36, lambda one: one.response.note),
    Column("Remark", 20, lambda one: one.remark),
    Column("Evidence", 36, lambda one: "\n".join(item.text for item in one.evidence)),
    Column("Given in", 26, lambda one: one.place),
    Column("Checks that hang on it", 36, lambda one: ", ".join(one.response.checks)),
)

_ROWS: tuple[Column[tuple[AnswerEntry, int, Row]], ...] = (
    Column("Question id", 30, lambda one: one[0].question.id),
    Column("Question", 44, lambda one: one[0].question.label),
    Column("Respondent", 18, lambda one: one[0].who),
    Column("Row", 7, lambda one: one[1]),
    Column("Cells", 100, lambda one: _cells(one[2])),
)

_EVIDENCE: tuple[Column[tuple[AnswerEntry, EvidenceEntry]], ...] = (
    Column("Evidence", 40, lambda one: one[1].item.title),
    Column("File", 36, lambda one: one[1].item.file),
    Column("Address", 30, lambda one: one[1].item.url),
    Column("Collected", 13, lambda one: day(one[1].item.collected)),
    Column("Expires", 13, lambda one: day(one[1].item.expires)),
    Column("Holds", 11, lambda one: _holds(one[1]), True),
    Column("Question id", 28, lambda one: one[0].question.id),
    Column("Question", 44, lambda one: one[0].question.label),
    Column("Respondent", 18, lambda one: one[0].who),
)
