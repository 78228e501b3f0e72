"""Standings, verdicts and blockers kept up to date while statuses change one by one.

What a change moves is followed along the requirements, and no further than it moves anything.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Literal, TypeAlias

from readiness.dependencies.ruleset import Ruleset
from readiness.evaluation.verdicts import NOT_APPLICABLE, UNDETERMINED, UNMET, VERDICTS, Judgement

ChangeKind: TypeAlias = Literal["verdict", "status", "standing", "blocker"]

# What moved: its kind, its id, and what it was and is.
Move: TypeAlias = tuple[ChangeKind, str, str, str]

# How much a check weighs in the gates that wait for it, and which verdict that makes.
_CLOSED, _BY_WAIVER, _UNDETERMINED, _UNMET = range(4)
_OPEN = _UNDETERMINED  # and whatever weighs more
_BY_WEIGHT = ("go", "conditional_go", "undetermined", "no_go")
assert set(_BY_WEIGHT) == set(VERDICTS)


class Links:
    """What each check and gate of a ruleset is linked to; checks go by their place in it."""

    def __init__(self, ruleset: Ruleset) -> None:
        place = {key: number for number, key in enumerate(ruleset.checks)}
        self.ids = tuple(ruleset.checks)
        self.order = tuple(place[key] for key in ruleset.graph.ids)
        self.requires = tuple(
            tuple(place[key] for key in check.requires) for check in ruleset.checks.values()
        )
        self.required_by = _turned(self.requires)
        gate_number = {key: number for number, key in enumerate(ruleset.gate_order)}
        self.gates = tuple(ruleset.gate_order)
        gates = [ruleset.gates[key] for key in self.gates]
        self.after = tuple(tuple(gate_number[key] for key in gate.after) for gate in gates)
        waited_for = [self._with_upstream(place[key] for key in gate.requires) for gate in gates]
        self.gates_of = _turned(waited_for, len(self.ids))

    def _with_upstream(self, places: Iterable[int]) -> set[int]:
        found: set[int] = set()
        rest = list(places)
        while rest:
            if (one := rest.pop()) not in found:
                found.add(one)
                rest.extend(self.requires[one])
        return found


def _turned(edges: Sequence[Iterable[int]], size: int | None = None) -> tuple[tuple[int, ...], ...]:
    """The same edges, looked at from their other end."""
    found: list[list[int]] = [[] for _ in range(len(edges) if size is None else size)]
    for start, ends in enumerate(edges):
        for end in ends:
            found[end].append(start)
    return tuple(map(tuple, found))


def _heaviest(counts: Sequence[int]) -> int:
    """The heaviest weight that there is any of."""
    if counts[_UNMET]:
        return _UNMET
    if counts[_UNDETERMINED]:
        return _UNDETERMINED
    return _BY_WAIVER if counts[_BY_WAIVER] else _CLOSED


class Propagation:
    """The judgement of one case as it is now."""

    def __init__(self, links: Links, judgement: Judgement, waived: Collection[str]) -> None:
        self._links = links
        self._waived = frozenset(waived)
        self._statuses = dict(judgement.statuses)
        self._standings = dict(judgement.standings)
        self._verdicts = dict(judgement.verdicts)
        ids = links.ids
        self._weights = bytearray(self._weight(key, self._statuses[key]) for key in ids)
        # Of each check, whether something upstream, or something downstream, is open.
        self._held_up = self._reached(links.order, links.requires)
        self._waited_for = self._reached(reversed(links.order), links.required_by)
        self._blockers = [self._blocker(place) for place in range(len(ids))]
        # Of each gate, how many of the checks that it waits for have each weight, and the most.
        self._counts = [[0, 0, 0, 0] for _ in links.gates]
        for weight, gates in zip(self._weights, links.gates_of, strict=True):
            for gate in gates:
                self._counts[gate][weight] += 1
        self._heaviest = [_heaviest(counts) for counts in self._counts]

    def _reached(self, order: Iterable[int], back: Sequence[Sequence[int]]) -> bytearray:
        marks, weights = bytearray(len(self._weights)), self._weights
        for place in order:
            marks[place] = any(marks[one] or weights[one] >= _OPEN for one in back[place])
        return marks

    def judgement(self) -> Judgement:
        """The judgement as it is now, which stays as it is."""
        return Judgement(self._statuses.copy(), self._standings.copy(), self._verdicts.copy())

    def take(self, statuses: Iterable[tuple[int, str]]) -> list[Move]:
        """Give checks their statuses, by place and in order; what moved.

        Verdicts come first, then statuses, standings and blockers; gates are in their order, checks
        in that of the ruleset.
        """
        ids, held = self._links.ids, self._statuses
        changed = [
            (place, key, before, status)
            for place, status in statuses
            if (before := held[(key := ids[place])]) != status
        ]
        if not changed:
            return []
        touched: set[int] = set()
        is_verdict_open = False
        for place, key, _, status in changed:
            held[key] = status
            touched.add(place)
            is_verdict_open |= self._weigh(place, self._weight(key, status), touched)
        places = sorted(touched)
        return [
            *(self._verdict_moves() if is_verdict_open else ()),
            *(("status", key, before, status) for _, key, before, status in changed),
            *self._standing_moves(places),
            *self._blocker_moves(places),
        ]

    def _weight(self, key: str, status: str) -> int:
        if status not in (UNMET, UNDETERMINED):
            return _CLOSED
        if key in self._waived:
            return _BY_WAIVER
        return _UNMET if status == UNMET else _UNDETERMINED

    def _weigh(self, place: int, weight: int, touched: set[int]) -> bool:
        """Give a check another weight; the checks that touches go to `touched`.

        Returns whether it is another weight that is the heaviest for some gate.
        """
        before = self._weights[place]
        if weight == before:
            return False
        self._weights[place] = weight
        requires, required_by = self._links.requires, self._links.required_by
        if weight >= _OPEN > before:
            self._spread(place, self._held_up, required_by, touched)
            self._spread(place, self._waited_for, requires, touched)
        elif before >= _OPEN > weight:
            self._clear(place, self._held_up, required_by, requires, touched)
            self._clear(place, self._waited_for, requires, required_by, touched)
        is_heaviest = False
        for gate in self._links.gates_of[place]:
            counts = self._counts[gate]
            counts[before] -= 1
            counts[weight] += 1
            if (heaviest := _heaviest(counts)) != self._heaviest[gate]:
                self._heaviest[gate] = heaviest
                is_heaviest = True
        return is_heaviest

    def _spread(
        self, start: int, marks: bytearray, onward: Sequence[Sequence[int]], touched: set[int]
    ) -> None:
        """Mark all that is beyond a check that was opened."""
        if marks[start]:
            return  # so is all beyond it, by whatever marked it
        rest = [start]
        while rest:
            for one in onward[rest.pop()]:
                if not marks[one]:
                    marks[one] = True
                    touched.add(one)
                    if self._weights[one] < _OPEN:  # beyond an open one, all is marked by that
                        rest.append(one)

    def _clear(
        self,
        start: int,
        marks: bytearray,
        onward: Sequence[Sequence[int]],
        back: Sequence[Sequence[int]],
        touched: set[int],
    ) -> None:
        """Take the mark from what is beyond a check that was closed and beyond no open one."""
        if marks[start]:
            return
        weights, rest = self._weights, [start]
        while rest:
            for one in onward[rest.pop()]:
                if marks[one] and not any(weights[b] >= _OPEN or marks[b] for b in back[one]):
                    marks[one] = False
                    touched.add(one)
                    if weights[one] < _OPEN:
                        rest.append(one)

    def _verdict_moves(self) -> Iterator[Move]:
        levels: list[int] = []
        for number, key in enumerate(self._links.gates):
            level = max([levels[one] for one in self._links.after[number]], default=_CLOSED)
            levels.append(max(level, self._heaviest[number]))
            before, after = self._verdicts[key], _BY_WEIGHT[levels[number]]
            if before != after:
                self._verdicts[key] = after
                yield "verdict", key, before, after

    def _standing_moves(self, places: Iterable[int]) -> Iterator[Move]:
        for place in places:
            key = self._links.ids[place]
            before, after = self._standings[key], self._standing(place)
            if before != after:
                self._standings[key] = after
                yield "standing", key, before, after

    def _standing(self, place: int) -> str:
        if self._weights[place] >= _OPEN:
            return "blocked" if self._held_up[place] else "actionable"
        is_held_up = self._held_up[place]
        if is_held_up and self._statuses[self._links.ids[place]] != NOT_APPLICABLE:
            return "premature"
        return "ready"

    def _blocker_moves(self, places: Iterable[int]) -> Iterator[Move]:
        for place in places:
            before, after = self._blockers[place], self._blocker(place)
            if before != after:
                self._blockers[place] = after
                yield "blocker", self._links.ids[place], before, after

    def _blocker(self, place: int) -> str:
        if self._weights[place] < _OPEN:
            return "no_blocker"
        if not (self._waited_for[place] or self._links.gates_of[place]):
            return "no_blocker"
        return "blocker" if self._held_up[place] else "root_blocker"
