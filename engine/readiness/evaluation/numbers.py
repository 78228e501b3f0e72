"""Arithmetic over states, and comparisons that are decided as early as they can be.

Sums, differences and products are exact decimals; an exact result of more than 100 significant
digits is rounded half even. Quotients, and what `finance` calculates, have 50 digits, and a number
that comes of them is rounded to 12 decimal places where it is compared; `terms.is_calculated` says
which these are. Rounding never reverses the order of two numbers.

Whatever is decided from bounds stays decided when the missing answers come in: the operations
below are monotone, so a number always ends up within the bounds calculated for it.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from decimal import MAX_EMAX, MIN_EMIN, ROUND_HALF_EVEN, Context, Decimal
from typing import Any

from readiness.documents.decimals import Number, exact
from readiness.evaluation.states import NOT_APPLICABLE, UNKNOWN, Bounds, State

Fault = Callable[[str], None]


def context(digits: int) -> Context:
    """Return an arithmetic context with this number of significant digits."""
    return Context(digits, ROUND_HALF_EVEN, MIN_EMIN, MAX_EMAX)


_EXACT, _CALCULATED = context(100), context(50)
WHOLE = context(4_000)  # more digits than any number has on both sides of the point
_LARGEST_INT = 10**100
_WHOLE_NUMBERS = {int}
_TOO_LARGE = Decimal(2**1024 - 2**970)  # from here on no double carries it
_PLACES = Decimal("1E-12")
# Round to this number of places first, to restore ties that divisions missed slightly.
_FIRST_PLACES = Decimal("1E-30")

_OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "+": _EXACT.add, "-": _EXACT.subtract, "*": _EXACT.multiply, "/": _CALCULATED.divide,
}  # fmt: skip
_OF_INTEGERS: dict[str, Callable[[int, int], int]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul,
}  # fmt: skip


def calculate(symbol: str, left: State, right: State, fault: Fault) -> State:
    """Return `left symbol right`; unknown if there is no result: `fault` is given the reason."""
    if left.__class__ is int is right.__class__ and symbol != "/":
        whole = _calculated(symbol, left, right)
        if whole.__class__ is int:
            return whole
    if left is NOT_APPLICABLE or right is NOT_APPLICABLE:
        return NOT_APPLICABLE
    if left is UNKNOWN or right is UNKNOWN:
        return UNKNOWN
    is_bounded = isinstance(left, Bounds) or isinstance(right, Bounds)
    if symbol == "/":
        low, high = _limits(right)
        if low <= 0 <= high:
            fault("division by zero" if low == high else "it may come to a division by zero")
            return UNKNOWN
    if not is_bounded:
        corners = [_calculated(symbol, left, right)]
    else:
        corners = [_calculated(symbol, a, b) for a in _limits(left) for b in _limits(right)]
    if not all(map(is_kept, corners)):
        fault("the result is too large")
        return UNKNOWN
    return between(least(corners), most(corners)) if is_bounded else corners[0]


def _calculated(symbol: str, left: Number, right: Number) -> Number:
    if left.__class__ is int is right.__class__ and symbol != "/":
        whole = _OF_INTEGERS[symbol](left, right)
        return whole if -_LARGEST_INT < whole < _LARGEST_INT else _EXACT.plus(Decimal(whole))
    if math.isinf(left) or math.isinf(right):
        return Decimal("NaN")
    found: Decimal = _OPERATIONS[symbol](exact(left), exact(right))
    return found


def is_kept(number: Number) -> bool:
    """Whether a number is one, and small enough for a double to carry."""
    return not math.isnan(number) and -_TOO_LARGE < exact(number) < _TOO_LARGE


def between(low: Number, high: Number) -> State:
    """The number that lies within limits: the only one there is where they meet."""
    return low if exact(low) == exact(high) else Bounds(low, high)


def least(numbers: Sequence[Number]) -> Number:
    """The least of some numbers."""
    return min(numbers, key=exact) if Decimal in map(type, numbers) else min(numbers)


def most(numbers: Sequence[Number]) -> Number:
    """The greatest of some numbers."""
    return max(numbers, key=exact) if Decimal in map(type, numbers) else max(numbers)


def total(numbers: Sequence[Number]) -> Number:
    """The sum of some numbers, whatever their order."""
    if {*map(type, numbers)} <= _WHOLE_NUMBERS:
        return _calculated("+", 0, sum(numbers))
    found = Decimal(0)
    for number in numbers:
        found = WHOLE.add(found, exact(number))
    return _EXACT.plus(found)


def quotient(number: Number, divisor: int) -> Number:
    """A number divided, with 50 digits."""
    return _CALCULATED.divide(exact(number), divisor)


def round_calculated(number: Number) -> Number:
    """A calculated number as it is compared: to 12 decimal places, half even."""
    found = exact(number)
    if isinstance(found, int) or not found.is_finite() or found == found.to_integral_value():
        return found
    return WHOLE.quantize(WHOLE.quantize(found, _FIRST_PLACES), _PLACES)


def _limits(state: State) -> tuple[Number, Number]:
    return (state.low, state.high) if isinstance(state, Bounds) else (state, state)


def _rounded(state: State) -> State:
    if isinstance(state, Bounds):
        return between(round_calculated(state.low), round_calculated(state.high))
    return round_calculated(state)


def compare(symbol: str, left: State, right: State, *, calculated: bool = False) -> State:
    """A comparison as True, False, `UNKNOWN` or `NOT_APPLICABLE`.

    Both sides are rounded where one of them is `calculated`.
    """
    if left is NOT_APPLICABLE or right is NOT_APPLICABLE:
        return NOT_APPLICABLE
    if left is UNKNOWN or right is UNKNOWN:
        return UNKNOWN
    if calculated:
        left, right = _rounded(left), _rounded(right)
    if isinstance(left, Bounds) or isinstance(right, Bounds):
        return _compare_bounds(symbol, _limits(left), _limits(right))
    if isinstance(left, tuple) and isinstance(right, tuple):  # choices: their order is nothing
        left, right = frozenset(left), frozenset(right)
    elif isinstance(left, Decimal) or isinstance(right, Decimal):
        left, right = exact(left), exact(right)
    return bool(COMPARISONS[symbol](left, right))


COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt,
    "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


def _compare_bounds(
    symbol: str, left: tuple[Number, Number], right: tuple[Number, Number]
) -> State:
    """A comparison of two ranges; `UNKNOWN` where they leave it open."""
    if symbol in (">", ">="):
        left, right = right, left
    (low, high), (other_low, other_high) = map(exact, left), map(exact, right)
    if symbol in ("==", "!="):
        apart = high < other_low or other_high < low
        return symbol == "!=" if apart else UNKNOWN
    if symbol in ("<", ">"):
        return True if high < other_low else False if low >= other_high else UNKNOWN
    return True if high <= other_low else False if low > other_high else UNKNOWN


def member(item: State, collection: State, *, calculated: bool = False) -> State:
    """Whether `item` is in `collection`, as True, False, `UNKNOWN` or `NOT_APPLICABLE`."""
    if item is NOT_APPLICABLE or collection is NOT_APPLICABLE:
        return NOT_APPLICABLE
    if item is UNKNOWN or collection is UNKNOWN:
        return UNKNOWN
    if isinstance(item, Bounds | float | int | Decimal) and not isinstance(item, bool):
        found = [compare("==", item, one, calculated=calculated) for one in collection]
        return True if True in found else UNKNOWN if UNKNOWN in found else False
    return item in collection


def band(
    number: State, classes: Sequence[State], limits: Sequence[State], *, calculated: bool = False
) -> State:
    """The first class whose limit is above the number, or the last; `UNKNOWN` if several can be."""
    low, high = (
        next(
            (
                place
                for place, limit in enumerate(limits)
                if compare("<", end, limit, calculated=calculated)
            ),
            len(limits),
        )
        for end in _limits(number)
    )
    found = set(classes[low : high + 1])  # two bands may have one name, and another between them
    return classes[low] if len(found) == 1 else UNKNOWN


def least_or_most(function: str, operands: Sequence[State]) -> State:
    """`min` or `max` of single numbers."""
    if NOT_APPLICABLE in operands:
        return NOT_APPLICABLE
    if UNKNOWN in operands:
        return UNKNOWN
    choose = least if function == "min" else most
    if not any(isinstance(operand, Bounds) for operand in operands):
        return choose(operands)
    limits = [_limits(operand) for operand in operands]
    return between(choose([low for low, _ in limits]), choose([high for _, high in limits]))
