"""Cases in comma-separated values."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Collection, Iterator
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.csv

from readiness.portfolio.files.pieces import BrokenFile, Numbering, Piece
from readiness.portfolio.layout import Layout

_BLOCK_BYTES = 2**22
_HEAD_BYTES = 2**20
_TAIL_BYTES = 2**10
_DELIMITERS = (",", ";", "\t")
_NO_UTF_8 = "it is not in UTF-8; in a spreadsheet, save it as CSV UTF-8"
_OPEN_QUOTE = "a quote is perhaps not closed"


class SeparatedCases:
    """A CSV file of cases: its first line names the columns, an empty cell is no answer.

    Commas, semicolons or tabs part the cells, whichever makes the most questions of the names.
    Empty lines count for nothing. Raises `BrokenFile` for a file without a line of names.
    """

    as_text = True

    def __init__(self, file: BinaryIO, questions: Collection[str], total: int) -> None:
        self.total = total
        self._head = file.read(_HEAD_BYTES)
        self._file = file
        self._delimiter, names = _names(self._head, questions)
        self.schema: Any = pa.schema([pa.field(name, pa.string()) for name in names])

    def pieces(self, layout: Layout, rows: int) -> Iterator[Piece]:
        """The rows, `rows` at a time or fewer; those with too few or too many cells are refused."""
        numbering = Numbering()
        whole = _Whole(self._head, self._file)
        last = ""
        try:
            for batch in self._reader(whole, layout, numbering):
                for start in range(0, max(1, batch.num_rows), rows):
                    yield _piece(batch.slice(start, rows), numbering, whole.done)
                if batch.num_rows:
                    last = batch.column(self.schema.names[-1])[-1].as_py() or ""
        except pa.ArrowInvalid as fault:
            raise BrokenFile(_in_words(str(fault), numbering.next)) from None
        if "\n" in last and not whole.tail.rstrip(b"\r\n").endswith(b'"'):
            msg = f"in its last row, {_OPEN_QUOTE}"
            raise BrokenFile(msg)

    def _reader(self, whole: Any, layout: Layout, numbering: Numbering) -> Any:
        def refuse(row: Any) -> str:
            cells = f"{row.actual_columns} cell{'' if row.actual_columns == 1 else 's'}"
            reason = f"it has {cells}, and the first line {row.expected_columns}"
            numbering.refuse(row.number - 1, reason)
            return "skip"

        return pyarrow.csv.open_csv(
            pa.PythonFile(whole, "r"),
            # Only a single thread knows the numbers of the rows that it refuses.
            read_options=pyarrow.csv.ReadOptions(block_size=_BLOCK_BYTES, use_threads=False),
            parse_options=pyarrow.csv.ParseOptions(
                delimiter=self._delimiter, newlines_in_values=True, invalid_row_handler=refuse
            ),
            convert_options=pyarrow.csv.ConvertOptions(
                include_columns=layout.read,
                column_types=dict.fromkeys(layout.read, pa.string()),
                strings_can_be_null=True,
                null_values=[""],
            ),
        )


class _Whole(io.RawIOBase):
    """A file again from its beginning, of which the head was read already; it ends with a line."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head = io.BytesIO(head)
        self._rest = rest
        self._is_ended = False
        self.done = 0
        self.tail = b""
        """The last bytes that were read."""

    def readable(self) -> bool:
        """It is there to be read."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Up to so many bytes; none at the end."""
        found = self._head.read(size)
        while len(found) < size and (more := self._rest.read(size - len(found))):
            found += more
        self.done += len(found)
        self.tail = (self.tail + found)[-_TAIL_BYTES:]
        if len(found) < size and not self._is_ended:
            self._is_ended = True
            return found if self.tail.endswith(b"\n") else found + b"\n"
        return found


def _piece(batch: Any, numbering: Numbering, done: int) -> Piece:
    numbers, refused = numbering.take(batch.num_rows)
    return Piece(dict(zip(batch.schema.names, batch.columns, strict=True)), numbers, refused, done)


def _in_words(fault: str, row: int) -> str:
    """What a message of the parser means; it has numbers of its own for rows and columns."""
    if "UTF8" in fault:
        return _NO_UTF_8
    if "straddling" in fault:
        return f"from row {row} on, a line is longer than {_BLOCK_BYTES >> 20} MiB; {_OPEN_QUOTE}"
    return f"it cannot be read from row {row} on"


def _names(head: bytes, questions: Collection[str]) -> tuple[str, list[str]]:
    """What parts the cells, and the names in the first line."""
    try:
        text = codecs.getincrementaldecoder("utf-8-sig")().decode(head)
    except UnicodeDecodeError:
        raise BrokenFile(_NO_UTF_8) from None
    if not any(end in text for end in "\r\n") and len(head) == _HEAD_BYTES:
        msg = f"its first line is longer than {_HEAD_BYTES >> 20} MiB"
        raise BrokenFile(msg)
    found = {delimiter: _first_line(text, delimiter) for delimiter in _DELIMITERS}
    best = max(found, key=lambda one: (sum(name in questions for name in found[one]), -_rank(one)))
    if not found[best]:
        msg = "it is empty"
        raise BrokenFile(msg)
    return best, found[best]


def _first_line(text: str, delimiter: str) -> list[str]:
    """The cells of the first line with anything in it."""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        return next((row for row in rows if row), [])
    except csv.Error:
        msg = "its first line cannot be read"
        raise BrokenFile(msg) from None


def _rank(delimiter: str) -> int:
    return _DELIMITERS.index(delimiter)
