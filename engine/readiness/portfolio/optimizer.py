"""The program of a ruleset, optimized for the bit planes of one kind of table.

A table has no waivers, and most leaves always apply: the consequences are calculated in advance.
The rest runs in a few planes of memory, which stay in the processor's cache.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, TypeAlias

import numpy as np

from readiness.conditions.terms import Term
from readiness.dependencies.ruleset import Ruleset
from readiness.evaluation.algebra import Three
from readiness.evaluation.bulk_assembler import AND, BUT, EMPTY, FIRST_WAIVER, FULL, OR, Assembler
from readiness.portfolio.vectors import Matrix, Plane, room

_OFF = BUT + 1  # `left & ~right` where `right` lies within `left`

_Move: TypeAlias = tuple[Callable[[Plane, Plane, Plane], object], int, int, int]


class OptimizedProgram(Assembler):
    """The optimized program of a ruleset, given the leaves that apply in every row.

    It returns for all checks where they are neither met nor unmet, then where they are blocked
    and apply, then where they are open; for all gates the low bits of the codes that number what
    `VERDICTS` names, then the high ones.
    """

    def __init__(self, ruleset: Ruleset, applying: Collection[int]) -> None:
        self._applying = applying
        super().__init__(ruleset, has_waivers=False)
        outputs = list(self._final_planes())
        self._outputs, self._slots = len(outputs), 0
        self._moves = list(self._place(outputs))

    def run(self, leaves: Sequence[Plane], full: Plane) -> Matrix:
        """Return the result planes; `full` has all rows.

        `leaves` has three planes for each leaf: true, known, and not applicable. Of the first, only
        the known rows count.
        """
        found = room((self._outputs, len(full)), np.uint8)
        slots = room((self._slots, len(full)), np.uint8)
        planes = [np.zeros_like(full), full, *leaves, *found, *slots]
        for operation, left, right, target in self._moves:
            operation(planes[left], planes[right], planes[target])
        return found

    def leaf(self, term: Term) -> Three[int]:
        """Return the planes of `run` in which a leaf is true, false and not applicable."""
        first, known, inapplicable = super().leaf(term)
        true = self.both(first, known)
        is_applying = (first - self.first_leaf) // 3 in self._applying
        return Three(true, self._off(known, true), EMPTY if is_applying else inapplicable)

    def _final_planes(self) -> Iterator[int]:
        """Yield the result planes, joined from those of checks and gates."""
        met, unmet, inapplicable, open_, held_up = (self.checks[n::5] for n in range(5))
        yield from map(self._neither, met, unmet, inapplicable)
        yield from map(self.without, held_up, inapplicable)
        yield from open_
        no_go, undetermined, conditional = (self.gates[n::3] for n in range(3))
        yield from map(self.either, conditional, undetermined)
        yield from map(self.either, no_go, undetermined)

    def _neither(self, met: int, unmet: int, inapplicable: int) -> int:
        if inapplicable == EMPTY:  # without waivers, what is not met is open: that plane exists
            return self._off(self.without(FULL, met), unmet)
        return self.without(FULL, self.either(met, unmet))

    def _off(self, left: int, right: int) -> int:
        """Return `without` for the case that `right` lies within `left`."""
        if EMPTY in (left, right) or right in (FULL, left):
            return self.without(left, right)
        return self._join(_OFF, left, right)

    def _place(self, outputs: Sequence[int]) -> Iterator[_Move]:
        """Yield the statements in order: an operation, two planes, and the plane that it fills.

        Outputs have separate rows; the other planes share as few rows as possible.
        """
        joins = list(self._joins)
        last = dict.fromkeys(outputs, len(joins))  # the last statement that reads each plane
        for number in reversed(range(len(joins))):
            if -1 - number in last:  # no result depends on the other planes
                for plane in joins[number][1:]:
                    last.setdefault(plane, number)
        first_output = FIRST_WAIVER + 3 * len(self.leaves)
        first_slot = first_output + len(outputs)
        place = {plane: plane for plane in (EMPTY, FULL)}
        place |= {self.first_leaf + n: FIRST_WAIVER + n for n in range(3 * len(self.leaves))}
        for number, plane in enumerate(outputs):
            if plane < 0:
                place.setdefault(plane, first_output + number)
        free: list[int] = []
        for number, (operation, left, right) in enumerate(joins):
            plane = -1 - number
            if plane not in last:
                continue
            if plane not in place:
                if not free:
                    free.append(first_slot + self._slots)
                    self._slots += 1
                place[plane] = free.pop()
            yield (
                _OPERATIONS[_OFF if left == FULL else operation],
                place[left],
                place[right],
                place[plane],
            )
            done = [place[one] for one in {left, right} if last[one] == number]
            free += [one for one in done if one >= first_slot]
        for number, plane in enumerate(outputs, first_output):
            if place[plane] != number:
                yield _copy, place[plane], place[plane], number


def _but(left: Plane, right: Plane, target: Plane) -> None:
    np.bitwise_and(left, right, target)
    np.bitwise_xor(left, target, target)


def _copy(plane: Plane, _: Plane, target: Plane) -> None:
    np.copyto(target, plane)


_OPERATIONS: dict[int, Any] = {
    OR: np.bitwise_or, AND: np.bitwise_and, BUT: _but, _OFF: np.bitwise_xor,
}  # fmt: skip
