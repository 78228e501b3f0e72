"""From working days to calendar dates."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.planning.network import Workdays


def day(written: str) -> datetime.date:
    return datetime.date.fromisoformat(written)


FRIDAY, SATURDAY, SUNDAY, MONDAY = map(
    day, ("2026-11-20", "2026-11-21", "2026-11-22", "2026-11-23")
)


@pytest.mark.parametrize("start", [SATURDAY, SUNDAY, MONDAY])
def test_work_starts_on_a_working_day(start: datetime.date) -> None:
    """A start on a Saturday or Sunday moves to Monday."""
    assert Workdays(start).begins(0) == MONDAY


@pytest.mark.parametrize(
    ("days", "begins", "ends"),
    [
        (0, "2026-11-20", "2026-11-20"),
        (0.5, "2026-11-20", "2026-11-20"),
        (1, "2026-11-23", "2026-11-20"),
        (1.5, "2026-11-23", "2026-11-23"),
        (2, "2026-11-24", "2026-11-23"),
        (6, "2026-11-30", "2026-11-27"),
    ],
)
def test_begins_and_ends(days: float, begins: str, ends: str) -> None:
    """Work that finishes at the end of a day ends on it; the next work starts the next day."""
    workdays = Workdays(FRIDAY)
    assert workdays.begins(days) == day(begins)
    assert workdays.ends(days) == day(ends)


def test_no_work_is_done_on_days_off() -> None:
    """Days off are skipped like weekends, also at the start and next to a weekend."""
    workdays = Workdays(FRIDAY, [FRIDAY, MONDAY, day("2026-11-25")])
    assert [workdays.begins(number) for number in range(4)] == [
        day("2026-11-24"), day("2026-11-26"), day("2026-11-27"), day("2026-11-30"),
    ]  # fmt: skip


def test_the_calendar_ends_with_the_year_9999() -> None:
    """Work beyond the last possible date raises `OverflowError` immediately."""
    with pytest.raises(OverflowError):
        Workdays(FRIDAY).ends(1e15)
    with pytest.raises(OverflowError):
        Workdays(day("9999-12-30")).begins(2)
    with pytest.raises(OverflowError):
        Workdays(day("9999-12-31"), [day("9999-12-31")])


@given(st.dates(datetime.date(2000, 1, 1), datetime.date(2100, 1, 1)), st.integers(0, 400))
def test_five_working_days_are_a_week(start: datetime.date, days: int) -> None:
    """Without days off, five working days later is a week later, and always a working day."""
    workdays = Workdays(start)
    assert workdays.begins(days + 5) == workdays.begins(days) + datetime.timedelta(days=7)
    assert workdays.begins(days).weekday() < 5
