"""The sheet of the evidence, an item in each row."""

from __future__ import annotations

from openpyxl.utils import get_column_letter

from readiness.collecting.form.form_questions import Form
from readiness.collecting.workbook.markers import HEAD
from readiness.collecting.workbook.page import FormSheet
from readiness.model.answers import Evidence

TITLE = "Evidence"
KEYS = ("number", "question", "title", "file", "url", "collected", "expires")
NUMBER, QUESTION, NAME, FILE, URL, COLLECTED, EXPIRES = range(2, 9)
_HEADINGS = (
    "No.", "Question", "What it is", "File", "Link", "Collected on", "Expires on",
)  # fmt: skip
_HOW = (
    "", "appears by itself", "such as: Minutes of the board, 2 October",
    "its name, and the folder from the answer sheet", "starts with https:// or http://",
    "a day such as 2026-11-21", "the last day on which it holds",
)  # fmt: skip
_WIDTHS = (7, 52, 40, 34, 34, 15, 15)
_BLANK_ROWS = 40
TOP = 5


def fill_evidence(page: FormSheet, form: Form, questions: str) -> None:
    """Put the evidence that is given, a row for each question that asks for some, and blank rows.

    `questions` is the range that has the questions behind their numbers.
    """
    page.widths(*_WIDTHS)
    page.across(1, NUMBER, EXPIRES, "Evidence", "title")
    page.keys(2, KEYS)
    remark = (
        "What shows that an answer is true: minutes, letters, contracts, lists. Write the number of"
        " the question into the first column, and one item into each row. Where a number stands"
        " already, the question asks for evidence."
    )
    page.across(3, NUMBER, EXPIRES, remark, "remark")
    page.mark(TOP, HEAD)
    for column, (heading, said) in enumerate(zip(_HEADINGS, _HOW, strict=True), NUMBER):
        page.put(TOP - 1, column, said, "how")
        page.put(TOP, column, heading, "head")
    page.fit(TOP - 1, NUMBER, EXPIRES)
    page.fit(TOP, NUMBER, EXPIRES)
    most = len(form.asked)
    for row, (number, item) in enumerate(_items(form), TOP + 1):
        page.ask_whole(row, NUMBER, most, number)
        at = f"{get_column_letter(NUMBER)}{row}"
        found = f'IFERROR(VLOOKUP({at},{questions},2,FALSE),"there is no such question")'
        page.formula(row, QUESTION, f'=IF({at}="","",{found})', "how")
        page.ask_text(row, NAME, item.title)
        page.ask_text(row, FILE, item.file)
        page.ask_text(row, URL, item.url)
        page.ask_day(row, COLLECTED, item.collected)
        page.ask_day(row, EXPIRES, item.expires)
        page.fit(row, NAME, URL, least=2 if number else 1)
    page.close(top=TOP, column=NAME)


def _items(form: Form) -> list[tuple[int | None, Evidence]]:
    found: list[tuple[int | None, Evidence]] = []
    for asked in form.asked:
        items = asked.entry.evidence if asked.entry else ()
        found += [(asked.number, item) for item in items]
        if not items and asked.question.evidence == "required":
            found.append((asked.number, Evidence("")))
    return [*found, *((None, Evidence("")) for _ in range(_BLANK_ROWS))]
