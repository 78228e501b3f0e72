"""From working days to days of the calendar."""

from __future__ import annotations

import datetime
import math
from collections.abc import Collection

_DAY = datetime.timedelta(days=1)
_SATURDAY = 5


class Workdays:
    """The working days from a day on: Monday to Friday without the days off.

    What lies beyond the year 9999 raises `OverflowError`.
    """

    def __init__(self, start: datetime.date, days_off: Collection[datetime.date] = ()) -> None:
        self.days_off = frozenset(days_off)
        self._days = [self._next(start)]

    def _next(self, day: datetime.date) -> datetime.date:
        """The day itself if work is done on it, else the next such day."""
        while day.weekday() >= _SATURDAY or day in self.days_off:
            day += _DAY
        return day

    def _day(self, number: int) -> datetime.date:
        """The working day with that number, the first being 0."""
        if number > (datetime.date.max - self._days[0]).days:
            raise OverflowError
        while len(self._days) <= number:
            self._days.append(self._next(self._days[-1] + _DAY))
        return self._days[number]

    def begins(self, start: float) -> datetime.date:
        """The day on which work begins that starts `start` working days in."""
        return self._day(math.floor(start))

    def ends(self, finish: float) -> datetime.date:
        """The day on which work ends that finishes `finish` working days in."""
        return self._day(max(math.ceil(finish) - 1, 0))
