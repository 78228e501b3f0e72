"""A workbook and its sheets: how it begins, a title, lines of text, and tables, and its bytes.

Some spreadsheets make a row as high as its texts when they open a file, others do not, so the
heights stand in it. The widths are those of Arial, roughly, and a little on the safe side. The same
workbook gives the same bytes: the library writes no time of the clock.
"""

from __future__ import annotations

import datetime
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from typing import Any, Generic, TypeVar

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from readiness.documents.sanitize import harmless
from readiness.version import __version__

FONT = "Arial"  # as wide as Liberation Sans, which stands in for it where it is missing
SIZE = 10
TITLE_SIZE = 16

INK = "1F2937"
HEADING = "1F3864"
QUIET = "595959"
_RULE = "BFC5CD"

# The colours of a state: of the ground, and of the words that say the same.
MARKS = {
    "good": ("DDEFD9", "1E4D1F"),
    "bad": ("F9D9DA", "7A1620"),
    "open": ("FFF0C7", "5C4400"),
    "accepted": ("DCE6F5", "1F3864"),
    "aside": ("EDEDED", "404040"),
}
OF_VERDICT = {
    "go": "good", "conditional_go": "accepted", "no_go": "bad", "undetermined": "open",
    "out_of_scope": "aside",
}  # fmt: skip
OF_STATUS = {
    "met": "good", "unmet": "bad", "undetermined": "open", "not_applicable": "aside",
}  # fmt: skip

OF_TRUTH = {"true": "good", "false": "bad", "unknown": "open", "not_applicable": "aside"}
MOST_INDENT = 15


@dataclass(frozen=True, slots=True)
class CellStyle:
    """How the cells of a role look.

    `across` and `down` say where a text stands, `rule` is the colour of the lines around, empty
    where there are none. What `is_input` is filled in, so that it is not protected.
    """

    size: float = SIZE
    bold: bool = False
    italic: bool = False
    colour: str = INK
    ground: str = ""
    across: str = "left"
    down: str = "top"
    rule: str = ""
    wraps: bool = True
    indent: int = 0
    is_link: bool = False
    is_input: bool = False
    number_format: str = ""

    def properties(self) -> dict[str, Any]:
        """Return what the library calls the properties of this look."""
        found: dict[str, Any] = {
            "font_size": self.size, "bold": self.bold, "italic": self.italic,
            "underline": int(self.is_link), "align": self.across, "text_wrap": self.wraps,
            "valign": "vcenter" if self.down == "center" else self.down, "indent": self.indent,
            "locked": not self.is_input, "num_format": self.number_format or "General",
        }  # fmt: skip
        if self.colour:
            found |= {"font_color": f"#{self.colour}"}
        if self.ground:
            found |= {"pattern": 1, "bg_color": f"#{self.ground}"}
        if self.rule:
            found |= {"border": 1, "border_color": f"#{self.rule}"}
        return found


class CellStyler:
    """The formats of a workbook by the roles of its cells; each is there once."""

    def __init__(self, book: Workbook, roles: Mapping[str, CellStyle]) -> None:
        self._book = book
        self._roles = roles
        self.of: Callable[..., Any] = cache(self._make)

    def size(self, role: str) -> float:
        """The size of the font of a role."""
        return self._roles[role].size

    def _make(self, role: str, mark: str = "", indent: int = 0, *, is_bold: bool = False) -> Format:
        """The format of a role, in the colours of a mark, its text at an indent."""
        look = self._roles[role]
        if mark:
            ground, ink = MARKS[mark]
            look = replace(look, ground=ground, colour=ink, bold=role == "word")
        if indent:
            look = replace(look, indent=indent)
        if is_bold:
            look = replace(look, bold=True)
        return self._book.add_format(look.properties())


# Outside tables, then in them.
ROLES = {
    "title": CellStyle(TITLE_SIZE, bold=True, colour=HEADING),
    "remark": CellStyle(colour=QUIET),
    "section": CellStyle(12, bold=True, colour=HEADING, wraps=False),
    "name": CellStyle(bold=True),
    "free": CellStyle(),
    "head": CellStyle(bold=True, colour="FFFFFF", ground=HEADING, down="center", rule=_RULE),
    "text": CellStyle(rule=_RULE),
    "word": CellStyle(across="center", rule=_RULE),
    "number": CellStyle(across="right", rule=_RULE),
    "date": CellStyle(across="center", rule=_RULE, number_format="yyyy-mm-dd"),
}


def prepare_print(sheet: Worksheet, paper: int) -> None:
    """Print a sheet across, as wide as the paper, with its name and the page at the foot.

    `paper` is the number that workbooks have for a size of paper.
    """
    sheet.set_landscape()
    sheet.set_paper(paper)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(0.4, 0.4, 0.5, 0.6)
    sheet.set_footer("&L&A&RPage &P of &N")


_MOST_TITLE = 250  # characters in the properties of the file
_PIXELS = 7  # of a digit, by which widths of columns go
_POINTS = 0.75  # of a pixel
# What the library takes for XML, and what it and spreadsheets take for an escape.
_BREAK = re.compile(r"(?<=^<)(?=r>)|(?<=_x)(?=[0-9A-Fa-f]{4}_)")


def empty_workbook(title: str, time: datetime.datetime) -> Workbook:
    """A workbook without sheets, of which the file says what it is about and of when it is."""
    usual = {"font_name": FONT, "font_size": SIZE}  # the widths of columns go by it
    options = {"in_memory": True, "default_format_properties": usual}
    book = Workbook(io.BytesIO(), options)
    author = f"readiness {__version__}"
    book.set_properties({"title": title[:_MOST_TITLE], "author": author, "created": time})
    return book


def pack_workbook(book: Workbook) -> bytes:
    """The file of a workbook, which is finished by this."""
    book.close()
    held = book.filename
    assert isinstance(held, io.BytesIO)
    return held.getvalue()


def put_text(
    sheet: Worksheet, row: int, column: int, text: str, look: Format | None = None
) -> None:
    """Put a text into a cell as a text, whatever it begins with; nothing where it is empty."""
    if not text:
        sheet.write_blank(row - 1, column - 1, None, look)
    elif _BREAK.search(text):
        put_parts(sheet, row, column, [(text, look)], look)
    else:
        sheet.write_string(row - 1, column - 1, text, look)


def put_parts(
    sheet: Worksheet,
    row: int,
    column: int,
    parts: Iterable[tuple[str, Format | None]],
    look: Format | None,
) -> None:
    """Put a text of two parts or more into a cell, each with its own look.

    What would be taken for something else is broken in two, which look alike.
    """
    broken = [(piece, one) for text, one in parts for piece in _BREAK.split(text)]
    runs = [run for piece, one in broken for run in (one, piece) if run is not None]
    sheet.write_rich_string(row - 1, column - 1, *runs, *([look] if look else []))


def set_width(sheet: Worksheet, column: int, width: float) -> None:
    """Make a column `width` digits wide."""
    sheet.set_column_pixels(column - 1, column - 1, round(width * _PIXELS))


def set_height(sheet: Worksheet, row: int, points: float) -> None:
    """Make a row that high."""
    sheet.set_row_pixels(row - 1, points / _POINTS)


T = TypeVar("T")

A3, A4 = 8, 9
_MOST_HEADING = 200  # characters
_BUTTON = 3.0  # what the button of the filter takes of the width
_NARROWEST = 3.0
_ROOMY = 20.0
_USUAL = 13.0  # the width of a column that nobody has set
_FIRST_DAY = datetime.date(1900, 3, 1)  # spreadsheets disagree on the days before
_MOST_UNITS = 32_767  # what a cell holds, in units of UTF-16
_PART = 16_000  # characters, none of which takes more than two units
_BEGINNING = 1_000
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")

LINE = 12.75  # points from one line of text to the next
MOST_HEIGHT = 409.0  # points; no row can be higher
_UNIT = 5.25  # points that a unit of a column's width takes
_MARGINS = 5.0
_SAFETY = 1.02
_PIECE = re.compile(r"[^ -]*-* ?")  # what is not broken: up to a blank or behind a hyphen

# Widths in parts of the size of the font.
_WIDTHS = {
    sign: width
    for signs, width in (
        ("ijl'|", 0.22),
        (' .,;:!/\\tfI[]()r-`"', 0.32),
        ("ckszvxyJ", 0.5),
        ("wWmM@%—…", 0.85),
    )
    for sign in signs
}
_CAPITAL, _PLAIN, _FULL = 0.69, 0.556, 1.0


@dataclass(frozen=True, slots=True)
class Marked:
    """A word in the colours of a state."""

    text: str
    mark: str


Value = str | float | datetime.date | Marked | None


@dataclass(frozen=True, slots=True)
class SheetColumn(Generic[T]):
    """A column of a table: its heading, its width in characters, and what of an entry it shows.

    `is_word` is for those with a word or two, which are centred; `indent` says how far
    to move a text to the right.
    """

    heading: str
    width: float
    of: Callable[[T], Value]
    is_word: bool = False
    indent: Callable[[T], int] | None = None


def day(written: str) -> Value:
    """A day as documents write it; what is none stays a text."""
    try:
        return datetime.date.fromisoformat(written)
    except ValueError:
        return written


class SheetWriter:
    """Fills a sheet from its top to its bottom."""

    def __init__(self, book: Workbook, title: str, texts: Texts, *, paper: int = A4) -> None:
        self.texts = texts
        self.title = title
        self.held: Any = book.add_worksheet(title)
        self.row: int = 1
        self._widths: dict[int, float] = {}
        self._looks = CellStyler(book, ROLES)
        self.held.hide_gridlines(2)
        prepare_print(self.held, paper)

    def set_widths(self, widths: Iterable[float]) -> None:
        """Make the columns that wide, from the first one on; none becomes narrower by it."""
        for number, width in enumerate(widths, 1):
            self._widths[number] = max(width, self._widths.get(number, 0))
            set_width(self.held, number, self._widths[number])

    def _width(self, number: int) -> float:
        return self._widths.get(number, _USUAL)

    def put(self, column: int, value: Value, role: str, indent: int = 0) -> int:
        """Put a value into a cell of this row; returns how many lines it takes."""
        mark = value.mark if isinstance(value, Marked) else ""
        value = value.text if isinstance(value, Marked) else value
        if isinstance(value, datetime.date) and value < _FIRST_DAY:
            value = value.isoformat()
        if role in ("text", "word") and value is not None and not isinstance(value, str):
            role = "date" if isinstance(value, datetime.date) else "number"
        look = self._looks.of(role, mark, min(indent, MOST_INDENT))
        if isinstance(value, str):
            shown = self.texts.fit_cell(value)
            put_text(self.held, self.row, column, shown, look)
            taken = _BUTTON if role == "head" else 2 * min(indent, MOST_INDENT)
            return lines_of(shown, max(self._width(column) - taken, _NARROWEST))
        if value is None:
            self.held.write_blank(self.row - 1, column - 1, None, look)
        elif isinstance(value, datetime.date):
            self.held.write_datetime(self.row - 1, column - 1, value, look)
        else:
            self.held.write_number(self.row - 1, column - 1, value, look)
        return 1

    def _set_height(self, points: float) -> None:
        set_height(self.held, self.row, points)

    def across(self, first: int, last: int, text: str, role: str = "free") -> None:
        """Put a text over several columns of this row, which becomes as high as it takes."""
        shown, look = self.texts.fit_cell(text), self._looks.of(role)
        width = sum(self._width(number) for number in range(first, last + 1))
        size = TITLE_SIZE if role == "title" else SIZE
        lines = lines_of(shown, width, size)
        self._set_height(height(round(lines * size / SIZE + 0.4)) if lines else LINE)
        if last > first:
            self.held.merge_range(self.row - 1, first - 1, self.row - 1, last - 1, None, look)
        put_text(self.held, self.row, first, shown, look)

    def head(self, title: str, remark: str, columns: int) -> None:
        """Write the sheet's title, what it shows, and a blank row, across `columns` columns."""
        self.across(1, columns, title, "title")
        self.row += 1
        self.across(1, columns, remark, "remark")
        self.row += 2

    def section(self, title: str) -> None:
        """Put the heading of a part of the sheet."""
        self.put(1, title, "section")
        self._set_height(height(1) * 1.4)
        self.row += 1

    def _put_row(self, cells: Iterable[tuple[int, Value, str, int]], *, more: float = 0) -> None:
        """Put values into columns of this row, each in a role and at an indent."""
        lines = [self.put(*cell) for cell in cells]
        self._set_height(height(max(lines, default=1)) + more)
        self.row += 1

    def table(
        self, name: str, columns: Sequence[SheetColumn[T]], entries: Iterable[T], *, nothing: str
    ) -> None:
        """Put a table and a blank row; where there are no entries, a row that says so."""
        top, numbered = self.row, list(enumerate(columns, 1))
        self.set_widths(column.width for column in columns)
        headings = _headings([column.heading for column in columns])
        self.row += 1
        for entry in entries:
            self._put_row(
                (
                    number,
                    column.of(entry),
                    "word" if column.is_word else "text",
                    column.indent(entry) if column.indent else 0,
                )
                for number, column in numbered
            )
        if self.row == top + 1:  # said where a text has room
            place = max(numbered, key=lambda one: min(one[1].width, _ROOMY))[0]
            self._put_row((n, nothing if n == place else None, "text", 0) for n, _ in numbered)
        columns_ = [{"header": _escape(heading)} for heading in headings]
        table = {"name": name, "style": "Table Style Light 1", "columns": columns_}
        self.held.add_table(top - 1, 0, self.row - 2, len(columns) - 1, table)
        self.row, end = top, self.row  # the headings, over what the table has put there
        self._put_row(((n, heading, "head", 0) for n, heading in enumerate(headings, 1)), more=4)
        self.row = end + 1

    def fill(
        self,
        remark: str,
        columns: Sequence[SheetColumn[T]],
        entries: Iterable[T],
        *,
        nothing: str,
        fixed: int = 1,
        above: Sequence[Sequence[Value]] = (),
        least: int = 0,
    ) -> None:
        """Put the sheet's title, a remark over `least` columns or more, and the one table.

        Its headings stay in sight and stand on each page; so do the `fixed` first columns in sight.
        `above` are lines of words between the remark and the table.
        """
        title = self.title
        self.set_widths(column.width for column in columns)
        self.head(title, remark, max(len(columns), least))
        for words in above:
            told = [(number, word) for number, word in enumerate(words, 1) if word is not None]
            self._put_row((number, word, "word", 0) for number, word in told)
        top = self.row
        name = "".join(part.capitalize() for part in title.replace("×", "and").split())
        self.table(name, columns, entries, nothing=nothing)
        self.held.freeze_panes(top, fixed)
        self.held.repeat_rows(top - 1)


def _headings(written: Sequence[str]) -> list[str]:
    """Headings as a table needs them: texts, none of them empty, too long, or there twice."""
    found: dict[str, str] = {}
    for heading in written:
        short = harmless(heading)[:_MOST_HEADING] or "–"
        unique, number = short, 1
        while unique.lower() in found:
            number += 1
            unique = f"{short} ({number})"
        found[unique.lower()] = unique
    return list(found.values())


@dataclass(frozen=True, eq=False)
class Texts:
    """What cells hold of texts; `long` are those that none can hold, in the order of the cells."""

    long: list[str] = field(default_factory=list)

    def fit_cell(self, text: str) -> str:
        """Return the content of the cell of a text.

        If it is too long for a cell, that is its beginning and where to find all of it.
        """
        shown = harmless(text)
        if not _fits(shown):
            self.long.append(shown)
            where = f'complete text: sheet "Long texts", text {len(self.long)}'
            shown = f"{shown[:_BEGINNING].rstrip()} … ({where})"
        return shown


def parts(text: str) -> list[str]:
    """A text in parts that a cell can hold."""
    return [text[start : start + _PART] for start in range(0, len(text), _PART)]


def _fits(text: str) -> bool:
    if len(text) < _MOST_UNITS // 8:  # no sign takes more than two units, or an escape of seven
        return True
    return len(_escape(text).encode("utf-16-le")) <= 2 * _MOST_UNITS


def _escape(text: str) -> str:
    """As the file holds it: spreadsheets read _x0041_ as the character with that number."""
    return _LOOKS_ESCAPED.sub("_x005F_", text)


def height(lines: int) -> float:
    """Return the height of a row with this number of lines."""
    return min(lines * LINE + 2, MOST_HEIGHT)


def lines_of(text: str, width: float, size: float = SIZE) -> int:
    """How many lines a text takes in a column of that width, broken between words."""
    room = (width * _UNIT - _MARGINS) / size / _SAFETY
    most = int(MOST_HEIGHT / LINE) + 1  # more make no difference
    found = 0
    for line in text.split("\n", most):
        found += _broken(line[: int(most * room / min(_WIDTHS.values())) + 1], room)
        if found >= most:
            break
    return found


def _broken(line: str, room: float) -> int:
    """Into how many lines a line is broken."""
    found, used = 1, 0.0
    for piece in _PIECE.findall(line):
        wide = sum(map(_width_of, piece.rstrip(" ")))
        if used and used + wide > room:
            found, used = found + 1, 0.0
        if wide > room:  # a piece longer than the line is broken inside
            found += int(wide / room)
            wide %= room
        used += wide + (_WIDTHS[" "] if piece.endswith(" ") else 0)
    return found


@lru_cache(4_096)
def _width_of(sign: str) -> float:
    if sign in _WIDTHS:
        return _WIDTHS[sign]
    if unicodedata.east_asian_width(sign) in ("W", "F"):
        return _FULL
    return _CAPITAL if sign.isupper() else _PLAIN
