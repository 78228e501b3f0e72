"""The schedule as a chart: where bars, marks and days stand."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from readiness.planning.network import Workdays
from readiness.planning.plan import Activity, Plan

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_RIGHT = 10.0
_LETTERS = 42  # of a label before it is cut
_DAY, _SHORT, _LONG = 18.0, 30.0, 66.0  # room for a day, for a month, for a month with its year
_DAYS_OF_WEEK, _DAYS_OF_MONTH = 5, 21

Placed = tuple[datetime.date, float]
Tick = tuple[float, str, bool]
"""A day on the axis: where it stands, what it is called, and whether a part begins with it."""


class Chart:
    """The chart of a schedule in which something takes time; lengths are those of its picture.

    `waves` and `bars` are the waves and the activities, each below its place from the top; the
    gates stand below `gates`.
    """

    labels: float = 300.0
    width: float = 910.0
    row: float = 26.0
    head: float = 46.0
    narrowest: float = 1.5  # a shorter bar cannot be seen

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.scale: float = (self.width - self.labels - _RIGHT) / plan.days
        self.waves: list[tuple[float, int]] = []
        self.bars: list[tuple[float, Activity]] = []
        y = self.head
        for wave, activities in groupby(plan.activities, key=lambda one: one.wave):
            self.waves.append((y, wave))
            for activity in activities:
                y += self.row
                self.bars.append((y, activity))
            y += self.row
        self.gates: float = y
        self.height: float = y + ((len(plan.gates) + 1) * self.row if plan.gates else 0) + 8

    def x(self, day: float) -> float:
        """Where a working day, counted from the start, stands from the left."""
        return self.labels + day * self.scale

    def label(self, title: str) -> str:
        """A title, cut where it is too long to stand beside the bars."""
        return title if len(title) <= _LETTERS else f"{title[: _LETTERS - 1].rstrip()}…"

    def ticks(self) -> Iterator[Tick]:
        """The months, or the years where months are too narrow, and the weeks if there is room."""
        workdays = Workdays(self.plan.start, self.plan.days_off)
        numbers = range(math.ceil(self.plan.days) + 1)
        days = [(workdays.begins(number), self.x(number)) for number in numbers]
        if self.scale * _DAYS_OF_MONTH < _LONG:
            yield from self._years(_firsts(days, lambda day: day.year))
        else:
            yield from self._months(_firsts(days, lambda day: (day.year, day.month)))
        if self.scale * _DAYS_OF_WEEK >= _DAY:
            for day, x in _firsts(days, lambda day: day.isocalendar()[:2]):
                if self.width - x >= _DAY:
                    yield x, str(day.day), False

    def _years(self, firsts: Iterable[Placed]) -> Iterator[Tick]:
        """As many years as there is room for."""
        free = 0.0
        for day, x in firsts:
            if x >= free and self.width - x >= _LONG:
                yield x, str(day.year), True
                free = x + _LONG

    def _months(self, firsts: Sequence[Placed]) -> Iterator[Tick]:
        """The months that have room, with the year where it is a new one."""
        year = 0
        ends = [x for _, x in firsts[1:]] + [self.width]
        for (day, x), end in zip(firsts, ends, strict=True):
            label = MONTHS[day.month - 1]
            if day.year != year and end - x >= _LONG:
                label, year = f"{label} {day.year}", day.year
            if end - x >= _SHORT:
                yield x, label, True


def _firsts(days: Iterable[Placed], part: Callable[[datetime.date], Any]) -> list[Placed]:
    """The first day of each part that follows upon the one before."""
    return [next(same) for _, same in groupby(days, key=lambda placed: part(placed[0]))]
