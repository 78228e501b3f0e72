"""Leaves that put one subject to a test, such as `staff > 10`, ready for any column.

What can be known of a test before there is a column is worked out once for a ruleset.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from readiness.conditions import terms
from readiness.conditions.terms import Term
from readiness.documents.decimals import Number, exact
from readiness.evaluation.numbers import COMPARISONS
from readiness.portfolio.vectors import Coded, Flags, Numbers, Plane, Truths, Vector, packed

Test: TypeAlias = Callable[[Vector], Plane]
"""In which of its rows a vector passes; what it says where nothing is known means nothing."""


class NotColumnar(Exception):
    """A term that has to be worked out row by row."""


class Leaf(NamedTuple):
    """A leaf: what it looks at, and the test that it puts that to."""

    subject: Term
    test: Test


def leaf_of(term: Term) -> Leaf | None:
    """A leaf as a test of one subject; None where it is another one."""
    match term:
        case terms.Answer():
            return Leaf(term, _is_yes)
        case terms.Comparison():
            found = term.literal_last()
            left, right = found.left, found.right
            if isinstance(left, terms.Constant) or not isinstance(right, terms.Constant):
                return None
            is_list = isinstance(right.value, tuple)
            return None if is_list else Leaf(left, _is(found.operator, right.value))
        case terms.Membership(item=item, collection=terms.Constant(value=tuple() as held)):
            return Leaf(item, _is_among(held, negated=term.negated))
        case terms.Apply(function="stated", arguments=(argument,)):
            return Leaf(argument, _is_stated)
        case terms.Apply(function="covers", arguments=(have, terms.Constant(value=needed))):
            return Leaf(have, _covers(needed))
    return None


def _is_yes(vector: Vector) -> Plane:
    if not isinstance(vector, Truths):
        raise NotColumnar
    return vector.true


def _is(symbol: str, value: Any) -> Test:
    """A comparison with a literal."""
    if isinstance(value, Decimal):
        symbol, value = _between_doubles(symbol, value)
    compare = COMPARISONS[symbol]
    plain = value.toordinal() if isinstance(value, datetime.date) else value

    def test(vector: Vector) -> Plane:
        if isinstance(vector, Numbers):
            return packed(compare(vector.values, plain))
        if isinstance(vector, Coded):
            return _chosen(vector, [bool(compare(one, value)) for one in vector.values])
        if not isinstance(vector, Truths):
            raise NotColumnar
        where_true, where_false = compare(True, value), compare(False, value)
        if where_true == where_false:
            return vector.known if where_true else np.zeros_like(vector.known)
        return vector.true if where_true else vector.true ^ vector.known

    return test


def _between_doubles(symbol: str, value: Decimal) -> tuple[str, float]:
    """The comparison with a double that doubles pass when they pass that with a long decimal."""
    if symbol in ("==", "!="):
        return symbol, math.nan
    nearest = float(value)
    is_below = exact(nearest) < value
    return symbol[0] + "=" * (is_below is (symbol[0] == "<")), nearest


def least_passing(limit: Number) -> float:
    """The least double that is no lower than a limit."""
    nearest = float(limit)
    return nearest if exact(nearest) >= limit else math.nextafter(nearest, math.inf)


def _is_among(held: Sequence[Any], *, negated: bool) -> Test:
    """Whether it is one of some literals."""
    ordinals = [
        one.toordinal() if isinstance(one, datetime.date) else one
        for one in held
        if not isinstance(one, Decimal)  # no double is written so
    ]

    def test(vector: Vector) -> Plane:
        if isinstance(vector, Coded):
            return _chosen(vector, [(value in held) != negated for value in vector.values])
        if not isinstance(vector, Numbers):
            raise NotColumnar
        return packed(np.isin(vector.values, np.array(ordinals, np.float64)) != negated)

    return test


def _covers(needed: Any) -> Test:
    """Whether all needed options are chosen."""

    def test(vector: Vector) -> Plane:
        if not isinstance(vector, Coded):
            raise NotColumnar
        return _chosen(vector, [set(needed) <= set(one) for one in vector.values])

    return test


def _is_stated(vector: Vector) -> Plane:
    """Whether there is an answer with something in it."""
    if isinstance(vector, Coded):
        return _chosen(vector, [bool(value) for value in vector.values])
    return vector.known


def _chosen(vector: Coded, wanted: Sequence[bool]) -> Plane:
    """The rows whose code is wanted, or whatever stands where nothing is known."""
    chosen = [code for code, is_wanted in enumerate(wanted) if is_wanted]
    codes = vector.codes
    if len(chosen) == 1:
        return packed(codes == chosen[0])
    if len(chosen) == len(wanted) - 1:
        return packed(codes != wanted.index(False))
    if not chosen:
        return np.zeros_like(vector.known)
    table: Flags = np.array(wanted, np.bool_)
    return packed(table.take(codes, mode="clip"))
