"""Arithmetic over states, and comparisons that are decided as early as they can be.

Whatever is decided from bounds stays decided when the missing answers come in: the operations
below are monotone, so a number always ends up within the bounds worked out for it.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from typing import Any

from readiness.documents.reading import LARGEST_EXACT
from readiness.evaluation.states import NOT_APPLICABLE, UNKNOWN, Bounds, State

Fault = Callable[[str], None]

_OPERATIONS: dict[str, Callable[[float, float], float]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
}  # fmt: skip


def calculate(symbol: str, left: State, right: State, fault: Fault) -> State:
    """`left symbol right`; `fault` is told why where there is no result, which is unknown then."""
    if left is NOT_APPLICABLE or right is NOT_APPLICABLE:
        return NOT_APPLICABLE
    if left is UNKNOWN or right is UNKNOWN:
        return UNKNOWN
    low, high = _limits(right)
    if symbol == "/" and low <= 0 <= high:
        fault("division by zero" if low == high else "it may come to a division by zero")
        return UNKNOWN
    corners = _corners(_OPERATIONS[symbol], left, right)
    if not all(map(math.isfinite, corners)):
        fault("the result is too large")
        return UNKNOWN
    if isinstance(left, Bounds) or isinstance(right, Bounds):
        return between(min(corners), max(corners))
    return kept(corners[0])


def between(low: float, high: float) -> State:
    """The number that lies within limits: the only one there is where they meet."""
    return low if low == high else Bounds(low, high)


def kept(number: float) -> float:
    """The number as a double keeps it: beyond that, whole numbers lose their last digits."""
    if isinstance(number, int) and abs(number) > LARGEST_EXACT:
        return float(number)
    return number


def _corners(operation: Callable[[float, float], float], left: State, right: State) -> list[float]:
    """The results at the limits of both sides; nan where one of them is infinite."""
    try:
        return [
            operation(a, b) if math.isfinite(a) and math.isfinite(b) else math.nan
            for a in dict.fromkeys(_limits(left))
            for b in dict.fromkeys(_limits(right))
        ]
    except OverflowError:
        return [math.nan]


def _limits(state: State) -> tuple[float, float]:
    return (state.low, state.high) if isinstance(state, Bounds) else (state, state)


def compare(symbol: str, left: State, right: State) -> State:
    """A comparison as True, False, `UNKNOWN` or `NOT_APPLICABLE`."""
    if left is NOT_APPLICABLE or right is NOT_APPLICABLE:
        return NOT_APPLICABLE
    if left is UNKNOWN or right is UNKNOWN:
        return UNKNOWN
    if not isinstance(left, Bounds) and not isinstance(right, Bounds):
        if isinstance(left, tuple) and isinstance(right, tuple):  # choices: their order is nothing
            left, right = frozenset(left), frozenset(right)
        return bool(COMPARISONS[symbol](left, right))
    return _bounded(symbol, _limits(left), _limits(right))


COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt,
    "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


def _bounded(symbol: str, left: tuple[float, float], right: tuple[float, float]) -> State:
    """A comparison of two ranges; `UNKNOWN` where they leave it open."""
    if symbol in (">", ">="):
        left, right = right, left
    (low, high), (other_low, other_high) = left, right
    if symbol in ("==", "!="):
        apart = high < other_low or other_high < low
        return symbol == "!=" if apart else UNKNOWN
    if symbol in ("<", ">"):
        return True if high < other_low else False if low >= other_high else UNKNOWN
    return True if high <= other_low else False if low > other_high else UNKNOWN


def member(item: State, collection: State) -> State:
    """Whether `item` is in `collection`, as True, False, `UNKNOWN` or `NOT_APPLICABLE`."""
    if NOT_APPLICABLE in (item, collection):
        return NOT_APPLICABLE
    if UNKNOWN in (item, collection):
        return UNKNOWN
    if isinstance(item, Bounds):
        can_be = any(item.low <= value <= item.high for value in collection)
        return UNKNOWN if can_be else False
    return item in collection


def band(number: State, classes: Sequence[State], limits: Sequence[State]) -> State:
    """The first class whose limit is above the number, or the last; `UNKNOWN` if several can be."""
    low, high = (
        next(
            (name for name, limit in zip(classes, limits, strict=False) if end < limit), classes[-1]
        )
        for end in _limits(number)
    )
    return low if low == high else UNKNOWN


def least_or_most(function: str, operands: Sequence[State]) -> State:
    """`min` or `max` of single numbers."""
    if NOT_APPLICABLE in operands:
        return NOT_APPLICABLE
    if UNKNOWN in operands:
        return UNKNOWN
    choose = min if function == "min" else max
    if not any(isinstance(operand, Bounds) for operand in operands):
        return choose(operands)
    limits = [_limits(operand) for operand in operands]
    return between(choose(low for low, _ in limits), choose(high for _, high in limits))
