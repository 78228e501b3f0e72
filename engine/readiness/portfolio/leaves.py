"""Leaves that put one subject to a test, such as `staff > 10`, ready for any column.

What does not depend on a column is calculated once for a ruleset.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from readiness.conditions import terms
from readiness.conditions.terms import Term
from readiness.documents.decimals import Number, exact
from readiness.evaluation.numbers import COMPARISONS
from readiness.portfolio.vectors import Coded, Flags, Numbers, Plane, Truths, Vector, pack_flags


class NotColumnar(Exception):
    """A term that has to be evaluated row by row."""


class Leaf(NamedTuple):
    """A leaf: its subject, and a test of one value of it, or of all numbers together."""

    subject: Term
    passes: Callable[[Any], bool]
    which_pass: Callable[[npt.NDArray[Any]], Flags] | None = None

    def test(self, vector: Vector) -> Plane:
        """In which of its rows a vector passes; where nothing is known that means nothing."""
        match vector:
            case Coded(values=values):
                return _choose_rows(vector, [self.passes(value) for value in values])
            case Truths(known=known, true=true):
                where_true, where_false = self.passes(True), self.passes(False)
                if where_true == where_false:
                    return known if where_true else np.zeros_like(known)
                return true if where_true else true ^ known
            case Numbers(values=numbers) if self.which_pass is not None:
                return pack_flags(self.which_pass(numbers))
        raise NotColumnar


def leaf_of(term: Term) -> Leaf | None:
    """A leaf as a test of one subject; None where it is another one."""
    match term:
        case terms.Answer() | terms.Cell():
            return Leaf(term, lambda value: value is True)
        case terms.Comparison():
            found = term.literal_last()
            left, right = found.left, found.right
            if isinstance(left, terms.Constant) or not isinstance(right, terms.Constant):
                return None
            is_list = isinstance(right.value, tuple)
            return None if is_list else _comparison(left, found.operator, right.value)
        case terms.Membership(item=item, collection=terms.Constant(value=tuple() as held)):
            return _among(item, held, is_negated=term.negated)
        case terms.Membership(item=terms.Constant(value=option), collection=collection):
            return Leaf(collection, lambda held: (option in held) != term.negated)
        case terms.Apply(function="stated", arguments=(argument,)):
            return Leaf(argument, lambda value: value not in ("", ()), _all)
        case terms.Apply(function="covers", arguments=(have, terms.Constant(value=needed))):
            wanted = set(needed) if isinstance(needed, tuple) else {needed}
            return Leaf(have, wanted.issubset)
    return None


def _comparison(subject: Term, symbol: str, value: Any) -> Leaf:
    """A comparison with a literal."""
    compare, compare_all, plain = COMPARISONS[symbol], COMPARISONS[symbol], value
    if isinstance(value, Decimal):
        nearby, plain = _between_doubles(symbol, value)
        compare_all = COMPARISONS[nearby]
    elif isinstance(value, datetime.date):
        plain = value.toordinal()
    return Leaf(
        subject, lambda one: bool(compare(one, value)), lambda numbers: compare_all(numbers, plain)
    )


def _among(subject: Term, held: Sequence[Any], *, is_negated: bool) -> Leaf:
    """Whether it is one of some literals."""
    ordinals = [
        one.toordinal() if isinstance(one, datetime.date) else one
        for one in held
        if not isinstance(one, Decimal | str)  # no double is written so
    ]

    def which_pass(numbers: npt.NDArray[Any]) -> Flags:
        found: Flags = np.isin(numbers, np.array(ordinals, np.float64)) != is_negated
        return found

    return Leaf(subject, lambda value: (value in held) != is_negated, which_pass)


def _all(numbers: npt.NDArray[Any]) -> Flags:
    return np.ones(len(numbers), np.bool_)


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


def _choose_rows(vector: Coded, wanted: Sequence[bool]) -> Plane:
    """The rows whose code is wanted, or whatever stands where nothing is known."""
    chosen = [code for code, is_wanted in enumerate(wanted) if is_wanted]
    codes = vector.codes
    if len(chosen) == 1:
        return pack_flags(codes == chosen[0])
    if len(chosen) == len(wanted) - 1:
        return pack_flags(codes != wanted.index(False))
    if not chosen:
        return np.zeros_like(vector.known)
    table: Flags = np.array(wanted, np.bool_)
    return pack_flags(table.take(codes, mode="clip"))
