"""Net present value, internal rate of return and payback, from their definitions.

One flow a period, the first at once. Each returns None where there is no such figure.
Formulas: Brealey, Myers, Allen, Principles of Corporate Finance, chapters 2 and 5.
"""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise

FARTHEST_RATE = 2.0**200


def total(numbers: list[float]) -> float | None:
    """The sum, exact and then rounded once; None where it is too large for a number."""
    try:
        return float(sum(map(Fraction, numbers)))
    except OverflowError:
        return None


def present_value(rate: float, flows: list[float]) -> float | None:
    """The sum of flow / (1 + rate) ** period; None for a rate of -1 or less."""
    if rate <= -1:
        return None
    try:
        discounted = [flow / (1 + rate) ** period for period, flow in enumerate(flows)]
    except (OverflowError, ZeroDivisionError):
        return None
    return total(discounted) if all(map(math.isfinite, discounted)) else None


def rate_of_return(flows: list[float]) -> float | None:
    """The number nearest to the rate at which the present value is 0.

    None unless the flows change their sign exactly once; then there is exactly one such rate. The
    sign of the present value at a rate is worked out exactly, in whole numbers.
    """
    signs = [flow > 0 for flow in flows if flow != 0]
    if sum(1 for one, other in pairwise(signs) if one != other) != 1:
        return None
    ahead = 1 if signs[0] else -1  # the sign at a very high rate, where only the first flow counts
    low, high = -1.0, 1.0
    while _sign(flows, Fraction(high)) == -ahead:
        low, high = high, high * 2
        if high > FARTHEST_RATE:
            return None
    while low < (middle := low + (high - low) / 2) < high:
        sign = _sign(flows, Fraction(middle))
        if sign == 0:
            return middle
        low, high = (low, middle) if sign == ahead else (middle, high)
    halfway = (Fraction(low) + Fraction(high)) / 2
    nearest = low if _sign(flows, halfway) == ahead else high
    return nearest if nearest > -1 else None


def _sign(flows: list[float], rate: Fraction) -> int:
    """The sign of the present value at a rate: 1, 0 or -1.

    With 1 + rate = a / q, the present value has the sign of the sum of
    flow * a ** (last - period) * q ** period.
    """
    growth = 1 + rate
    whole = math.lcm(*(Fraction(flow).denominator for flow in flows))
    found, power = 0, 1
    for flow in flows:
        found = found * growth.numerator + int(Fraction(flow) * whole) * power
        power *= growth.denominator
    return (found > 0) - (found < 0)


def payback(flows: list[float]) -> float | None:
    """Periods until the running total is no longer negative; the last one in proportion.

    None where the flows end before.
    """
    running = 0.0
    for period, flow in enumerate(flows):
        before, running = running, running + flow
        if running >= 0:
            return float(period) if before >= 0 else (period - 1) + -before / flow
    return None
