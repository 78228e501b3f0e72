"""Bit planes over rows."""

from __future__ import annotations

import random

import numpy as np
import pyarrow as pa
import pytest

from readiness.portfolio.planes import (
    BYTE,
    empty,
    from_bitmap,
    full,
    packed,
    room,
    size,
    unpacked,
)

LENGTHS = range(201)


def flags_of(rows: int) -> list[bool]:
    draw = random.Random(f"flags {rows}")
    return [draw.random() < 0.4 for _ in range(rows)]


def bits_of(plane: np.ndarray) -> list[bool]:
    """The bits of a plane, also those behind its last row, read by arithmetic."""
    numbers = [word % 2**BYTE for word in plane.tolist()]
    return [bool(number >> bit & 1) for number in numbers for bit in range(BYTE)]


def test_packing_any_number_of_flags() -> None:
    """Bit `i` is flag `i`, whatever the length, and bits behind the last row are 0."""
    for rows in LENGTHS:
        flags = flags_of(rows)
        plane = packed(np.array(flags, np.bool_))
        assert bits_of(plane) == flags + [False] * (size(rows) * BYTE - rows)
        assert unpacked(plane, rows).tolist() == flags


def test_empty_and_full() -> None:
    """The one is set in no row, the other in each and nowhere behind them."""
    for rows in LENGTHS:
        behind = [False] * (size(rows) * BYTE - rows)
        assert bits_of(empty(rows)) == [False] * rows + behind
        assert bits_of(full(rows)) == [True] * rows + behind


@pytest.mark.parametrize("shared", [empty, full])
def test_shared_planes_cannot_be_written_to(shared: object) -> None:
    """What many blocks share stays as it is."""
    with pytest.raises(ValueError, match="read-only"):
        shared(100)[0] = 1  # type: ignore[operator]


def test_bitmaps_at_any_offset() -> None:
    """A bitmap of Arrow is read from any bit on, and nothing behind its rows with it."""
    flags = flags_of(200)
    array = pa.array(flags)
    for offset in range(70):
        for rows in (0, 1, 7, 8, 9, 63, 64, 65, 128, 130):
            part = array.slice(offset, rows)
            plane = from_bitmap(part.buffers()[1], part.offset, rows)
            expected = flags[offset : offset + rows]
            assert bits_of(plane) == expected + [False] * (size(rows) * BYTE - rows)


def test_room_has_the_shape_and_type_asked_for() -> None:
    """The memory handed out is an array that can be written to."""
    found = room((3, 5), np.int64)
    found[:] = 7
    assert found.shape == (3, 5)
    assert found.sum() == 105
