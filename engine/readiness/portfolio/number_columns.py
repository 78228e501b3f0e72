"""Reading columns of numbers and of days."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from readiness.evaluation.plain import limits
from readiness.model.questionnaire import TODAY, Question
from readiness.portfolio.cell import Refusal, reason, refusals
from readiness.portfolio.vectors import (
    Flags,
    Numbers,
    dtype_of,
    empty,
    numbers_of,
    opened,
    packed,
    unpacked,
)

_FIRST_DAY = 719_163  # the ordinal of 1970-01-01, from which Arrow counts its days
_DAYS = np.dtype(np.int32)
_DIGITS = 9  # that tell apart all numbers of four bytes
_POWERS = np.array([float(10**power) for power in range(23)])  # of ten, that are doubles
_WIDE = 8  # bytes of a number
_BYTE = 255
_CLOSE = 2**16  # numbers of eight bytes that the processor keeps close


def read_numbers(question: Question, column: Any) -> tuple[Numbers, Sequence[Refusal]]:
    """A column of whole numbers or of floating point.

    What is beyond the limits of the question, or not whole, is refused.
    """
    dtype = dtype_of(column.type)
    rows, known, values = numbers_of(column, dtype)
    low, high = limits(question)
    if dtype.kind == "f" and dtype.itemsize != _WIDE:
        values = shortest(values)
    elif dtype.kind != "f" and dtype.itemsize == _WIDE and low <= 0 <= high:
        small = _in_bytes(values, min(int(high), _BYTE))
        if small is not None:
            return Numbers(known, empty(rows), small), ()
    is_fraction = _fractions(question, values)
    if is_fraction is None and _are_within(values, low, high):
        return Numbers(known, empty(rows), values), ()
    if dtype.kind == "f":  # NaN is no answer
        known = known & ~packed(np.isnan(values))
    with np.errstate(invalid="ignore"):
        fits = (values >= low) & (values <= high)
    if is_fraction is not None:
        fits &= ~is_fraction
    outside = ~fits & unpacked(known, rows)
    wrong = np.flatnonzero(outside)
    refused = refusals(question, wrong.tolist(), values[wrong].tolist())
    return Numbers(known & ~packed(outside), empty(rows), values), refused


def _fractions(question: Question, values: npt.NDArray[Any]) -> Flags | None:
    """Where a number is not whole; None where the question takes any, or all of them are."""
    if not question.question_type.is_whole or values.dtype.kind != "f":
        return None
    found: Flags = values != np.rint(values)
    return found if found.any() else None


def shortest(values: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Floating point of less than eight bytes as the shortest decimals that are these numbers."""
    found = values.astype(np.float64)
    places = np.flatnonzero(np.isfinite(found) & (found != 0))
    exact, given = found[places], values[places]
    sizes = np.floor(np.log10(np.abs(exact))).astype(np.int64)
    # Rounded to so many digits as every number of the type has, a shorter one is found as well.
    for digits in range(np.finfo(values.dtype).precision, _DIGITS + 1):
        scale = digits - 1 - sizes
        up, down = _POWERS.take(scale, mode="clip"), _POWERS.take(-scale, mode="clip")
        tried = np.rint(exact * up / down) * down / up
        with np.errstate(over="ignore"):
            fits = (np.abs(scale) < len(_POWERS)) & (tried.astype(values.dtype) == given)
        found[places[fits]] = tried[fits]
        left = ~fits
        places, exact, given, sizes = places[left], exact[left], given[left], sizes[left]
    for place in places.tolist():
        found[place] = float(str(values[place]))
    return found


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


def read_days(question: Question, column: Any) -> tuple[Numbers, Sequence[Refusal]]:
    """A column of dates, or of times that are midnight.

    Times of day and what is beyond the limits of the question are refused.
    """
    rows, known, _ = opened(column)
    refused: list[Refusal] = []
    if not pa.types.is_date32(column.type):
        days = pc.cast(column, pa.date32(), safe=False)
        same = pc.fill_null(pc.equal(pc.cast(days, column.type), column), fill_value=True)
        midnight = np.asarray(same, np.bool_)
        why = f"'{question.id}' takes a date without a time of day"
        refused += [Refusal(row, question.id, why) for row in np.flatnonzero(~midnight).tolist()]
        known = known & packed(midnight)
        column = days
    values = numbers_of(column, _DAYS)[2].astype(np.int64) + _FIRST_DAY
    first, last = _first_and_last(question)
    outside = ((values < first) | (values > last)) & unpacked(known, rows)
    for row in np.flatnonzero(outside).tolist():
        ordinal, why = int(values[row]), f"'{question.id}' takes a date of the years 1 to 9999"
        if 1 <= ordinal <= datetime.date.max.toordinal():
            why = reason(question, datetime.date.fromordinal(ordinal), as_text=False)
        refused.append(Refusal(row, question.id, why))
    return Numbers(known & ~packed(outside), empty(rows), values, is_date=True), refused


def _first_and_last(question: Question) -> tuple[int, int]:
    """The ordinals of the days between which a question takes its answer."""
    low, high = question.minimum, question.maximum
    first = datetime.date.fromisoformat(low) if isinstance(low, str) else datetime.date.min
    is_day = isinstance(high, str) and high != TODAY
    last = datetime.date.fromisoformat(str(high)) if is_day else datetime.date.max
    return first.toordinal(), last.toordinal()
