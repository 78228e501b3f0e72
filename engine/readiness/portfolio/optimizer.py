"""A ruleset's program made for the planes of one kind of table.

There are no waivers in a table, and most leaves always apply: what follows from that is worked
out beforehand. What is left runs in a few planes of memory, which the processor keeps close.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from readiness.conditions.terms import Term
from readiness.dependencies.ruleset import Ruleset
from readiness.evaluation.algebra import Three
from readiness.evaluation.bulk_assembler import (
    AND,
    BUT,
    EMPTY,
    FIRST_WAIVER,
    FULL,
    OR,
    Assembler,
)
from readiness.portfolio.vectors import Plane, room

Matrix: TypeAlias = npt.NDArray[np.uint8]  # a plane in each row

_OFF = BUT + 1  # `left & ~right` where `right` lies within `left`

_Move: TypeAlias = tuple[Callable[[Plane, Plane, Plane], object], int, int, int]


class OptimizedProgram:
    """The program of a ruleset, given the numbers of the leaves that apply in every row.

    It hands out for all checks where they are neither met nor unmet, then where they are held up
    and apply, then where they are open; for all gates the low bits of the codes that number what
    `VERDICTS` names, then the high ones.
    """

    def __init__(self, ruleset: Ruleset, applying: Collection[int]) -> None:
        writing = _TableAssembler(ruleset, applying)
        outputs = list(writing.outputs())
        placing = _Placing(writing, outputs)
        self._moves: list[_Move] = list(placing.moves())
        self._slots = placing.slots
        self._outputs = len(outputs)

    def run(self, leaves: Sequence[Plane], full: Plane) -> Matrix:
        """The planes it hands out; `full` has all rows.

        `leaves` are three planes for each leaf: true, known, and not applicable. Only what is known
        counts of the first.
        """
        found = room((self._outputs, len(full)), np.uint8)
        slots = room((self._slots, len(full)), np.uint8)
        planes = [np.zeros_like(full), full, *leaves, *found, *slots]
        for operation, left, right, target in self._moves:
            operation(planes[left], planes[right], planes[target])
        return found


class _TableAssembler(Assembler):
    """Writes the program for tables; planes are those of `Assembler`, statements below zero."""

    def __init__(self, ruleset: Ruleset, applying: Collection[int]) -> None:
        self._applying = applying
        super().__init__(ruleset, has_waivers=False)

    @property
    def joins(self) -> list[tuple[int, int, int]]:
        """The statements in their order."""
        return list(self._joins)

    @property
    def first_leaf(self) -> int:
        """The first plane of the first leaf."""
        return self._first_leaf

    def outputs(self) -> Iterator[int]:
        """The planes that are handed out, joined from those of checks and gates."""
        met, unmet, inapplicable, open_, held_up = (self._checks[n::5] for n in range(5))
        yield from map(self._neither, met, unmet, inapplicable)
        yield from map(self.without, held_up, inapplicable)
        yield from open_
        no_go, undetermined, conditional = (self._gates[n::3] for n in range(3))
        yield from map(self.either, conditional, undetermined)
        yield from map(self.either, no_go, undetermined)

    def _neither(self, met: int, unmet: int, inapplicable: int) -> int:
        if inapplicable == EMPTY:  # without waivers, what is not met is open: it is there already
            return self._off(self.without(FULL, met), unmet)
        return self.without(FULL, self.either(met, unmet))

    def leaf(self, term: Term) -> Three[int]:
        """Where a leaf is true, false and not applicable, of the planes that `run` is given."""
        first, known, inapplicable = super().leaf(term)
        true = self.both(first, known)
        is_applying = (first - self._first_leaf) // 3 in self._applying
        return Three(true, self._off(known, true), EMPTY if is_applying else inapplicable)

    def _off(self, left: int, right: int) -> int:
        """As `without`, where `right` lies within `left`."""
        if EMPTY in (left, right) or right in (FULL, left):
            return self.without(left, right)
        return self._join(_OFF, left, right)


class _Placing:
    """Where each plane is held: outputs in rows of their own, the others in as few as will do."""

    def __init__(self, writing: _TableAssembler, outputs: Sequence[int]) -> None:
        self._joins, self._outputs = writing.joins, outputs
        self._without_place = writing.first_leaf - FIRST_WAIVER
        self._first_output = FIRST_WAIVER + 3 * len(writing.leaves)
        self._first_slot = self._first_output + len(outputs)
        self.slots = 0
        self._place: dict[int, int] = {}
        for number, plane in enumerate(outputs):
            if plane < 0:
                self._place.setdefault(plane, self._first_output + number)
        self._free: list[int] = []
        self._last = self._last_uses()

    def _last_uses(self) -> dict[int, int]:
        """The last statement that reads each plane; what no output hangs on is not in it."""
        last: dict[int, int] = dict.fromkeys(self._outputs, len(self._joins))
        for number in reversed(range(len(self._joins))):
            if -1 - number in last:
                for plane in self._joins[number][1:]:
                    last.setdefault(plane, number)
        return last

    def moves(self) -> Iterator[_Move]:
        """What to do in which order: an operation, two planes, and the one that it fills."""
        for number, (operation, left, right) in enumerate(self._joins):
            plane = -1 - number
            if plane not in self._last:
                continue
            held = self._held(left), self._held(right)
            read = [one for one in {left, right} if self._last[one] == number]
            if operation == BUT and left != FULL:  # it reads its left side twice
                target = self._taken(plane)
                self._let_go(read)
            else:
                self._let_go(read)
                target = self._taken(plane)
            yield _OPERATIONS[_OFF if left == FULL else operation], *held, target
        for number, plane in enumerate(self._outputs):
            target = self._first_output + number
            if self._held(plane) != target:
                yield _copied, self._held(plane), self._held(plane), target

    def _held(self, plane: int) -> int:
        """Where a plane is; those of waivers have no place."""
        if plane < 0:
            return self._place[plane]
        return plane if plane <= FULL else plane - self._without_place

    def _taken(self, plane: int) -> int:
        """A place for a plane."""
        if plane not in self._place:
            if not self._free:
                self._free.append(self._first_slot + self.slots)
                self.slots += 1
            self._place[plane] = self._free.pop()
        return self._place[plane]

    def _let_go(self, planes: Sequence[int]) -> None:
        """Places that planes had are free for others, but for those of outputs."""
        places = (self._place.get(plane, -1) for plane in planes)
        self._free += [place for place in places if place >= self._first_slot]


def _but(left: Plane, right: Plane, target: Plane) -> None:
    np.bitwise_and(left, right, target)
    np.bitwise_xor(left, target, target)


def _copied(plane: Plane, _: Plane, target: Plane) -> None:
    np.copyto(target, plane)


_OPERATIONS: dict[int, Any] = {
    OR: np.bitwise_or, AND: np.bitwise_and, BUT: _but, _OFF: np.bitwise_xor,
}  # fmt: skip
