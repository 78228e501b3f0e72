"""Functions over the rows of a table or the respondents of a group.

Each takes the states of the parts: parts that are not applicable are left out; where there are
parts and none is left, the result is not applicable. What is known of the rest gives bounds, but
only once one part counts for certain: until then the whole may still turn out not applicable.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal

from readiness.evaluation import finance
from readiness.evaluation.numbers import (
    Fault,
    compare,
    is_kept,
    least,
    most,
    quotient,
    round_calculated,
    total,
)
from readiness.evaluation.states import NOT_APPLICABLE, UNKNOWN, Bounds, Missing, State

_NO_ROWS = "there is nothing to list"


def gather(
    function: str,
    parts: Sequence[State],
    arguments: Sequence[State],
    fault: Fault,
    *,
    calculated: bool = False,
) -> State:
    """Apply a function to its parts; `fault` is given the reason if there is no result.

    Parts that are `calculated` are rounded where they are compared.
    """
    left = parts
    if NOT_APPLICABLE in parts:
        left = [part for part in parts if part is not NOT_APPLICABLE]
        if not left:
            return NOT_APPLICABLE
    if function in ("every", "some"):
        return _quantify(function, left)
    if function == "agree":
        return _agree(left, calculated=calculated)
    if function in ("count", "share"):
        return _count(function, left, fault)
    if function in ("npv", "irr", "payback"):
        return _flows(function, left, arguments, fault, calculated=calculated)
    return _aggregate(function, left, fault)


def _quantify(function: str, left: Sequence[State]) -> State:
    decisive = function == "some"
    if decisive in left:
        return decisive
    return UNKNOWN if UNKNOWN in left else not decisive


def _agree(left: Sequence[State], *, calculated: bool) -> State:
    exact = [part for part in left if is_exact(part)]
    bounded = [part for part in left if isinstance(part, Bounds)]
    pairs = [(part, exact[0]) for part in exact[1:]]
    if bounded:
        # Some two differ for certain if the one that starts last and the one that ends first do.
        spans = [*bounded, *exact[:1]]
        last = max(spans, key=lambda one: one.low if isinstance(one, Bounds) else one)
        first = min(spans, key=lambda one: one.high if isinstance(one, Bounds) else one)
        pairs.append((last, first))
    if any(compare("==", one, other, calculated=calculated) is False for one, other in pairs):
        return False
    return UNKNOWN if len(exact) < len(left) or not exact else True


def _count(function: str, left: Sequence[State], fault: Fault) -> State:
    if not left:
        if function == "count":
            return 0
        fault(_NO_ROWS)
        return UNKNOWN
    yes, open_ = left.count(True), left.count(UNKNOWN)
    if open_ == len(left):
        return UNKNOWN
    low, high = yes, yes + open_
    if function == "share":
        return _share(low, high, len(left))
    return low if not open_ else Bounds(low, high)


def _share(low: int, high: int, whole: int) -> State:
    least = quotient(low, whole)
    return least if low == high else Bounds(least, quotient(high, whole))


def _aggregate(function: str, left: Sequence[State], fault: Fault) -> State:
    """sum, mean, min, max."""
    known = [part for part in left if part is not UNKNOWN]
    if Bounds in map(type, known):
        return UNKNOWN
    if function in ("min", "max") and known:
        found = least(known) if function == "min" else most(known)
        if len(known) == len(left):
            return found
        return Bounds(-math.inf, found) if function == "min" else Bounds(found, math.inf)
    if len(known) < len(left):
        return UNKNOWN
    if not left:
        if function == "sum":
            return 0
        fault(_NO_ROWS)
        return UNKNOWN
    found = total(known)
    if not is_kept(found):
        fault("the result is too large")
        return UNKNOWN
    return quotient(found, len(left)) if function == "mean" else found


def _flows(
    function: str,
    left: Sequence[State],
    arguments: Sequence[State],
    fault: Fault,
    *,
    calculated: bool,
) -> State:
    if NOT_APPLICABLE in arguments:
        return NOT_APPLICABLE
    everything = [*left, *arguments]
    if UNKNOWN in everything or any(isinstance(state, Bounds) for state in everything):
        return UNKNOWN
    if not left:
        fault(_NO_ROWS)
        return UNKNOWN
    try:
        if function == "npv":
            return finance.npv(arguments[0], left)
        flows = list(map(round_calculated, left)) if calculated else left  # their signs decide
        return finance.irr(flows) if function == "irr" else finance.payback(flows)
    except finance.NoResult as reason:
        fault(str(reason))
        return UNKNOWN


def is_covered(
    have: Sequence[State] | Missing, need: Sequence[State] | Missing, *, calculated: bool = False
) -> State:
    """Whether each needed value is among those there are; a side may be missing.

    Values that do not apply are left out. A side of which none is left does not apply, so nothing
    is decided before each side that has any holds one for certain.
    """
    if isinstance(have, Missing) or isinstance(need, Missing):
        return NOT_APPLICABLE if NOT_APPLICABLE in (have, need) else UNKNOWN
    sides = [[part for part in side if part is not NOT_APPLICABLE] for side in (have, need)]
    if (have and not sides[0]) or (need and not sides[1]):
        return NOT_APPLICABLE
    known, needed = ([part for part in side if is_exact(part)] for side in sides)
    if (sides[0] and not known) or (sides[1] and not needed):
        return UNKNOWN
    if calculated or Decimal in map(type, (*known, *needed)):
        lacking = any(
            all(compare("==", value, one, calculated=calculated) is not True for one in known)
            for value in needed
        )
    else:
        lacking = any(value not in known for value in needed)
    if lacking and len(known) == len(sides[0]):
        return False
    return UNKNOWN if lacking or len(needed) < len(sides[1]) else True


def is_exact(part: State) -> bool:
    """Whether a part is known, and not only within bounds."""
    return part is not UNKNOWN and not isinstance(part, Bounds)
