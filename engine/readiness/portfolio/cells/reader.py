"""What every reader of cells has, and the simplest of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias, assert_never

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from readiness.model.questionnaire import Question
from readiness.portfolio.cells.one import Refusal, reason
from readiness.portfolio.planes import Plane, empty, from_bitmap, full
from readiness.portfolio.vectors import Coded, Numbers, Truths, Vector

Read: TypeAlias = tuple[Vector, Sequence[Refusal]]


@dataclass(frozen=True)
class Reader(ABC):
    """Reads columns of one Arrow type as one question types them; shared between threads.

    `as_text` where there is nothing but text, as in CSV.
    """

    question: Question
    as_text: bool = False

    @abstractmethod
    def read(self, column: Any) -> Read:
        """What a column holds, row by row, and what does not fit, which is unknown."""

    def refusal(self, row: int, held: Any) -> Refusal:
        """What a cell holds, refused for what is wrong with it."""
        return Refusal(row, self.question.id, reason(self.question, held, as_text=self.as_text))

    def refusals(self, rows: Sequence[int], held: Sequence[Any]) -> list[Refusal]:
        """What the cells of some rows hold, refused; what is wrong with it is told once for all."""
        reasons = {
            one: reason(self.question, one, as_text=self.as_text) for one in dict.fromkeys(held)
        }
        return [
            Refusal(row, self.question.id, reasons[one])
            for row, one in zip(rows, held, strict=True)
        ]


@dataclass(frozen=True)
class Blanks(Reader):
    """Columns in which there is nothing."""

    def read(self, column: Any) -> Read:
        """It, as of a question that nobody answered."""
        return blank(self.question, len(column)), ()


@dataclass(frozen=True)
class Flags(Reader):
    """Columns of truth values: Arrow's bitmaps are planes as they lie."""

    def read(self, column: Any) -> Read:
        """It, yes where a bit is set."""
        rows, known, held = opened(column)
        return Truths(known, empty(rows), from_bitmap(held, column.offset, rows)), ()


@dataclass(frozen=True)
class Decoded(Reader):
    """Columns that another reader can read once they are decoded."""

    decode: Callable[[Any], Any] = field(kw_only=True)
    reader: Reader = field(kw_only=True)

    def read(self, column: Any) -> Read:
        """What the other reader finds."""
        return self.reader.read(self.decode(column))


def opened(column: Any) -> tuple[int, Plane, Any]:
    """How many rows a column has, which hold something, and its first buffer behind that bitmap.

    The buffer holds the values where they are of fixed width.
    """
    rows = len(column)
    bitmap, held = column.buffers()[:2]
    known = from_bitmap(bitmap, column.offset, rows) if column.null_count else full(rows)
    return rows, known, held


def numbers_of(column: Any, dtype: np.dtype[Any]) -> tuple[int, Plane, npt.NDArray[Any]]:
    """How many rows a column of numbers has, which hold one, and all of them, also behind nulls."""
    rows, known, held = opened(column)
    return rows, known, np.frombuffer(held, dtype, rows, column.offset * dtype.itemsize)


def dtype_of(kind: Any) -> np.dtype[Any]:
    """Return the numpy type of an Arrow type of numbers.

    Arrow's own `to_pandas_dtype` needs pandas in most releases.
    """
    types = pa.types
    letter = "f" if types.is_floating(kind) else "u" if types.is_unsigned_integer(kind) else "i"
    return np.dtype(f"{letter}{kind.bit_width // 8}")


def blank(question: Question, rows: int) -> Vector:
    """The vector of a question that nobody answered."""
    nowhere = empty(rows)
    match question.kind:
        case "truth":
            return Truths(nowhere, nowhere, nowhere)
        case "number" | "date":
            values = np.broadcast_to(np.zeros(1), rows)
            return Numbers(nowhere, nowhere, values, is_date=question.kind == "date")
        case "choice" | "choices" | "text" | "table":
            return Coded(nowhere, nowhere, np.broadcast_to(np.zeros(1, np.uint8), rows), ("",))
    assert_never(question.kind)
