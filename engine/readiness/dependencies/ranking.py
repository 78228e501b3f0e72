"""The part of the order of checks that no answer changes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cached_property

from readiness.dependencies.graph import Graph, members
from readiness.model.ruleset import SEVERITIES, Check, Gate


class Ranking:
    """How the checks of a ruleset rank, apart from how many open checks wait for each."""

    def __init__(
        self,
        graph: Graph,
        checks: Mapping[str, Check],
        gates: Mapping[str, Gate],
        gate_order: Sequence[str],
    ) -> None:
        self.graph = graph
        self.gates = {key: graph.with_upstream(gates[key].requires) for key in gate_order}
        """The set of checks that each gate waits for, open or not; gates in their order."""
        self._checks = checks

    @cached_property
    def awaited(self) -> int:
        """The set of checks that some gate waits for."""
        found = 0
        for bits in self.gates.values():
            found |= bits
        return found

    @cached_property
    def _earliest(self) -> Sequence[int]:
        """For each check the number of the earliest gate that waits for it; of none the last."""
        found = [len(self.gates)] * len(self.graph.ids)
        for number, bits in reversed(list(enumerate(self.gates.values()))):
            for position in members(bits):
                found[position] = number
        return found

    @cached_property
    def before_waiting(self) -> Sequence[tuple[int, int]]:
        """For each check what ranks before the number of open checks that wait for it."""
        return [
            (
                self._earliest[position],  # the earliest gate that waits for it; none last
                SEVERITIES.index(self._checks[key].severity),  # critical first
            )
            for position, key in enumerate(self.graph.ids)
        ]

    @cached_property
    def behind_waiting(self) -> Sequence[tuple[float, str]]:
        """For each check what ranks behind that number."""
        return [
            (
                _days(self._checks[key]),  # less effort first; without an estimate last
                key,
            )
            for key in self.graph.ids
        ]


def _days(check: Check) -> float:
    effort = check.remedy.effort_days
    return math.inf if effort is None else effort.likely
