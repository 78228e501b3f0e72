"""The critical path method over a network of activities (Kelley and Walker, 1959).

How long an activity takes is one figure out of an estimate of three.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from readiness.model.ruleset import Effort


def exactly(days: float) -> Fraction:
    """The number as its document writes it: 0.1 is a tenth, and ten of them are one."""
    return Fraction(repr(days))


def expected_duration(effort: Effort) -> Fraction:
    """The mean of the three-point estimate, (low + 4 likely + high) / 6, as PERT takes it.

    Malcolm, Roseboom, Clark and Fazar, Application of a Technique for Research and Development
    Program Evaluation, 1959.
    """
    return (exactly(effort.low) + 4 * exactly(effort.likely) + exactly(effort.high)) / 6


ESTIMATES: Map[str, Callable[[Effort], Fraction]] = {
    "likely": lambda effort: exactly(effort.likely),
    "expected": expected_duration,
    "low": lambda effort: exactly(effort.low),
    "high": lambda effort: exactly(effort.high),
}
"""The figures that a plan can be worked with, by name; each in working days."""


@dataclass(frozen=True, slots=True)
class Times:
    """When an activity can be and has to be worked on, in working days from the start.

    `slack` is total slack, latest start less earliest start: how much later it may finish with
    the whole finishing no later. It is 0 on a critical path.
    """

    earliest_start: float
    earliest_finish: float
    latest_start: float
    latest_finish: float
    slack: float


class Network:
    """Activities with their durations in days, each after all those that it waits for.

    `order` has every activity after its predecessors. Durations are exact, so that slack is
    exactly 0 wherever it ought to be, and two halves make a whole day.
    """

    def __init__(
        self,
        order: Sequence[str],
        durations: Map[str, Fraction],
        predecessors: Map[str, Sequence[str]],
    ) -> None:
        self.order = order
        self.durations = durations
        self.predecessors = predecessors
        # A day is divided into equal parts such that every duration is a whole number of them.
        self._unit = math.lcm(*{days.denominator for days in durations.values()})
        self._parts = {key: int(durations[key] * self._unit) for key in order}
        self._finish: dict[str, int] = {}  # the earliest finish of each, by a pass forward
        for key in order:
            start = max((self._finish[before] for before in predecessors[key]), default=0)
            self._finish[key] = start + self._parts[key]

    @cached_property
    def _latest(self) -> dict[str, int]:
        """The latest finish of each, by a pass back from the end of the whole."""
        latest = dict.fromkeys(self.order, max(self._finish.values(), default=0))
        for key in reversed(self.order):
            start = latest[key] - self._parts[key]
            for before in self.predecessors[key]:
                latest[before] = min(latest[before], start)
        return latest

    def times(self) -> dict[str, Times]:
        """The times of every activity, in order."""
        unit, found = self._unit, {}
        for key, parts in self._parts.items():
            finish, latest = self._finish[key], self._latest[key]
            found[key] = Times(
                earliest_start=(finish - parts) / unit,
                earliest_finish=finish / unit,
                latest_start=(latest - parts) / unit,
                latest_finish=latest / unit,
                slack=(latest - finish) / unit,
            )
        return found

    def days(self, ends: Iterable[str]) -> float:
        """How long it takes until the last of `ends` is finished; 0 for none."""
        return max((self._finish[key] for key in ends), default=0) / self._unit

    def critical_path(self, ends: Iterable[str]) -> tuple[str, ...]:
        """The chain that decides when the last of `ends` is finished, first activity first.

        Of several equally long ones that which comes first in `order`; empty where no time is
        taken.
        """
        rank = {key: number for number, key in enumerate(self.order)}
        found: list[str] = []
        candidates = [key for key in ends if self._finish[key]]
        while candidates:
            last = min(candidates, key=lambda key: (-self._finish[key], rank[key]))
            found.append(last)
            candidates = list(self.predecessors[last])
        return tuple(reversed(found))
