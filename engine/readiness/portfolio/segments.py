"""Conditions on one subject, such as `staff > 10`, and over the rows of tables.

A leaf that puts one subject to a test is ready for any column; what does not depend on a column is
calculated once for a ruleset. Conditions over tables are evaluated for all rows of all tables, then
reduced. What the reductions do is what `readiness.evaluation.aggregates` says, and cash flows are
what `readiness.evaluation.finance` says, in doubles. Where a result has bounds, or doubles do not
suffice, it is held as a number that may be off by anything, and so is settled exactly.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from readiness.conditions import terms
from readiness.conditions.terms import Term
from readiness.documents.decimals import Number, exact
from readiness.evaluation.algebra import Three
from readiness.evaluation.numbers import COMPARISONS
from readiness.portfolio.vectors import (
    EPS,
    EXACT,
    LARGE,
    LEAST,
    Coded,
    Flags,
    Numbers,
    Plane,
    Table,
    Truths,
    Vector,
    pack_flags,
    take_rows,
    unpack_flags,
)


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


Counts: TypeAlias = npt.NDArray[np.int64]
Doubles: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Segments:
    """The parts of each row of a block: the rows of a table."""

    table: Table
    rows: int

    @property
    def count(self) -> int:
        """How many parts there are in all rows."""
        return int(self.table.offsets[-1])

    @cached_property
    def lengths(self) -> Counts:
        """How many parts each row has."""
        return np.diff(self.table.offsets)

    @cached_property
    def owner(self) -> Counts:
        """The row of each part."""
        return np.repeat(np.arange(self.rows), self.lengths)

    def spread(self, vector: Vector) -> Vector:
        """Return for each part the value of its row."""
        return take_rows(vector, self.owner, self.rows)

    def flags(self, plane: Plane) -> Flags:
        """A plane of the parts as one flag for each."""
        return unpack_flags(plane, self.count)

    def counted(self, flags: Flags) -> Counts:
        """How many of the parts of each row are flagged."""
        return np.bincount(self.owner[flags], minlength=self.rows)

    def left(self, inapplicable: Plane) -> tuple[Counts, Flags]:
        """How many parts of each row apply, and the rows with parts none of which does."""
        left = self.lengths - self.counted(self.flags(inapplicable))
        return left, (self.lengths > 0) & (left == 0)

    def planes(self, known: Flags, inapplicable: Flags) -> tuple[Plane, Plane]:
        """Where a result is known and does not apply: it is as missing as its table."""
        there = self.table.known
        return pack_flags(known) & there, (
            pack_flags(inapplicable) & there
        ) | self.table.inapplicable

    # Conditions

    def quantified(self, function: str, part: Three[Plane]) -> Truths:
        """`every` or `some`."""
        true, false = (self.counted(self.flags(one)) for one in (part.true, part.false))
        left, none_left = self.left(part.inapplicable)
        decisive, other = (true, false) if function == "some" else (false, true)
        is_decided = decisive > 0
        known = (is_decided | (other == left)) & ~none_left
        result = is_decided if function == "some" else ~is_decided
        return Truths(*self.planes(known, none_left), pack_flags(result))

    def agreed(self, part: Vector) -> Truths:
        """`agree`: whether all known parts have the same value."""
        is_known = self.flags(part.known)
        (values,) = equality_codes(part, rows=self.count)
        first = np.zeros(self.rows, values.dtype)
        first[self.owner[is_known][::-1]] = values[is_known][::-1]
        is_different = self.counted(is_known & (values != first[self.owner])) > 0
        count, (left, none_left) = self.counted(is_known), self.left(part.inapplicable)
        known = (is_different | ((count == left) & (count > 0))) & ~none_left
        return Truths(*self.planes(known, none_left), pack_flags(~is_different))

    def tallied(self, function: str, part: Three[Plane], doubtful: Flags) -> Numbers:
        """`count` or `share`; in rows with parts that are `doubtful` it may be anything."""
        true, false = (self.counted(self.flags(one)) for one in (part.true, part.false))
        left, none_left = self.left(part.inapplicable)
        open_ = left - true - false
        known = ~none_left & ((open_ < left) | (left == 0))
        values = true.astype(np.float64)
        error: Doubles | None = None
        if function == "share":
            known &= left > 0
            values = values / np.maximum(left, 1)
            error = values * EPS
        within = ((open_ > 0) & known) | doubtful
        if within.any():
            error = np.where(within, np.inf, 0.0 if error is None else error)
        return Numbers(*self.planes(known | doubtful, none_left), values, error=error)

    # Numbers

    def reduced(self, function: str, part: Numbers) -> Numbers:
        """`sum`, `mean`, `min` or `max`."""
        is_known = self.flags(part.known)
        some_known = self.counted(is_known)
        left, none_left = self.left(part.inapplicable)
        is_whole = some_known == left
        values = np.where(is_known, part.doubles, 0.0)
        off = np.where(is_known, part.off, 0.0)
        owner, is_bounded = self.owner, np.zeros(self.rows, np.bool_)
        if function in ("min", "max"):
            known = ~none_left & (some_known > 0)
            ends = np.full(self.rows, np.inf if function == "min" else -np.inf)
            choose = np.minimum if function == "min" else np.maximum
            choose.at(ends, owner[is_known], values[is_known])
            found: Doubles = np.where(np.isinf(ends), 0.0, ends)
            error: Doubles = np.zeros(self.rows)
            np.maximum.at(error, owner, off)
            is_bounded = known & ~is_whole
            error[is_bounded] = np.inf
        else:
            known = is_whole & ~none_left & ((left > 0) | (function == "sum"))
            found = np.bincount(owner, values, self.rows).astype(np.float64)
            size: Doubles = np.bincount(owner, np.abs(values), self.rows).astype(np.float64)
            error = np.bincount(owner, off, self.rows).astype(np.float64)
            exact = (error == 0) & (size < EXACT)
            rounding = 2 * (self.lengths + 1) * (size * EPS + error * EPS + LEAST)
            error = np.where(exact, 0.0, error + rounding)
            if function == "mean":
                found = found / np.maximum(left, 1)
                error = error / np.maximum(left, 1) + np.abs(found) * EPS + LEAST
        error[~(np.abs(found) < LARGE) | ~(error < LARGE)] = np.inf
        found[np.isinf(error)] = 0
        # Is each one of those that were written, or whole?
        is_written = function in ("min", "max") and part.error is None and not is_bounded.any()
        is_plain = is_written or (function == "sum" and not error.any())
        planes = self.planes(known, none_left)
        return Numbers(*planes, found, error=None if is_plain else error)


def equality_codes(*vectors: Vector, rows: int) -> list[npt.NDArray[Any]]:
    """Return numbers for the values of vectors of one kind, equal where the values are.

    The order of chosen options does not matter.
    """
    place: dict[object, int] = {}
    found: list[npt.NDArray[Any]] = []
    for vector in vectors:
        match vector:
            case Truths(true=true):
                found.append(unpack_flags(true, rows))
            case Numbers(values=values):
                found.append(values)
            case Coded(codes=codes, values=values):
                keys = (frozenset(one) if isinstance(one, tuple) else one for one in values)
                number_of = np.array([place.setdefault(one, len(place)) for one in keys])
                found.append(number_of.take(codes, mode="clip"))
            case _:
                raise NotColumnar
    return found


def covered(have: Segments, had: Coded, need: Segments, needed: Coded) -> Truths:
    """Whether each text that is needed is among those there are."""
    had_codes, codes = equality_codes(had, needed, rows=0)
    sides = []
    for segments, texts in ((have, had), (need, needed)):
        known = segments.flags(texts.known)
        sides.append((known, segments.counted(known), *segments.left(texts.inapplicable)))
    (is_had, had_known, had_left, none_had), (is_needed, needed_known, left, none_needed) = sides
    size = len(had.values) + len(needed.values)
    among = np.isin(need.owner * size + codes, (have.owner * size + had_codes)[is_had])
    is_lacking = need.counted(is_needed & ~among) > 0
    none_left = none_had | none_needed
    known = np.where(is_lacking, had_known == had_left, needed_known == left)
    known &= ~(((had_left > 0) & (had_known == 0)) | ((left > 0) & (needed_known == 0)))
    there = have.table.known & need.table.known
    missing = have.table.inapplicable | need.table.inapplicable
    inapplicable = (pack_flags(none_left) & there) | missing
    return Truths(pack_flags(known & ~none_left) & there, inapplicable, pack_flags(~is_lacking))


_MOST_PERIODS = 256
_DOUBLINGS = 20  # of the discount factor, from 1: rates farther away are calculated exactly
_HALVINGS = 60
_WITHIN = 1e-11  # how far the discount factor of a rate may be off, as a share of it


class Flows:
    """The cash flows in each row: the parts of its table, a period each."""

    def __init__(self, segments: Segments, part: Numbers) -> None:
        self._starts, self._lengths = segments.table.offsets[:-1], segments.lengths
        self._values, self._off = part.doubles, np.broadcast_to(part.off, part.values.shape)
        self.none_left: Flags
        left, self.none_left = segments.left(part.inapplicable)
        self.is_whole: Flags = segments.counted(segments.flags(part.known)) == left
        self.is_whole &= left > 0
        # Rows whose periods are not those of their parts, or are very many.
        self.is_odd: Flags = (left < self._lengths) | (self._lengths > _MOST_PERIODS)
        regular = np.where(self.is_whole & ~self.is_odd, self._lengths, 0)
        self._periods = [np.flatnonzero(regular > one) for one in range(regular.max(initial=0))]

    def planes(self, segments: Segments) -> tuple[Plane, Plane]:
        """Where all flows of a row are known, and where none of them applies."""
        return segments.planes(self.is_whole & ~self.none_left, self.none_left)

    def present_value(self, factor: Doubles, off: Doubles) -> tuple[Doubles, Doubles]:
        """Return the sum of flow * factor ** period in each row, and how far it may be off.

        Each discount factor may be off by `off`.
        """
        total, error = np.zeros(len(factor)), np.zeros(len(factor))
        for period in range(len(self._periods) - 1, -1, -1):
            rows = self._periods[period]
            part, f, sum_, wrong = (
                self._starts[rows] + period,
                factor[rows],
                total[rows],
                error[rows],
            )
            product = sum_ * f
            total[rows] = found = product + self._values[part]
            wrong = wrong * (np.abs(f) + off[rows]) + np.abs(sum_) * off[rows] + self._off[part]
            error[rows] = wrong * (1 + EPS) + (np.abs(product) + np.abs(found)) * EPS + LEAST
        error[self.is_odd | ~(np.abs(total) < LARGE) | ~(error < LARGE)] = np.inf
        total[np.isinf(error)] = 0
        return total, error

    def rate(self) -> tuple[Doubles, Doubles, Flags]:
        """Return the internal rate of return of each row, how far it may be off, and if it exists.

        There is one exactly where the flows change their sign once.
        """
        rows = len(self._lengths)
        first, last, changes = np.zeros(rows), np.zeros(rows), np.zeros(rows, np.int64)
        is_odd = self.is_odd.copy()
        for period, own in enumerate(self._periods):
            part = self._starts[own] + period
            sign, before = np.sign(self._values[part]), last[own]
            is_odd[own] |= (np.abs(self._values[part]) <= self._off[part]) & (self._off[part] > 0)
            changes[own] += (sign * before) < 0
            last[own] = np.where(sign == 0, before, sign)
            first[own] = np.where(first[own] == 0, last[own], first[own])
        low, high = np.full(rows, 2.0**-_DOUBLINGS), np.full(rows, 2.0**_DOUBLINGS)
        nothing = np.zeros(rows)
        for number in range(_HALVINGS + _DOUBLINGS):
            middle = np.sqrt(low * high) if number < _DOUBLINGS else (low + high) / 2
            is_below = np.sign(self.present_value(middle, nothing)[0]) == first
            low, high = np.where(is_below, middle, low), np.where(is_below, high, middle)
        is_within = np.ones(rows, np.bool_)
        for factor, sign in ((low * (1 - _WITHIN), first), (high * (1 + _WITHIN), -first)):
            total, error = self.present_value(factor, nothing)
            is_within &= (total * sign > error) & np.isfinite(error)
        error = 3 * _WITHIN / low + 2 * EPS
        error[~is_within | is_odd] = np.inf
        return 1 / low - 1, error, (changes == 1) | is_odd


def discount_factor(rate: Numbers) -> tuple[Doubles, Doubles]:
    """Return 1 / (1 + rate) in each row, and how far it may be off.

    It may be off by anything unless the rate is certainly above -1.
    """
    growth = 1 + rate.doubles
    off = rate.off + np.abs(growth) * EPS + LEAST
    with np.errstate(all="ignore"):
        factor = 1 / growth
        error = factor * (off / (growth - off) + 2 * EPS)
    error = np.where(growth > 2 * off, error, np.inf)
    return np.where(np.isinf(error), 0.0, factor), error


def net_present_value(segments: Segments, part: Numbers, rate: Numbers) -> Numbers:
    """Return the net present value of each row."""
    flows = Flows(segments, part)
    known, inapplicable = flows.planes(segments)
    with np.errstate(all="ignore"):
        total, error = flows.present_value(*discount_factor(rate))
    unstated = rate.inapplicable & segments.table.known
    return Numbers(known & rate.known, inapplicable | unstated, total, error=error)


def internal_rate(segments: Segments, part: Numbers) -> Numbers:
    """Return the internal rate of return of each row; unknown where there is none, or several."""
    flows = Flows(segments, part)
    known, inapplicable = flows.planes(segments)
    with np.errstate(all="ignore"):
        rate, error, exists = flows.rate()
    rate[np.isinf(error)] = 0
    return Numbers(known & pack_flags(exists), inapplicable, rate, error=error)
