"""Cases in comma-separated values, read in columns.

`readiness.documents.csv_text` defines what the marks in a file mean; this does the same for many
rows together.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from readiness.dependencies.ruleset import Ruleset
from readiness.documents import csv_text
from readiness.documents.opening import BrokenFile
from readiness.portfolio.files.pieces import Piece, TableFile
from readiness.portfolio.layout import Layout, RefusedRow

_BLOCK_BYTES = 2**22
_HEAD_BYTES = 2**20
_MARK = ord('"')
_NOTHING = ""
"""The reason for leaving out a row that is blank."""


class SeparatedCases(TableFile):
    """A CSV file of cases: its first line names the columns, and an empty cell is no answer.

    Blank lines and columns are ignored. Raises `BrokenFile` for a file without a header line, with
    a quoted cell that is never closed, or without any line that has as many cells as the header.
    """

    as_text = True

    def __init__(self, file: BinaryIO, ruleset: Ruleset, total: int) -> None:
        self.total = total
        self._start = file.read(_HEAD_BYTES)
        self._file = file
        if len(self._start) == _HEAD_BYTES and not any(end in self._start for end in b"\r\n"):
            msg = f"its first line is longer than {_HEAD_BYTES >> 20} MiB"
            raise BrokenFile(msg)
        self._head = csv_text.head_of(self._start, ruleset.questions.__contains__)
        if not self._head.names:
            msg = "it is empty"
            raise BrokenFile(msg)
        self._nameless = _blank_columns(self._start, self._head)
        self._names = [
            _internal(number) if number in self._nameless else name
            for number, name in enumerate(self._head.names)
        ]
        named = [name for n, name in enumerate(self._names) if n not in self._nameless]
        self.schema: Any = pa.schema([pa.field(name, pa.string()) for name in named])
        self.names: list[str] = named

    def pieces(self, layout: Layout, rows: int) -> Iterator[Piece]:
        """Yield at most `rows` rows at a time; those with too few or too many cells are refused."""
        cases = _Cases(layout, {_internal(number): number for number in self._nameless})
        whole = _ReplayedFile(self._start, self._file, self._head)
        try:
            for batch in self._reader(whole, cases):
                for start in range(0, max(1, batch.num_rows), rows):
                    yield cases.piece(batch.slice(start, rows), whole.done)
        except pa.ArrowInvalid as fault:
            if "straddling" in str(fault):
                while whole.read(_BLOCK_BYTES):  # whether this long cell ends at all
                    pass
                if whole.quotes.opened is not None:  # the parser had already read to the end
                    raise whole.quotes.opened from None
            if "Empty CSV" not in str(fault):
                raise _fault_of(str(fault), cases.next_line) from None
        last = cases.rest(whole.done)
        if cases.first_refused is not None and not cases.read:
            first = cases.first_refused
            msg = f"none of its lines has as many cells as the first line: in row {first.row}, "
            raise BrokenFile(msg + first.reason)
        if last.refused:
            yield last

    def _reader(self, whole: Any, cases: _Cases) -> Any:
        expected = len(self._names)
        separator = self._head.separator

        def refuse(row: Any) -> str:
            cells = f"{row.actual_columns} cell{'' if row.actual_columns == 1 else 's'}"
            reason = f"it has {cells}, but the first line has {expected}"
            cases.refuse(row.number, _NOTHING if csv_text.is_blank(row.text, separator) else reason)
            return "skip"

        included = cases.columns
        return pyarrow.csv.open_csv(
            pa.PythonFile(whole, "r"),
            # Row numbers of refused rows are only known in single-threaded parsing.
            read_options=pyarrow.csv.ReadOptions(
                block_size=_BLOCK_BYTES, use_threads=False, column_names=self._names
            ),
            parse_options=pyarrow.csv.ParseOptions(
                delimiter=separator, newlines_in_values=True, invalid_row_handler=refuse
            ),
            convert_options=pyarrow.csv.ConvertOptions(
                include_columns=included,
                column_types=dict.fromkeys(included, pa.string()),
                strings_can_be_null=True,
                null_values=[""],
            ),
        )


class _Cases:
    """Numbers the rows of a file, without blank lines."""

    def __init__(self, layout: Layout, nameless: dict[str, int]) -> None:
        self.next_line = 1
        """The number of the next line below the header, including lines with only separators."""
        self.read = 0
        self.first_refused: RefusedRow | None = None
        self.columns = [*layout.read, *nameless]
        """The columns that are read."""
        self._layout = layout
        self._nameless = nameless
        self._pending: list[tuple[int, str]] = []
        self._blank_lines = 0

    def refuse(self, line: int, reason: str) -> None:
        """Refuse a line that is invalid or blank; lines are refused in file order."""
        self._pending.append((line, reason))

    def piece(self, batch: Any, done: int) -> Piece:
        """Return the next rows as a piece."""
        lines, refused = self._take(batch.num_rows)
        refused += self._at_nameless(batch, lines)
        refused += [(line, _NOTHING) for line in lines[_blank_rows(batch)].tolist()]
        refused.sort(key=lambda one: one[0])
        is_case = ~np.isin(lines, [line for line, _ in refused])
        blank = np.array([line for line, reason in refused if reason == _NOTHING], np.int64)

        def numbers_of(held: Any) -> Any:
            return held - self._blank_lines - np.searchsorted(blank, held)

        numbers = numbers_of(lines[is_case])
        told = [
            RefusedRow(int(numbers_of(line)), "", reason)
            for line, reason in refused
            if reason != _NOTHING
        ]
        self._blank_lines += len(blank)
        self.read += len(numbers)
        self.first_refused = self.first_refused or next(iter(told), None)
        if not is_case.all():
            batch = batch.filter(pa.array(is_case))
        held = dict(zip(batch.schema.names, batch.columns, strict=True))
        return Piece({name: held[name] for name in self._layout.read}, numbers, told, done)

    def rest(self, done: int) -> Piece:
        """Return the rows refused after the last row."""
        nothing = [pa.array([], pa.string())] * len(self.columns)
        return self.piece(pa.record_batch(nothing, self.columns), done)

    def _take(self, rows: int) -> tuple[npt.NDArray[np.int64], list[tuple[int, str]]]:
        """Return the next readable lines, and the refused lines before the next of them.

        If there are no rows, only the refused lines. Later lines may have been refused already.
        """
        pending = np.array([line for line, _ in self._pending], np.int64)
        lines = np.arange(self.next_line, self.next_line + rows + len(pending))
        lines = lines[~np.isin(lines, pending)][:rows]
        last = int(lines[-1]) if rows else self.next_line - 1
        taken = int(np.searchsorted(pending, last))
        while taken < len(pending) and pending[taken] == last + 1:
            last, taken = last + 1, taken + 1
        refused, self._pending = self._pending[:taken], self._pending[taken:]
        self.next_line = last + 1
        return lines, refused

    def _at_nameless(self, batch: Any, lines: npt.NDArray[np.int64]) -> list[tuple[int, str]]:
        """Return the rows that have a value in a column without a name."""
        found = []
        for name, number in self._nameless.items():
            column = batch.column(name)
            if column.null_count < len(column):
                held = np.flatnonzero(~np.asarray(_blank_cells(column), np.bool_))
                reason = f"it has a value in column {number + 1}, which has no name"
                found += [(line, reason) for line in lines[held].tolist()]
        return found


class _ReplayedFile(io.RawIOBase):
    """The lines after the header of a file whose beginning has been read already.

    It ends with a line break. Raises `BrokenFile` as `Quotes` does.
    """

    def __init__(self, start: bytes, rest: BinaryIO, head: csv_text.Head) -> None:
        self._start = io.BytesIO(start)
        self._rest = rest
        self._is_ended = False
        self.done = head.size
        self.quotes = csv_text.Quotes(head.separator, marks_at_once(head.separator))
        self.quotes.feed(self._start.read(head.size))

    def readable(self) -> bool:
        """Return True: the file can be read."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Return at most `size` bytes; none at the end."""
        found = self._start.read(size)
        while len(found) < size and (more := self._rest.read(size - len(found))):
            found += more
        self.done += len(found)
        self.quotes.feed(found)
        if len(found) < size and not self._is_ended:
            self._is_ended = True
            self.quotes.close()
            return found + b"\n"
        return found


def marks_at_once(separator: str) -> csv_text.AtOnce:
    """Return a function that checks all quotation marks of a piece in bulk; see `AtOnce`.

    It handles pieces in which quotation marks alternately open and close a cell, or two in a row
    stand for one in a text.
    """
    beside = np.zeros(256, np.bool_)
    beside[[*separator.encode(), *b'\r\n"']] = True

    def look(data: bytes, is_open: bool) -> int | None:
        held = np.frombuffer(data, np.uint8)
        marks = 1 + np.flatnonzero(held[1:] == _MARK)
        opening, closing = marks[is_open::2], marks[not is_open :: 2]
        if not (beside[held[opening - 1]].all() and beside[held[closing + 1]].all()):
            return None
        if is_open != len(marks) % 2:
            last = len(opening) - 1
            while last > 0 and held[opening[last] - 1] == _MARK:
                last -= 1
            is_first = last < 0 or (last == 0 and is_open and held[opening[0] - 1] == _MARK)
            return -1 if is_first else int(opening[last])
        return 0

    return look


def _internal(number: int) -> str:
    """Return the internal name of a column without a name while a file is read."""
    return f"\x00{number}"


def _blank_columns(start: bytes, head: csv_text.Head) -> frozenset[int]:
    """Return the columns, counted from 0, without a name and any value in the first lines."""
    nameless = {number for number, name in enumerate(head.names) if not name.strip()}
    if not nameless:
        return frozenset()
    whole = start[: 1 + start.rfind(b"\n")] or start
    try:
        for _, cells in csv_text.lines_of(whole, head):
            nameless -= {n for n in nameless if n < len(cells) and cells[n].strip()}
    except BrokenFile:  # reported when the rows are read, if it is not only cut off here
        pass
    return frozenset(nameless)


def _blank_cells(column: Any) -> Any:
    return pc.or_(pc.is_null(column), pc.fill_null(pc.utf8_is_space(column), fill_value=True))


def _blank_rows(batch: Any) -> npt.NDArray[np.bool_]:
    """Return the rows in which all cells are blank."""
    places = np.arange(batch.num_rows)
    for column in batch.columns:
        if not len(places):
            break
        held = column if len(places) == batch.num_rows else column.take(pa.array(places))
        places = places[np.asarray(_blank_cells(held), np.bool_)]
    found = np.zeros(batch.num_rows, np.bool_)
    found[places] = True
    return found


def _fault_of(fault: str, row: int) -> BrokenFile:
    """Return the message for an error of the parser, which numbers rows and columns differently."""
    if "UTF8" in fault:
        return BrokenFile(*csv_text.NO_UTF_8)
    if "straddling" in fault:
        return BrokenFile(f"from row {row} on, a line is longer than {_BLOCK_BYTES >> 20} MiB")
    return BrokenFile(f"it cannot be read from row {row} on")
