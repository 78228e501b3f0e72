"""The part of the order of checks that no answer changes."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from readiness.dependencies.graph import Graph, members
from readiness.model.ruleset import SEVERITIES, Check, Gate


@dataclass(frozen=True, slots=True)
class RankNumbers:
    """Ranks within a wave as single numbers, the first check the lowest.

    The rank of the check at a position is `before[position]` less `step` for each open check that
    waits for it; no two checks have the same. All ranks are below `wave`. The rank modulo `step`
    is the place in `behind` of the check's position.
    """

    before: Sequence[int]
    step: int
    wave: int
    behind: Sequence[int]


class Priorities:
    """How the checks of a ruleset rank, apart from how many open checks wait for each."""

    def __init__(
        self,
        graph: Graph,
        checks: Mapping[str, Check],
        gates: Mapping[str, Gate],
        gate_order: Sequence[str],
        out_of_scope: Collection[str] = (),
    ) -> None:
        self.graph = graph
        self.gates: dict[str, int] = {
            key: graph.with_upstream(gates[key].requires) for key in gate_order
        }
        """The set of checks that each gate waits for, open or not; gates in their order."""
        self._checks = checks
        self._out_of_scope = out_of_scope

    @cached_property
    def is_awaited(self) -> Sequence[bool]:
        """For each check whether some gate waits for it."""
        return [bool(gates) for gates in self.gates_of.values()]

    @cached_property
    def awaited_by(self) -> Mapping[str, frozenset[str]]:
        """The ids of the checks that each gate waits for, open or not."""
        return {key: frozenset(self.graph.named(bits)) for key, bits in self.gates.items()}

    @cached_property
    def gates_of(self) -> Mapping[str, tuple[str, ...]]:
        """The gates that wait for each check, in their order; checks by position."""
        found: dict[str, list[str]] = {key: [] for key in self.graph.ids}
        for gate, checks in self.awaited_by.items():
            for key in checks:
                found[key].append(gate)
        return {key: tuple(gates) for key, gates in found.items()}

    @cached_property
    def alike(self) -> Mapping[tuple[str, str], tuple[str, ...]]:
        """The checks in scope by area and severity."""
        found: dict[tuple[str, str], list[str]] = {}
        for key, check in self._checks.items():
            if key in self._out_of_scope:
                continue
            found.setdefault((check.area, check.severity), []).append(key)
        return {kind: tuple(checks) for kind, checks in found.items()}

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

    @cached_property
    def numbers(self) -> RankNumbers:
        """Both, and that number, in single numbers."""
        size = len(self.graph.ids)
        behind = sorted(range(size), key=self.behind_waiting.__getitem__)
        place = {position: number for number, position in enumerate(behind)}
        classes = sorted(set(self.before_waiting))
        # The more open checks wait for a check, the sooner; they are fewer than `size`.
        first = {found: (number + 1) * size * size for number, found in enumerate(classes)}
        return RankNumbers(
            before=[first[found] + place[n] for n, found in enumerate(self.before_waiting)],
            step=size,
            wave=(len(classes) + 1) * size * size,
            behind=behind,
        )


def _days(check: Check) -> float:
    effort = check.remedy.effort_days
    return math.inf if effort is None else effort.likely
