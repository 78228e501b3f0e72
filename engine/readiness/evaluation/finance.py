"""Investment arithmetic over cash flows, one period a row, the first at once.

Formulas: Brealey, Myers, Allen, Principles of Corporate Finance, chapters 2 and 5.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from readiness.evaluation.states import Bounds


class NoResult(Exception):
    """There is no such figure for these flows; the message says why."""


def npv(rate: float, flows: Sequence[float]) -> float:
    """Net present value: the sum of flow / (1 + rate) ** period.

    `rate` is a fraction a period; raises `NoResult` for a rate of -1 or less.
    """
    if rate <= -1:
        raise NoResult("the rate must be above -1")
    try:
        value = math.fsum(flow / (1 + rate) ** period for period, flow in enumerate(flows))
    except (OverflowError, ZeroDivisionError):
        value = math.inf
    if not math.isfinite(value):
        raise NoResult("the result is too large")
    return value


def irr(flows: Sequence[float]) -> float:
    """Internal rate of return, as a fraction a period: the rate at which `npv` is 0.

    Raises `NoResult` unless the flows change their sign exactly once; then there is exactly one
    such rate (Descartes' rule of signs).
    """
    signs = [flow > 0 for flow in flows if flow]
    changes = sum(a != b for a, b in pairwise(signs))
    if changes != 1:
        how = f"change their sign {changes} times" if changes else "never change their sign"
        raise NoResult(f"the cash flows {how}, so there is no single rate")
    low, high = _bracket(flows)
    return _bisect(flows, low, high)


def _scaled(flows: Sequence[float], factor: float) -> float:
    """The sum of flow * factor ** period, for the discount factor 1 / (1 + rate)."""
    total = 0.0
    for flow in reversed(flows):
        total = total * factor + flow
    return total


def _bracket(flows: Sequence[float]) -> tuple[float, float]:
    """Two discount factors between which the sum changes its sign."""
    first = next(flow for flow in flows if flow) > 0
    low = high = 1.0
    for _ in range(200):
        if (_scaled(flows, high) > 0) == first:
            low, high = high, high * 2
        elif (_scaled(flows, low) > 0) != first:
            low, high = low / 2, low
        else:
            return low, high
    raise NoResult("the rate is too far from anything that occurs")


def _bisect(flows: Sequence[float], low: float, high: float) -> float:
    first = _scaled(flows, low) > 0
    while low < (middle := (low + high) / 2) < high:
        if (_scaled(flows, middle) > 0) == first:
            low = middle
        else:
            high = middle
    return _nearest(flows, 1 / middle - 1)


def _nearest(flows: Sequence[float], rate: float) -> float:
    """The number nearest to the rate at which the sum is exactly 0; `rate` is close to it.

    Rounding has put `rate` a little off, and a threshold such as 0.1 may lie in between.
    """
    low = high = rate
    step = max(math.ulp(rate), math.ulp(1.0) / 2)
    while low > -1 and not _is_below(flows, low):
        low, step = max(low - step, -1.0), step * 2
    step = max(math.ulp(rate), math.ulp(1.0) / 2)
    while _is_below(flows, high):
        high, step = high + step, step * 2
    while low < (middle := low + (high - low) / 2) < high:
        low, high = (middle, high) if _is_below(flows, middle) else (low, middle)
    halfway = (Fraction(low) + Fraction(high)) / 2
    return high if low <= -1 or _is_below(flows, halfway) else low


def _is_below(flows: Sequence[float], rate: float | Fraction) -> bool:
    """Whether a rate is lower than that at which the sum is 0: there the last flow decides."""
    last = next(flow for flow in reversed(flows) if flow) > 0
    found = _exactly(flows, rate)
    return found != 0 and (found > 0) == last


def _exactly(flows: Sequence[float], rate: float | Fraction) -> Fraction:
    """The sum of flow / (1 + rate) ** period times a positive number, without rounding."""
    growth, total = 1 + Fraction(rate), Fraction(0)
    for flow in flows:
        total = total * growth + Fraction(flow)
    return total


def payback(flows: Sequence[float]) -> float | Bounds:
    """Periods until the running total is no longer negative; the last one in proportion.

    Where the flows end before that, all that is known is that it takes longer than they do.
    """
    total = 0.0
    for period, flow in enumerate(flows):
        if total + flow >= 0:
            return period - 1 + (-total / flow) if total < 0 else float(period)
        total += flow
    return Bounds(math.nextafter(len(flows) - 1, math.inf), math.inf)
