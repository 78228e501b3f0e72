"""What files of cases are read into."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

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


class PortfolioFile(Protocol):
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
