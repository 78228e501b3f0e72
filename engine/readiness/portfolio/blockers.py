"""The blockers of each row: which open checks block, how many, and which comes first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from readiness.dependencies.ruleset import Ruleset
from readiness.portfolio.judging import JudgedBlock
from readiness.portfolio.segments import Flags, Matrix, Plane, full, unpack_flags

NONE = -1
"""The position in a row that has no blocker."""

_WORD = 64  # checks per word of the masks


class Barring:
    """The dependencies between the checks of a ruleset, for blockers; shared between threads."""

    def __init__(self, ruleset: Ruleset) -> None:
        graph, ranking = ruleset.graph, ruleset.ranking
        self.size: int = len(graph.ids)
        self.awaited: Flags = np.array(ranking.is_awaited, np.bool_)
        self.required_by: list[list[int]] = [[] for _ in graph.ids]
        for position, needs in enumerate(graph.requires):
            for need in needs:
                self.required_by[need].append(position)
        self.downstream: tuple[int, ...] = graph.downstream
        before, behind = ranking.before_waiting, ranking.behind_waiting
        self.ids: tuple[str, ...] = graph.ids
        self.requires: tuple[tuple[int, ...], ...] = graph.requires
        order = sorted(range(self.size), key=lambda one: (before[one], behind[one]))
        self.classes: list[list[int]] = [
            list(found) for _, found in groupby(order, before.__getitem__)
        ]
        self.class_of: npt.NDArray[np.int64] = np.zeros(self.size, np.int64)
        self.place: npt.NDArray[np.int64] = np.zeros(self.size, np.int64)
        self.place[order] = np.arange(self.size)
        for number, found in enumerate(self.classes):
            self.class_of[found] = number

    @cached_property
    def masks(self) -> npt.NDArray[np.uint64]:
        """The checks downstream of each check, as bits of words."""
        width = -(-self.size // _WORD) * 8
        held = b"".join(bits.to_bytes(width, "little") for bits in self.downstream)
        return np.frombuffer(held, "<u8").reshape(self.size, -1)


@dataclass(frozen=True)
class BlockersByRow:
    """The blockers in each row of a judged block."""

    judged: JudgedBlock
    barring: Barring

    @cached_property
    def blockers(self) -> Matrix:
        """The rows in which each check is a blocker: open, and needed by an open check or gate."""
        open_ = self.judged.open
        waiting = np.empty_like(open_)  # the rows in which something downstream is open
        found = np.empty_like(open_)
        for position in reversed(range(self.barring.size)):
            plane = waiting[position]
            plane[:] = 0
            for user in self.barring.required_by[position]:
                plane |= open_[user]
                plane |= waiting[user]
            if self.barring.awaited[position]:
                found[position] = open_[position]
            else:
                np.bitwise_and(open_[position], plane, out=found[position])
        return found

    @cached_property
    def root_blockers(self) -> Matrix:
        """The rows in which each check is a root blocker: a blocker that is ready to start."""
        found: Matrix = self.blockers & ~self.judged.held_up
        return found

    @cached_property
    def numbers(self) -> npt.NDArray[np.int32]:
        """The number of blockers in each row."""
        return count_rows(self.blockers, self.judged.rows)

    @cached_property
    def first(self) -> npt.NDArray[np.int32]:
        """The position of the first root blocker in each row, `NONE` if there is none.

        The order is that of `readiness.dependencies.work_order`: only the number of open checks
        that wait for a check differs between rows.
        """
        rows = self.judged.rows
        first = np.full(rows, NONE, np.int32)
        undecided = full(rows).copy()
        for group in self.barring.classes:
            roots = self.root_blockers[group] & undecided
            here = [n for n in range(len(group)) if roots[n].any()]
            if not here:
                continue
            if len(here) == 1:
                first[unpack_flags(roots[here[0]], rows)] = group[here[0]]
            else:
                self._most_waited_for([group[n] for n in here], roots[here], first)
            undecided &= ~np.bitwise_or.reduce(roots, axis=0)
            if not undecided.any():
                break
        return first

    def _most_waited_for(
        self, group: Sequence[int], roots: Matrix, first: npt.NDArray[np.int32]
    ) -> None:
        """Fill in the check of a group that most open checks wait for; of equals the earlier."""
        most = np.full(self.judged.rows, -1, np.int32)
        for position, plane in zip(group, roots, strict=True):
            found = np.flatnonzero(unpack_flags(plane, self.judged.rows))
            waiting = self._open_by_row[found] & self.barring.masks[position]
            number = np.bitwise_count(waiting).sum(axis=1, dtype=np.int32)
            more = number > most[found]
            better = found[more]
            most[better] = number[more]
            first[better] = position

    def ids_in_order(self, planes: Matrix, *, by_wave: bool = False, joined: bool = False) -> Any:
        """Return for each row the checks whose planes are set, in working order, as a list column.

        With `by_wave` they are lists within lists. `joined` makes each one text instead.
        """
        flags = np.unpackbits(planes, axis=1, count=self.judged.rows, bitorder="little")
        checks, rows = np.nonzero(flags)
        waves = self._waves()[checks, rows] if by_wave else np.zeros(len(rows), np.int32)
        waiting = np.bitwise_count(self._open_by_row[rows] & self.barring.masks[checks])
        keys = self.barring.place[checks], -waiting.sum(axis=1, dtype=np.int64)
        order = np.lexsort((*keys, self.barring.class_of[checks], waves, rows))
        rows, waves = rows[order], waves[order]
        found = pa.array(self.barring.ids, pa.string()).take(pa.array(checks[order]))
        if by_wave:
            is_first = np.ones(len(rows), np.bool_)
            is_first[1:] = (np.diff(rows) != 0) | (np.diff(waves) != 0)
            starts = np.flatnonzero(is_first)
            ends = pa.array(np.append(starts, len(rows)), pa.int32())
            found, rows = pa.ListArray.from_arrays(ends, found), rows[starts]
            found = pc.binary_join(found, ";") if joined else found
        sizes = np.bincount(rows, minlength=self.judged.rows)
        ends = pa.array(np.append(0, np.cumsum(sizes)), pa.int32())
        found = pa.ListArray.from_arrays(ends, found)
        return pc.binary_join(found, "|" if by_wave else ";") if joined else found

    def _waves(self) -> npt.NDArray[np.int32]:
        """Return the wave of each open check in each row, counted from 1: too large to be kept."""
        rows = self.judged.rows
        found = np.zeros((self.barring.size, rows), np.int32)
        for position, needs in enumerate(self.barring.requires):
            for need in needs:
                np.maximum(found[position], found[need], out=found[position])
            found[position] += unpack_flags(self.judged.open[position], rows)
        return found

    @cached_property
    def _open_by_row(self) -> npt.NDArray[np.uint64]:
        """The open checks of each row as bits of words: eight checks make a byte."""
        rows, size = self.judged.rows, self.barring.size
        found = np.zeros((-(-size // _WORD) * 8, rows), np.uint8)
        for check, plane in enumerate(self.judged.open):
            flags = np.unpackbits(plane, count=rows, bitorder="little")
            np.left_shift(flags, check % 8, flags)
            held = found[check // 8]
            np.bitwise_or(held, flags, held)
        return np.ascontiguousarray(found.T).view(np.uint64)


def count_rows(planes: Matrix, rows: int) -> npt.NDArray[np.int32]:
    """Return in how many of the planes each row is set."""
    found = np.zeros(rows, np.int32)
    digits: list[Plane] = []  # the binary digits of the numbers, a plane each
    for plane in planes:
        carry = plane
        for place, digit in enumerate(digits):
            digits[place], carry = digit ^ carry, digit & carry
            if not carry.any():
                break
        else:
            if carry.any():
                digits.append(carry)
    for place, digit in enumerate(digits):
        found += unpack_flags(digit, rows).astype(np.int32) << place
    return found
