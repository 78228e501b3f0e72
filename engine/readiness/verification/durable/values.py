"""What an answer or a term is worth, and calculating with numbers between limits.

A worth is a value, unknown, or not applicable. A yes or no is a bool, a text or an option a str, a
day a date, a set of choices a frozenset, a table a tuple of rows, a list of literals a list. Every
number is a `Span`, and what is said of a span holds for every number in it.
"""

from __future__ import annotations

import datetime
import enum
import math
import operator
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any, TypeAlias


class NoValue(enum.Enum):
    """Why there is no value."""

    UNKNOWN = "unknown"
    VOID = "not applicable"


UNKNOWN, VOID = NoValue.UNKNOWN, NoValue.VOID


@dataclass(frozen=True, slots=True)
class Span:
    """A number by its lower and its upper limit; both are the same where it is known.

    A limit is a fraction, or infinite.
    """

    low: Fraction | float
    high: Fraction | float

    @property
    def is_point(self) -> bool:
        """Whether the number is known."""
        return self.low == self.high


Worth: TypeAlias = Any
Row: TypeAlias = Map[str, Worth]


def point(number: float | Decimal | Fraction) -> Span:
    """A number that is known; a float is the decimal by which it is written."""
    exact = Fraction(repr(number)) if isinstance(number, float) else Fraction(number)
    return Span(exact, exact)


def worth_of(value: object) -> Worth:
    """A value as a document holds it: sets of choices as sets, tables as rows, numbers as spans."""
    if isinstance(value, bool | str | datetime.date):
        return value
    if isinstance(value, int | float | Decimal):
        return point(value)
    assert isinstance(value, tuple)
    if value and isinstance(value[0], Map):
        return tuple({key: worth_of(cell) for key, cell in row.items()} for row in value)
    return frozenset(value)


# Exact results, and quotients, keep so many digits; the exponent is as large as it takes.
_KEPT = Context(prec=100, Emin=-999_999, Emax=999_999)
# From here on a number is nearer to infinity than to any double.
_ENDLESS = 2**1024 - 2**970
_PLACES = 12

_CALCULATIONS: dict[str, Callable[[Any, Any], Fraction]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
}  # fmt: skip
_COMPARISONS: dict[str, Callable[[Worth, Worth], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "==": operator.eq, "!=": operator.ne,
}  # fmt: skip


def strictly(function: Callable[..., Worth], operands: Sequence[Worth]) -> Worth:
    """What a function comes to; not applicable where an operand is, else unknown where one is."""
    for lack in (VOID, UNKNOWN):
        if any(operand is lack for operand in operands):
            return lack
    return function(*operands)


def calculated(symbol: str, left: Span, right: Span) -> Worth:
    """The sum, difference, product or quotient; unknown where it may not be a number."""
    if symbol == "/" and right.low <= 0 <= right.high:
        return UNKNOWN
    limits = (left.low, left.high, right.low, right.high)
    if not all(map(math.isfinite, limits)):
        return UNKNOWN
    calculation = _CALCULATIONS[symbol]
    ends = [calculation(a, b) for a in (left.low, left.high) for b in (right.low, right.high)]
    low, high = kept(min(ends)), kept(max(ends))
    return UNKNOWN if low is None or high is None else Span(low, high)


def kept(number: Fraction) -> Fraction | None:
    """A number to 100 significant digits; None where it is too large."""
    if abs(number) >= _ENDLESS:
        return None
    return Fraction(_KEPT.divide(Decimal(number.numerator), Decimal(number.denominator)))


def rounded(worth: Worth) -> Worth:
    """A number that comes of a division, or each in a list, as compared; anything else as it is."""
    if isinstance(worth, list):
        return list(map(rounded, worth))
    if not isinstance(worth, Span):
        return worth
    low, high = (
        one if math.isinf(one) else round(Fraction(one), _PLACES) for one in (worth.low, worth.high)
    )
    return Span(low, high)


def compared(symbol: str, left: Worth, right: Worth) -> Worth:
    """A comparison: True or False where it is so of every number between the limits."""
    comparison = _COMPARISONS[symbol]
    if not isinstance(left, Span):
        return comparison(left, right)
    if symbol in ("==", "!="):
        same = _same(left, right)
        return same if same is UNKNOWN else same is (symbol == "==")
    found = {comparison(a, b) for a in (left.low, left.high) for b in (right.low, right.high)}
    return found.pop() if len(found) == 1 else UNKNOWN


def _same(left: Span, right: Span) -> Worth:
    if left.high < right.low or right.high < left.low:
        return False
    return True if left.is_point and right.is_point else UNKNOWN


def among(item: Worth, collection: Worth) -> Worth:
    """Whether an item is in a list or in a set of choices."""
    if not isinstance(item, Span):
        return item in collection
    found = [_same(item, one) for one in collection]
    if True in found:
        return True
    return UNKNOWN if UNKNOWN in found else False


def extreme(pick: Callable[[Iterable[Any]], Any], operands: Sequence[Span]) -> Span:
    """The least or the greatest of several numbers; `pick` is `min` or `max`."""
    return Span(pick(one.low for one in operands), pick(one.high for one in operands))


def band(number: Span, classes: Sequence[str], limits: Sequence[Span]) -> Worth:
    """The class that a number falls into; unknown while it may still fall into several."""
    found = {
        classes[sum(limit.low <= end for limit in limits)] for end in (number.low, number.high)
    }
    return found.pop() if len(found) == 1 else UNKNOWN
