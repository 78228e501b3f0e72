"""Net present values and internal rates of return of many rows, in doubles.

They are what `readiness.evaluation.finance` says. Each has a limit to how far it may be off; where
doubles do not suffice, it may be off by anything, and so is calculated exactly.
"""

from __future__ import annotations

import numpy as np

from readiness.portfolio.segments import Doubles, Segments
from readiness.portfolio.vectors import EPS, LARGE, LEAST, Flags, Numbers, Plane, pack_flags

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
