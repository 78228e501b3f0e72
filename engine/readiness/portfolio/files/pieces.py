"""The pieces into which files of cases are read, and the interface of their readers."""

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
    """Some rows of a file by column, their numbers, and the rows among them that are refused.

    `done` is how much of the file has been read, in the units of the file's `total`.
    """

    columns: Mapping[str, Any]
    numbers: npt.NDArray[np.int64]
    refused: Sequence[RefusedRow]
    done: int

    def without(self, refused: Sequence[RefusedRow]) -> Piece:
        """Return the piece without some of its rows, which are added to the refused ones."""
        is_left = ~np.isin(self.numbers, [one.row for one in refused])
        columns = {name: _filter(column, is_left) for name, column in self.columns.items()}
        aside = sorted([*self.refused, *refused], key=lambda one: one.row)
        return Piece(columns, self.numbers[is_left], aside, self.done)


def _filter(column: Any, is_left: npt.NDArray[np.bool_]) -> Any:
    if isinstance(column, pa.Array):
        return column.filter(pa.array(is_left))
    return [one for one, stays in zip(column, is_left.tolist(), strict=True) if stays]


class TableFile(ABC):
    """A file of cases; `schema` has its columns, `as_text` says that all of them are text.

    `names` are the columns found so far; if the file `may_grow`, more may follow. `total` is its
    size in the units of `Piece.done`, 0 if unknown.
    """

    schema: Any
    names: Collection[str]
    total: int
    as_text = False
    may_grow = False

    @abstractmethod
    def pieces(self, layout: Layout, rows: int) -> Iterator[Piece]:
        """Yield the rows, at most `rows` at a time; raises `BrokenFile` if the file breaks off."""
