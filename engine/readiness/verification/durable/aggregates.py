"""Functions over the rows of a table or over the respondents of a group.

Each takes what the part is worth for each of them. Where the part does not apply, the row or the
respondent is left out; where there were some and none is left, the whole does not apply. While of
none it is known that it counts, the whole may still turn out so, and nothing is decided.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from operator import attrgetter

from readiness.verification.durable.cashflows import payback, present_value, rate_of_return
from readiness.verification.durable.interval_arithmetic import compared, kept
from readiness.verification.durable.values import UNKNOWN, VOID, Span, Worth, point


def gathered(function: str, parts: Sequence[Worth], rate: Worth = None) -> Worth:
    """What a function comes to over its parts; `rate` is that of `npv`."""
    counting = [part for part in parts if part is not VOID]
    if parts and not counting:
        return VOID
    if function in ("npv", "irr", "payback"):
        return _flows(function, counting, rate)
    return _FUNCTIONS[function](counting)


def _every(parts: Sequence[Worth]) -> Worth:
    if False in parts:
        return False
    return UNKNOWN if UNKNOWN in parts else True


def _some(parts: Sequence[Worth]) -> Worth:
    if True in parts:
        return True
    return UNKNOWN if UNKNOWN in parts else False


def _agree(parts: Sequence[Worth]) -> Worth:
    known = [part for part in parts if part is not UNKNOWN]
    pairs = [(known[0], other) for other in known[1:]]
    if known and isinstance(known[0], Span):
        # Some two differ for certain if the one that starts last and the one that ends first do.
        pairs = [(max(known, key=attrgetter("low")), min(known, key=attrgetter("high")))]
    if any(compared("==", one, other) is False for one, other in pairs):
        return False
    settled = [part for part in known if not isinstance(part, Span) or part.is_point]
    return True if settled and len(settled) == len(parts) else UNKNOWN


def _count(parts: Sequence[Worth]) -> Worth:
    if parts and all(part is UNKNOWN for part in parts):
        return UNKNOWN
    yes = sum(1 for part in parts if part is True)
    may_be = sum(1 for part in parts if part is UNKNOWN)
    return Span(Fraction(yes), Fraction(yes + may_be))


def _share(parts: Sequence[Worth]) -> Worth:
    counted = _count(parts)
    if not parts or counted is UNKNOWN:
        return UNKNOWN
    return Span(counted.low / len(parts), counted.high / len(parts))


def _numbers(parts: Sequence[Worth]) -> list[Fraction]:
    """Those of the numbers that are known."""
    return [part.low for part in parts if part is not UNKNOWN and part.is_point]


def _is_bounded(parts: Sequence[Worth]) -> bool:
    return any(part is not UNKNOWN and not part.is_point for part in parts)


def _min(parts: Sequence[Worth]) -> Worth:
    numbers = _numbers(parts)
    if not numbers or _is_bounded(parts):
        return UNKNOWN
    return Span(min(numbers) if len(numbers) == len(parts) else -math.inf, min(numbers))


def _max(parts: Sequence[Worth]) -> Worth:
    numbers = _numbers(parts)
    if not numbers or _is_bounded(parts):
        return UNKNOWN
    return Span(max(numbers), max(numbers) if len(numbers) == len(parts) else math.inf)


def _sum(parts: Sequence[Worth]) -> Worth:
    numbers = _numbers(parts)
    found = kept(sum(numbers, Fraction(0))) if len(numbers) == len(parts) else None
    return UNKNOWN if found is None else point(found)


def _mean(parts: Sequence[Worth]) -> Worth:
    added = _sum(parts)
    if not parts or added is UNKNOWN:
        return UNKNOWN
    return point(added.low / len(parts))


_FUNCTIONS: dict[str, Callable[[Sequence[Worth]], Worth]] = {
    "every": _every, "some": _some, "agree": _agree, "count": _count, "share": _share,
    "min": _min, "max": _max, "sum": _sum, "mean": _mean,
}  # fmt: skip


def _flows(function: str, parts: Sequence[Worth], rate: Worth) -> Worth:
    if rate is VOID:
        return VOID
    flows = _numbers(parts)
    if not parts or len(flows) < len(parts):
        return UNKNOWN
    if function == "payback":
        found = payback(flows)
        return _longer_than(len(flows)) if found is None else point(found)
    if function == "irr":
        found = rate_of_return(flows)
    elif rate is UNKNOWN or not rate.is_point:
        return UNKNOWN
    else:
        found = present_value(rate.low, flows)
    return UNKNOWN if found is None else point(found)


def _longer_than(rows: int) -> Span:
    """More than the periods there are: the first flow is at once, so they are one less."""
    return Span(rows - 1 + Fraction(1, 10**12), math.inf)


def covered(have: Sequence[Worth], need: Sequence[Worth]) -> Worth:
    """Whether every needed value is among those there are."""
    sides = []
    for parts in (have, need):
        counting = [part for part in parts if part is not VOID]
        if parts and not counting:
            return VOID
        sides.append(counting)
    known, needed = ([part for part in side if _is_settled(part)] for side in sides)
    for side, settled in zip(sides, (known, needed), strict=True):
        if side and not settled:
            return UNKNOWN
    missing = [value for value in needed if value not in known]
    if missing:
        return False if len(known) == len(sides[0]) else UNKNOWN
    return True if len(needed) == len(sides[1]) else UNKNOWN


def _is_settled(part: Worth) -> bool:
    return part is not UNKNOWN and (not isinstance(part, Span) or part.is_point)
