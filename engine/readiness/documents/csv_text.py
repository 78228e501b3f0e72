"""Comma-separated values: the one set of rules for forms, portfolios, reports and whatever comes.

Commas, semicolons or tabs separate the cells, whichever makes the most known names of the first
line; a line `sep=;` above it says so itself. A cell in quotes may hold separators and line ends,
and a quotation mark written twice. Lines in which there is nothing count for nothing.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, BinaryIO

from readiness.documents.opening import BrokenFile
from readiness.documents.sanitize import clean_text, harmless

SEPARATORS = (",", ";", "\t")

NO_UTF_8 = "it is not in UTF-8", "in a spreadsheet, save it as 'CSV UTF-8'"
_HINT = 'close the cell with a quotation mark; write one that is part of the text twice: "4"" pipe"'
_NAMED = re.compile(r"\ufeff?sep=(.)(?:\r\n|\r|\n)", re.IGNORECASE)
_LINE_ENDS = b"\r\n"
_LINE_END = "\r\n"
_BUFFER = 2**20
_LONGEST_CELL = 2**22

Cell = str | float

BYTE_ORDER_MARK = "\ufeff"
"""Stands in front: Excel takes a file without it for one in the encoding of the system."""


@dataclass(frozen=True, slots=True)
class Head:
    """How a file begins: what separates its cells, the names, and how many bytes those take."""

    separator: str
    names: tuple[str, ...]
    size: int
    lines: int


def head_of(data: bytes, is_known: Callable[[str], bool]) -> Head:
    """The head of a file, the first bytes of which are given.

    `is_known` says whether a name is one of those that files of this kind have. Without any names
    the file is empty. Raises `BrokenFile` for bytes that are no text in UTF-8, and for a first
    line that cannot be read, such as one in which a quotation mark is never closed.
    """
    text = _text(data)
    named = _NAMED.match(text)
    above = named[0] if named else "\ufeff" if text.startswith("\ufeff") else ""
    found = [
        _head(text, above, separator) for separator in (named[1] if named else "".join(SEPARATORS))
    ]
    head = max(found, key=lambda one: sum(map(is_known, one.names)))
    quotes = Quotes(head.separator)
    quotes.feed(data[: head.size])
    if quotes.opened is not None:
        raise quotes.opened
    return head


def lines_of(data: bytes, head: Head) -> Iterator[tuple[int, list[str]]]:
    """Each line below the names, by the number of the line it begins in: its cells.

    Raises `BrokenFile` as `Quotes` does.
    """
    quotes = Quotes(head.separator)
    quotes.feed(data)
    quotes.close()
    body = io.StringIO(_text(data[head.size :]), newline="")
    reader = csv.reader(body, delimiter=head.separator)
    line = head.lines + 1
    try:
        for cells in reader:
            if cells:
                yield line, cells
            line = head.lines + reader.line_num + 1
    except csv.Error:  # all other faults are those of quotation marks
        reason = f"a cell is longer than {csv.field_size_limit():,} characters"
        raise BrokenFile(reason, line=line, column=1) from None


class LineStream(io.RawIOBase):
    """The lines below the names of a file whose beginning has been read already.

    `done` is the number of bytes read so far. Raises `BrokenFile` as `Quotes` does.
    """

    def __init__(self, start: bytes, rest: BinaryIO, head: Head) -> None:
        self._start, self._rest = io.BytesIO(start), rest
        self._quotes = Quotes(head.separator)
        self._quotes.feed(self._start.read(head.size))
        self.done: int = head.size
        self._is_ended, self._read = False, 0
        text = io.TextIOWrapper(io.BufferedReader(self, _BUFFER), "utf-8", newline="")
        self._rows = csv.reader(text, delimiter=head.separator)

    def readable(self) -> bool:
        """Return True: the file can be read."""
        return True

    def readinto(self, room: Any) -> int:
        """Fill in the next bytes, and return their number; none at the end."""
        found = self._start.read(len(room)) or self._rest.read(len(room))
        self.done += len(found)
        self._quotes.feed(found)
        if not found and not self._is_ended:
            self._is_ended = True
            self._quotes.close()
        room[: len(found)] = found
        return len(found)

    def lines(self, most: int) -> list[list[str]]:
        """Return the cells of at most that many lines; none at the end."""
        limit = csv.field_size_limit(_LONGEST_CELL)
        found: list[list[str]] = []
        try:
            found.extend(islice(self._rows, most))
        except UnicodeDecodeError:
            raise BrokenFile(*NO_UTF_8) from None
        except csv.Error:
            while self.readinto(bytearray(_BUFFER)):  # whether this long cell ends at all
                pass
            row = self._read + len(found) + 1
            msg = f"from row {row} on, a line is longer than {_LONGEST_CELL >> 20} MiB"
            raise BrokenFile(msg) from None
        finally:
            csv.field_size_limit(limit)
        self._read += len(found)
        return found


def _text(data: bytes) -> str:
    """The text of bytes, which may end within a character."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BrokenFile(*NO_UTF_8)
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(data)
    except UnicodeDecodeError:
        raise BrokenFile(*NO_UTF_8) from None


def _head(text: str, above: str, separator: str) -> Head:
    """The head of a text below what stands above its names."""
    body = text[len(above) :]
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=separator)
    try:
        names = next((row for row in reader if row), [])
    except csv.Error:
        raise BrokenFile("its first line cannot be read") from None
    lines = islice(io.StringIO(body, newline=""), reader.line_num)
    size = len((above + "".join(lines)).encode())
    return Head(separator, tuple(names), size, reader.line_num + above.count("\n"))


class Quotes:
    """Follows the quotation marks through a file, which is given piece by piece.

    Raises `BrokenFile`, with the line in which the cell begins, for a cell in quotes that is
    never closed, or that goes on behind its closing quotation mark. Any other text is read alike
    by whatever reads comma-separated values.
    """

    def __init__(self, separator: str) -> None:
        ends = re.escape(separator.encode()) + _LINE_ENDS
        self._is_end = frozenset(separator.encode() + _LINE_ENDS).__contains__
        self._outside = re.compile(
            rb'(?:[^"]++|(?<=[%b])"(?:[^"]++|"")*+"(?=[%b]))*+' % (ends, ends)
        )
        self._inside = re.compile(rb'(?:[^"]++|"")*+')
        self._left = b"\n"
        """A byte that was looked at already, and those behind it that were not."""
        self._lines = 0
        self._opened: BrokenFile | None = None

    def feed(self, piece: bytes) -> None:
        """Look at the next bytes."""
        data = self._left + piece
        # What quotation marks and halves of line ends mean is seen from what follows them.
        whole = max(1, len(data.rstrip(b'"\r')))
        self._look(data[:whole])
        self._lines += _line_ends(data, 1, whole)
        self._left = data[whole - 1 :]

    def close(self) -> None:
        """Nothing follows."""
        self._look(self._left + b"\n")
        if self._opened is not None:
            raise self._opened

    @property
    def opened(self) -> BrokenFile | None:
        """What is wrong if the cell that was read last is never closed; None if it is closed."""
        return self._opened

    def _look(self, data: bytes) -> None:
        position = 1
        if b'"' not in data:
            return
        while position < len(data):
            if self._opened is None:
                position = self._next_quote(data, position)
                continue
            found = self._inside.match(data, position)
            assert found is not None
            if found.end() == len(data):
                return
            position = found.end() + 1
            if not self._is_end(data[position]):
                opened = self._opened
                reason = (
                    "this cell is in quotation marks, and more text follows the closing one in line"
                    f" {self._line(data, position)}"
                )
                raise BrokenFile(reason, _HINT, opened.line, opened.column, opened.text)
            self._opened = None

    def _next_quote(self, data: bytes, position: int) -> int:
        """Return the position after the next mark that opens a cell not closed immediately."""
        found = self._outside.match(data, position)
        assert found is not None
        place = found.end()
        if place == len(data):
            return place
        if self._is_end(data[place - 1]):
            self._opened = self._describe_unclosed(data, place)
        return place + 1

    def _describe_unclosed(self, data: bytes, place: int) -> BrokenFile:
        """What is wrong with the cell that begins at that place, if nothing closes it."""
        begin = 1 + max(data.rfind(b"\n", 0, place), data.rfind(b"\r", 0, place))
        text = re.split(rb"[\r\n]", data[begin : begin + 1_000], maxsplit=1)[0]
        column = len(data[begin:place].decode(errors="replace")) + 1
        return BrokenFile(
            "this cell begins with a quotation mark, and none closes it",
            _HINT,
            self._line(data, place),
            column,
            text.decode(errors="replace"),
        )

    def _line(self, data: bytes, place: int) -> int:
        return self._lines + _line_ends(data, 1, place) + 1


def _line_ends(data: bytes, start: int, end: int) -> int:
    """How many lines end between two places; an end of two bytes counts once."""
    marks = data.count(b"\n", start, end) + data.count(b"\r", start, end)
    return marks - data.count(b"\r\n", start, end)


@dataclass(frozen=True, slots=True)
class CsvDialect:
    """How comma-separated values are written.

    `separator` is what separates the cells. `guard` makes a text harmless to a spreadsheet; None
    where no spreadsheet is to open it. Control characters are left out in any case; line ends
    stay as they are.
    """

    separator: str = ","
    guard: Callable[[str], str] | None = harmless

    def cell(self, held: Cell) -> Cell:
        """A cell: numbers plain, whole ones without a decimal point."""
        if isinstance(held, str):
            return self.text(held)
        return int(held) if held == int(held) else held

    def text(self, held: str) -> str:
        """A text without control characters, and guarded where spreadsheets open it."""
        text = _LINE_END.join(clean_text(part) for part in held.split(_LINE_END))
        return text if self.guard is None else self.guard(text)


FOR_SPREADSHEETS = CsvDialect()


class SeparatedRows:
    """Writes rows below a row of names to a file; lines end as in RFC 4180."""

    def __init__(
        self, file: BinaryIO, head: Iterable[str], way: CsvDialect = FOR_SPREADSHEETS
    ) -> None:
        self._file, self._way = file, way
        self._mark = BYTE_ORDER_MARK
        self.write([list(head)])

    def write(self, rows: Iterable[Sequence[Cell]]) -> None:
        """Write some rows."""
        text = io.StringIO(newline="")
        writer = csv.writer(text, delimiter=self._way.separator)
        writer.writerows([self._way.cell(cell) for cell in row] for row in rows)
        self._file.write((self._mark + text.getvalue()).encode("utf-8", "replace"))
        self._mark = ""


def comma_separated(
    head: Iterable[str], rows: Iterable[Sequence[Cell]], way: CsvDialect = FOR_SPREADSHEETS
) -> str:
    """Rows below a row of names, as `SeparatedRows` writes them."""
    written = io.BytesIO()
    SeparatedRows(written, head, way).write(rows)
    return written.getvalue().decode()


def items(found: Iterable[str]) -> str:
    """The items of a list, set apart in one cell."""
    return "; ".join(found)
