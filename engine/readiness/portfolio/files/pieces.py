"""What files of cases are read into."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from readiness.portfolio.layout import Layout
from readiness.portfolio.refused import RefusedRow


@dataclass(frozen=True, slots=True)
class Piece:
    """Some rows of a file by column, their numbers, and the rows among them that are none.

    `done` is how much of the file is read, in the units of the file's `total`.
    """

    columns: Mapping[str, Any]
    numbers: npt.NDArray[np.int64]
    refused: Sequence[RefusedRow]
    done: int


class CaseFile(Protocol):
    """A file of cases; `schema` has its columns, `as_text` says that they are all text.

    `total` is its size in the units of `Piece.done`, 0 where it is not known.
    """

    schema: Any
    as_text: bool
    total: int
    may_grow: bool

    @property
    def names(self) -> Collection[str]:
        """The columns that have come up; of a file that `may_grow`, more may follow."""
        ...

    def pieces(self, layout: Layout, rows: int) -> Iterator[Piece]:
        """The rows, `rows` at a time or fewer; raises `BrokenFile` where it breaks off."""
        ...


class Numbering:
    """Numbers rows as they come, where some rows between them cannot be read."""

    def __init__(self) -> None:
        self.next = 1
        """The number of the next row."""
        self._pending: list[RefusedRow] = []

    def refuse(self, row: int, reason: str) -> None:
        """Row `row` cannot be read; rows are refused in their order."""
        self._pending.append(RefusedRow(row, "", reason))

    def take(self, rows: int) -> tuple[npt.NDArray[np.int64], list[RefusedRow]]:
        """The numbers of the next rows that can be read, and the refused ones up to the next.

        With no rows: those refused ones alone. Further on, rows may have been refused already.
        """
        pending = np.array([one.row for one in self._pending], np.int64)
        numbers = np.arange(self.next, self.next + rows + len(pending))
        is_read = np.ones(len(numbers), np.bool_)
        is_read[pending[pending < self.next + len(numbers)] - self.next] = False
        numbers = numbers[is_read][:rows]
        last = int(numbers[-1]) if rows else self.next - 1
        taken = int(np.searchsorted(pending, last))
        while taken < len(pending) and pending[taken] == last + 1:
            last, taken = last + 1, taken + 1
        refused, self._pending = self._pending[:taken], self._pending[taken:]
        self.next = last + 1
        return numbers, refused
