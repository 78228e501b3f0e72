"""Conversion of working days into calendar dates."""

from __future__ import annotations

import datetime
import math
from collections.abc import Collection

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
