"""Numbers between limits: calculating with them, and what can be said of them for certain.

What is said of a span holds for every number in it.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any

from readiness.verification.durable.values import UNKNOWN, VOID, Span, Worth

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


def lacking(operands: Sequence[Worth]) -> Worth:
    """Not applicable when one of the operands is, else unknown when one is, else None."""
    for lack in (VOID, UNKNOWN):
        if any(operand is lack for operand in operands):
            return lack
    return None


def calculated(symbol: str, left: Worth, right: Worth) -> Worth:
    """The sum, difference, product or quotient; unknown where it may not be a number."""
    if lack := lacking([left, right]):
        return lack
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
    """A number that comes of a division, as it is compared; anything else as it is."""
    if not isinstance(worth, Span):
        return worth
    low, high = (
        one if math.isinf(one) else round(Fraction(one), _PLACES) for one in (worth.low, worth.high)
    )
    return Span(low, high)


def compared(symbol: str, left: Worth, right: Worth) -> Worth:
    """A comparison: True or False where it is so of every number between the limits."""
    if lack := lacking([left, right]):
        return lack
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
    if lack := lacking([item, collection]):
        return lack
    if not isinstance(item, Span):
        return item in collection
    found = [_same(item, one) for one in collection]
    if True in found:
        return True
    return UNKNOWN if UNKNOWN in found else False


def least(operands: Sequence[Worth]) -> Worth:
    """The least of several numbers."""
    if lack := lacking(operands):
        return lack
    return Span(min(one.low for one in operands), min(one.high for one in operands))


def greatest(operands: Sequence[Worth]) -> Worth:
    """The greatest of several numbers."""
    if lack := lacking(operands):
        return lack
    return Span(max(one.low for one in operands), max(one.high for one in operands))


def band(number: Worth, classes: Sequence[str], limits: Sequence[Span]) -> Worth:
    """The class that a number falls into; unknown while it may still fall into several."""
    if lack := lacking([number]):
        return lack
    found = {_class(end, classes, limits) for end in (number.low, number.high)}
    return found.pop() if len(found) == 1 else UNKNOWN


def _class(number: float, classes: Sequence[str], limits: Sequence[Span]) -> str:
    passed = sum(1 for limit in limits if limit.low <= number)
    return classes[passed]
