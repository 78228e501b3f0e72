"""What files of cases are read into."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from readiness.portfolio.layout import Layout, RefusedRow


@dataclass(frozen=True, slots=True)
class Piece:
    """Some rows of a file by column, their numbers, and the rows among them that are none.

    `done` is how much of the file is read, in the units of the file's `total`.
    """

    columns: Mapping[str, Any]
    numbers: npt.NDArray[np.int64]
    refused: Sequence[RefusedRow]
    done: int

    def without(self, refused: Sequence[RefusedRow]) -> Piece:
        """Return the piece without the refused rows."""
        is_left = ~np.isin(self.numbers, [one.row for one in refused])
        columns = {name: _filtered(column, is_left) for name, column in self.columns.items()}
        aside = sorted([*self.refused, *refused], key=lambda one: one.row)
        return Piece(columns, self.numbers[is_left], aside, self.done)


def _filtered(column: Any, is_left: npt.NDArray[np.bool_]) -> Any:
    if isinstance(column, pa.Array):
        return column.filter(pa.array(is_left))
    return [one for one, stays in zip(column, is_left.tolist(), strict=True) if stays]


class TableFile(ABC):
    """A file of cases; `schema` has its columns, `as_text` says that they are all text.

    `names` are the columns that have come up; of a file that `may_grow`, more may follow. `total`
    is its size in the units of `Piece.done`, 0 where it is not known.
    """

    schema: Any
    names: Collection[str]
    total: int
    as_text = False
    may_grow = False

    @abstractmethod
    def pieces(self, layout: Layout, rows: int) -> Iterator[Piece]:
        """The rows, `rows` at a time or fewer; raises `BrokenFile` where it breaks off."""
