"""How Python values are converted."""

from __future__ import annotations

import collections
import datetime
import decimal
import math
from typing import Any

import numpy as np
import pytest

from readiness.documents.from_python import Unreadable, plain
from tests.odd_values import PANDAS_VALUES, VALUES, circular, nested

DAY = datetime.date(2026, 11, 21)
AHEAD = datetime.timezone(datetime.timedelta(hours=9))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (True, True),
        (np.bool_(False), False),
        (math.nan, None),
        (np.float64("nan"), None),
        (decimal.Decimal("NaN"), None),
        (decimal.Decimal("sNaN"), None),
        (np.datetime64("NaT", "s"), None),
        (5, 5),
        (np.int8(5), 5),
        (np.array(5), 5),
        (decimal.Decimal("5.00"), 5),
        (decimal.Decimal("0.10"), 0.1),
        (np.float32(0.1), 0.1),
        (np.float16(0.1), 0.1),
        (decimal.Decimal("1E+400"), math.inf),
        (decimal.Decimal("0.1000000000000000001"), decimal.Decimal("0.1000000000000000001")),
        (np.str_("gas"), "gas"),
        (DAY, DAY),
        (datetime.datetime(2026, 11, 21), DAY),
        (datetime.datetime(2026, 11, 21, tzinfo=AHEAD), DAY),
        (np.datetime64("2026-11-21T00:00"), DAY),
        ({"b", "a"}, ["a", "b"]),
        (("a", np.int64(1)), ("a", 1)),
        (np.array([0.1, math.nan], np.float32), [0.1, None]),
        (collections.UserDict({"value": np.int64(1)}), {"value": 1}),
        ([{"hours": math.nan}], [{"hours": None}]),
    ],
)
def test_what_values_mean(value: object, expected: object) -> None:
    """Numbers, dates and texts of other libraries become plain ones; missing values are None."""
    found = plain(value)
    assert (found, type(found)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("value", "what"),
    [
        (object(), "an object of type 'object'"),
        (b"gas", "an object of type 'bytes'"),
        (1j, "an object of type 'complex'"),
        (datetime.datetime(2026, 11, 21, 9, 30), "the moment 2026-11-21 09:30:00"),
        (np.datetime64("2026-11-21T09:30"), "the moment 2026-11-21T09:30"),
        (np.datetime64("20000-01-01"), "the day 20000-01-01"),
        ("a\ud800", "'a\\ud800', which holds half of a character"),
        ({1: 2}, "a mapping with a key of type 'int'"),
    ],
)
def test_what_no_document_can_hold(value: object, what: str) -> None:
    """A value that no document can hold is named by its type, never by its own text."""
    found = plain(value)
    assert isinstance(found, Unreadable)
    assert found.what == what


def depth(value: Any) -> int:
    return 1 + max(map(depth, value), default=0) if isinstance(value, list) else 0


def test_depth() -> None:
    """Nested lists are refused at some depth, also a list that contains itself."""
    assert 60 < depth(plain(nested(100_000))) < 70
    assert 60 < depth(plain(circular())) < 70


@pytest.mark.slow
def test_size() -> None:
    """A list that contains itself twice, and so doubles with the depth, is refused at some size."""
    twice: list[Any] = []
    twice += [twice, twice]
    plain(twice)


def test_copies() -> None:
    """The result shares nothing with the input: lists and mappings are new at any depth."""
    value = {"by": {"anna": [{"hours": 8}]}}
    found = plain(value)
    assert found == value
    found["by"]["anna"][0]["hours"] = 9
    assert value == {"by": {"anna": [{"hours": 8}]}}


def test_any_value() -> None:
    """Conversion never fails, and gives the same result the second time."""
    for number, value in enumerate(VALUES):
        found = plain(value)
        assert repr(plain(found)) == repr(found), f"value {number} of the list"


@pytest.mark.skipif(not PANDAS_VALUES, reason="pandas is not installed")
def test_values_of_pandas() -> None:
    """NA and NaT are no answer, timestamps at midnight are their dates."""
    found = [plain(value) for value in PANDAS_VALUES]
    assert found[:5] == [None, None, [None], {"value": None}, [{"hours": None}]]
    assert DAY in found
