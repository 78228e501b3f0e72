"""The schedule as a chart: where bars, marks and days stand."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from readiness.planning.activity import Activity
from readiness.planning.plan import Milestone, Plan
from readiness.planning.workdays import Workdays

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LABELS, WIDTH, ROW, HEAD = 300.0, 910.0, 26.0, 46.0
_RIGHT = 10.0
_NARROWEST = 1.5  # a shorter bar cannot be seen
_LETTERS = 42  # of a label before it is cut
_DAY, _SHORT, _LONG = 18.0, 30.0, 66.0  # room for a day, for a month, for a month with its year
_DAYS_OF_WEEK, _DAYS_OF_MONTH = 5, 21

Placed = tuple[datetime.date, float]


@dataclass(frozen=True, slots=True)
class Tick:
    """A day on the axis."""

    x: float
    label: str
    is_major: bool


@dataclass(frozen=True, slots=True, eq=False)
class Bar:
    """An activity: from when to when, and how late it may end."""

    activity: Activity
    label: str
    y: float
    x: float
    width: float
    end: float
    latest: float


@dataclass(frozen=True, slots=True, eq=False)
class Mark:
    """A gate on the day on which it can be passed."""

    milestone: Milestone
    label: str
    y: float
    x: float


@dataclass(frozen=True, slots=True, eq=False)
class Chart:
    """A chart of a schedule; lengths are those of its picture."""

    width: float
    height: float
    labels: float
    row: float
    head: float
    ticks: tuple[Tick, ...]
    waves: tuple[tuple[int, float], ...]
    bars: tuple[Bar, ...]
    marks: tuple[Mark, ...]


def chart(plan: Plan) -> Chart | None:
    """The chart of a plan; None where nothing in it takes time."""
    if not plan.activities or not plan.days:
        return None
    return _Drawing(plan).chart()


class _Drawing:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.scale = (WIDTH - LABELS - _RIGHT) / plan.days

    def chart(self) -> Chart:
        bars, waves, y, wave = [], [], HEAD, 0
        for activity in self.plan.activities:
            if activity.wave != wave:
                wave = activity.wave
                waves.append((wave, y))
                y += ROW
            bars.append(self._bar(activity, y))
            y += ROW
        marks = []
        for number, gate in enumerate(self.plan.gates, 1):
            marks.append(Mark(gate, _short(gate.title), y + number * ROW, self._x(gate.days)))
        height = y + (len(marks) + 1) * ROW if marks else y
        return Chart(
            width=WIDTH,
            height=height + 8,
            labels=LABELS,
            row=ROW,
            head=HEAD,
            ticks=tuple(self._ticks()),
            waves=tuple(waves),
            bars=tuple(bars),
            marks=tuple(marks),
        )

    def _x(self, day: float) -> float:
        return LABELS + day * self.scale

    def _bar(self, activity: Activity, y: float) -> Bar:
        times = activity.times
        start, end = self._x(times.earliest_start), self._x(times.earliest_finish)
        return Bar(
            activity=activity,
            label=_short(activity.check.title),
            y=y,
            x=start,
            width=max(end - start, _NARROWEST),
            end=end,
            latest=self._x(times.latest_finish),
        )

    def _ticks(self) -> Iterator[Tick]:
        """The months, or the years where months are too narrow, and the weeks if there is room."""
        workdays = Workdays(self.plan.start, self.plan.days_off)
        numbers = range(math.ceil(self.plan.days) + 1)
        days = [(workdays.begins(number), self._x(number)) for number in numbers]
        if self.scale * _DAYS_OF_MONTH < _LONG:
            yield from _years(_firsts(days, lambda day: day.year))
        else:
            yield from _months(_firsts(days, lambda day: (day.year, day.month)))
        if self.scale * _DAYS_OF_WEEK >= _DAY:
            for day, x in _firsts(days, lambda day: day.isocalendar()[:2]):
                if WIDTH - x >= _DAY:
                    yield Tick(x, str(day.day), is_major=False)


def _firsts(days: Iterable[Placed], part: Callable[[datetime.date], Any]) -> list[Placed]:
    """The first day of each part that follows upon the one before."""
    return [next(same) for _, same in groupby(days, key=lambda placed: part(placed[0]))]


def _years(firsts: Iterable[Placed]) -> Iterator[Tick]:
    """As many years as there is room for."""
    free = 0.0
    for day, x in firsts:
        if x >= free and WIDTH - x >= _LONG:
            yield Tick(x, str(day.year), is_major=True)
            free = x + _LONG


def _months(firsts: Sequence[Placed]) -> Iterator[Tick]:
    """The months that have room, with the year where it is a new one."""
    year = 0
    ends = [x for _, x in firsts[1:]] + [WIDTH]
    for (day, x), end in zip(firsts, ends, strict=True):
        label = MONTHS[day.month - 1]
        if day.year != year and end - x >= _LONG:
            label, year = f"{label} {day.year}", day.year
        if end - x >= _SHORT:
            yield Tick(x, label, is_major=True)


def _short(title: str) -> str:
    return title if len(title) <= _LETTERS else f"{title[: _LETTERS - 1].rstrip()}…"
