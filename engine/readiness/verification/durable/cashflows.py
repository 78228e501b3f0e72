"""Net present value, internal rate of return and payback, from their definitions.

One flow a period, the first at once. Each returns None where there is no such figure.
Formulas: Brealey, Myers, Allen, Principles of Corporate Finance, chapters 2 and 5.
"""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise

from readiness.verification.durable.interval_arithmetic import kept

FARTHEST_RATE = 2**200
# How near the rate is found, and to how many places what was found is then rounded.
NEAR, PLACES = Fraction(1, 10**48), 45


def present_value(rate: Fraction, flows: list[Fraction]) -> Fraction | None:
    """The sum of flow / (1 + rate) ** period; None for a rate of -1 or less."""
    if rate <= -1:
        return None
    return kept(sum((flow / (1 + rate) ** n for n, flow in enumerate(flows)), Fraction(0)))


def rate_of_return(flows: list[Fraction]) -> Fraction | None:
    """The rate at which the present value is 0, to 45 decimal places.

    None unless the flows change their sign exactly once; then there is exactly one such rate. The
    sign of the present value at a rate is worked out exactly, in whole numbers.
    """
    signs = [flow > 0 for flow in flows if flow != 0]
    if sum(1 for one, other in pairwise(signs) if one != other) != 1:
        return None
    ahead = 1 if signs[0] else -1  # the sign at a very high rate, where only the first flow counts
    low, high = Fraction(-1), Fraction(1)
    while _sign(flows, high) == -ahead:
        low, high = high, high * 2
        if high > FARTHEST_RATE:
            return None
    while high - low > NEAR:
        middle = (low + high) / 2
        low, high = (low, middle) if _sign(flows, middle) == ahead else (middle, high)
    return round(high, PLACES)


def _sign(flows: list[Fraction], rate: Fraction) -> int:
    """The sign of the present value at a rate: 1, 0 or -1.

    With 1 + rate = a / q, the present value has the sign of the sum of
    flow * a ** (last - period) * q ** period.
    """
    growth = 1 + rate
    whole = math.lcm(*(flow.denominator for flow in flows))
    found, power = 0, 1
    for flow in flows:
        found = found * growth.numerator + int(flow * whole) * power
        power *= growth.denominator
    return (found > 0) - (found < 0)


def payback(flows: list[Fraction]) -> Fraction | None:
    """The period from which the running total, once negative, is never so again.

    The last period counts in proportion; 0 for a total that never is negative, None for one that is
    so at the end.
    """
    running = Fraction(0)
    totals = [running := running + flow for flow in flows]
    short = [period for period, total in enumerate(totals) if total < 0]
    if not short:
        return Fraction(0)
    last = short[-1]
    return None if last == len(flows) - 1 else last - totals[last] / flows[last + 1]
