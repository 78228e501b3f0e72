"""Conditions on one subject, such as `staff > 10`, and over the rows of tables.

A leaf that puts one subject to a test is ready for any column; what does not depend on a column is
calculated once for a ruleset. Conditions over tables are evaluated for all rows of all tables, then
reduced. What the reductions do is what `readiness.evaluation.aggregates` says, and cash flows are
what `readiness.evaluation.finance` says, in doubles. Where a result has bounds, or doubles do not
suffice, it is held as a number that may be off by anything, and so is settled exactly.

They are evaluated on vectors: the answers to one question in every row of a block, and bit planes
of them. Bit `i` of a plane is row `i`, as in Arrow's bitmaps. A plane is an array of bytes; bits
after the last row are 0. Integers of any width run through the same program
(`readiness.evaluation.bulk`). Each type of question has the Arrow types that can hold its answers.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from readiness.conditions import terms
from readiness.conditions.terms import Term
from readiness.documents.decimals import Number, exact
from readiness.evaluation.algebra import Three
from readiness.evaluation.numbers import COMPARISONS
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
        known=vector.known & asked, inapplicable=unasked | (vector.inapplicable & asked)
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


class NotColumnar(Exception):
    """A term that has to be evaluated row by row."""


class Leaf(NamedTuple):
    """A leaf: its subject, and a test of one value of it, or of all numbers together."""

    subject: Term
    passes: Callable[[Any], bool]
    which_pass: Callable[[npt.NDArray[Any]], Flags] | None = None

    def test(self, vector: Vector) -> Plane:
        """In which of its rows a vector passes; where nothing is known that means nothing."""
        match vector:
            case Coded(codes=codes, values=values):
                wanted: Flags = np.array([self.passes(value) for value in values], np.bool_)
                return pack_flags(wanted.take(codes, mode="clip"))
            case Truths(known=known, true=true):
                where_true, where_false = self.passes(True), self.passes(False)
                if where_true == where_false:
                    return known if where_true else np.zeros_like(known)
                return true if where_true else true ^ known
            case Numbers(values=numbers) if self.which_pass is not None:
                return pack_flags(self.which_pass(numbers))
        raise NotColumnar


def leaf_of(term: Term) -> Leaf | None:
    """A leaf as a test of one subject; None where it is another one."""
    match term:
        case terms.Answer() | terms.Cell():
            return Leaf(term, lambda value: value is True)
        case terms.Comparison():
            found = term.literal_last()
            left, right = found.left, found.right
            if isinstance(left, terms.Constant) or not isinstance(right, terms.Constant):
                return None
            is_list = isinstance(right.value, tuple)
            return None if is_list else _comparison(left, found.operator, right.value)
        case terms.Membership(item=item, collection=terms.Constant(value=tuple() as held)):
            return _among(item, held, is_negated=term.negated)
        case terms.Membership(item=terms.Constant(value=option), collection=collection):
            return Leaf(collection, lambda held: (option in held) != term.negated)
        case terms.Apply(function="stated", arguments=(argument,)):
            return Leaf(argument, lambda value: value not in ("", ()), _all)
        case terms.Apply(function="covers", arguments=(have, terms.Constant(value=needed))):
            wanted = set(needed) if isinstance(needed, tuple) else {needed}
            return Leaf(have, wanted.issubset)
    return None


def _comparison(subject: Term, symbol: str, value: Any) -> Leaf:
    """A comparison with a literal."""
    compare, compare_all, plain = COMPARISONS[symbol], COMPARISONS[symbol], value
    if isinstance(value, Decimal):
        nearby, plain = _between_doubles(symbol, value)
        compare_all = COMPARISONS[nearby]
    elif isinstance(value, datetime.date):
        plain = value.toordinal()
    return Leaf(
        subject, lambda one: bool(compare(one, value)), lambda numbers: compare_all(numbers, plain)
    )


def _among(subject: Term, held: Sequence[Any], *, is_negated: bool) -> Leaf:
    """Whether it is one of some literals."""
    ordinals = [
        one.toordinal() if isinstance(one, datetime.date) else one
        for one in held
        if not isinstance(one, Decimal | str)  # no double is written so
    ]

    def which_pass(numbers: npt.NDArray[Any]) -> Flags:
        found: Flags = np.isin(numbers, np.array(ordinals, np.float64)) != is_negated
        return found

    return Leaf(subject, lambda value: (value in held) != is_negated, which_pass)


def _all(numbers: npt.NDArray[Any]) -> Flags:
    return np.ones(len(numbers), np.bool_)


def _between_doubles(symbol: str, value: Decimal) -> tuple[str, float]:
    """The comparison with a double that doubles pass when they pass that with a long decimal."""
    if symbol in ("==", "!="):
        return symbol, math.nan
    nearest = float(value)
    is_below = exact(nearest) < value
    return symbol[0] + "=" * (is_below is (symbol[0] == "<")), nearest


def least_passing(limit: Number) -> float:
    """The least double that is no lower than a limit."""
    nearest = float(limit)
    return nearest if exact(nearest) >= limit else math.nextafter(nearest, math.inf)


Counts: TypeAlias = npt.NDArray[np.int64]
Doubles: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Segments:
    """The parts of each row of a block: the rows of a table."""

    table: Table
    rows: int

    @property
    def count(self) -> int:
        """How many parts there are in all rows."""
        return int(self.table.offsets[-1])

    @cached_property
    def lengths(self) -> Counts:
        """How many parts each row has."""
        return np.diff(self.table.offsets)

    @cached_property
    def owner(self) -> Counts:
        """The row of each part."""
        return np.repeat(np.arange(self.rows), self.lengths)

    def spread(self, vector: Vector) -> Vector:
        """Return for each part the value of its row."""
        return take_rows(vector, self.owner, self.rows)

    def flags(self, plane: Plane) -> Flags:
        """A plane of the parts as one flag for each."""
        return unpack_flags(plane, self.count)

    def counted(self, flags: Flags) -> Counts:
        """How many of the parts of each row are flagged."""
        return np.bincount(self.owner[flags], minlength=self.rows)

    def left(self, inapplicable: Plane) -> tuple[Counts, Flags]:
        """How many parts of each row apply, and the rows with parts none of which does."""
        left = self.lengths - self.counted(self.flags(inapplicable))
        return left, (self.lengths > 0) & (left == 0)

    def planes(self, known: Flags, inapplicable: Flags) -> tuple[Plane, Plane]:
        """Where a result is known and does not apply: it is as missing as its table."""
        there = self.table.known
        return pack_flags(known) & there, (
            pack_flags(inapplicable) & there
        ) | self.table.inapplicable

    # Conditions

    def quantified(self, function: str, part: Three[Plane]) -> Truths:
        """`every` or `some`."""
        true, false = (self.counted(self.flags(one)) for one in (part.true, part.false))
        left, none_left = self.left(part.inapplicable)
        decisive, other = (true, false) if function == "some" else (false, true)
        is_decided = decisive > 0
        known = (is_decided | (other == left)) & ~none_left
        result = is_decided if function == "some" else ~is_decided
        return Truths(*self.planes(known, none_left), pack_flags(result))

    def agreed(self, part: Vector) -> Truths:
        """`agree`: whether all known parts have the same value."""
        is_known = self.flags(part.known)
        (values,) = equality_codes(part, rows=self.count)
        first = np.zeros(self.rows, values.dtype)
        first[self.owner[is_known][::-1]] = values[is_known][::-1]
        is_different = self.counted(is_known & (values != first[self.owner])) > 0
        count, (left, none_left) = self.counted(is_known), self.left(part.inapplicable)
        known = (is_different | ((count == left) & (count > 0))) & ~none_left
        return Truths(*self.planes(known, none_left), pack_flags(~is_different))

    def tallied(self, function: str, part: Three[Plane], doubtful: Flags) -> Numbers:
        """`count` or `share`; in rows with parts that are `doubtful` it may be anything."""
        true, false = (self.counted(self.flags(one)) for one in (part.true, part.false))
        left, none_left = self.left(part.inapplicable)
        open_ = left - true - false
        known = ~none_left & ((open_ < left) | (left == 0))
        values = true.astype(np.float64)
        error: Doubles | None = None
        if function == "share":
            known &= left > 0
            values = values / np.maximum(left, 1)
            error = values * EPS
        within = ((open_ > 0) & known) | doubtful
        if within.any():
            error = np.where(within, np.inf, 0.0 if error is None else error)
        return Numbers(*self.planes(known | doubtful, none_left), values, error=error)

    # Numbers

    def reduced(self, function: str, part: Numbers) -> Numbers:
        """`sum`, `mean`, `min` or `max`."""
        is_known = self.flags(part.known)
        some_known = self.counted(is_known)
        left, none_left = self.left(part.inapplicable)
        is_whole = some_known == left
        values = np.where(is_known, part.doubles, 0.0)
        off = np.where(is_known, part.off, 0.0)
        owner, is_bounded = self.owner, np.zeros(self.rows, np.bool_)
        if function in ("min", "max"):
            known = ~none_left & (some_known > 0)
            ends = np.full(self.rows, np.inf if function == "min" else -np.inf)
            choose = np.minimum if function == "min" else np.maximum
            choose.at(ends, owner[is_known], values[is_known])
            found: Doubles = np.where(np.isinf(ends), 0.0, ends)
            error: Doubles = np.zeros(self.rows)
            np.maximum.at(error, owner, off)
            is_bounded = known & ~is_whole
            error[is_bounded] = np.inf
        else:
            known = is_whole & ~none_left & ((left > 0) | (function == "sum"))
            found = np.bincount(owner, values, self.rows).astype(np.float64)
            size: Doubles = np.bincount(owner, np.abs(values), self.rows).astype(np.float64)
            error = np.bincount(owner, off, self.rows).astype(np.float64)
            exact = (error == 0) & (size < EXACT)
            rounding = 2 * (self.lengths + 1) * (size * EPS + error * EPS + LEAST)
            error = np.where(exact, 0.0, error + rounding)
            if function == "mean":
                found = found / np.maximum(left, 1)
                error = error / np.maximum(left, 1) + np.abs(found) * EPS + LEAST
        error[~(np.abs(found) < LARGE) | ~(error < LARGE)] = np.inf
        found[np.isinf(error)] = 0
        # Is each one of those that were written, or whole?
        is_written = function in ("min", "max") and part.error is None and not is_bounded.any()
        is_plain = is_written or (function == "sum" and not error.any())
        planes = self.planes(known, none_left)
        return Numbers(*planes, found, error=None if is_plain else error)


def equality_codes(*vectors: Vector, rows: int) -> list[npt.NDArray[Any]]:
    """Return numbers for the values of vectors of one kind, equal where the values are.

    The order of chosen options does not matter.
    """
    place: dict[object, int] = {}
    found: list[npt.NDArray[Any]] = []
    for vector in vectors:
        match vector:
            case Truths(true=true):
                found.append(unpack_flags(true, rows))
            case Numbers(values=values):
                found.append(values)
            case Coded(codes=codes, values=values):
                keys = (frozenset(one) if isinstance(one, tuple) else one for one in values)
                number_of = np.array([place.setdefault(one, len(place)) for one in keys])
                found.append(number_of.take(codes, mode="clip"))
            case _:
                raise NotColumnar
    return found


def covered(have: Segments, had: Coded, need: Segments, needed: Coded) -> Truths:
    """Whether each text that is needed is among those there are."""
    had_codes, codes = equality_codes(had, needed, rows=0)
    sides = []
    for segments, texts in ((have, had), (need, needed)):
        known = segments.flags(texts.known)
        sides.append((known, segments.counted(known), *segments.left(texts.inapplicable)))
    (is_had, had_known, had_left, none_had), (is_needed, needed_known, left, none_needed) = sides
    size = len(had.values) + len(needed.values)
    among = np.isin(need.owner * size + codes, (have.owner * size + had_codes)[is_had])
    is_lacking = need.counted(is_needed & ~among) > 0
    none_left = none_had | none_needed
    known = np.where(is_lacking, had_known == had_left, needed_known == left)
    known &= ~(((had_left > 0) & (had_known == 0)) | ((left > 0) & (needed_known == 0)))
    there = have.table.known & need.table.known
    missing = have.table.inapplicable | need.table.inapplicable
    inapplicable = (pack_flags(none_left) & there) | missing
    return Truths(pack_flags(known & ~none_left) & there, inapplicable, pack_flags(~is_lacking))


_MOST_PERIODS = 256
_DOUBLINGS = 20  # of the discount factor, from 1: rates farther away are calculated exactly
_HALVINGS = 60
_WITHIN = 1e-11  # how far the discount factor of a rate may be off, as a share of it


class Flows:
    """The cash flows in each row: the parts of its table, a period each."""

    def __init__(self, segments: Segments, part: Numbers) -> None:
        self._starts, self._lengths = segments.table.offsets[:-1], segments.lengths
        self._values, self._off = part.doubles, np.broadcast_to(part.off, part.values.shape)
        self.none_left: Flags
        left, self.none_left = segments.left(part.inapplicable)
        self.is_whole: Flags = segments.counted(segments.flags(part.known)) == left
        self.is_whole &= left > 0
        # Rows whose periods are not those of their parts, or are very many.
        self.is_odd: Flags = (left < self._lengths) | (self._lengths > _MOST_PERIODS)
        regular = np.where(self.is_whole & ~self.is_odd, self._lengths, 0)
        self._periods = [np.flatnonzero(regular > one) for one in range(regular.max(initial=0))]

    def planes(self, segments: Segments) -> tuple[Plane, Plane]:
        """Where all flows of a row are known, and where none of them applies."""
        return segments.planes(self.is_whole & ~self.none_left, self.none_left)

    def present_value(self, factor: Doubles, off: Doubles) -> tuple[Doubles, Doubles]:
        """Return the sum of flow * factor ** period in each row, and how far it may be off.

        Each discount factor may be off by `off`.
        """
        total, error = np.zeros(len(factor)), np.zeros(len(factor))
        for period in range(len(self._periods) - 1, -1, -1):
            rows = self._periods[period]
            part, f, sum_, wrong = (
                self._starts[rows] + period,
                factor[rows],
                total[rows],
                error[rows],
            )
            product = sum_ * f
            total[rows] = found = product + self._values[part]
            wrong = wrong * (np.abs(f) + off[rows]) + np.abs(sum_) * off[rows] + self._off[part]
            error[rows] = wrong * (1 + EPS) + (np.abs(product) + np.abs(found)) * EPS + LEAST
        error[self.is_odd | ~(np.abs(total) < LARGE) | ~(error < LARGE)] = np.inf
        total[np.isinf(error)] = 0
        return total, error

    def rate(self) -> tuple[Doubles, Doubles, Flags]:
        """Return the internal rate of return of each row, how far it may be off, and if it exists.

        There is one exactly where the flows change their sign once.
        """
        rows = len(self._lengths)
        first, last, changes = np.zeros(rows), np.zeros(rows), np.zeros(rows, np.int64)
        is_odd = self.is_odd.copy()
        for period, own in enumerate(self._periods):
            part = self._starts[own] + period
            sign, before = np.sign(self._values[part]), last[own]
            is_odd[own] |= (np.abs(self._values[part]) <= self._off[part]) & (self._off[part] > 0)
            changes[own] += (sign * before) < 0
            last[own] = np.where(sign == 0, before, sign)
            first[own] = np.where(first[own] == 0, last[own], first[own])
        low, high = np.full(rows, 2.0**-_DOUBLINGS), np.full(rows, 2.0**_DOUBLINGS)
        nothing = np.zeros(rows)
        for number in range(_HALVINGS + _DOUBLINGS):
            middle = np.sqrt(low * high) if number < _DOUBLINGS else (low + high) / 2
            is_below = np.sign(self.present_value(middle, nothing)[0]) == first
            low, high = np.where(is_below, middle, low), np.where(is_below, high, middle)
        is_within = np.ones(rows, np.bool_)
        for factor, sign in ((low * (1 - _WITHIN), first), (high * (1 + _WITHIN), -first)):
            total, error = self.present_value(factor, nothing)
            is_within &= (total * sign > error) & np.isfinite(error)
        error = 3 * _WITHIN / low + 2 * EPS
        error[~is_within | is_odd] = np.inf
        return 1 / low - 1, error, (changes == 1) | is_odd


def discount_factor(rate: Numbers) -> tuple[Doubles, Doubles]:
    """Return 1 / (1 + rate) in each row, and how far it may be off.

    It may be off by anything unless the rate is certainly above -1.
    """
    growth = 1 + rate.doubles
    off = rate.off + np.abs(growth) * EPS + LEAST
    with np.errstate(all="ignore"):
        factor = 1 / growth
        error = factor * (off / (growth - off) + 2 * EPS)
    error = np.where(growth > 2 * off, error, np.inf)
    return np.where(np.isinf(error), 0.0, factor), error


def net_present_value(segments: Segments, part: Numbers, rate: Numbers) -> Numbers:
    """Return the net present value of each row."""
    flows = Flows(segments, part)
    known, inapplicable = flows.planes(segments)
    with np.errstate(all="ignore"):
        total, error = flows.present_value(*discount_factor(rate))
    unstated = rate.inapplicable & segments.table.known
    return Numbers(known & rate.known, inapplicable | unstated, total, error=error)


def internal_rate(segments: Segments, part: Numbers) -> Numbers:
    """Return the internal rate of return of each row; unknown where there is none, or several."""
    flows = Flows(segments, part)
    known, inapplicable = flows.planes(segments)
    with np.errstate(all="ignore"):
        rate, error, exists = flows.rate()
    rate[np.isinf(error)] = 0
    return Numbers(known & pack_flags(exists), inapplicable, rate, error=error)
