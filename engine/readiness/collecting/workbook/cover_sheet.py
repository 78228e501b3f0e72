"""The first sheet: whose form it is, how to fill it in, and how far it is."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.utils import get_column_letter

from readiness.collecting.form.form_questions import Form
from readiness.collecting.form.wording import INAPPLICABLE, MARK, NO_ROWS, UNKNOWN
from readiness.collecting.workbook import questions
from readiness.collecting.workbook.page import FormSheet
from readiness.collecting.workbook.questions import Rows

TITLE = "Start"
_GUIDANCE = f"""
Answer what you know, on the sheet “Questions”. Fill in the yellow cells; all others are locked.
Whatever you leave blank counts as not answered yet. It is never taken for a no.
If you do not know an answer, choose “{UNKNOWN}” beside it and write why, or who may know it.
“{INAPPLICABLE}” is offered where a question may be none for you. Write why.
Of several options, put an {MARK} beside each that applies. If none does, mark the last line.
Some questions take a list. A link leads to its sheet, where each row is one entry. If there is \
nothing to list, choose “{NO_ROWS}” as the answer.
Some questions are asked only if another one was answered in a certain way. Their text says so. \
Else leave them blank.
What shows that an answer is true goes to the sheet “Evidence”, with the number of the question.
Write numbers without words, and percentages without the % sign: 85.
"""
_WIDTHS = (5, 58, 12, 3, 12, 30)
_LAST = 7


def fill_start(page: FormSheet, form: Form, rows: Sequence[Rows], sheet: str) -> None:
    """Put the guidance, and the sections with how many of their questions are answered.

    `sheet` is the sheet of the questions as formulas name it.
    """
    page.widths(*_WIDTHS)
    page.held.page_setup.orientation = "portrait"
    page.across(1, 2, _LAST, form.title, "title")
    page.held.row_dimensions[1].height = 34
    page.put(2, 2, None, "remark")
    page.across(2, 2, _LAST, f"Questions for: {form.respondent}", "name")
    page.across(4, 2, _LAST, "How to fill in this form", "section")
    row = 5
    for number, text in enumerate(_GUIDANCE.strip().splitlines(), 1):
        page.put(row, 2, number, "quiet")
        page.across(row, 3, _LAST, text, "remark")
        row += 1
    row += 1
    page.across(row, 2, 3, "The questions", "section")
    page.across(row, 4, _LAST, "Answered", "section")
    first = row + 1
    done = get_column_letter(questions.DONE)
    for part, held in zip(form.parts, rows, strict=True):
        row += 1
        target = f"{sheet}!C{held.section}"
        page.link(row, 3, part.section.title, target, "free link")
        counted = f"=SUM({sheet}!{done}{held.first}:{done}{held.last})"
        page.formula(row, 4, counted, "figure")
        page.put(row, 5, "of", "quiet")
        page.put(row, 6, len(part.asked), "remark")
    row += 1
    page.put(row, 3, "All together", "name")
    if form.parts:
        page.formula(row, 4, f"=SUM(D{first}:D{row - 1})", "figure")
    page.put(row, 5, "of", "quiet")
    page.put(row, 6, len(form.asked), "remark")
    page.protect()
