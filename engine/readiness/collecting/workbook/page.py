"""A sheet of a form while it is written: cells, what drop-downs offer, protection and print."""

from __future__ import annotations

import datetime
import textwrap
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, assert_never

from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.hyperlink import Hyperlink

from readiness.collecting.form.cells import is_kept, written
from readiness.collecting.form.form_questions import MOST_CHARACTERS
from readiness.collecting.form.formatting import MARK, how, shown_options
from readiness.collecting.workbook.markers import KEYS, LISTS
from readiness.documents.sanitize import cleaned
from readiness.model.questionnaire import TODAY, Field
from readiness.reports.workbook.styles import SIZE, CellStyler, prepare_print

FIRST_DAY = datetime.date(1900, 3, 1)
"""Spreadsheets disagree on the days before."""

LINE = 12.75
"""Points from one line of text to the next."""

_serial: Any = to_excel
_MOST_HEIGHT = 409.0  # points; no row can be higher
_MOST_LINES = 40
_LETTERS = 0.98  # letters for each digit that is as wide
_A4 = 9
_LAST_DAY = datetime.date(9999, 12, 31)

LISTS_TITLE = "lists"
_FIRST_LIST = 4  # behind the mark, the numbers and the questions


class Lists:
    """The hidden sheet of what drop-downs offer, and of the questions by their numbers.

    What is in the cells may have any length and any marks.
    """

    def __init__(self, held: Any) -> None:
        self.held = held
        self.held.sheet_state = "hidden"
        self.held.cell(1, 1, LISTS)
        self._known: dict[tuple[str, ...], str] = {}

    def range_of(self, words: Iterable[str]) -> str:
        """Where some words stand below one another, as a drop-down refers to it."""
        listed = tuple(words)
        if listed not in self._known:
            column = _FIRST_LIST + len(self._known)
            for number, word in enumerate(listed, 1):
                put_text(self.held.cell(number, column), cleaned(word))
            letter = get_column_letter(column)
            self._known[listed] = f"{LISTS_TITLE}!${letter}$1:${letter}${len(listed)}"
        return self._known[listed]

    def questions(self, asked: Iterable[tuple[int, str]]) -> str:
        """Where the questions stand behind their numbers."""
        last = 1
        for last, (number, label) in enumerate(asked, 1):
            self.held.cell(last, 2, number)
            put_text(self.held.cell(last, 3), cleaned(label))
        return f"{LISTS_TITLE}!$B$1:$C${last}"


def put_text(cell: Any, text: str) -> None:
    """Put a text into a hidden cell, which no program takes for anything else."""
    cell.value, cell.data_type, cell.number_format = text, "s", "@"


class FormSheet:
    """Fills a sheet; its first column is hidden and holds the marks of the rows.

    `rows` are those of the marks.
    """

    def __init__(self, held: Any, looks: CellStyler, lists: Lists, mark: str) -> None:
        self.held = held
        self.looks = looks
        self.lists = lists
        self.rows: dict[str, int] = {}
        self._validations: dict[tuple[str, ...], DataValidation] = {}
        held.sheet_view.showGridLines = False
        held.column_dimensions["A"].hidden = True
        self.mark(1, mark)
        prepare_print(held, _A4)

    def widths(self, *widths: float) -> None:
        """Make the columns that wide, from the second one on."""
        for number, width in enumerate(widths, 2):
            self.held.column_dimensions[get_column_letter(number)].width = width

    def mark(self, row: int, mark: str) -> None:
        """Put the mark of a row into the hidden column."""
        self.rows[mark] = row
        cell = self.held.cell(row, 1)
        cell.value, cell.data_type = mark, "s"

    def keys(self, row: int, keys: Iterable[str]) -> None:
        """Put the keys of the columns, from the second one on, into a hidden row."""
        self.mark(row, KEYS)
        for number, key in enumerate(keys, 2):
            cell = self.held.cell(row, number)
            cell.value, cell.data_type = key, "s"
        self.held.row_dimensions[row].hidden = True

    def put(self, row: int, column: int, value: Any, role: str) -> Any:
        """Put a value that nobody changes; a text is never taken for a formula."""
        cell = self.held.cell(row, column)
        self.looks.dress(cell, role)
        if isinstance(value, str):
            cell.value, cell.data_type = cleaned(value)[:MOST_CHARACTERS] or None, "s"
        elif value is not None:
            cell.value = value
        return cell

    def formula(self, row: int, column: int, formula: str, role: str) -> None:
        """Put a formula of the form's own."""
        cell = self.held.cell(row, column)
        self.looks.dress(cell, role)
        cell.value = formula

    def link(self, row: int, column: int, text: str, target: str, role: str = "link") -> None:
        """Put a link to another place of the workbook."""
        cell = self.put(row, column, text, role)
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=target, display=cleaned(text))
        self.looks.dress(cell, role)

    def across(self, row: int, first: int, last: int, text: str, role: str) -> None:
        """Put a text over several columns; the row becomes as high as that takes."""
        self.put(row, first, text, role)
        for number in range(first + 1, last + 1):
            self.put(row, number, None, role)
        if last > first:
            self.held.merge_cells(start_row=row, end_row=row, start_column=first, end_column=last)
        width = sum(self.width(number) for number in range(first, last + 1))
        height = {"title": 26.0, "section": 22.0}.get(role)
        self.raise_to(row, height or lines_of(text, width) * LINE + 3)

    def width(self, column: int) -> float:
        """How many digits fit into a line of a column."""
        return float(self.held.column_dimensions[get_column_letter(column)].width)

    def raise_to(self, row: int, height: float) -> None:
        """Make a row at least that high; a protected row does not grow by itself."""
        known = self.held.row_dimensions[row].height or 0
        self.held.row_dimensions[row].height = min(max(height, known), _MOST_HEIGHT)

    def fit(self, row: int, first: int, last: int, *, least: float = 1) -> None:
        """Make a row as high as the texts in some of its columns need."""
        lines = least
        for column in range(first, last + 1):
            cell = self.held.cell(row, column)
            if cell.value is not None and cell.data_type == "s":
                width = self.width(column) * SIZE / (cell.font.sz or SIZE)
                lines = max(lines, _lines_in(cell.value, width))
        self.raise_to(row, lines * LINE + 3)

    def ask(self, row: int, column: int, asked: Input, value: Any = None) -> None:
        """A cell to be filled in, with what is given already."""
        role, rule = asked
        self._fill(row, column, role, value)
        self._validate(row, column, rule)

    def ask_field(self, row: int, column: int, field: Field, value: Any = None) -> None:
        """A cell to be filled in with the answer to a field, with what is given already."""
        if field.kind == "choice" and value is not None:
            value = shown_options(field)[value]
        self.ask(row, column, _input_of(field, self.lists), value)

    def ask_word(self, row: int, column: int, words: Iterable[str], value: str | None) -> None:
        """A cell to be filled in with one of a few words."""
        self.ask(row, column, _word(words, self.lists), value)

    def _fill(self, row: int, column: int, role: str, value: Any) -> None:
        cell = self.held.cell(row, column)
        self.looks.dress(cell, role)
        if value is None or value == "":
            return
        if isinstance(value, bool):
            value = "yes" if value else "no"
        elif isinstance(value, int | float | Decimal) and not is_kept(value):
            value = written(value)
        elif isinstance(value, datetime.date) and value < FIRST_DAY:
            value = value.isoformat()
        if isinstance(value, str):
            if role in ("figure in", "day"):
                self.looks.dress(cell, "text")
            cell.value, cell.data_type = value.replace("\r\n", "\n"), "s"
        else:
            cell.value = value
            if role == "day":
                self.looks.dress(cell, role)

    def _validate(self, row: int, column: int, rule: tuple[str, ...]) -> None:
        held = self._validations.get(rule)
        if held is None:
            given: Any = dict(zip(_RULE, (text or None for text in rule), strict=True))
            held = DataValidation(
                **given,
                allow_blank=True,
                showErrorMessage=True,
                showInputMessage=given["prompt"] is not None,
                errorTitle="This does not fit",
            )
            self._validations[rule] = held
            self.held.add_data_validation(held)
        held.add(self.held.cell(row, column))

    def close(self, *, top: int, column: int) -> None:
        """Protect what is not to be filled in; keep the headings above and beside in sight."""
        self.held.freeze_panes = self.held.cell(top + 1, column).coordinate
        self.held.print_title_rows = f"{top}:{top}"
        self.protect()

    def protect(self) -> None:
        """Let people change the cells to be filled in, and the size of rows and columns."""
        self.held.protection.sheet = True
        self.held.protection.formatColumns = False
        self.held.protection.formatRows = False

    def place(self, row: int, column: int) -> str:
        """A cell as formulas and links name it."""
        return f"{quote_sheetname(self.held.title)}!{get_column_letter(column)}{row}"


# A cell to be filled in: how it looks, and the rule for what may be typed.
Input = tuple[str, tuple[str, ...]]
# What a rule of a cell says, in this order.
_RULE = ("type", "operator", "formula1", "formula2", "prompt", "error", "errorStyle")
_TEXTS = (
    "textLength", "lessThanOrEqual", str(MOST_CHARACTERS), "", "",
    f"A cell holds at most {MOST_CHARACTERS:,} characters.", "stop",
)  # fmt: skip


def _lines_in(value: Any, width: float) -> float:
    """How many lines of the usual size the text of a cell takes."""
    if not isinstance(value, CellRichText):
        return lines_of(str(value), width)
    lines = 0.0
    for block in value:
        assert isinstance(block, TextBlock)
        size = (block.font.sz or SIZE) / SIZE
        wide = width / size * (0.94 if block.font.b else 1.1)
        lines += lines_of(block.text.removeprefix("\n"), wide) * size
    return lines


def lines_of(text: str, width: float) -> int:
    """How many lines a text takes in cells that are that wide."""
    most = max(1, int(width * _LETTERS))
    lines = text.split("\n", _MOST_LINES)
    return sum(_wrapped(line, most) for line in lines)


def _wrapped(line: str, most: int) -> int:
    if len(line) <= most:
        return 1
    return len(textwrap.wrap(line[: most * _MOST_LINES], most)) or 1


def _listed(source: str, message: str) -> tuple[str, ...]:
    return ("list", "", source, "", "", message, "stop")


def _input_of(field: Field, lists: Lists) -> Input:
    match field.kind:
        case "truth":
            return "word", _listed('"yes,no"', "Write yes or no, or leave it blank.")
        case "choice":
            return _word(shown_options(field).values(), lists)
        case "number":
            return "figure in", _numbers(field)
        case "date":
            return "day", _days(field.minimum, field.maximum)
        case "choices" | "text" | "table":
            return TEXT
    assert_never(field.kind)


def _word(words: Iterable[str], lists: Lists) -> Input:
    return "word", _listed(lists.range_of(words), "Choose from the list, or leave it blank.")


def _numbers(field: Field) -> tuple[str, ...]:
    said = how(field)
    low = -(2**53 - 1) if field.minimum is None else field.minimum
    high = 2**53 - 1 if field.maximum is None else field.maximum
    prompt = f"{said[0].upper()}{said[1:]}."
    message = f"Write {said}, without words."
    if field.question_type.is_percentage:
        prompt = message = f"Write a number without the % sign: {said}."
    kind = "whole" if field.question_type.is_whole else "decimal"
    return (kind, "between", repr(low), repr(high), prompt, message, "stop")


def _days(low: float | str | None, high: float | str | None) -> tuple[str, ...]:
    first = datetime.date.fromisoformat(low) if isinstance(low, str) else None
    ends_today = high == TODAY
    last = datetime.date.fromisoformat(high) if isinstance(high, str) and not ends_today else None
    limits = f", from {first}" if first else ""
    limits += " to today" if ends_today else f" to {last}" if last else ""
    message = f"Write a day such as 2026-11-21{limits}."
    # Days before 1900 can only stand there as texts.
    style = "stop" if first and first >= FIRST_DAY else "warning"
    bounds = [max(day, FIRST_DAY) for day in (first or FIRST_DAY, last or _LAST_DAY)]
    low_day, high_day = (str(int(_serial(day))) for day in bounds)
    if ends_today:
        high_day = "TODAY()"
    return ("date", "between", low_day, high_day, "", message, style)


TEXT: Input = ("text", _TEXTS)
"""Any text."""
DAY: Input = ("day", _days(None, None))
"""Any day."""
MARKED: Input = ("mark", _listed(f'"{MARK}"', f"Put an {MARK}, or leave it blank."))
"""An x, or nothing."""


def whole_number(most: int) -> Input:
    """The number of a question, from 1 on."""
    message = f"Write the number of a question, 1 to {most}."
    return "figure in", ("whole", "between", "1", str(most), "", message, "stop")
