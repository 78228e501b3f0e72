"""Investment arithmetic over cash flows, one period per row, the first without delay.

Formulas: Brealey, Myers, Allen, Principles of Corporate Finance, chapters 2 and 5.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Context, Decimal, DecimalException, localcontext
from itertools import pairwise
from typing import Any

from readiness.documents.decimals import Number, exact
from readiness.evaluation import numbers
from readiness.evaluation.numbers import context, is_kept
from readiness.evaluation.states import Bounds

_DIGITS = context(50)
_WORKING: Context = context(75)  # what rounding adds up to stays behind the 50th digit
_NEAR = Decimal("1E-65")
_FARTHEST, _BY_DOUBLES = 200, 20  # doublings of the discount factor
_STEPS = 20

LITTLE_MORE = Decimal("1E-12")
"""What a number is at least greater by that is greater where numbers are compared."""


class NoResult(Exception):
    """There is no such figure for these flows; the message says why."""


def npv(rate: Number, flows: Sequence[Number]) -> Number:
    """Net present value: the sum of flow / (1 + rate) ** period, with 50 digits.

    `rate` is a fraction a period; raises `NoResult` for a rate of -1 or less.
    """
    if exact(rate) <= -1:
        raise NoResult("the rate must be above -1")
    try:
        with localcontext(_WORKING):
            value = _scale(list(map(_decimal, flows)), 1 / (1 + _decimal(rate)))
    except DecimalException:
        value = Decimal("Infinity")
    if not is_kept(value):
        raise NoResult("the result is too large")
    return _DIGITS.plus(value)


def irr(flows: Sequence[Number]) -> Number:
    """Internal rate of return, as a fraction a period: the rate at which `npv` is 0, to 50 digits.

    Raises `NoResult` unless the flows change their sign exactly once; then there is exactly one
    such rate (Descartes' rule of signs).
    """
    signs = [flow > 0 for flow in flows if flow]
    changes = sum(a != b for a, b in pairwise(signs))
    if changes > 1:
        raise NoResult(f"the cash flows change their sign {changes} times: there may be several")
    if not changes:
        raise NoResult("the cash flows never change their sign, so there is no rate")
    with localcontext(_WORKING):
        found = list(map(_decimal, flows))
        factor = _newton(found, _estimate(found)) or _bisect(found, Decimal, _FARTHEST)
        return _DIGITS.plus(1 / factor - 1)


def payback(flows: Sequence[Number]) -> Number | Bounds:
    """The period from which the running total, having been negative, stays no longer negative.

    The last period counts in proportion. A total that is never negative is paid back in
    period 0; if it is negative at the end, all that is known is that it takes longer than that.
    """
    running, since = Decimal(0), Decimal(0)
    for period, flow in enumerate(map(_decimal, flows)):
        before, running = running, numbers.WHOLE.add(running, flow)
        if before < 0 <= running:
            since = _DIGITS.subtract(period - 1, _DIGITS.divide(before, flow))
    if running >= 0:
        return since
    return Bounds(len(flows) - 1 + LITTLE_MORE, Decimal("Infinity"))


def _decimal(number: Number) -> Decimal:
    return Decimal(exact(number))


def _scale(flows: Sequence[Any], factor: Any) -> Any:
    """The sum of flow * factor ** period, for the discount factor 1 / (1 + rate)."""
    total = factor * 0
    for flow in reversed(flows):
        total = total * factor + flow
    return total


def _estimate(flows: Sequence[Decimal]) -> Decimal:
    """About the discount factor at which the sum is 0, by doubles where they reach."""
    scale = max(map(abs, flows))
    try:
        return Decimal(_bisect([float(flow / scale) for flow in flows], float, _BY_DOUBLES))
    except (NoResult, OverflowError):
        return Decimal(_bisect(flows, Decimal, _FARTHEST))


def _newton(flows: Sequence[Decimal], factor: Decimal) -> Decimal | None:
    """The factor by Newton's method; None where that does not lead there."""
    for _ in range(_STEPS):
        total = slope = Decimal(0)
        for flow in reversed(flows):
            slope = slope * factor + total
            total = total * factor + flow
        if not slope:
            return None
        step = total / slope
        factor -= step
        if factor <= 0:
            return None
        if abs(step) <= factor * _NEAR:
            return factor
    return None


def _bisect(flows: Sequence[Any], number: Callable[[int], Any], farthest: int) -> Any:
    """Find the factor by bisection, at most `farthest` doublings away from 1.

    `number` makes one from an integer. Raises `NoResult` where it lies farther away.
    """
    first = next(flow for flow in flows if flow) > 0
    low = high = number(1)
    for _ in range(farthest):
        if (_scale(flows, high) > 0) == first:
            low, high = high, high * 2
        elif (_scale(flows, low) > 0) != first:
            low, high = low / 2, low
        else:
            break
    else:
        raise NoResult("the rate is too far from anything that occurs")
    while low < (middle := (low + high) / 2) < high:
        low, high = (middle, high) if (_scale(flows, middle) > 0) == first else (low, middle)
    return middle
