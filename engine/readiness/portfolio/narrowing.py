"""A ruleset's program made for the planes of one kind of table.

There are no waivers in a table, and most leaves always apply: what follows from that is worked
out beforehand. What is left runs in a few planes of memory, which the processor keeps close.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from readiness.evaluation.statements import AND, BUT, EMPTY, FIRST_WAIVER, FULL, OR, Statements
from readiness.portfolio.planes import Plane, room

Matrix: TypeAlias = npt.NDArray[np.uint8]  # a plane in each row

_OFF = BUT + 1  # `left & ~right` where `right` lies within `left`

_Join: TypeAlias = tuple[int, int, int]  # an operation, and the two planes that it joins
_Move: TypeAlias = tuple[Callable[[Plane, Plane, Plane], object], int, int, int]


class Narrowed:
    """The program of a ruleset, given which planes are empty in every row.

    It hands out for all checks where they are neither met nor unmet, then where they are held up
    and apply, then where they are open; for all gates the low bits of the codes that number what
    `VERDICTS` names, then the high ones.
    """

    def __init__(self, statements: Statements, empty: Collection[int]) -> None:
        folding = _Folding(statements, empty)
        outputs = list(folding.outputs())
        placing = _Placing(statements, folding.joins, outputs)
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


class _Folding:
    """Statements without those whose outcome is known, or that nothing reads."""

    def __init__(self, statements: Statements, empty: Collection[int]) -> None:
        self._statements = statements
        self.joins: list[_Join] = []
        self._known: dict[_Join, int] = {}
        self._first_leaf = statements.first_leaf
        self._same: dict[int, int] = {EMPTY: EMPTY, FULL: FULL}
        self._same |= dict.fromkeys((*range(FIRST_WAIVER, self._first_leaf), *empty), EMPTY)
        rest = iter(statements.joins)
        joins = zip(rest, rest, rest, strict=True)
        for plane, (operation, left, right) in enumerate(joins, statements.first):
            self._same[plane] = self._join(operation, self._of(left), self._of(right))

    def _of(self, plane: int) -> int:
        """What there is for a plane of the statements; that of a leaf when it is first wanted."""
        if plane not in self._same:
            part = (plane - self._first_leaf) % 3
            self._same[plane] = plane if part == 2 else self._of_leaf(plane - part)[part]
        return self._same[plane]

    def _of_leaf(self, first: int) -> tuple[int, int]:
        """Where a leaf is true, and where it is false."""
        known = first + 1
        true = self._join(AND, first, known)
        return true, self._join(_OFF, known, true)

    def _join(self, operation: int, left: int, right: int) -> int:
        """The plane that two planes are joined to; no new one where it is one of them."""
        if operation == OR:
            if left in (right, FULL) or right == EMPTY:
                return left
            if left == EMPTY or right == FULL:
                return right
        elif operation == AND:
            if left in (right, EMPTY) or right == FULL:
                return left
            if right == EMPTY or left == FULL:
                return right
        elif left in (EMPTY, right) or right == FULL:
            return EMPTY
        elif right == EMPTY:
            return left
        elif left == FULL:
            operation = _OFF
        key = (operation, left, right)
        if key not in self._known:
            self._known[key] = self._statements.first + len(self.joins)
            self.joins.append(key)
        return self._known[key]

    def outputs(self) -> Iterator[int]:
        """The planes that are handed out, joined from those of checks and gates."""
        checks = [[self._of(p) for p in self._statements.checks[n::5]] for n in range(5)]
        met, unmet, inapplicable, open_, held_up = checks
        yield from map(self._neither, met, unmet, inapplicable)
        yield from (self._join(BUT, a, b) for a, b in zip(held_up, inapplicable, strict=True))
        yield from open_
        gates = [[self._of(p) for p in self._statements.gates[n::3]] for n in range(3)]
        no_go, undetermined, conditional = gates
        yield from map(self._or, conditional, undetermined)
        yield from map(self._or, no_go, undetermined)

    def _neither(self, met: int, unmet: int, inapplicable: int) -> int:
        if inapplicable == EMPTY:  # without waivers, what is not met is open: it is there already
            return self._join(_OFF, self._join(BUT, FULL, met), unmet)
        return self._join(BUT, FULL, self._or(met, unmet))

    def _or(self, left: int, right: int) -> int:
        return self._join(OR, left, right)


class _Placing:
    """Where each plane is held: outputs in rows of their own, the others in as few as will do."""

    def __init__(
        self, statements: Statements, joins: Sequence[_Join], outputs: Sequence[int]
    ) -> None:
        self._first, self._joins, self._outputs = statements.first, joins, outputs
        self._without_place = statements.first_leaf - FIRST_WAIVER
        self._first_output = self._first - self._without_place
        self._first_slot = self._first_output + len(outputs)
        self.slots = 0
        self._place: dict[int, int] = {}
        for number, plane in enumerate(outputs):
            if plane >= self._first:
                self._place.setdefault(plane, self._first_output + number)
        self._free: list[int] = []
        self._last = self._last_uses()

    def _last_uses(self) -> dict[int, int]:
        """The last statement that reads each plane; what no output hangs on is not in it."""
        last: dict[int, int] = dict.fromkeys(self._outputs, len(self._joins))
        for number in reversed(range(len(self._joins))):
            if self._first + number in last:
                for plane in self._joins[number][1:]:
                    last.setdefault(plane, number)
        return last

    def moves(self) -> Iterator[_Move]:
        """What to do in which order: an operation, two planes, and the one that it fills."""
        for number, (operation, left, right) in enumerate(self._joins):
            plane = self._first + number
            if plane not in self._last:
                continue
            held = self._held(left), self._held(right)
            is_apart = operation == BUT  # it reads its left side twice
            target = self._taken(plane) if is_apart else -1
            for read in {left, right}:
                if self._last[read] == number:
                    self._let_go(read)
            yield (
                _OPERATIONS[operation],
                *held,
                (target if is_apart else self._taken(plane)),
            )
        for number, plane in enumerate(self._outputs):
            target = self._first_output + number
            if self._held(plane) != target:
                yield _copied, self._held(plane), self._held(plane), target

    def _held(self, plane: int) -> int:
        """Where a plane is; there are no planes but those of leaves before the first statement."""
        if plane >= self._first:
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

    def _let_go(self, plane: int) -> None:
        place = self._place.get(plane, -1)
        if place >= self._first_slot:
            self._free.append(place)


def _but(left: Plane, right: Plane, target: Plane) -> None:
    np.bitwise_and(left, right, target)
    np.bitwise_xor(left, target, target)


def _copied(plane: Plane, _: Plane, target: Plane) -> None:
    np.copyto(target, plane)


_OPERATIONS: dict[int, Any] = {
    OR: np.bitwise_or, AND: np.bitwise_and, BUT: _but, _OFF: np.bitwise_xor,
}  # fmt: skip
