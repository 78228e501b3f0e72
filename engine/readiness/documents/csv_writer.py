"""Writing comma-separated values as spreadsheets and programs read them: all that is ever written.

`readiness.documents.separated` reads them.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from readiness.documents.sanitize import cleaned, harmless

Cell = str | float

_LINE_ENDS = "\r\n"

BYTE_ORDER_MARK = "\ufeff"
"""Stands in front: Excel takes a file without it for one in the encoding of the system."""


@dataclass(frozen=True, slots=True)
class Separated:
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
        text = _LINE_ENDS.join(cleaned(part) for part in held.split(_LINE_ENDS))
        return text if self.guard is None else self.guard(text)


FOR_SPREADSHEETS = Separated()


class SeparatedRows:
    """Writes rows below a row of names to a file; lines end as in RFC 4180."""

    def __init__(
        self, file: BinaryIO, head: Iterable[str], way: Separated = FOR_SPREADSHEETS
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
    head: Iterable[str], rows: Iterable[Sequence[Cell]], way: Separated = FOR_SPREADSHEETS
) -> str:
    """Rows below a row of names, as `SeparatedRows` writes them."""
    written = io.BytesIO()
    SeparatedRows(written, head, way).write(rows)
    return written.getvalue().decode()


def items(found: Iterable[str]) -> str:
    """The items of a list, set apart in one cell."""
    return "; ".join(found)
