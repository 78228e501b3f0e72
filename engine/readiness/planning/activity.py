"""An activity of a plan, closing one open check; and what activities ask of their owners."""

from __future__ import annotations

import datetime
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from readiness.model.ruleset import Check, Effort
from readiness.planning.network import Times, exactly
from readiness.planning.workdays import Workdays
from readiness.result.assessment import CheckResult


@dataclass(frozen=True, slots=True, eq=False)
class Activity:
    """Closing one open check.

    `times` are in working days from the start of the plan, `starts_on` and `finishes_on` the days
    of the calendar of its earliest times. `days` is 0 where `effort` is None: then nobody has
    estimated it. `waits_for` are the activities that have to be finished right before. For a check
    that is undetermined the work may turn out not to be needed.
    """

    result: CheckResult
    wave: int
    days: float
    times: Times
    is_critical: bool
    waits_for: tuple[str, ...]
    starts_on: datetime.date
    finishes_on: datetime.date

    @property
    def id(self) -> str:
        """The check's id."""
        return self.result.id

    @property
    def check(self) -> Check:
        """The check that it closes."""
        return self.result.check

    @property
    def owner(self) -> str:
        """Whose work it is; empty where the ruleset does not say."""
        return self.check.remedy.owner

    @property
    def effort(self) -> Effort | None:
        """The estimate; None where there is none."""
        return self.check.remedy.effort_days


@dataclass(frozen=True, slots=True, eq=False)
class Load:
    """What one owner has to do; `name` is empty for what has no owner.

    `days` is the effort in all. `most_at_once` is how many activities are under way at the same
    time when each starts as early as it can, first on `busiest_from`: more than one means that
    the plan asks for more than one full-time person. It is 0 where nothing is estimated.
    """

    name: str
    activities: tuple[str, ...]
    days: float
    starts_on: datetime.date
    finishes_on: datetime.date
    most_at_once: int
    busiest_from: datetime.date


def loads(activities: Iterable[Activity], workdays: Workdays) -> tuple[Load, ...]:
    """The load of each owner, those with the most work first."""
    held: dict[str, list[Activity]] = {}
    for activity in activities:
        held.setdefault(activity.owner, []).append(activity)
    found = [_load(owner, own, workdays) for owner, own in held.items()]
    return tuple(sorted(found, key=lambda load: (-load.days, load.name)))


def _load(owner: str, own: Sequence[Activity], workdays: Workdays) -> Load:
    most, since = busiest([(one.times.earliest_start, one.times.earliest_finish) for one in own])
    return Load(
        name=owner,
        activities=tuple(activity.id for activity in own),
        days=float(sum(exactly(activity.days) for activity in own)),
        starts_on=min(activity.starts_on for activity in own),
        finishes_on=max(activity.finishes_on for activity in own),
        most_at_once=most,
        busiest_from=workdays.begins(since),
    )


def busiest(spans: Sequence[tuple[float, float]]) -> tuple[int, float]:
    """How many spans from start to finish overlap at the most, and from when on first.

    What takes no time overlaps with nothing: without any other span 0, from the first start on.
    """
    starts = sorted(start for start, finish in spans if start < finish)
    finishes = sorted(finish for start, finish in spans if start < finish)
    most, since = 0, min(start for start, _ in spans)
    for moment in starts:
        at_once = bisect_right(starts, moment) - bisect_right(finishes, moment)
        if at_once > most:
            most, since = at_once, moment
    return most, since
