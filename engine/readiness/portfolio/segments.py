"""Conditions over the rows of tables: evaluated for all rows of all tables, then reduced.

What the reductions do is what `readiness.evaluation.aggregates` says. Where a result has bounds it
is held as a number that may be off by anything, and so is settled exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from readiness.evaluation.algebra import Three
from readiness.portfolio.leaves import NotColumnar
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
