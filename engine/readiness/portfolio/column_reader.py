"""Reading the columns of a question: as whole columns if their Arrow type allows it.

What does not fit is refused with the words that a single assessment has for it.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from readiness.evaluation.answer_readers import limits
from readiness.model.questionnaire import TODAY, Field, Question
from readiness.portfolio.arrow_types import is_of_answers, is_text
from readiness.portfolio.cell import RefusedCell, reason, refusals
from readiness.portfolio.text_columns import TextReader, read_choices
from readiness.portfolio.vectors import (
    Coded,
    Flags,
    Numbers,
    Table,
    Truths,
    Vector,
    empty,
    from_bitmap,
    numbers_of,
    open_column,
    pack_flags,
    unpack_flags,
)

ColumnReader: TypeAlias = Callable[[Any], tuple[Vector, Sequence[RefusedCell]]]
"""What a column holds, row by row, and what does not fit, which is unknown."""

_MOST_OPTIONS = 62  # each is a bit of a number when sets of them are read
_FIRST_DAY = 719_163  # the ordinal of 1970-01-01, from which Arrow counts its days
_WIDE = 8  # bytes of a number
_BYTE = 255
_CLOSE = 2**16  # numbers of eight bytes that the processor keeps close


def reader_of(question: Field, kind: Any, *, as_text: bool = False) -> ColumnReader | None:
    """What reads the columns of an Arrow type; None where that has to be done a row at a time.

    `as_text` where there is nothing but text, as in CSV. It may be shared between threads.
    """
    types = pa.types

    def behind(decode: Callable[[Any], Any], inner: Any) -> ColumnReader | None:
        read = reader_of(question, inner, as_text=as_text)
        return None if read is None else lambda column: read(decode(column))

    if types.is_run_end_encoded(kind):
        return behind(pc.run_end_decode, kind.value_type)
    if types.is_dictionary(kind) and not is_text(kind):
        return behind(lambda column: column.dictionary_decode(), kind.value_type)
    if question.kind == "table" or (isinstance(question, Question) and question.ask_each):
        return None
    if types.is_null(kind):
        return lambda column: (blank(question, len(column)), ())
    if not is_of_answers(question, kind, as_text=as_text):
        return None
    if is_text(kind):
        return TextReader(question, as_text=as_text).read
    if question.kind == "choices":
        is_read = types.is_list(kind) or types.is_large_list(kind)
        is_read = is_read and is_text(kind.value_type) and len(question.options) <= _MOST_OPTIONS
        return partial(read_choices, question) if is_read else None
    if types.is_boolean(kind):
        return _read_flags
    if types.is_decimal(kind) or types.is_float32(kind):
        # Through their digits: a direct conversion does not give the nearest double.
        return behind(lambda column: column.cast(pa.string()).cast(pa.float64()), pa.float64())
    if question.kind == "number":
        return partial(_read_numbers, question)
    if types.is_timestamp(kind) and kind.tz is not None:
        # A day is one in the time zone of the column.
        return behind(pc.local_timestamp, pa.timestamp(kind.unit))
    return partial(_read_days, question)


def until(vector: Vector, question: Question, today: datetime.date) -> Vector:
    """Return the vector without dates after `today` if the questionnaire does not allow them."""
    if question.maximum != TODAY or not isinstance(vector, Numbers):
        return vector
    return vector._replace(known=vector.known & pack_flags(vector.values <= today.toordinal()))


def _read_flags(column: Any) -> tuple[Truths, Sequence[RefusedCell]]:
    """A column of truth values: Arrow's bitmaps are planes as they lie."""
    rows, known, held = open_column(column)
    return Truths(known, empty(rows), from_bitmap(held, column.offset, rows)), ()


def blank(question: Field, rows: int) -> Vector:
    """The vector of a question that nobody answered."""
    nowhere = empty(rows)
    if question.kind == "truth":
        return Truths(nowhere, nowhere, nowhere)
    if question.kind in ("number", "date"):
        values = np.broadcast_to(np.zeros(1), rows)
        return Numbers(nowhere, nowhere, values, is_date=question.kind == "date")
    if isinstance(question, Question) and question.kind == "table":
        cells = {name: blank(column, 0) for name, column in question.columns.items()}
        return Table(nowhere, nowhere, np.zeros(rows + 1, np.int64), cells)
    return Coded(nowhere, nowhere, np.broadcast_to(np.zeros(1, np.uint8), rows), ("",))


def _read_numbers(question: Field, column: Any) -> tuple[Numbers, Sequence[RefusedCell]]:
    """A column of whole numbers or of floating point.

    What is beyond the limits of the question, or not whole, is refused.
    """
    rows, known, values = numbers_of(column)
    low, high = limits(question)
    if values.dtype == np.float16:
        values = _halves().take(values.view(np.uint16))
    is_float = values.dtype.kind == "f"
    if not is_float and values.itemsize == _WIDE and low <= 0 <= high:
        small = _in_bytes(values, min(int(high), _BYTE))
        if small is not None:
            return Numbers(known, empty(rows), small), ()
    is_fraction = _fractions(question, values)
    if is_fraction is None and _are_within(values, low, high):
        return Numbers(known, empty(rows), values), ()
    if is_float:  # NaN is no answer
        known = known & ~pack_flags(np.isnan(values))
    with np.errstate(invalid="ignore"):
        fits = (values >= low) & (values <= high)
    if is_fraction is not None:
        fits &= ~is_fraction
    outside = ~fits & unpack_flags(known, rows)
    wrong = np.flatnonzero(outside)
    refused = refusals(question, wrong.tolist(), values[wrong].tolist())
    return Numbers(known & ~pack_flags(outside), empty(rows), values), refused


@lru_cache(maxsize=1)
def _halves() -> npt.NDArray[np.float64]:
    """Of all floating point of two bytes the shortest decimals that are these numbers."""
    return np.arange(2**16, dtype=np.uint16).view(np.float16).astype(str).astype(np.float64)


def _fractions(question: Field, values: npt.NDArray[Any]) -> Flags | None:
    """Where a number is not whole; None where the question takes any, or all of them are."""
    if not question.question_type.is_whole or values.dtype.kind != "f":
        return None
    found: Flags = values != np.rint(values)
    return found if found.any() else None


def _in_bytes(values: npt.NDArray[Any], most: int) -> npt.NDArray[np.uint8] | None:
    """Numbers of eight bytes, whole and of 0 to `most`, as bytes; None where one is beyond.

    What reads them again reads an eighth. They are taken a few at a time, which are then still in
    the processor's cache. What stands for nulls is among them.
    """
    held = values.view(np.uint64)  # without a sign, negative ones are the largest
    found = np.empty(len(held), np.uint8)
    for first in range(0, len(held), _CLOSE):
        part = held[first : first + _CLOSE]
        if part.max() > most:
            return None
        found[first : first + _CLOSE] = part
    return found


def _are_within(values: npt.NDArray[Any], low: float, high: float) -> bool:
    """Whether all values are within limits; what stands for nulls may be what is not."""
    if not len(values):
        return True
    if values.dtype == np.float64 and low <= 0 <= high:
        # Read as whole numbers without a sign, negative ones are the largest, and the others stand
        # in their own order: one look at the values is enough.
        most = np.array([high], np.float64).view(np.uint64)[0]
        if values.view(np.uint64).max() <= most:
            return True
    return bool(low <= values.min() and values.max() <= high)


def _read_days(question: Field, column: Any) -> tuple[Numbers, Sequence[RefusedCell]]:
    """A column of dates, or of times that are midnight.

    Times of day and what is beyond the limits of the question are refused.
    """
    rows, known, _ = open_column(column)
    refused: list[RefusedCell] = []
    if not pa.types.is_date32(column.type):
        days = pc.cast(column, pa.date32(), safe=False)
        same = pc.fill_null(pc.equal(pc.cast(days, column.type), column), fill_value=True)
        midnight = np.asarray(same, np.bool_)
        why = f"'{question.id}' takes a date without a time of day"
        refused += [
            RefusedCell(row, question.id, why) for row in np.flatnonzero(~midnight).tolist()
        ]
        known = known & pack_flags(midnight)
        column = days
    values = numbers_of(column)[2].astype(np.int64) + _FIRST_DAY
    first, last = _first_and_last(question)
    outside = ((values < first) | (values > last)) & unpack_flags(known, rows)
    for row in np.flatnonzero(outside).tolist():
        ordinal, why = int(values[row]), f"'{question.id}' takes a date in the years 1 to 9999"
        if 1 <= ordinal <= datetime.date.max.toordinal():
            why = reason(question, datetime.date.fromordinal(ordinal), as_text=False)
        refused.append(RefusedCell(row, question.id, why))
    return Numbers(known & ~pack_flags(outside), empty(rows), values, is_date=True), refused


def _first_and_last(question: Field) -> tuple[int, int]:
    """The ordinals of the days between which a question takes its answer."""
    low, high = question.minimum, question.maximum
    first = datetime.date.fromisoformat(low) if isinstance(low, str) else datetime.date.min
    is_day = isinstance(high, str) and high != TODAY
    last = datetime.date.fromisoformat(str(high)) if is_day else datetime.date.max
    return first.toordinal(), last.toordinal()
