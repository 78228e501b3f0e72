"""The critical path method over a network of activities (Kelley and Walker, 1959).

The duration of an activity is one figure of its three-point estimate.
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
    """Return a number as the exact fraction that its document writes: 0.1 is one tenth."""
    return Fraction(repr(days))


def expected_duration(effort: Effort) -> Fraction:
    """Return the mean of the three-point estimate, (low + 4 likely + high) / 6, as in PERT.

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
"""The figures of an estimate that a plan can use, by name; each in working days."""


@dataclass(frozen=True, slots=True)
class Times:
    """The earliest and latest start and finish of an activity, in working days from the start.

    `slack` is the total slack, latest start less earliest start: how much later the activity may
    finish without delaying the end of the plan. It is 0 on a critical path.
    """

    earliest_start: float
    earliest_finish: float
    latest_start: float
    latest_finish: float
    slack: float


class Network:
    """A network of activities with their durations in days and their predecessors.

    `order` has every activity after its predecessors. Durations are exact, so that slack is exactly
    0 where it should be, and two halves make a whole day.
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
        # The number of equal parts of a day in which every duration is a whole number.
        self._unit = math.lcm(*{days.denominator for days in durations.values()})
        self._parts = {key: int(durations[key] * self._unit) for key in order}
        self._finish: dict[str, int] = {}  # the earliest finish of each activity, by a forward pass
        for key in order:
            start = max((self._finish[before] for before in predecessors[key]), default=0)
            self._finish[key] = start + self._parts[key]

    @cached_property
    def _latest(self) -> dict[str, int]:
        """Return the latest finish of each activity, by a backward pass from the end."""
        latest = dict.fromkeys(self.order, max(self._finish.values(), default=0))
        for key in reversed(self.order):
            start = latest[key] - self._parts[key]
            for before in self.predecessors[key]:
                latest[before] = min(latest[before], start)
        return latest

    def times(self) -> dict[str, Times]:
        """Return the times of every activity, in order."""
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
        """Return the number of days until the last of `ends` is finished; 0 for none."""
        return max((self._finish[key] for key in ends), default=0) / self._unit

    def critical_path(self, ends: Iterable[str]) -> tuple[str, ...]:
        """Return the critical path to the last of `ends`, first activity first.

        Of several equally long paths, the first in `order`; empty if no activity takes time.
        """
        rank = {key: number for number, key in enumerate(self.order)}
        found: list[str] = []
        candidates = [key for key in ends if self._finish[key]]
        while candidates:
            last = min(candidates, key=lambda key: (-self._finish[key], rank[key]))
            found.append(last)
            candidates = list(self.predecessors[last])
        return tuple(reversed(found))
