"""The pieces into which files of cases are read, and the interface of their readers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from readiness.portfolio.cell import cell_texts
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


def join_pieces(pieces: Iterable[Piece], rows: int, size: int) -> Iterator[Piece]:
    """Yield pieces joined to at most `rows` rows, from about `size` units of the file."""
    held: list[Piece] = []
    start = 0
    for piece in pieces:
        count = sum(len(one.numbers) for one in held)
        if held and (count + len(piece.numbers) > rows or held[-1].done - start >= size):
            yield _join(held)
            start, held = held[-1].done, []
        held.append(piece)
    if held:
        yield _join(held)


def _join(pieces: list[Piece]) -> Piece:
    if len(pieces) == 1:
        return pieces[0]
    columns: dict[str, Any] = {}
    for name in dict.fromkeys(name for piece in pieces for name in piece.columns):
        parts = [one.columns.get(name, pa.nulls(len(one.numbers))) for one in pieces]
        kinds = {part.type for part in parts if isinstance(part, pa.Array)} - {pa.null()}
        if len(kinds) == 1 and all(isinstance(part, pa.Array) for part in parts):
            columns[name] = pa.concat_arrays([part.cast(*kinds) for part in parts])
        else:
            lists = (
                cell_texts(name, one, []) if isinstance(one, pa.Array) else one for one in parts
            )
            columns[name] = [value for part in lists for value in part]
    numbers = np.concatenate([one.numbers for one in pieces])
    refused = [row for one in pieces for row in one.refused]
    return Piece(columns, numbers, refused, pieces[-1].done)


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
