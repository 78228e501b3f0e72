"""In which order open checks are to be closed, and which of them block."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from readiness.dependencies.graph import members
from readiness.dependencies.ruleset import Ruleset


class Sequence:
    """The open checks of one case in waves; `open_checks` are their ids."""

    def __init__(self, ruleset: Ruleset, open_checks: Iterable[str]) -> None:
        self.ruleset = ruleset
        self.graph = ruleset.graph
        self.open = self.graph.bits(open_checks)

    @cached_property
    def waves(self) -> tuple[tuple[str, ...], ...]:
        """Wave 1 holds the actionable checks, each later one what waits for the one before."""
        depth = [0] * len(self.graph.ids)
        waves: dict[int, list[int]] = {}
        for position, needs in enumerate(self.graph.requires):
            depth[position] = max((depth[need] for need in needs), default=0)
            if self.open >> position & 1:
                depth[position] += 1
                waves.setdefault(depth[position], []).append(position)
        return tuple(
            tuple(self.graph.ids[position] for position in sorted(waves[number], key=self._rank))
            for number in sorted(waves)
        )

    def _rank(self, position: int) -> tuple[tuple[int, int], int, tuple[float, str]]:
        ranking = self.ruleset.ranking
        waiting = (self.graph.downstream[position] & self.open).bit_count()
        # the more open checks wait for it, the sooner
        return ranking.before_waiting[position], -waiting, ranking.behind_waiting[position]

    @property
    def gates(self) -> Mapping[str, int]:
        """The set of checks that each gate waits for, open or not; gates in their order."""
        return self.ruleset.ranking.gates

    @cached_property
    def _place(self) -> dict[int, int]:
        everything = [key for wave in self.waves for key in wave]
        return {self.graph.position[key]: number for number, key in enumerate(everything)}

    def in_order(self, bits: int) -> tuple[str, ...]:
        """The open checks of a set, wave by wave."""
        found = sorted(members(bits & self.open), key=self._place.__getitem__)
        return tuple(self.graph.ids[position] for position in found)

    def waits_for(self, check: str) -> tuple[str, ...]:
        """The open checks upstream of a check."""
        return self.in_order(self.graph.upstream[self.graph.position[check]])

    def nearest(self, check: str) -> tuple[str, ...]:
        """The open checks upstream of a check that lead to it over no other open check."""
        rest = self.graph.upstream[self.graph.position[check]] & self.open
        found = 0
        while rest:
            last = rest.bit_length() - 1  # nothing that is left has it upstream
            found |= 1 << last
            rest &= ~(self.graph.upstream[last] | 1 << last)
        return self.in_order(found)

    def holds(self, check: str) -> tuple[str, ...]:
        """The open checks downstream of a check."""
        return self.in_order(self.graph.downstream[self.graph.position[check]])

    def is_actionable(self, check: str) -> bool:
        """Whether a check is open with nothing open upstream."""
        position = self.graph.position[check]
        return bool(self.open >> position & 1) and not self.graph.upstream[position] & self.open

    @cached_property
    def blocking(self) -> int:
        """The set of open checks that some other open check or some gate waits for."""
        waited_for = self.ruleset.ranking.awaited
        for position in members(self.open):
            waited_for |= self.graph.upstream[position]
        return waited_for & self.open

    @cached_property
    def blockers(self) -> tuple[str, ...]:
        """The open checks that some other open check or some gate waits for."""
        return self.in_order(self.blocking)

    @cached_property
    def root_blockers(self) -> tuple[str, ...]:
        """The blockers that can be worked on at once."""
        return tuple(key for key in self.blockers if self.is_actionable(key))

    def gates_of(self, check: str) -> tuple[str, ...]:
        """The gates that wait for a check, in their order."""
        position = self.graph.position[check]
        return tuple(key for key, bits in self.gates.items() if bits >> position & 1)

