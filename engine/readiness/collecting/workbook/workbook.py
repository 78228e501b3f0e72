"""The form as a workbook: cover, questions, tables and evidence, and the sheets that are hidden."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from xlsxwriter.utility import xl_col_to_name

from readiness.collecting.form import form_questions
from readiness.collecting.form.cells import INAPPLICABLE, MARK, NO_ROWS, UNKNOWN
from readiness.collecting.form.filled_form import EVIDENCE_KEYS
from readiness.collecting.workbook import markers
from readiness.collecting.workbook.page import (
    DAY,
    LISTS_TITLE,
    TEXT,
    FormSheet,
    HiddenSheet,
    Lists,
    whole_number,
)
from readiness.collecting.workbook.questions import (
    DONE,
    QUESTIONS_TITLE,
    TableSheet,
    fill_questions,
    fill_table,
)
from readiness.collecting.workbook.styles import ROLES
from readiness.documents.sanitize import clean_text
from readiness.model.answers import Evidence
from readiness.reports.workbook.sheet import CellStyler, empty_workbook, pack_workbook

_NO_TIME = datetime.datetime(2000, 1, 1)
_COVER_TITLE = "Start"
_LAST_TITLES = ("Evidence", LISTS_TITLE, "readiness")


def form_as_workbook(form: form_questions.Form) -> bytes:
    """The workbook of a form; the same form gives the same bytes.

    Raises `DocumentError` if an existing answer does not fit into a cell.
    """
    form_questions.refuse_what_does_not_fit(form, in_workbook=True)
    book = empty_workbook(clean_text(f"{form.title}: {form.respondent}"), _NO_TIME)
    tables = {
        asked.question.id: TableSheet(asked, part)
        for part in form.parts
        for asked in part.asked
        if asked.question.kind == "table"
    }
    titles = (_COVER_TITLE, QUESTIONS_TITLE, *(table.title for table in tables.values()))
    cover, asked_on, *of_tables = map(book.add_worksheet, titles)
    of_evidence, of_lists, of_binding = map(book.add_worksheet, _LAST_TITLES)
    own: set[str] = set()
    looks, offered = CellStyler(book, ROLES), Lists(HiddenSheet(book, of_lists, own))
    asked_by_number = offered.questions((one.number, one.question.label) for one in form.asked)
    page = FormSheet(asked_on, looks, offered, markers.QUESTIONS, own)
    rows = fill_questions(page, form, tables)
    for held, (key, table) in zip(of_tables, tables.items(), strict=True):
        sheet = FormSheet(held, looks, offered, markers.TABLE + key, own)
        fill_table(sheet, table, page.place(page.rows[key], 3))
    evidence = FormSheet(of_evidence, looks, offered, markers.EVIDENCE, own)
    _fill_evidence(evidence, form, asked_by_number)
    _fill_cover(FormSheet(cover, looks, offered, markers.START, own), form, rows)
    _bind(HiddenSheet(book, of_binding, set()), form.binding, markers.own_marks(own))
    return pack_workbook(book)


_GUIDANCE = f"""
Answer what you can on the sheet “Questions”. Fill in the yellow cells; all others are locked.
A blank answer counts as not answered yet, never as a no.
If you do not know an answer, choose “{UNKNOWN}” next to it and write why, or who may know.
Where a question may not concern you, you can choose “{INAPPLICABLE}”. Say why.
If there are several options, enter {MARK} next to each one that applies. If none does, mark the \
last line.
Some questions ask for a list. A link leads to its sheet, where each row is one entry. If there \
is nothing to list, choose “{NO_ROWS}” as the answer.
Some questions depend on another answer. Their text says when to answer them; otherwise leave \
them blank.
List evidence for your answers on the sheet “Evidence”, with the number of the question.
Enter numbers without words, and percentages without the % sign: 85.
"""
_COVER_WIDTHS = (5, 58, 12, 3, 12, 30)
_COVER_LAST = 7


def _fill_cover(page: FormSheet, form: form_questions.Form, rows: Sequence[range]) -> None:
    """Put the guidance, and the sections with how many of their questions are answered."""
    page.widths(*_COVER_WIDTHS)
    page.held.set_portrait()
    page.across(1, 2, _COVER_LAST, form.title, "title")
    page.raise_to(1, 34)
    page.put(2, 2, None, "remark")
    page.across(2, 2, _COVER_LAST, f"Questions for: {form.respondent}", "name")
    if form.due:
        page.across(3, 2, _COVER_LAST, f"Please return this form by {form.due}.", "remark")
    page.across(4, 2, _COVER_LAST, "How to fill in this form", "section")
    row = 5
    for number, text in enumerate(_GUIDANCE.strip().splitlines(), 1):
        page.put(row, 2, number, "quiet")
        page.across(row, 3, _COVER_LAST, text, "remark")
        row += 1
    row += 1
    page.across(row, 2, 3, "Questions", "section")
    page.across(row, 4, _COVER_LAST, "Answered", "section")
    first = row + 1
    done = xl_col_to_name(DONE - 1)
    for part, held in zip(form.parts, rows, strict=True):
        row += 1
        page.link(row, 3, part.section.title, f"{QUESTIONS_TITLE}!C{held[0]}", "free link")
        counted = f"=SUM({QUESTIONS_TITLE}!{done}{held[1]}:{done}{held[-1]})"
        page.formula(row, 4, counted, "figure")
        page.put(row, 5, "of", "quiet")
        page.put(row, 6, len(part.asked), "remark")
    row += 1
    page.put(row, 3, "Total", "name")
    if form.parts:
        page.formula(row, 4, f"=SUM(D{first}:D{row - 1})", "figure")
    page.put(row, 5, "of", "quiet")
    page.put(row, 6, len(form.asked), "remark")
    page.protect()


_NUMBER, _QUESTION, _NAME = range(2, 5)
_URL, _EXPIRES = 6, 8
_HEADINGS = (
    "No.", "Question", "Title", "File", "Link", "Collected on", "Expires on",
)  # fmt: skip
_HOW = (
    "", "filled in automatically", "for example: Minutes of the board, 2 October",
    "the name of a file that you send with this form", "starts with https:// or http://",
    "a date such as 2026-11-21", "the last day on which it is valid",
)  # fmt: skip
_EVIDENCE_WIDTHS = (7, 52, 40, 34, 34, 15, 15)
_BLANK_ROWS = 40
_EVIDENCE_TOP = 5


def _fill_evidence(page: FormSheet, form: form_questions.Form, questions: str) -> None:
    """Put the evidence that is given, a row for each question that asks for some, and blank rows.

    `questions` is the range that has the questions behind their numbers.
    """
    page.widths(*_EVIDENCE_WIDTHS)
    page.across(1, _NUMBER, _EXPIRES, "Evidence", "title")
    page.keys(2, ("number", "question", *EVIDENCE_KEYS))
    remark = (
        "Evidence shows that an answer is true: minutes, letters, contracts, lists. Enter the "
        "number of the question in the first column, and one item of evidence per row. If a "
        "number is already there, that question requires evidence."
    )
    page.across(3, _NUMBER, _EXPIRES, remark, "remark")
    page.mark(_EVIDENCE_TOP, markers.HEAD)
    for column, (heading, said) in enumerate(zip(_HEADINGS, _HOW, strict=True), _NUMBER):
        page.put(_EVIDENCE_TOP - 1, column, said, "how")
        page.put(_EVIDENCE_TOP, column, heading, "head")
    page.fit(_EVIDENCE_TOP - 1, _NUMBER, _EXPIRES)
    page.fit(_EVIDENCE_TOP, _NUMBER, _EXPIRES)
    numbered = whole_number(len(form.asked))
    for row, (number, item) in enumerate(_items(form), _EVIDENCE_TOP + 1):
        page.ask(row, _NUMBER, numbered, number)
        at = f"{xl_col_to_name(_NUMBER - 1)}{row}"
        found = f'IFERROR(VLOOKUP({at},{questions},2,FALSE),"there is no such question")'
        page.formula(row, _QUESTION, f'=IF({at}="","",{found})', "how")
        for column, text in enumerate((item.title, item.file, item.url), _NAME):
            page.ask(row, column, TEXT, text)
        for column, day in enumerate((item.collected, item.expires), _URL + 1):
            page.ask(row, column, DAY, datetime.date.fromisoformat(day) if day else None)
        page.fit(row, _NAME, _URL, least=2 if number else 1)
    page.close(top=_EVIDENCE_TOP, column=_NAME)


def _items(form: form_questions.Form) -> list[tuple[int | None, Evidence]]:
    found: list[tuple[int | None, Evidence]] = []
    for asked in form.asked:
        items = asked.entry.evidence if asked.entry else ()
        found += [(asked.number, item) for item in items]
        if not items and asked.question.evidence == "required":
            found.append((asked.number, Evidence("")))
    return [*found, *((None, Evidence("")) for _ in range(_BLANK_ROWS))]


def _bind(held: HiddenSheet, binding: form_questions.FormFingerprint, own: str) -> None:
    """Put a binding into a hidden sheet, sealed with its digest."""
    issue = binding.issue or form_questions.Issue()
    rows: list[tuple[str, ...]] = [
        (form_questions.FORMAT,),
        ("issue", *form_questions.as_texts(issue.to_dict())),
        ("ruleset", binding.ruleset),
        ("respondent", binding.respondent),
        *(("questionnaire", one.id, one.version, one.sha256) for one in binding.editions),
        *(("asked", key, form_questions.json_text(asked)) for key, asked in binding.asked.items()),
        *(("given", key, *form_questions.as_texts(given)) for key, given in issue.given.items()),
        ("own", *form_questions.as_texts(own)),
        ("seal", binding.seal()),
    ]
    for number, row in enumerate(rows, 1):
        for column, text in enumerate(row, 1):
            held.put(number, column, text)
