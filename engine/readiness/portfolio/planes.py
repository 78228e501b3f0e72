"""Bit planes over the rows of a block: bit `i` of a plane is row `i`, as in Arrow's bitmaps.

A plane is an array of bytes; bits behind the last row are 0. Integers of any width run
through the same program (`readiness.evaluation.program`).
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Plane: TypeAlias = npt.NDArray[np.uint8]
Flags: TypeAlias = npt.NDArray[np.bool_]

BYTE = 8


def room(shape: tuple[int, ...], dtype: npt.DTypeLike) -> npt.NDArray[Any]:
    """An array that is still to be filled, in memory of Arrow's pool.

    The pool keeps what was used before; of the system, large arrays get fresh pages each time,
    and fetching those takes longer than filling them.
    """
    length = math.prod(shape) * np.dtype(dtype).itemsize
    found: npt.NDArray[Any] = np.frombuffer(pa.allocate_buffer(length), dtype).reshape(shape)
    return found


def size(rows: int) -> int:
    """How many words the planes of so many rows have."""
    return -(-rows // BYTE)


@lru_cache(maxsize=8)
def empty(rows: int) -> Plane:
    """The plane that is set in no row; not to be written to."""
    plane = np.zeros(size(rows), np.uint8)
    plane.flags.writeable = False
    return plane


@lru_cache(maxsize=8)
def full(rows: int) -> Plane:
    """The plane that is set in every row; not to be written to."""
    plane = np.full(size(rows), 0xFF, np.uint8)
    if rows % BYTE:
        plane[-1] = (1 << rows % BYTE) - 1
    plane.flags.writeable = False
    return plane


def packed(flags: Flags) -> Plane:
    """The plane of one flag for each row."""
    return np.packbits(flags, bitorder="little")


def unpacked(plane: Plane, rows: int) -> Flags:
    """One flag for each row."""
    return np.unpackbits(plane, count=rows, bitorder="little").view(np.bool_)


def from_bitmap(buffer: Any, offset: int, rows: int) -> Plane:
    """The plane of an Arrow bitmap that begins `offset` bits into a buffer; no copy if it fits."""
    first, shift = offset // BYTE, offset % BYTE
    held: Plane = np.frombuffer(buffer, np.uint8, size(shift + rows), first)
    if shift:
        flags = np.unpackbits(held, bitorder="little")
        return packed(flags[shift : shift + rows].view(np.bool_))
    # Behind the last row a bitmap may hold anything.
    return held & full(rows) if rows % BYTE else held
