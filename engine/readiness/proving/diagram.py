"""Decision diagrams: sets of answer sheets, each set held once.

A sheet has one value for each variable, by its number in the variable's list. A node tests one
variable and has a child for each of some sets of its values, in bits; equal sets of sheets are the
same node, so that comparing two sets takes one step. (R. Bryant, *Graph-Based Algorithms for
Boolean Function Manipulation*, 1986; here with more than two values.)
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from typing import TypeAlias

Kids: TypeAlias = tuple[tuple[int, int], ...]  # a node, and the values that lead to it
EMPTY, FULL = 0, 1
_BELOW = 1 << 60  # the level of the two ends
_OR, _AND, _BUT = range(3)


class OverBudgetError(Exception):
    """What was asked took more steps than are allowed."""


class Diagrams:
    """All nodes of one set of variables; a variable is its level, tested from 0 on."""

    def __init__(self, steps: int) -> None:
        self.sizes: list[int] = []
        self.steps = steps
        self.left: int = steps
        self._levels = [_BELOW, _BELOW]
        self._kids: list[Kids] = [(), ()]
        self._unique: dict[tuple[int, Kids], int] = {}
        self._joined: dict[tuple[int, int, int], int] = {}
        self._tested: dict[int, AbstractSet[int]] = {}
        self.empty: Plane = Plane(self, EMPTY)
        self.full: Plane = Plane(self, FULL)

    def variable(self, size: int) -> int:
        """Return a new variable with this number of values."""
        self.sizes.append(size)
        return len(self.sizes) - 1

    def where(self, level: int, values: int) -> Plane:
        """Return the sheets on which a variable has one of the values, given in bits."""
        rest = (1 << self.sizes[level]) - 1 & ~values
        return Plane(self, self._node(level, [(FULL, values), (EMPTY, rest)]))

    def _node(self, level: int, kids: Iterable[tuple[int, int]]) -> int:
        merged: dict[int, int] = {}
        for child, values in kids:
            if values:
                merged[child] = merged.get(child, 0) | values
        if len(merged) == 1:
            return next(iter(merged))
        key = level, tuple(sorted(merged.items()))
        if (found := self._unique.get(key)) is None:
            found = self._unique[key] = len(self._levels)
            self._levels.append(level)
            self._kids.append(key[1])
        return found

    def join(self, operation: int, left: int, right: int) -> int:
        """Return the node of two joined sets; raises `OverBudgetError`."""
        if operation == _AND:
            if EMPTY in (left, right):
                return EMPTY
            if left in (FULL, right):
                return right
            if right == FULL:
                return left
        elif operation == _OR:
            if FULL in (left, right):
                return FULL
            if left in (EMPTY, right):
                return right
            if right == EMPTY:
                return left
        elif left in (EMPTY, right) or right == FULL:
            return EMPTY
        elif right == EMPTY:
            return left
        if operation != _BUT and left > right:
            left, right = right, left
        key = operation, left, right
        if (found := self._joined.get(key)) is not None:
            return found
        self.left -= 1
        if self.left < 0:
            raise OverBudgetError
        first, second = self._levels[left], self._levels[right]
        level = min(first, second)
        ours = self._kids[left] if first == level else ((left, -1),)
        theirs = self._kids[right] if second == level else ((right, -1),)
        kids = [
            (self.join(operation, one, other), both)
            for one, values in ours
            for other, others in theirs
            if (both := values & others)
        ]
        found = self._joined[key] = self._node(level, kids)
        return found

    def solve(self, nodes: Iterable[int]) -> dict[int, int] | None:
        """Return values of variables that lead to a sheet in all of some sets; None if none is.

        Variables are taken out one by one, those that are tested together with the fewest others
        first; then their values are found the other way round. Raises `OverBudgetError`.
        """
        held = dict.fromkeys(node for node in nodes if node != FULL)
        steps: list[int] = []
        near: dict[int, set[int]] = {}
        changed = {level for node in held for level in self.tested(node)}
        while held:
            if EMPTY in held:
                return None
            for level in changed:
                near.pop(level, None)
            for levels in map(self.tested, held):
                for level in levels & changed:
                    near.setdefault(level, set()).update(levels)
            level = min(near, key=lambda one: (len(near[one]), one))
            joined, changed = FULL, set()
            for node in [node for node in held if level in self.tested(node)]:
                del held[node]
                changed |= self.tested(node)
                joined = self.join(_AND, joined, node)
            steps.append(joined)
            if (rest := self._without(level, joined)) != FULL:
                held[rest] = None
        found: dict[int, int] = {}
        for step in reversed(steps):
            rest = step
            for level in self.tested(step) & found.keys():
                rest = self.fixed(rest, level, found[level])
            while rest != FULL:  # what is left of it is free to choose
                value, child = min((v & -v, child) for child, v in self._kids[rest] if child)
                found[self._levels[rest]] = value.bit_length() - 1
                rest = child
        return found

    def _without(self, level: int, node: int) -> int:
        """Return the sheets that are in a set with some value of a variable."""
        if self._levels[node] > level:
            return node
        key = -1 - level, node, node
        if (found := self._joined.get(key)) is None:
            kids = self._kids[node]
            if self._levels[node] == level:
                found = EMPTY
                for child, _ in kids:
                    found = self.join(_OR, found, child)
            else:
                found = self._node(
                    self._levels[node], [(self._without(level, c), values) for c, values in kids]
                )
            self._joined[key] = found
        return found

    def fixed(self, node: int, level: int, value: int) -> int:
        """Return the sheets of a set on which a variable has a value, whatever it is in them."""
        if self._levels[node] > level:
            return node
        if self._levels[node] == level:
            return next(child for child, values in self._kids[node] if values >> value & 1)
        kids = [(self.fixed(child, level, value), held) for child, held in self._kids[node]]
        return self._node(self._levels[node], kids)

    def tested(self, node: int) -> AbstractSet[int]:
        """Return the variables on which a set depends."""
        if (known := self._tested.get(node)) is not None:
            return known
        found: set[int] = set()
        seen, rest = {EMPTY, FULL}, [node]
        while rest:
            one = rest.pop()
            if one not in seen:
                seen.add(one)
                found.add(self._levels[one])
                rest.extend(child for child, _ in self._kids[one])
        self._tested[node] = found
        return found


class Plane:
    """A set of sheets; it joins with others as integers do."""

    __slots__ = ("home", "node")

    def __init__(self, home: Diagrams, node: int) -> None:
        self.home: Diagrams = home
        self.node: int = node

    def _with(self, operation: int, other: Plane) -> Plane:
        return Plane(self.home, self.home.join(operation, self.node, other.node))

    def __or__(self, other: Plane) -> Plane:
        return self._with(_OR, other)

    def __and__(self, other: Plane) -> Plane:
        return self._with(_AND, other)

    def without(self, other: Plane) -> Plane:
        """Return the sheets of this set that are not in another."""
        return self._with(_BUT, other)

    def __invert__(self) -> Plane:
        return self.home.full.without(self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Plane) and self.node == other.node

    def __hash__(self) -> int:
        return self.node

    def __bool__(self) -> bool:
        return self.node != EMPTY
