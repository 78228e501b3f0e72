"""What the answers to one question are in every row of a block, and the bit planes of that.

Bit `i` of a plane is row `i`, as in Arrow's bitmaps. A plane is an array of bytes; bits behind the
last row are 0. Integers of any width run through the same program (`readiness.evaluation.bulk`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Plane: TypeAlias = npt.NDArray[np.uint8]
Matrix: TypeAlias = npt.NDArray[np.uint8]  # a plane in each row
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
    """Return how many words a plane of `rows` rows has."""
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


def pack_flags(flags: Flags) -> Plane:
    """The plane of one flag for each row."""
    return np.packbits(flags, bitorder="little")


def unpack_flags(plane: Plane, rows: int) -> Flags:
    """One flag for each row."""
    return np.unpackbits(plane, count=rows, bitorder="little").view(np.bool_)


def from_bitmap(buffer: Any, offset: int, rows: int) -> Plane:
    """The plane of an Arrow bitmap that begins `offset` bits into a buffer; no copy if it fits."""
    first, shift = offset // BYTE, offset % BYTE
    held: Plane = np.frombuffer(buffer, np.uint8, size(shift + rows), first)
    if shift:
        flags = np.unpackbits(held, bitorder="little")
        return pack_flags(flags[shift : shift + rows].view(np.bool_))
    # Behind the last row a bitmap may hold anything.
    return held & full(rows) if rows % BYTE else held


def open_column(column: Any) -> tuple[int, Plane, Any]:
    """How many rows a column has, which hold something, and its first buffer behind that bitmap.

    The buffer holds the values where they are of fixed width.
    """
    rows = len(column)
    bitmap, held = column.buffers()[:2]
    known = from_bitmap(bitmap, column.offset, rows) if column.null_count else full(rows)
    return rows, known, held


def numbers_of(column: Any) -> tuple[int, Plane, npt.NDArray[Any]]:
    """How many rows a column of numbers has, which hold one, and all of them, also behind nulls.

    Arrow's own `to_pandas_dtype` needs pandas in most releases.
    """
    types, kind = pa.types, column.type
    letter = "u" if types.is_unsigned_integer(kind) else "f" if types.is_floating(kind) else "i"
    dtype = np.dtype(f"{letter}{kind.bit_width // BYTE}")
    rows, known, held = open_column(column)
    return rows, known, np.frombuffer(held, dtype, rows, column.offset * dtype.itemsize)


# Vectors


class Truths(NamedTuple):
    """Yes or no; what `true` is where none is known means nothing."""

    known: Plane
    inapplicable: Plane
    true: Plane


class Numbers(NamedTuple):
    """Numbers, or days as their ordinals; what stands where none is known means nothing.

    Numbers that were calculated have an `error`: how far each may be off. Without one they are what
    was written, each the double that its decimal is the shortest spelling of.
    """

    known: Plane
    inapplicable: Plane
    values: npt.NDArray[Any]
    is_date: bool = False
    error: npt.NDArray[np.float64] | None = None


class Coded(NamedTuple):
    """Any values that repeat: for each row its place in `values`."""

    known: Plane
    inapplicable: Plane
    codes: npt.NDArray[np.integer[Any]]
    values: tuple[Any, ...]


class Table(NamedTuple):
    """Rows within the rows of a block: the cells of all of them, by column, one after the other.

    Those of row `i` begin at `offsets[i]` and end before `offsets[i + 1]`.
    """

    known: Plane
    inapplicable: Plane
    offsets: npt.NDArray[np.int64]
    cells: Mapping[str, Vector]


Vector: TypeAlias = Truths | Numbers | Coded | Table


def offsets_of(lengths: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Where the parts of each row begin, given how many there are, and where the last ones end."""
    return np.concatenate(([0], np.cumsum(lengths, dtype=np.int64)))


def mask_vector(vector: Vector, asked: Plane, unasked: Plane) -> Vector:
    """The vector as far as its question is asked; `asked` is where it is, `unasked` where not.

    Where it is neither, it is unknown whether the question is asked, and so the answer.
    """
    return vector._replace(
        known=vector.known & asked,
        inapplicable=unasked | (vector.inapplicable & asked),
    )


def take_rows(vector: Vector, places: npt.NDArray[np.int64], rows: int) -> Vector:
    """The vector of some of its rows alone."""

    def of(plane: Plane) -> Plane:
        return pack_flags(unpack_flags(plane, rows).take(places))

    found = vector._replace(known=of(vector.known), inapplicable=of(vector.inapplicable))
    match found:
        case Truths(true=true):
            return found._replace(true=of(true))
        case Numbers(values=values):
            return found._replace(values=values.take(places))
        case Coded(codes=codes):
            return found._replace(codes=codes.take(places))
        case Table(offsets=offsets, cells=cells):
            lengths = np.diff(offsets)[places]
            ends = offsets_of(lengths)
            within = np.arange(ends[-1]) - np.repeat(ends[:-1] - offsets[places], lengths)
            count = int(offsets[-1])
            inner = {name: take_rows(cell, within, count) for name, cell in cells.items()}
            return found._replace(offsets=ends, cells=inner)
