"""Bit planes over the rows of a block: bit `i` of a plane is row `i`, as in Arrow's bitmaps.

A plane is an array of int64 words; bits behind the last row are 0. Integers of any width run
through the same program (`readiness.evaluation.program`).
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Plane: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.bool_]
Codes: TypeAlias = npt.NDArray[np.uint8]

WORD = 64


def room(shape: tuple[int, ...], dtype: npt.DTypeLike) -> npt.NDArray[Any]:
    """An array that is still to be filled, in memory of Arrow's pool.

    The pool keeps what was used before; of the system, large arrays get fresh pages each time,
    and fetching those takes longer than filling them.
    """
    size = math.prod(shape) * np.dtype(dtype).itemsize
    found: npt.NDArray[Any] = np.frombuffer(pa.allocate_buffer(size), dtype).reshape(shape)
    return found


def words(rows: int) -> int:
    """How many words the planes of so many rows have."""
    return -(-rows // WORD)


@lru_cache(maxsize=8)
def empty(rows: int) -> Plane:
    """The plane that is set in no row; not to be written to."""
    plane = np.zeros(words(rows), np.int64)
    plane.flags.writeable = False
    return plane


@lru_cache(maxsize=8)
def full(rows: int) -> Plane:
    """The plane that is set in every row; not to be written to."""
    plane = np.full(words(rows), -1, np.int64)
    if rows % WORD:
        plane[-1] = (1 << rows % WORD) - 1
    plane.flags.writeable = False
    return plane


def packed(flags: Flags) -> Plane:
    """The plane of one flag for each row."""
    rows = len(flags)
    if rows % WORD == 0:
        return np.packbits(flags, bitorder="little").view(np.int64)
    plane = np.zeros(words(rows), np.int64)
    found = np.packbits(flags, bitorder="little")
    plane.view(np.uint8)[: len(found)] = found
    return plane


def unpacked(plane: Plane, rows: int) -> Flags:
    """One flag for each row."""
    return np.unpackbits(plane.view(np.uint8), count=rows, bitorder="little").view(np.bool_)


def from_bitmap(buffer: Any, offset: int, rows: int) -> Plane:
    """The plane of an Arrow bitmap that begins `offset` bits into a buffer; no copy if it fits."""
    held = np.frombuffer(buffer, np.uint8)
    first, shift = divmod(offset, 8)
    if shift:
        flags = np.unpackbits(held[first : first + (shift + rows + 7) // 8], bitorder="little")
        return packed(flags[shift : shift + rows].view(np.bool_))
    size = words(rows) * 8
    if rows % WORD == 0:
        return held[first : first + size].view(np.int64)
    plane = np.zeros(words(rows), np.int64)
    used = (rows + 7) // 8
    plane.view(np.uint8)[:used] = held[first : first + used]
    plane[-1] &= full(rows)[-1]
    return plane


def count(plane: Plane) -> int:
    """In how many rows a plane is set."""
    return int(np.bitwise_count(plane.view(np.uint64)).sum())


def codes(low: npt.NDArray[np.int64], high: npt.NDArray[np.int64], rows: int) -> Codes:
    """The code 0 to 3 of each row whose bits stand in two planes; for each pair of planes.

    Takes and returns matrices. Plane by plane, so that what lies between stays in the cache.
    """
    found = room((len(low), rows), np.uint8)
    for number, (units, twos) in enumerate(
        zip(low.view(np.uint8), high.view(np.uint8), strict=True)
    ):
        code = np.unpackbits(twos, count=rows, bitorder="little")
        np.add(code, code, code)
        np.bitwise_or(code, np.unpackbits(units, count=rows, bitorder="little"), found[number])
    return found
