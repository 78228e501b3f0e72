"""The form as a workbook."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from readiness.collecting.form.capacity import refuse_what_does_not_fit
from readiness.collecting.form.form_fingerprint import (
    FORMAT,
    Binding,
    Issue,
    as_texts,
    json_text,
)
from readiness.collecting.form.form_questions import Form
from readiness.collecting.workbook import cover_sheet, evidence, lists, questions
from readiness.collecting.workbook.lists import Lists
from readiness.collecting.workbook.markers import EVIDENCE, QUESTIONS, START, own_marks
from readiness.collecting.workbook.page import FormSheet
from readiness.collecting.workbook.styles import Looks
from readiness.collecting.workbook.tables import cells_of, fill_table, mark_of, sheet_title
from readiness.documents.sanitize import cleaned
from readiness.problems import Problems
from readiness.reports.workbook.workbook_file import empty_workbook, packed

_NO_TIME = datetime.datetime(2000, 1, 1)


def form_as_workbook(form: Form) -> bytes:
    """The workbook of a form; the same form gives the same bytes.

    Raises `DocumentError` where an answer that is given already cannot stand in a cell.
    """
    problems = Problems()
    refuse_what_does_not_fit(form, problems, in_workbook=True)
    problems.raise_if_any()
    book = empty_workbook(cleaned(f"{form.title}: {form.respondent}"), _NO_TIME)
    looks = Looks()
    held = {title: book.create_sheet(title) for title in (cover_sheet.TITLE, questions.TITLE)}
    titles = {
        asked.question.id: sheet_title(asked, part)
        for part in form.parts
        for asked in part.asked
        if asked.question.kind == "table"
    }
    of_tables = {key: book.create_sheet(title) for key, title in titles.items()}
    of_evidence, of_lists, of_binding = (
        book.create_sheet(title) for title in (evidence.TITLE, lists.TITLE, "readiness")
    )
    offered = Lists(of_lists)
    asked_by_number = offered.questions((one.number, one.question.label) for one in form.asked)
    page = FormSheet(held[questions.TITLE], looks, offered, QUESTIONS)
    tables = {
        one.question.id: cells_of(one, titles[one.question.id])
        for one in form.asked
        if one.question.id in titles
    }
    rows = questions.fill_questions(page, form, tables)
    for asked in form.asked:
        if asked.question.id in of_tables:
            sheet = FormSheet(of_tables[asked.question.id], looks, offered, mark_of(asked))
            fill_table(sheet, asked, page.place(_row_of(page, asked.question.id), 3))
    evidence.fill_evidence(FormSheet(of_evidence, looks, offered, EVIDENCE), form, asked_by_number)
    opening = FormSheet(held[cover_sheet.TITLE], looks, offered, START)
    cover_sheet.fill_start(opening, form, rows, questions.TITLE)
    _bind(of_binding, form.binding, own_marks(_own_texts(book)))
    book.active = 0
    return packed(book)


def _bind(held: Worksheet, binding: Binding, own: str) -> None:
    """Put a binding into a hidden sheet, sealed with its digest."""
    held.sheet_state = "hidden"
    issue = binding.issue or Issue()
    rows: list[tuple[str, ...]] = [
        (FORMAT,),
        ("issue", *as_texts(issue.to_dict())),
        ("ruleset", binding.ruleset),
        ("respondent", binding.respondent),
        *(("questionnaire", one.id, one.version, one.sha256) for one in binding.editions),
        *(("asked", key, json_text(asked)) for key, asked in binding.asked.items()),
        *(("given", key, *as_texts(given)) for key, given in issue.given.items()),
        ("own", *as_texts(own)),
        ("seal", binding.seal()),
    ]
    for number, row in enumerate(rows, 1):
        for column, text in enumerate(row, 1):
            cell = held.cell(number, column)
            cell.value, cell.data_type, cell.number_format = text, "s", "@"


def _own_texts(book: Workbook) -> Iterator[str]:
    """What the cells say that nobody is to fill in."""
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None and cell.protection.locked:
                    yield str(cell.value)


def _row_of(page: FormSheet, key: str) -> int:
    """The row of a question on the sheet of the questions."""
    rows = range(1, page.held.max_row + 1)
    return next(row for row in rows if page.held.cell(row, 1).value == key)
