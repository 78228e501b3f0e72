"""In which order open checks are to be closed, and which of them block."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from itertools import compress, pairwise
from typing import NamedTuple

from readiness.dependencies.graph import Graph
from readiness.dependencies.lazy_property import lazy_property
from readiness.dependencies.ruleset import Ruleset

OPEN = frozenset({"actionable", "blocked"})
"""The standings of the checks that still have to be closed."""

# Binary digits as flags, and flags as binary digits.
_FLAGS = bytes(digit == ord("1") for digit in range(256))
_DIGITS = bytes(ord("1") if flag else ord("0") for flag in range(256))


class _Order(NamedTuple):
    """The open checks from the first to the last, by id, by position, and wave by wave.

    `first` is the first wave, `later` how many checks are in later ones.
    """

    ids: tuple[str, ...]
    positions: list[int]
    waves: tuple[tuple[str, ...], ...]
    first: tuple[str, ...]
    later: int


class WorkOrder:
    """The open checks of one case in waves; `open_checks` are their ids."""

    def __init__(self, ruleset: Ruleset, open_checks: Iterable[str]) -> None:
        self.ruleset = ruleset
        self.graph: Graph = ruleset.graph
        # One byte for each check, 1 while it is open.
        self._is_open = bytes(map(frozenset(open_checks).__contains__, self.graph.ids))

    @lazy_property
    def open(self) -> int:
        """The set of open checks."""
        return _set_of(self._is_open)

    @lazy_property
    def _order(self) -> _Order:
        """Wave 1 holds the actionable checks, each later one what waits for the one before.

        The checks of wave n have numbers from n times `wave` on, each plus its rank.
        """
        graph, numbers = self.graph, self.ruleset.ranking.numbers
        is_open, wave, step = self.open, numbers.wave, numbers.step
        reached: list[int] = []  # for each check the first number of the last wave on a way to it
        ranks = []
        for is_one, needs, before, downstream in zip(
            self._is_open, graph.requires, numbers.before, graph.downstream, strict=True
        ):
            last = 0
            for need in needs:
                above = reached[need]
                if above > last:  # noqa: PLR1730 - `max` takes twice as long
                    last = above
            if is_one:
                last += wave
                ranks.append(last + before - (downstream & is_open).bit_count() * step)
            reached.append(last)
        ranks.sort()
        positions = [numbers.behind[rank % step] for rank in ranks]
        ids = tuple([graph.ids[position] for position in positions])
        ends = range(2 * wave, max(reached, default=0) + 2 * wave, wave)
        places = pairwise((0, *[bisect_left(ranks, end) for end in ends]))
        waves = tuple([ids[start:end] for start, end in places])
        first = waves[0] if waves else ()
        return _Order(ids, positions, waves, first, len(ids) - len(first))

    @property
    def waves(self) -> tuple[tuple[str, ...], ...]:
        """Wave 1 holds the actionable checks, each later one what waits for the one before."""
        return self._order.waves

    @lazy_property
    def _places(self) -> Mapping[str, int]:
        """The place of each open check in the order."""
        return {key: place for place, key in enumerate(self._order.ids)}

    @lazy_property
    def by_gate(self) -> Mapping[str, tuple[str, ...]]:
        """The open checks that each gate waits for; gates in their order."""
        everything = self._order.ids
        return {
            key: tuple(filter(awaited.__contains__, everything))
            for key, awaited in self.ruleset.ranking.awaited_by.items()
        }

    @lazy_property
    def _neighbours(self) -> _Neighbours:
        return _Neighbours(self.graph.requires, self._order.positions)

    def waits_for(self, check: str) -> tuple[str, ...]:
        """The open checks upstream of a check."""
        found = self._neighbours.upstream[self.graph.position[check]]
        return _pick(self._order.ids, found)

    def roots_of(self, check: str) -> tuple[str, ...]:
        """Return the upstream checks of a check that are ready to start."""
        found = self._neighbours.upstream[self.graph.position[check]]
        return _pick(self._order.first, found >> self._order.later)

    def holds(self, check: str) -> tuple[str, ...]:
        """The open checks downstream of a check."""
        found = self._neighbours.downstream[self.graph.position[check]]
        return _pick(self._order.ids, found)

    def nearest(self, check: str) -> tuple[str, ...]:
        """The open checks upstream of a check that lead to it over no other open check."""
        graph = self.graph
        found = (graph.ids[one] for one in graph.nearest(graph.position[check], self.open))
        return tuple(sorted(found, key=self._places.__getitem__))

    @lazy_property
    def _blockers(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        order, is_awaited = self._order, self.ruleset.ranking.is_awaited
        downstream, is_open = self.graph.downstream, self.open
        is_blocking = [
            is_awaited[position] or downstream[position] & is_open != 0
            for position in order.positions
        ]
        return (
            tuple(compress(order.ids, is_blocking)),
            tuple(compress(order.first, is_blocking)),  # they come first
        )

    @property
    def blockers(self) -> tuple[str, ...]:
        """The open checks that some other open check or some gate waits for."""
        return self._blockers[0]

    @property
    def root_blockers(self) -> tuple[str, ...]:
        """The blockers that are ready to start."""
        return self._blockers[1]


class _Neighbours:
    """The open checks on both sides of each check, by its position, as numbers.

    Below a leading 1 such a number has a binary digit for each open check, the first check's
    first: `_pick` picks the ids at the places of its digits 1.
    """

    def __init__(self, requires: Iterable[Iterable[int]], ordered: list[int]) -> None:
        self._requires = tuple(requires)
        self._leading = 1 << len(ordered)
        self._own = [0] * len(self._requires)
        for place, position in enumerate(ordered, 1):
            self._own[position] = self._leading >> place

    @lazy_property
    def upstream(self) -> list[int]:
        """Those that a check waits for."""
        found: list[int] = []
        reaching: list[int] = []
        for own, needs in zip(self._own, self._requires, strict=True):
            above = self._leading
            for need in needs:
                above |= reaching[need]
            found.append(above)
            reaching.append(above | own)
        return found

    @lazy_property
    def downstream(self) -> list[int]:
        """Those that wait for a check."""
        found = [self._leading] * len(self._own)
        for position in reversed(range(len(found))):
            reaching = found[position] | self._own[position]
            for need in self._requires[position]:
                found[need] |= reaching
        return found


def _set_of(flags: bytes | bytearray) -> int:
    """The set of the positions that are flagged."""
    return int(b"0" + flags[::-1].translate(_DIGITS), 2)


def _flags_of(number: int) -> bytes:
    """The binary digits behind the leading 1 as flags."""
    return bin(number).encode().translate(_FLAGS)[len("0b1") :]


def _pick(ids: tuple[str, ...], number: int) -> tuple[str, ...]:
    """The ids at the places of the digits 1 behind the leading one."""
    if number.bit_count() == 1:
        return ()
    return tuple(compress(ids, _flags_of(number)))
