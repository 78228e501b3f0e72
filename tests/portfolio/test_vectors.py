"""What the answers to one question are in every row."""

from __future__ import annotations

import datetime

import numpy as np
import pytest

from readiness.evaluation.states import NOT_APPLICABLE, UNKNOWN, State
from readiness.portfolio.planes import Plane, packed
from readiness.portfolio.vectors import Coded, Numbers, Objects, Truths, Vector, masked
from tests.portfolio.bakery import states

KNOWN = (True, True, False, False)
OUT = (False, False, True, False)


def plane(*flags: bool) -> Plane:
    return packed(np.array(flags, np.bool_))


VECTORS: dict[str, tuple[Vector, list[State]]] = {
    "truths": (
        Truths(plane(*KNOWN), plane(*OUT), plane(True, False, True, True)), [True, False],
    ),
    "numbers": (Numbers(plane(*KNOWN), plane(*OUT), np.array([1.5, -2, 9, np.nan])), [1.5, -2]),
    "days": (
        Numbers(plane(*KNOWN), plane(*OUT), np.array([1, 739_000, -5, 0]), is_date=True),
        [datetime.date(1, 1, 1), datetime.date.fromordinal(739_000)],
    ),
    "coded": (
        Coded(plane(*KNOWN), plane(*OUT), np.array([1, 0, 77, -3], np.int8), ("a", "b")),
        ["b", "a"],
    ),
    "objects": (
        Objects(plane(*KNOWN), plane(*OUT), [("a",), (), NOT_APPLICABLE, UNKNOWN]), [("a",), ()],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", VECTORS)
def test_states(name: str) -> None:
    """Known rows have their value; the others do not apply or are unknown, whatever they hold."""
    vector, values = VECTORS[name]
    assert states(vector, 4) == [*values, NOT_APPLICABLE, UNKNOWN]


@pytest.mark.parametrize("name", VECTORS)
def test_a_question_that_is_not_asked(name: str) -> None:
    """Unasked rows do not apply; where it is unknown whether it is asked, the answer is."""
    vector, values = VECTORS[name]
    asked, unasked = plane(True, False, True, False), plane(False, True, False, False)
    found = states(masked(vector, asked, unasked), 4)
    assert found == [values[0], NOT_APPLICABLE, NOT_APPLICABLE, UNKNOWN]
    nowhere = plane(False, False, False, False)
    assert states(masked(vector, nowhere, nowhere), 4) == [UNKNOWN] * 4
