"""The critical path method over a network of activities (Kelley and Walker, 1959)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass

# Sums of estimates such as 0.1 + 0.2 differ in the last place along different paths.
_PRECISION = 9


@dataclass(frozen=True, slots=True)
class Times:
    """When an activity can be and has to be worked on, in working days from the start.

    `slack` is how much later it may finish without anything finishing later than `latest_finish`
    of the whole allows; 0 on a critical path.
    """

    earliest_start: float
    earliest_finish: float
    latest_start: float
    latest_finish: float

    @property
    def slack(self) -> float:
        """Total slack: latest start less earliest start."""
        return round(self.latest_start - self.earliest_start, _PRECISION)


@dataclass(frozen=True)
class Network:
    """Activities with their durations in days, each after all those that it waits for.

    `order` has every activity after its predecessors.
    """

    order: Sequence[str]
    durations: Map[str, float]
    predecessors: Map[str, Sequence[str]]

    def times(self) -> dict[str, Times]:
        """Earliest times by a pass forward, latest times by a pass back from the latest finish."""
        start, finish = self._forward()
        end = max(finish.values(), default=0.0)
        latest = self._backward(end)
        return {
            key: Times(
                start[key], finish[key], round(latest[key] - self.durations[key], _PRECISION),
                latest[key],
            )
            for key in self.order
        }  # fmt: skip

    def _forward(self) -> tuple[dict[str, float], dict[str, float]]:
        start: dict[str, float] = {}
        finish: dict[str, float] = {}
        for key in self.order:
            start[key] = max((finish[before] for before in self.predecessors[key]), default=0.0)
            finish[key] = round(start[key] + self.durations[key], _PRECISION)
        return start, finish

    def _backward(self, end: float) -> dict[str, float]:
        latest = dict.fromkeys(self.order, end)
        for key in reversed(self.order):
            begin = round(latest[key] - self.durations[key], _PRECISION)
            for before in self.predecessors[key]:
                latest[before] = min(latest[before], begin)
        return latest

    def critical_path(self, ends: Iterable[str]) -> tuple[str, ...]:
        """The chain that decides when the last of `ends` is finished, first activity first.

        Of several equally long ones that which comes first in `order`.
        """
        _, finish = self._forward()
        rank = {key: number for number, key in enumerate(self.order)}
        found: list[str] = []
        candidates = list(ends)
        while candidates:
            last = min(candidates, key=lambda key: (-finish[key], rank[key]))
            found.append(last)
            candidates = list(self.predecessors[last])
        return tuple(reversed(found))
