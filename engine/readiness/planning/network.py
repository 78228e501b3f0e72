"""The critical path method over a network of activities (Kelley and Walker, 1959).

The duration of an activity is one figure of its three-point estimate; working days are converted
into calendar dates.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Collection, Iterable, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from readiness.model.ruleset import Effort

_DAY = datetime.timedelta(days=1)
_SATURDAY = 5


class Workdays:
    """The working days from a date on: Monday to Friday without the days off.

    Dates beyond the year 9999 raise `OverflowError`.
    """

    def __init__(self, start: datetime.date, days_off: Collection[datetime.date] = ()) -> None:
        self.days_off: frozenset[datetime.date] = frozenset(days_off)
        self._days = [self._next(start)]

    def _next(self, day: datetime.date) -> datetime.date:
        """Return the date itself if it is a working day, otherwise the next working day."""
        while day.weekday() >= _SATURDAY or day in self.days_off:
            day += _DAY
        return day

    def _day(self, number: int) -> datetime.date:
        """Return the working day with that number, counted from 0."""
        if number > (datetime.date.max - self._days[0]).days:
            raise OverflowError
        while len(self._days) <= number:
            self._days.append(self._next(self._days[-1] + _DAY))
        return self._days[number]

    def begins(self, start: float) -> datetime.date:
        """Return the date of work that starts `start` working days after the first."""
        return self._day(math.floor(start))

    def ends(self, finish: float) -> datetime.date:
        """Return the date on which work ends that takes `finish` working days from the start."""
        return self._day(max(math.ceil(finish) - 1, 0))


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
