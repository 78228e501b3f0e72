"""What day a text means."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.documents.days import days_in


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("1 March 2027", ["2027-03-01"]),
        ("1. März 2027", ["2027-03-01"]),
        ("1er mars 2027", []),
        ("March 1st, 2027", ["2027-03-01"]),
        ("the 2nd of march 2027", ["2027-03-02"]),
        ("Monday, 1 March 2027", ["2027-03-01"]),
        ("1-Mar-2027", ["2027-03-01"]),
        ("Sept. 3, 2027", ["2027-09-03"]),
        ("2027/3/1", ["2027-03-01"]),
        ("2027-3-1", ["2027-03-01"]),
        ("20270301", ["2027-03-01"]),
        ("2027-03-01T10:30:00Z", ["2027-03-01"]),
        ("2027-03-01 10:30", ["2027-03-01"]),
        ("1.3.2027", ["2027-03-01"]),
        ("01. 03. 2027", ["2027-03-01"]),
        ("3/1/2027", ["2027-01-03", "2027-03-01"]),
        ("13/3/2027", ["2027-03-13"]),
        ("3/13/2027", ["2027-03-13"]),
        ("3/3/2027", ["2027-03-03"]),
        ("31.2.2027", []),
        ("30 February 2027", []),
        ("1.3.27", []),
        ("March 2027", []),
        ("2027", []),
        ("next week", []),
        ("1 Merch 2027", []),
        ("", []),
    ],
)
def test_days(text: str, days: list[str]) -> None:
    """One day, two where the month may come first, and none where it is not certain."""
    assert list(days_in(text)) == days


@given(st.dates(datetime.date(1000, 1, 1)), st.sampled_from(["%d %B %Y", "%B %d, %Y", "%d.%m.%Y"]))
def test_every_day_that_is_written_out(day: datetime.date, pattern: str) -> None:
    """Whatever is written in full means itself, and nothing else."""
    assert days_in(day.strftime(pattern)) == (day.isoformat(),)


@given(st.text(max_size=20))
def test_any_text(text: str) -> None:
    """Whatever comes out is a day."""
    for day in days_in(text):
        assert datetime.date.fromisoformat(day).isoformat() == day
