"""A sheet for each question that takes rows."""

from __future__ import annotations

import re
from collections.abc import Mapping

from openpyxl.utils import get_column_letter

from readiness.collecting.form.form_questions import Asked, Part
from readiness.collecting.form.wording import how, option_marks
from readiness.collecting.workbook.markers import HEAD, ROW_NUMBER, TABLE, of_option
from readiness.collecting.workbook.page import FormSheet
from readiness.collecting.workbook.questions import in_full
from readiness.documents.sanitize import cleaned
from readiness.model.question_types import Kind
from readiness.model.questionnaire import Field

FIRST = 3  # behind the marks and the numbers of the rows
KEY_ROW, TOP = 2, 6
_BLANK_ROWS, _FEWEST = 10, 20
_USUAL_WIDTH: Mapping[Kind, float] = {
    "truth": 14, "choice": 28, "choices": 18, "number": 18, "date": 16, "text": 36, "table": 18,
}  # fmt: skip
_MOST_TITLE = 31
_REFUSED = re.compile(r"[\[\]:*?/\\]")


def sheet_title(asked: Asked, part: Part) -> str:
    """What the sheet of a table is called: its number, and the section it is in."""
    title = _REFUSED.sub(" ", cleaned(f"{asked.number} {part.section.title}"))
    title = " ".join(title.split())
    if len(title) > _MOST_TITLE:
        title = title[: _MOST_TITLE - 1].rsplit(" ", 1)[0] + "…"
    return title.strip("'")


def mark_of(asked: Asked) -> str:
    """The mark of the sheet of a table."""
    return TABLE + asked.question.id


def cells_of(asked: Asked, title: str) -> tuple[str, str]:
    """Where the sheet of a table begins, and the range of its cells, as formulas name them."""
    quoted = "'" + title.replace("'", "''") + "'"
    last = get_column_letter(FIRST + len(_columns(asked)) - 1)
    first = get_column_letter(FIRST)
    bottom = TOP + _count(asked)
    return f"{quoted}!{first}{TOP + 1}", f"{quoted}!{first}{TOP + 1}:{last}{bottom}"


def _count(asked: Asked) -> int:
    return max(len(asked.rows) + _BLANK_ROWS, _FEWEST)


def _columns(asked: Asked) -> list[tuple[Field, str | None, str]]:
    """The columns of the sheet: the field, its option where it has marks, and the heading."""
    found: list[tuple[Field, str | None, str]] = []
    for column in asked.question.columns.values():
        if column.kind != "choices":
            found.append((column, None, column.label))
            continue
        options = option_marks(column, None)
        found += [(column, key, f"{column.label}: {name}") for key, name, _ in options]
    return found


def fill_table(page: FormSheet, asked: Asked, back: str) -> None:
    """Put the headings of a table, the rows that are given, and blank ones."""
    columns = _columns(asked)
    last = max(FIRST + len(columns) - 1, FIRST + 3)
    page.widths(5, *(_width(field, option) for field, option, _ in columns))
    for number in range(FIRST + len(columns), last + 1):
        page.held.column_dimensions[get_column_letter(number)].width = 24
    page.across(1, 2, last, f"Question {asked.number}", "title")
    keys = [f.id if option is None else of_option(f.id, option) for f, option, _ in columns]
    page.keys(KEY_ROW, [ROW_NUMBER, *keys])
    text = in_full(asked)
    page.across(3, 2, last, str(text), "remark")
    page.held.cell(3, 2).value = text
    page.link(4, 2, "← Back to the questions", back, "free link")
    page.held.merge_cells(start_row=4, end_row=4, start_column=2, end_column=last)
    page.mark(TOP, HEAD)
    page.put(TOP, 2, "Row", "head")
    page.put(5, 2, None, "how")
    for number, (field, option, heading) in enumerate(columns, FIRST):
        helps = " ".join(field.help.split())
        said = "x where it applies" if option is not None else how(field)
        page.put(5, number, f"{said}. {helps}".removesuffix(" ") if helps else said, "how")
        page.put(TOP, number, heading, "head")
    page.fit(5, FIRST, last)
    page.fit(TOP, FIRST, last, least=2)
    given = asked.rows
    for number in range(_count(asked)):
        row = TOP + 1 + number
        page.put(row, 2, number + 1, "number")
        held = given[number] if number < len(given) else {}
        for column, (field, option, _) in enumerate(columns, FIRST):
            value = held.get(field.id)
            if option is None:
                page.ask(row, column, field, value)
            else:
                marked = {key: is_marked for key, _, is_marked in option_marks(field, value)}
                page.ask_mark(row, column, marked=marked[option])
        page.fit(row, FIRST, last)
    page.close(top=TOP, column=FIRST)


def _width(field: Field, option: str | None) -> float:
    if option is not None:
        return 14
    return max(_USUAL_WIDTH[field.kind], min(len(field.label) * 0.8 + 2, 40))
