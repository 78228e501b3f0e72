"""Vectors: the answers to one question in every row of a block, and bit planes of them.

Bit `i` of a plane is row `i`, as in Arrow's bitmaps. A plane is an array of bytes; bits after the
last row are 0. Integers of any width run through the same program (`readiness.evaluation.bulk`).
Each type of question has the Arrow types that can hold its answers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from readiness.evaluation.algebra import Three
from readiness.model.question_types import Kind
from readiness.model.questionnaire import Field

Plane: TypeAlias = npt.NDArray[np.uint8]
Matrix: TypeAlias = npt.NDArray[np.uint8]  # a plane in each row
Flags: TypeAlias = npt.NDArray[np.bool_]

BYTE = 8

EPS = 2.0**-52
"""A step between doubles, of the number itself."""
LEAST = 2.0**-1000
"""More than what is lost at the lower end of all doubles."""
EXACT, LARGE = 2.0**53, 1e300


def room(shape: tuple[int, ...], dtype: npt.DTypeLike) -> npt.NDArray[Any]:
    """Return an array to be filled, in memory of Arrow's pool.

    The pool reuses memory; the system gives large arrays fresh pages each time, and fetching those
    takes longer than filling them.
    """
    length = math.prod(shape) * np.dtype(dtype).itemsize
    found: npt.NDArray[Any] = np.frombuffer(pa.allocate_buffer(length), dtype).reshape(shape)
    return found


def size(rows: int) -> int:
    """Return the number of words in planes of that many rows."""
    return -(-rows // BYTE)


@lru_cache(maxsize=8)
def empty(rows: int) -> Plane:
    """Return the plane that is set in no row; it must not be written to."""
    plane = np.zeros(size(rows), np.uint8)
    plane.flags.writeable = False
    return plane


@lru_cache(maxsize=8)
def full(rows: int) -> Plane:
    """Return the plane that is set in every row; it must not be written to."""
    plane = np.full(size(rows), 0xFF, np.uint8)
    if rows % BYTE:
        plane[-1] = (1 << rows % BYTE) - 1
    plane.flags.writeable = False
    return plane


def pack_flags(flags: Flags) -> Plane:
    """Return the plane of one flag for each row."""
    return np.packbits(flags, bitorder="little")


def unpack_flags(plane: Plane, rows: int) -> Flags:
    """Return one flag for each row."""
    return np.unpackbits(plane, count=rows, bitorder="little").view(np.bool_)


def from_bitmap(buffer: Any, offset: int, rows: int) -> Plane:
    """Return the plane of an Arrow bitmap at `offset` bits in a buffer; no copy if it fits."""
    first, shift = offset // BYTE, offset % BYTE
    held: Plane = np.frombuffer(buffer, np.uint8, size(shift + rows), first)
    if shift:
        flags = np.unpackbits(held, bitorder="little")
        return pack_flags(flags[shift : shift + rows].view(np.bool_))
    # Bits after the last row of a bitmap are undefined.
    return held & full(rows) if rows % BYTE else held


def open_column(column: Any) -> tuple[int, Plane, Any]:
    """Return the number of rows of a column, the plane of non-null rows, and its first data buffer.

    The buffer holds the values if they have a fixed width.
    """
    rows = len(column)
    bitmap, held = column.buffers()[:2]
    known = from_bitmap(bitmap, column.offset, rows) if column.null_count else full(rows)
    return rows, known, held


def numbers_of(column: Any) -> tuple[int, Plane, npt.NDArray[Any]]:
    """Return the row count of a number column, the plane of non-null rows, and all its numbers.

    The numbers include those behind nulls. Arrow's own `to_pandas_dtype` needs pandas in most
    releases.
    """
    types, kind = pa.types, column.type
    letter = "u" if types.is_unsigned_integer(kind) else "f" if types.is_floating(kind) else "i"
    dtype = np.dtype(f"{letter}{kind.bit_width // BYTE}")
    rows, known, held = open_column(column)
    return rows, known, np.frombuffer(held, dtype, rows, column.offset * dtype.itemsize)


# Vectors


class Truths(NamedTuple):
    """Yes or no; the value of `true` in rows where none is known is undefined."""

    known: Plane
    inapplicable: Plane
    true: Plane

    @property
    def three(self) -> Three[Plane]:
        """The same as conditions are joined."""
        true = self.true & self.known
        return Three(true, self.known ^ true, self.inapplicable)


class Numbers(NamedTuple):
    """Numbers, or dates as ordinals; the value in rows where none is known is undefined.

    Calculated numbers have an `error`: the largest deviation of each. Without it they are as
    written, each the double whose shortest spelling is the decimal.
    """

    known: Plane
    inapplicable: Plane
    values: npt.NDArray[Any]
    is_date: bool = False
    error: npt.NDArray[np.float64] | None = None

    @property
    def doubles(self) -> npt.NDArray[np.float64]:
        """The numbers, as doubles."""
        return self.values.astype(np.float64, copy=False)

    @property
    def off(self) -> npt.NDArray[np.float64]:
        """How far each may be off the decimal that it stands for; one figure where all agree."""
        if self.error is not None:
            return self.error
        if self.values.dtype.kind != "f":
            return np.zeros(1)
        values = self.doubles
        if values.strides == (0,):  # a literal
            values = values[:1]
        # Whole numbers are doubles; other decimals lie within half a step of theirs.
        return np.where(np.trunc(values) == values, 0.0, np.abs(values) * EPS)


class Coded(NamedTuple):
    """Values of any type that repeat: for each row its index in `values`."""

    known: Plane
    inapplicable: Plane
    codes: npt.NDArray[np.integer[Any]]
    values: tuple[Any, ...]


class Table(NamedTuple):
    """Table answers in the rows of a block: all their cells, by column, one after the other.

    The table rows of row `i` begin at `offsets[i]` and end before `offsets[i + 1]`.
    """

    known: Plane
    inapplicable: Plane
    offsets: npt.NDArray[np.int64]
    cells: Mapping[str, Vector]


Vector: TypeAlias = Truths | Numbers | Coded | Table


def offsets_of(lengths: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Return the start of each row's parts, given their number, and the end of the last ones."""
    return np.concatenate(([0], np.cumsum(lengths, dtype=np.int64)))


def mask_vector(vector: Vector, asked: Plane, unasked: Plane) -> Vector:
    """Return the vector limited to asked questions; `asked` and `unasked` are planes of rows.

    In rows that are in neither, it is unknown whether the question is asked, and so the answer.
    """
    return vector._replace(
        known=vector.known & asked,
        inapplicable=unasked | (vector.inapplicable & asked),
    )


def take_rows(vector: Vector, places: npt.NDArray[np.int64], rows: int) -> Vector:
    """Return the vector of only some of its rows."""

    def of(plane: Plane) -> Plane:
        return pack_flags(unpack_flags(plane, rows).take(places))

    found = vector._replace(known=of(vector.known), inapplicable=of(vector.inapplicable))
    match found:
        case Truths(true=true):
            return found._replace(true=of(true))
        case Numbers(values=values, error=error):
            if error is not None and len(error) > 1:
                error = error.take(places)
            return found._replace(values=values.take(places), error=error)
        case Coded(codes=codes):
            return found._replace(codes=codes.take(places))
        case Table(offsets=offsets, cells=cells):
            lengths = np.diff(offsets)[places]
            ends = offsets_of(lengths)
            within = np.arange(ends[-1]) - np.repeat(ends[:-1] - offsets[places], lengths)
            count = int(offsets[-1])
            inner = {name: take_rows(cell, within, count) for name, cell in cells.items()}
            return found._replace(offsets=ends, cells=inner)


def without(left: Plane, right: Plane) -> Plane:
    """Where the left plane is set and the right one is not."""
    return left & ~right


def is_text(kind: Any) -> bool:
    """Return whether a column holds texts, possibly as a dictionary."""
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return bool(
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    )


def _held(kind: Any) -> Any:
    """Return the type of the values in a dictionary or run-end encoding; else the type itself."""
    if pa.types.is_run_end_encoded(kind) or pa.types.is_dictionary(kind):
        return _held(kind.value_type)
    return kind


def plain_type_of(kind: Any, *, is_within: bool = False) -> Any:
    """Return a type without dictionaries and views of texts in its lists, structs and maps.

    Arrow cannot take some rows, or combine several blocks, of a column that has them.
    """
    types = pa.types

    def inner(part: Any) -> Any:
        return plain_type_of(part, is_within=True)

    if is_within and types.is_string_view(kind):
        return pa.string()
    if types.is_dictionary(kind):
        return kind.value_type if is_within else kind
    if types.is_struct(kind):
        fields = [kind.field(place) for place in range(kind.num_fields)]
        return pa.struct([one.with_type(inner(one.type)) for one in fields])
    if types.is_map(kind):
        return pa.map_(inner(kind.key_type), inner(kind.item_type))
    for is_kind, made in ((types.is_list, pa.list_), (types.is_large_list, pa.large_list)):
        if is_kind(kind) and (held := inner(kind.value_type)) != kind.value_type:
            return made(held)
    return kind


def unknown_zone(kind: Any) -> str:
    """Return the name of a column's time zone if that zone does not exist; otherwise empty."""
    kind = _held(kind)
    if pa.types.is_struct(kind):
        zones = (unknown_zone(kind.field(place).type) for place in range(kind.num_fields))
        return next(filter(None, zones), "")
    if not pa.types.is_timestamp(kind) or kind.tz is None:
        return ""
    try:
        pc.local_timestamp(pa.array([0], kind))
    except pa.ArrowInvalid:
        return str(kind.tz)
    return ""


def is_of_answers(question: Field, kind: Any, *, as_text: bool) -> bool:
    """Return whether every cell of a column with this Arrow type is a plain answer."""
    if as_text and is_text(kind):
        return question.kind != "table"
    return any(is_kind(kind) for is_kind in _TYPES[question.kind])


def can_hold(question: Field, kind: Any, *, as_text: bool) -> bool:
    """Return whether a column of this Arrow type can hold answers to a question at all."""
    types, kind = pa.types, _held(kind)
    if types.is_null(kind) or types.is_struct(kind) or types.is_map(kind):
        return True  # as in answers documents: a value with a note, or answers by respondent
    return is_of_answers(question, kind, as_text=as_text)


_LISTS = (
    pa.types.is_list, pa.types.is_large_list, pa.types.is_fixed_size_list,
    pa.types.is_list_view, pa.types.is_large_list_view,
)  # fmt: skip
_TYPES: Mapping[Kind, tuple[Callable[[Any], bool], ...]] = {
    "truth": (pa.types.is_boolean, is_text),
    "choice": (is_text,),
    "choices": _LISTS,
    "number": (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal),
    "date": (pa.types.is_date, pa.types.is_timestamp, is_text),
    "text": (is_text,),
    "table": _LISTS,
}
