"""The answers to one question in every row, and bit planes over rows."""

from __future__ import annotations

import datetime
import random

import numpy as np
import pyarrow as pa
import pytest

from readiness.evaluation.states import NOT_APPLICABLE, UNKNOWN, State
from readiness.portfolio.segments import (
    BYTE,
    Coded,
    Numbers,
    Plane,
    Truths,
    Vector,
    empty,
    from_bitmap,
    full,
    mask_vector,
    pack_flags,
    size,
    unpack_flags,
)
from tests.portfolio.bakery import states

KNOWN = (True, True, False, False)
OUT = (False, False, True, False)


def plane(*flags: bool) -> Plane:
    return pack_flags(np.array(flags, np.bool_))


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
    "sets": (
        Coded(plane(*KNOWN), plane(*OUT), np.array([1, 0, 0, 0]), ((), ("a",))), [("a",), ()],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", VECTORS)
def test_states(name: str) -> None:
    """Known rows have their value; the others are not applicable or unknown, whatever is stored."""
    vector, values = VECTORS[name]
    assert states(vector, 4) == [*values, NOT_APPLICABLE, UNKNOWN]


@pytest.mark.parametrize("name", VECTORS)
def test_a_question_that_is_not_asked(name: str) -> None:
    """Rows that are not asked do not apply; if that is unknown, so is the answer."""
    vector, values = VECTORS[name]
    asked, unasked = plane(True, False, True, False), plane(False, True, False, False)
    found = states(mask_vector(vector, asked, unasked), 4)
    assert found == [values[0], NOT_APPLICABLE, NOT_APPLICABLE, UNKNOWN]
    nowhere = plane(False, False, False, False)
    assert states(mask_vector(vector, nowhere, nowhere), 4) == [UNKNOWN] * 4


LENGTHS = range(201)


def flags_of(rows: int) -> list[bool]:
    draw = random.Random(f"flags {rows}")
    return [draw.random() < 0.4 for _ in range(rows)]


def bits_of(plane: np.ndarray) -> list[bool]:
    """Return the bits of a plane, including those after its last row, by arithmetic."""
    numbers = [word % 2**BYTE for word in plane.tolist()]
    return [bool(number >> bit & 1) for number in numbers for bit in range(BYTE)]


def test_packing_any_number_of_flags() -> None:
    """Bit `i` is flag `i`, whatever the length, and bits after the last row are 0."""
    for rows in LENGTHS:
        flags = flags_of(rows)
        plane = pack_flags(np.array(flags, np.bool_))
        assert bits_of(plane) == flags + [False] * (size(rows) * BYTE - rows)
        assert unpack_flags(plane, rows).tolist() == flags


def test_empty_and_full() -> None:
    """An empty plane is set in no row, a full one in every row and nowhere after them."""
    for rows in LENGTHS:
        behind = [False] * (size(rows) * BYTE - rows)
        assert bits_of(empty(rows)) == [False] * rows + behind
        assert bits_of(full(rows)) == [True] * rows + behind


@pytest.mark.parametrize("shared", [empty, full])
def test_shared_planes_cannot_be_written_to(shared: object) -> None:
    """A plane that many blocks share cannot change."""
    with pytest.raises(ValueError, match="read-only"):
        shared(100)[0] = 1  # type: ignore[operator]


def test_bitmaps_at_any_offset() -> None:
    """An Arrow bitmap is read from any bit on, without the bits after its rows."""
    flags = flags_of(200)
    array = pa.array(flags)
    for offset in range(70):
        for rows in (0, 1, 7, 8, 9, 63, 64, 65, 128, 130):
            part = array.slice(offset, rows)
            plane = from_bitmap(part.buffers()[1], part.offset, rows)
            expected = flags[offset : offset + rows]
            assert bits_of(plane) == expected + [False] * (size(rows) * BYTE - rows)
