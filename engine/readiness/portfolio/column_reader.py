"""Reading the columns of a question: whole columns at once where their Arrow type allows it.

What does not fit is refused with the words that a single assessment has for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeAlias, assert_never

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from readiness.model.questionnaire import Question
from readiness.portfolio.arrow_types import is_columnar, is_list, is_text
from readiness.portfolio.cell import Refusal
from readiness.portfolio.number_columns import read_days, read_numbers
from readiness.portfolio.text_columns import TextReader, read_choices
from readiness.portfolio.vectors import Coded, Numbers, Truths, Vector, empty, from_bitmap, opened

Read: TypeAlias = tuple[Vector, Sequence[Refusal]]


class ColumnReader:
    """Reads the columns of one question; shared between threads.

    `as_text` where there is nothing but text, as in CSV.
    """

    def __init__(self, question: Question, *, as_text: bool = False) -> None:
        self.question = question
        self.as_text = as_text
        self._last: tuple[Any, Callable[[Any], Read] | None] = None, None

    def read(self, column: Any) -> Read | None:
        """What a column holds, row by row, and what does not fit, which is unknown.

        None where the column has to be read a row at a time.
        """
        kind, read = self._last  # columns that follow one another are mostly of one type
        if kind != column.type:
            kind = column.type
            is_read = is_columnar(self.question, kind, as_text=self.as_text)
            read = self._reading(kind) if is_read else None
            self._last = kind, read
        return None if read is None else read(column)

    def _reading(self, kind: Any) -> Callable[[Any], Read]:
        """What reads the columns of an Arrow type."""
        types, question = pa.types, self.question
        if types.is_run_end_encoded(kind):
            return self._decoded(kind.value_type, pc.run_end_decode)
        if types.is_dictionary(kind) and not is_text(kind):
            return self._decoded(kind.value_type, lambda column: column.dictionary_decode())
        if types.is_null(kind):
            return lambda column: (blank(question, len(column)), ())
        if types.is_boolean(kind):
            return _read_flags
        if is_text(kind):
            return TextReader(question, as_text=self.as_text).read
        if types.is_decimal(kind):
            # By way of its digits: the direct way does not end at the nearest double.
            return self._decoded(pa.float64(), lambda one: one.cast(pa.string()).cast(pa.float64()))
        if question.kind == "number":
            return partial(read_numbers, question)
        if types.is_timestamp(kind) and kind.tz is not None:
            # A day is one in the time zone of the column.
            return self._decoded(pa.timestamp(kind.unit), pc.local_timestamp)
        return partial(read_choices if is_list(kind) else read_days, question)

    def _decoded(self, kind: Any, decode: Callable[[Any], Any]) -> Callable[[Any], Read]:
        read = self._reading(kind)
        return lambda column: read(decode(column))


def _read_flags(column: Any) -> Read:
    """A column of truth values: Arrow's bitmaps are planes as they lie."""
    rows, known, held = opened(column)
    return Truths(known, empty(rows), from_bitmap(held, column.offset, rows)), ()


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
