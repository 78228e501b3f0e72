"""Cases in comma-separated values, as `readiness.documents.csv_text` reads them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from readiness.dependencies.ruleset import Ruleset
from readiness.documents import csv_text
from readiness.documents.opening import BrokenFile
from readiness.portfolio.files.pieces import Piece, TableFile, join_pieces
from readiness.portfolio.layout import Layout, RefusedRow

_HEAD_BYTES = 2**20
_PIECE_BYTES = 2**25  # of lines that are assessed together
_LINES_AT_ONCE = 4_096


class SeparatedCases(TableFile):
    """A CSV file of cases: its first line names the columns, and an empty cell is no answer.

    Blank lines and columns are ignored. Raises `BrokenFile` for a file without a header line, with
    a quoted cell that is never closed, or without any line that has as many cells as the header.
    """

    as_text = True

    def __init__(self, file: BinaryIO, ruleset: Ruleset, total: int) -> None:
        self.total = total
        start = file.read(_HEAD_BYTES)
        if len(start) == _HEAD_BYTES and not any(end in start for end in b"\r\n"):
            msg = f"its first line is longer than {_HEAD_BYTES >> 20} MiB"
            raise BrokenFile(msg)
        self._head = csv_text.head_of(start, ruleset.questions.__contains__)
        if not self._head.names:
            msg = "it is empty"
            raise BrokenFile(msg)
        self._nameless = _blank_columns(start, self._head)
        self._lines = csv_text.LineStream(start, file, self._head)
        self.names: list[str] = [
            name for number, name in enumerate(self._head.names) if number not in self._nameless
        ]
        self.schema: Any = pa.schema([pa.field(name, pa.string()) for name in self.names])

    def pieces(self, layout: Layout, rows: int) -> Iterator[Piece]:
        """Yield at most `rows` rows at a time; those with too few or too many cells are refused."""
        return join_pieces(self._pieces(layout, min(rows, _LINES_AT_ONCE)), rows, _PIECE_BYTES)

    def _pieces(self, layout: Layout, most: int) -> Iterator[Piece]:
        place = {name: number for number, name in enumerate(self._head.names)}
        number, is_any, first = 0, False, None
        while lines := self._lines.lines(most):
            numbers, cases, refused = list[int](), list[list[str]](), list[RefusedRow]()
            for cells in lines:
                if not any(map(str.strip, cells)):
                    continue
                number += 1
                if reason := self._reason(cells):
                    refused.append(RefusedRow(number, "", reason))
                else:
                    numbers.append(number)
                    cases.append(cells)
            columns = {name: _column([one[place[name]] for one in cases]) for name in layout.read}
            first, is_any = first or next(iter(refused), None), is_any or bool(cases)
            yield Piece(columns, np.array(numbers, np.int64), refused, self._lines.done)
        if first is not None and not is_any:
            msg = f"none of its lines has as many cells as the first line: in row {first.row}, "
            raise BrokenFile(msg + first.reason)

    def _reason(self, cells: Sequence[str]) -> str:
        """Return why a line is refused; empty if it is a case."""
        count, expected = len(cells), len(self._head.names)
        if count != expected:
            held = f"{count} cell{'' if count == 1 else 's'}"
            return f"it has {held}, but the first line has {expected}"
        for number in self._nameless:
            if cells[number].strip():
                return f"it has a value in column {number + 1}, which has no name"
        return ""


def _column(cells: list[str]) -> Any:
    """Return cells as an array; empty ones are null."""
    found = pa.array(cells, pa.string())
    return pc.if_else(pc.equal(found, ""), None, found)


def _blank_columns(start: bytes, head: csv_text.Head) -> list[int]:
    """Return the columns, counted from 0, without a name and any value in the first lines."""
    nameless = {number for number, name in enumerate(head.names) if not name.strip()}
    if not nameless:
        return []
    whole = start[: 1 + start.rfind(b"\n")] or start
    try:
        for _, cells in csv_text.lines_of(whole, head):
            nameless -= {n for n in nameless if n < len(cells) and cells[n].strip()}
    except BrokenFile:  # reported when the rows are read, if it is not only cut off here
        pass
    return sorted(nameless)
