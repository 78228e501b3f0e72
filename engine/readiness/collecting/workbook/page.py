"""A sheet of a form while it is written: cells and how they look, drop-downs, protection, print."""

from __future__ import annotations

import datetime
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, NamedTuple, assert_never

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import quote_sheetname, xl_col_to_name, xl_range
from xlsxwriter.worksheet import Worksheet

from readiness.collecting.form.cells import MARK, how, is_kept, name_options, write_number
from readiness.collecting.form.form_questions import MOST_CHARACTERS
from readiness.collecting.workbook.reading import KEYS, LISTS
from readiness.documents.sanitize import clean_text
from readiness.model.questionnaire import TODAY, Field
from readiness.reports.phrasing import capitalise
from readiness.reports.workbook import sheet
from readiness.reports.workbook.sheet import HEADING, QUIET, CellStyle

FIRST_DAY = datetime.date(1900, 3, 1)
"""Spreadsheets disagree on the days before."""

LINE = 12.75
"""Points from one line of text to the next."""

_USUAL = 13.0  # the width of a column that nobody has set
_MOST_SAID = 255  # units of UTF-16 that a rule can say
_DAY_ZERO = datetime.date(1899, 12, 30)
_MOST_HEIGHT = 409.0  # points; no row can be higher
_MOST_LINES = 40
_LETTERS = 0.98  # letters for each digit that is as wide
_A4 = 9
_LAST_DAY = datetime.date(9999, 12, 31)

LISTS_TITLE = "lists"
_FIRST_LIST = 4  # behind the mark, the numbers and the questions


class HiddenSheet:
    """A sheet that nobody sees, of texts that no program takes for anything else."""

    def __init__(self, book: Workbook, held: Worksheet, own: set[str]) -> None:
        self._held = held
        self._own = own
        self._look = book.add_format({"num_format": "@"})
        held.hide()

    def put(self, row: int, column: int, text: str) -> None:
        """Put a text into a cell."""
        sheet.put_text(self._held, row, column, text, self._look)
        if text:
            self._own.add(text)

    def number(self, row: int, column: int, number: int) -> None:
        """Put a number into a cell."""
        self._held.write_number(row - 1, column - 1, number)
        self._own.add(str(number))


class Lists:
    """The hidden sheet of what drop-downs offer, and of the questions by their numbers.

    What is in the cells may have any length and any marks.
    """

    def __init__(self, held: HiddenSheet) -> None:
        self._held = held
        self._held.put(1, 1, LISTS)
        self._known: dict[tuple[str, ...], str] = {}

    def range_of(self, words: Iterable[str]) -> str:
        """Where some words stand below one another, as a drop-down refers to it."""
        listed = tuple(words)
        if listed not in self._known:
            column = _FIRST_LIST + len(self._known)
            for number, word in enumerate(listed, 1):
                self._held.put(number, column, clean_text(word))
            letter = xl_col_to_name(column - 1)
            self._known[listed] = f"{LISTS_TITLE}!${letter}$1:${letter}${len(listed)}"
        return self._known[listed]

    def questions(self, asked: Iterable[tuple[int, str]]) -> str:
        """Where the questions stand behind their numbers."""
        last = 1
        for last, (number, label) in enumerate(asked, 1):
            self._held.number(last, 2, number)
            self._held.put(last, 3, clean_text(label))
        return f"{LISTS_TITLE}!$B$1:$C${last}"


class RowBlock(NamedTuple):
    """A part of the text of a cell, and its role."""

    text: str
    role: str


# How much wider or narrower the parts of a question are than other texts.
_WIDER = {"label": 0.94, "when": 1.1, "help": 1.1}


class FormSheet:
    """Fills a sheet; its first column is hidden and holds the marks of the rows.

    `rows` are those of the marks; `own` gets what the cells say that nobody is to fill in.
    """

    def __init__(
        self, held: Worksheet, looks: sheet.CellStyler, lists: Lists, mark: str, own: set[str]
    ) -> None:
        self.held = held
        self.looks = looks
        self.lists = lists
        self.rows: dict[str, int] = {}
        self._own = own
        self._widths: dict[int, float] = {}
        self._heights: dict[int, float] = {}
        self._texts: dict[tuple[int, int], tuple[RowBlock, ...]] = {}
        self._ruled: dict[tuple[str, ...], list[tuple[int, int]]] = {}
        held.hide_gridlines(2)
        held.set_column(0, 0, _USUAL, None, {"hidden": True})
        self.mark(1, mark)
        sheet.prepare_print(held, _A4)

    def widths(self, *widths: float) -> None:
        """Make the columns that wide, from the second one on."""
        for number, width in enumerate(widths, 2):
            self._widths[number] = width
            sheet.set_width(self.held, number, width)

    def mark(self, row: int, mark: str) -> None:
        """Put the mark of a row into the hidden column."""
        self.rows[mark] = row
        self._write(row, 1, mark, None)

    def keys(self, row: int, keys: Iterable[str]) -> None:
        """Put the keys of the columns, from the second one on, into a hidden row."""
        self.mark(row, KEYS)
        for number, key in enumerate(keys, 2):
            self._write(row, number, key, None)
        self.held.set_row(row - 1, None, None, {"hidden": True})

    def put(self, row: int, column: int, value: str | float | None, role: str) -> None:
        """Put a value that nobody changes; a text is never taken for a formula."""
        look = self.looks.of(role)
        if isinstance(value, str):
            text = clean_text(value)[:MOST_CHARACTERS]
            self._write(row, column, text, look)
            self._texts[row, column] = (RowBlock(text, role),) if text else ()
        elif value is None:
            self.held.write_blank(row - 1, column - 1, None, look)
        else:
            self.held.write_number(row - 1, column - 1, value, look)
            self._own.add(str(value))

    def _write(self, row: int, column: int, text: str, look: Format | None) -> None:
        sheet.put_text(self.held, row, column, text, look)
        if text:
            self._own.add(text)

    def put_blocks(self, row: int, column: int, role: str, blocks: Sequence[RowBlock]) -> None:
        """Put a text of parts into a cell; the first of them is bold."""
        text = "".join(block.text for block in blocks)
        if len(blocks) == 1:
            self._write(row, column, text, self.looks.of(role, is_bold=True))
        else:
            parts = [(one.text, self.looks.of(one.role)) for one in blocks]
            sheet.put_parts(self.held, row, column, parts, self.looks.of(role))
            self._own.add(text)
        self._texts[row, column] = tuple(blocks)

    def formula(self, row: int, column: int, formula: str, role: str) -> None:
        """Write a formula of the form, which spreadsheets calculate when they open the file."""
        self.held.write_formula(row - 1, column - 1, formula, self.looks.of(role), "")
        self._own.add(formula)

    def link(self, row: int, column: int, text: str, target: str, role: str = "link") -> None:
        """Put a link to another place of the workbook."""
        shown = clean_text(text)[:MOST_CHARACTERS]
        look = self.looks.of(role)
        self.held.write_url(row - 1, column - 1, f"internal:{target}", look, shown)
        self.put(row, column, shown, role)

    def across(self, row: int, first: int, last: int, text: str, role: str) -> None:
        """Put a text over several columns; the row becomes as high as that takes."""
        self.merge(row, first, last, role)
        self.put(row, first, text, role)
        width = sum(self.width(number) for number in range(first, last + 1))
        height = {"title": 26.0, "section": 22.0}.get(role)
        self.raise_to(row, height or lines_of(text, width) * LINE + 3)

    def merge(self, row: int, first: int, last: int, role: str) -> None:
        """Make one cell of several columns of a row."""
        if last > first:
            look = self.looks.of(role)
            self.held.merge_range(row - 1, first - 1, row - 1, last - 1, None, look)

    def width(self, column: int) -> float:
        """How many digits fit into a line of a column."""
        return self._widths.get(column, _USUAL)

    def raise_to(self, row: int, height: float) -> None:
        """Make a row at least that high; a protected row does not grow by itself."""
        height = min(max(height, self._heights.get(row, 0)), _MOST_HEIGHT)
        self._heights[row] = height
        sheet.set_height(self.held, row, height)

    def fit(self, row: int, first: int, last: int, *, least: float = 1) -> None:
        """Make a row as high as the texts in some of its columns need."""
        lines = least
        for column in range(first, last + 1):
            if blocks := self._texts.get((row, column)):
                lines = max(lines, sum(self._lines_in(one, column) for one in blocks))
        self.raise_to(row, lines * LINE + 3)

    def _lines_in(self, block: RowBlock, column: int) -> float:
        """How many lines of the usual size a part of the text of a cell takes."""
        size = self.looks.size(block.role) / sheet.SIZE
        if block.role not in _WIDER:
            return lines_of(block.text, self.width(column) / size)
        width = self.width(column) / size * _WIDER[block.role]
        return lines_of(block.text.removeprefix("\n"), width) * size

    def ask(self, row: int, column: int, asked: Input, value: Any = None) -> None:
        """A cell to be filled in, with what is given already."""
        role, rule = asked
        self._fill(row, column, role, value)
        self._ruled.setdefault(rule, []).append((row, column))

    def ask_field(self, row: int, column: int, field: Field, value: Any = None) -> None:
        """A cell to be filled in with the answer to a field, with what is given already."""
        if field.kind == "choice" and value is not None:
            value = name_options(field)[value]
        self.ask(row, column, _input_of(field, self.lists), value)

    def ask_word(self, row: int, column: int, words: Iterable[str], value: str | None) -> None:
        """A cell to be filled in with one of a few words."""
        self.ask(row, column, _word(words, self.lists), value)

    def _fill(self, row: int, column: int, role: str, value: Any) -> None:
        look = self.looks.of(role)
        if value is None or value == "":
            self.held.write_blank(row - 1, column - 1, None, look)
            return
        if isinstance(value, bool):
            value = "yes" if value else "no"
        elif isinstance(value, int | float | Decimal) and not is_kept(value):
            value = write_number(value)
        elif isinstance(value, datetime.date) and value < FIRST_DAY:
            value = value.isoformat()
        if isinstance(value, str):
            look = self.looks.of("text") if role in ("figure in", "day") else look
            text = value.replace("\r\n", "\n")
            sheet.put_text(self.held, row, column, text, look)
            self._texts[row, column] = (RowBlock(text, role),)
        elif isinstance(value, datetime.date):
            self.held.write_datetime(row - 1, column - 1, value, look)
        else:
            self.held.write_number(row - 1, column - 1, value, look)

    def close(self, *, top: int, column: int) -> None:
        """Protect what is not to be filled in; keep the headings above and beside in sight."""
        self.held.freeze_panes(top, column - 1)
        self.held.repeat_rows(top - 1)
        self.protect()

    def protect(self) -> None:
        """Let people change the cells to be filled in, and the size of rows and columns.

        A rule for what may be typed stands once for all cells that it is for.
        """
        self.held.protect(
            "", {"format_columns": True, "format_rows": True, "objects": True, "scenarios": True}
        )
        for rule, cells in self._ruled.items():
            kind, criterion, low, high, prompt, error, style = rule
            self.held.data_validation(
                *(number - 1 for number in 2 * cells[0]),
                {
                    "validate": kind,
                    "criteria": criterion,
                    "value": low,
                    "maximum": high,
                    "show_input": bool(prompt),
                    "input_message": _short(prompt),
                    "error_title": "This entry is not valid",
                    "error_message": _short(error),
                    "error_type": style,
                    "multi_range": " ".join(_ranges(cells)),
                },
            )

    def place(self, row: int, column: int) -> str:
        """A cell as formulas and links name it."""
        return f"{quote_sheetname(self.held.get_name())}!{xl_col_to_name(column - 1)}{row}"


def _ranges(cells: Iterable[tuple[int, int]]) -> Iterator[str]:
    """The ranges of cells, given by row and column: those of each column, from the top."""
    first = last = (0, 0)
    for row, column in [*sorted(cells, key=lambda cell: (cell[1], cell[0])), (0, 0)]:
        if (row - 1, column) != last:
            if last[0]:
                yield xl_range(first[0] - 1, first[1] - 1, last[0] - 1, last[1] - 1)
            first = row, column
        last = row, column


def _short(text: str) -> str | None:
    """A text as far as a rule can say it."""
    return text.encode("utf-16-le")[: 2 * _MOST_SAID].decode("utf-16-le", "ignore") or None


# A cell to be filled in: how it looks, and the rule for what may be typed.
Input = tuple[str, tuple[str, ...]]
# A rule: its kind, criterion, limits, prompt, message of what does not fit, and how strict it is.
_TEXTS = (
    "length", "<=", str(MOST_CHARACTERS), "", "",
    f"A cell can hold at most {MOST_CHARACTERS:,} characters.", "stop",
)  # fmt: skip


def lines_of(text: str, width: float) -> int:
    """How many lines a text takes in cells that are that wide."""
    most = max(1, int(width * _LETTERS))
    lines = text.split("\n", _MOST_LINES)
    return sum(_wrap(line, most) for line in lines)


def _wrap(line: str, most: int) -> int:
    if len(line) <= most:
        return 1
    return len(textwrap.wrap(line[: most * _MOST_LINES], most)) or 1


def _list_validation(source: str, message: str) -> tuple[str, ...]:
    return ("list", "", source, "", "", message, "stop")


def _input_of(field: Field, lists: Lists) -> Input:
    match field.kind:
        case "truth":
            return "word", _list_validation('"yes,no"', "Enter yes or no, or leave it blank.")
        case "choice":
            return _word(name_options(field).values(), lists)
        case "number":
            return "figure in", _numbers(field)
        case "date":
            return "day", _days(field.minimum, field.maximum)
        case "choices" | "text" | "table":
            return TEXT
    assert_never(field.kind)


def _word(words: Iterable[str], lists: Lists) -> Input:
    return "word", _list_validation(
        lists.range_of(words), "Choose from the list, or leave it blank."
    )


def _numbers(field: Field) -> tuple[str, ...]:
    said = how(field)
    low = -(2**53 - 1) if field.minimum is None else field.minimum
    high = 2**53 - 1 if field.maximum is None else field.maximum
    prompt = f"{capitalise(said)}."
    message = f"Enter {said}, without words."
    kind = "whole" if field.question_type.is_whole else "decimal"
    return (kind, "between", repr(low), repr(high), prompt, message, "stop")


def _days(low: float | str | None, high: float | str | None) -> tuple[str, ...]:
    first = datetime.date.fromisoformat(low) if isinstance(low, str) else None
    ends_today = high == TODAY
    last = datetime.date.fromisoformat(high) if isinstance(high, str) and not ends_today else None
    limits = f", from {first}" if first else ""
    limits += " to today" if ends_today else f" to {last}" if last else ""
    message = f"Enter a date such as 2026-11-21{limits}."
    # Days before 1900 can only stand there as texts.
    style = "stop" if first and first >= FIRST_DAY else "warning"
    bounds = [max(day, FIRST_DAY) for day in (first or FIRST_DAY, last or _LAST_DAY)]
    low_day, high_day = (str((day - _DAY_ZERO).days) for day in bounds)
    if ends_today:
        high_day = "TODAY()"
    return ("date", "between", low_day, high_day, "", message, style)


TEXT: Input = ("text", _TEXTS)
"""Any text."""
DAY: Input = ("day", _days(None, None))
"""Any day."""
MARKED: Input = ("mark", _list_validation(f'"{MARK}"', f"Enter {MARK}, or leave it blank."))
"""An x, or nothing."""


def whole_number(most: int) -> Input:
    """The number of a question, from 1 on."""
    message = f"Enter the number of a question, 1 to {most}."
    return "figure in", ("whole", "between", "1", str(most), "", message, "stop")


_BAND, _LINK = "E8EDF5", "0B57B7"
_RULE = "D5DAE1"
_INPUT = CellStyle(ground="FFF9DB", rule="DDBB55", is_input=True)

ROLES = {
    "title": CellStyle(16, bold=True, colour=HEADING, down="center", wraps=False),
    "remark": CellStyle(),
    "quiet": CellStyle(colour=QUIET),
    "label": CellStyle(bold=True, colour=""),
    "when": CellStyle(9, italic=True, colour="7A4A00"),
    "help": CellStyle(9, colour=QUIET),
    "done": CellStyle(colour="1E4D1F", ground="DDEFD9"),
    "missing": CellStyle(colour="", ground="F9D9DA"),
    "name": CellStyle(bold=True),
    "head": CellStyle(bold=True, colour="FFFFFF", ground=HEADING, down="center", rule=_RULE),
    "section": CellStyle(12, bold=True, colour=HEADING, ground=_BAND, down="center", wraps=False),
    "section help": CellStyle(colour=QUIET, ground=_BAND, down="center"),
    "number": CellStyle(bold=True, colour=QUIET, across="center", rule=_RULE),
    "question": CellStyle(rule=_RULE),
    "option": CellStyle(rule=_RULE, indent=2),
    "how": CellStyle(9, colour=QUIET, rule=_RULE),
    "closed": CellStyle(9, colour=QUIET, ground="F4F5F7", rule=_RULE),
    "link": CellStyle(colour=_LINK, rule=_RULE, is_link=True),
    "free link": CellStyle(colour=_LINK, is_link=True),
    "figure": CellStyle(across="right"),
    "text": replace(_INPUT, number_format="@"),
    "word": replace(_INPUT, number_format="@"),
    "mark": replace(_INPUT, bold=True, across="center", number_format="@"),
    "figure in": replace(_INPUT, number_format="General"),
    "day": replace(_INPUT, number_format="yyyy-mm-dd"),
}
