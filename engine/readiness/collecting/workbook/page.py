"""A sheet of a form while it is written: cells, drop-downs, protection and print."""

from __future__ import annotations

import datetime
import textwrap
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, assert_never

from openpyxl.cell.cell import Cell
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.hyperlink import Hyperlink

from readiness.collecting.form.capacity import MOST_CHARACTERS
from readiness.collecting.form.values import is_kept, written
from readiness.collecting.form.wording import MARK, how, shown_options
from readiness.collecting.workbook.markers import KEYS
from readiness.collecting.workbook.styles import Looks
from readiness.documents.sanitize import cleaned
from readiness.model.questionnaire import TODAY
from readiness.reports.workbook.styles import SIZE, prepare_print

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from readiness.collecting.workbook.lists import Lists
    from readiness.model.question_types import Kind
    from readiness.model.questionnaire import Field

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
_ROLES: Mapping[Kind, str] = {
    "truth": "word", "choice": "word", "choices": "text", "number": "figure in", "date": "day",
    "text": "text", "table": "text",
}  # fmt: skip


class FormSheet:
    """Fills a sheet; its first column is hidden and holds the marks of the rows."""

    def __init__(self, held: Worksheet, looks: Looks, lists: Lists, mark: str) -> None:
        self.held = held
        self.looks = looks
        self.lists = lists
        self._validations: dict[tuple[Any, ...], DataValidation] = {}
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
        cell = self._cell(row, 1)
        cell.value, cell.data_type = mark, "s"

    def keys(self, row: int, keys: Iterable[str]) -> None:
        """Put the keys of the columns, from the second one on, into a hidden row."""
        self.mark(row, KEYS)
        for number, key in enumerate(keys, 2):
            cell = self._cell(row, number)
            cell.value, cell.data_type = key, "s"
        self.held.row_dimensions[row].hidden = True

    def _cell(self, row: int, column: int) -> Cell:
        cell = self.held.cell(row, column)
        assert isinstance(cell, Cell)
        return cell

    def put(self, row: int, column: int, value: Any, role: str) -> Cell:
        """Put a value that nobody changes; a text is never taken for a formula."""
        cell = self._cell(row, column)
        self.looks.dress(cell, role)
        if isinstance(value, str):
            cell.value, cell.data_type = cleaned(value)[:MOST_CHARACTERS] or None, "s"
        elif value is not None:
            cell.value = value
        return cell

    def formula(self, row: int, column: int, formula: str, role: str) -> None:
        """Put a formula of the form's own."""
        cell = self._cell(row, column)
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

    def ask(self, row: int, column: int, field: Field, value: Any = None) -> None:
        """A cell to be filled in with the answer to a field, with what is given already."""
        role = _ROLES[field.kind]
        if field.kind == "choice" and value is not None:
            value = shown_options(field)[value]
        self._fill(row, column, role, value)
        self._validate(row, column, _answers(field, self.lists))

    def ask_mark(self, row: int, column: int, *, marked: bool) -> None:
        """A cell to be marked with an x."""
        self._fill(row, column, "mark", MARK if marked else None)
        self._validate(row, column, _listed(f'"{MARK}"', f"Put an {MARK}, or leave it blank."))

    def ask_word(self, row: int, column: int, words: Iterable[str], value: str | None) -> None:
        """A cell to be filled in with one of a few words."""
        known = list(words)
        self._fill(row, column, "word", value)
        message = "Choose from the list, or leave it blank."
        self._validate(row, column, _listed(self.lists.range_of(known), message))

    def ask_text(self, row: int, column: int, value: str | None = None) -> None:
        """A cell to be filled in with any text."""
        self._fill(row, column, "text", value or None)
        self._validate(row, column, _TEXTS)

    def ask_day(self, row: int, column: int, value: str = "") -> None:
        """A cell to be filled in with any day."""
        day = datetime.date.fromisoformat(value) if value else None
        self._fill(row, column, "day", day)
        self._validate(row, column, _days(None, None))

    def ask_whole(self, row: int, column: int, most: int, value: int | None) -> None:
        """A cell to be filled in with a whole number from 1 on."""
        self._fill(row, column, "figure in", value)
        message = f"Write the number of a question, 1 to {most}."
        self._validate(row, column, ("whole", "between", "1", str(most), "", message, "stop"))

    def _fill(self, row: int, column: int, role: str, value: Any) -> None:
        cell = self._cell(row, column)
        self.looks.dress(cell, role)
        if value is None:
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
        held.add(self._cell(row, column))

    def close(self, *, top: int, column: int) -> None:
        """Protect what is not to be filled in; keep the headings above and beside in sight."""
        self.held.freeze_panes = self._cell(top + 1, column).coordinate
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


def _answers(field: Field, lists: Lists) -> tuple[str, ...]:
    match field.kind:
        case "truth":
            return _listed('"yes,no"', "Write yes or no, or leave it blank.")
        case "choice":
            shown = list(shown_options(field).values())
            return _listed(lists.range_of(shown), "Choose from the list, or leave it blank.")
        case "number":
            return _numbers(field)
        case "date":
            return _days(field.minimum, field.maximum)
        case "choices" | "text" | "table":
            return _TEXTS
    assert_never(field.kind)


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
