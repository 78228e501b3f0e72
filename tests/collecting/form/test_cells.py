"""Numbers as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.collecting.form.cells import (
    days_counted,
    is_kept,
    number_in,
    of_share,
    write_number,
)
from tests.collecting.example_forms import kinds

COUNT = kinds().questions["first.count"]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        ("+12", 12),
        ("-0,5", -0.5),
        ("0.125", 0.125),
        ("1234.567", 1234.567),
        ("1.200,50", 1200.5),
        ("1,200.50", 1200.5),
        ("1.200.300", 1200300),
        ("1 200,5", 1200.5),
        ("1\u00a0200", 1200),
        ("1e3", 1000.0),
    ],
)
def test_certain(text: str, number: float) -> None:
    """A text that can only mean one number is read as that number."""
    assert number_in(text, COUNT) == number


@pytest.mark.parametrize("text", ["1.200", "1,200", "-12.345"])
def test_two_fold(text: str) -> None:
    """Three digits after a single mark may be thousands or decimals: the text is not a number."""
    assert number_in(text, COUNT) is None


@pytest.mark.parametrize("text", ["EUR 1200", "1200 EUR", "1200 €", "€1200", "1 200 Euro"])
def test_units(text: str) -> None:
    """The unit of the question may follow the number, also as its sign."""
    assert number_in(text, kinds().questions["first.money"]) == 1200


@pytest.mark.parametrize("text", ["$1200", "1200 USD", "1200 k€", "€ 1200 EUR"])
def test_other_units(text: str) -> None:
    """A number with any other unit is refused, because the amount is unknown."""
    assert number_in(text, kinds().questions["first.money"]) is None


def test_days_counted() -> None:
    """A spreadsheet counts days from the end of 1899."""
    assert days_counted(46_000) == ("2025-12-09",)
    assert days_counted(61) == ("1900-03-01",)
    assert (days_counted(60), days_counted(1e9), days_counted("x")) == ((), (), ())


@pytest.mark.parametrize("text", ["", "x", "12 apples", "1,2,3", "1.20.300", "12-13", "٣x", "--1"])
def test_none(text: str) -> None:
    """Any other text is not a number."""
    assert number_in(text, COUNT) is None


@given(st.floats(-(2.0**53), 2.0**53) | st.integers(-(2**53), 2**53))
def test_written_is_certain(number: float) -> None:
    """A number that is written in full keeps all its digits."""
    assert number_in(write_number(number), COUNT) == number


@pytest.mark.parametrize(("share", "percent"), [(0.85, 85), (0.123, 12.3), (1, 100), (-0.07, -7)])
def test_of_share(share: float, percent: float) -> None:
    """A share becomes a percentage without rounding errors of binary fractions."""
    assert of_share(share) == percent


def test_is_kept() -> None:
    """A number from a spreadsheet is read with fifteen digits."""
    assert is_kept(999_999_999_999_999)
    assert not is_kept(1_000_000_000_000_000)
    assert not is_kept(0.1 + 0.2)
