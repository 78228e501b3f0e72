"""Cases in JSON Lines: one object per line, with plain values or as in an answers document."""

from __future__ import annotations

import contextlib
import io
import json
import math
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, BinaryIO, assert_never

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.json

from readiness.dependencies.ruleset import Ruleset
from readiness.documents.opening import BrokenFile
from readiness.documents.reading import MAXIMUM_DEPTH
from readiness.model.questionnaire import Field, Question
from readiness.portfolio.files.pieces import Piece, TableFile, join_pieces
from readiness.portfolio.layout import Layout, RefusedRow

_BLOCK_BYTES = 2**22
_PIECE_BYTES = 2**25  # of lines that are assessed together
_LONGEST_LINE = 2**26
_SAFE_DEPTH = 1_000
_NULL_BEHIND = re.compile(rb"}\s*null")
_BOM = b"\xef\xbb\xbf"
_MOST_DIGITS = 400
_TOO_DEEP = f"it is nested more than {MAXIMUM_DEPTH} deep"
_MOST_WHOLE_DIGITS = 38  # of a decimal of Arrow

Row = dict[str, Any]


class JsonLinesCases(TableFile):
    """A JSON Lines file of cases; empty lines are ignored.

    Its columns are the names in the first lines, and all questions, which may appear later. A line
    with another name is refused. Raises `BrokenFile` if none of the first lines is an object.
    """

    may_grow = True

    def __init__(self, file: BinaryIO, ruleset: Ruleset, total: int) -> None:
        self._file = file
        self.total = total
        self._first = self._lines(b"")
        rows = [row for line in self._first[0] if isinstance(row := read_object(line), dict)]
        if not rows:
            raise BrokenFile(_without_objects(self._first[0]))
        self.names: dict[str, None] = dict.fromkeys(name for row in rows for name in row)
        held = [name for name in self.names if name not in ruleset.questions]
        names = [*held, *ruleset.questions] if len(held) < len(self.names) else held
        self.schema = pa.schema(
            pa.field(
                name,
                arrow_type(question)
                if (question := ruleset.questions.get(name))
                else type_of([row.get(name) for row in rows]),
            )
            for name in names
        )

    def _lines(self, left: bytes) -> tuple[list[bytes], bytes]:
        """Return the next whole lines, and the rest after the last of them."""
        parts = [left]
        size = len(left)
        while more := self._file.read(_BLOCK_BYTES):
            end = more.rfind(b"\n") + 1
            if end:
                return b"".join([*parts, more[: end - 1]]).split(b"\n"), more[end:]
            parts.append(more)
            size += len(more)
            if size > _LONGEST_LINE:
                msg = f"a line is longer than {_LONGEST_LINE >> 20} MiB"
                raise BrokenFile(msg)
        text = b"".join(parts)
        return text.split(b"\n") if text else [], b""

    def pieces(self, layout: Layout, rows: int) -> Iterator[Piece]:
        """Yield at most `rows` rows at a time; lines without an object are refused."""
        return join_pieces(self._pieces(layout, rows), rows, _PIECE_BYTES)

    def _pieces(self, layout: Layout, rows: int) -> Iterator[Piece]:
        first, done = 1, 0
        lines, left = self._first
        while lines:
            for start in range(0, len(lines), rows):
                part = lines[start : start + rows]
                done += sum(map(len, part)) + len(part)
                held = [one for one in part if one.strip()]
                yield self._piece(held, layout, np.arange(first, first + len(held)), done)
                first += len(held)
            lines, left = self._lines(left)

    def _piece(
        self, lines: list[bytes], layout: Layout, numbers: npt.NDArray[np.int64], done: int
    ) -> Piece:
        columns = self._quickly(lines, layout)
        if columns is not None:
            return Piece(columns, numbers, (), done)
        read = frozenset(layout.read)
        found = [_row(line, read, layout) for line in lines]
        refused = [
            RefusedRow(number, "", reason)
            for number, reason in zip(numbers.tolist(), found, strict=True)
            if isinstance(reason, str)
        ]
        rows = [row for row in found if isinstance(row, dict)]
        self.names.update(dict.fromkeys(name for row in rows for name in row))
        is_read = ~np.isin(numbers, [one.row for one in refused])
        piece = Piece(self._columns(rows, layout), numbers[is_read], refused, done)
        odd = [column for column in piece.columns.values() if isinstance(column, list)]
        deep = np.array([any(map(_is_too_deep, held)) for held in zip(*odd, strict=True)], np.bool_)
        if not deep.any():
            return piece
        return piece.without([RefusedRow(one, "", _TOO_DEEP) for one in piece.numbers[deep]])

    def _quickly(self, lines: list[bytes], layout: Layout) -> Mapping[str, Any] | None:
        """Return the columns if every line has the expected form; otherwise None."""
        text = b"\n".join(lines)
        if not all(map(_is_safe, lines)) or _NULL_BEHIND.search(text):
            return None
        names = [name for name in layout.read if name in self.names]
        schema = pa.schema([self.schema.field(name) for name in names])
        try:
            table = pyarrow.json.read_json(
                io.BytesIO(text),
                read_options=pyarrow.json.ReadOptions(use_threads=False, block_size=2**30),
                parse_options=pyarrow.json.ParseOptions(
                    explicit_schema=schema, unexpected_field_behavior="error"
                ),
            )
            table.validate(full=True)  # texts are UTF-8
        except pa.ArrowInvalid:
            return None
        if table.num_rows != len(lines):
            return None
        return {name: table.column(name).combine_chunks() for name in names}

    def _columns(self, rows: Sequence[Row], layout: Layout) -> Mapping[str, Any]:
        """Return each column as an array; answers of mixed types are kept as written."""
        columns = {}
        for name in [name for name in layout.read if name in self.names]:
            values = [row.get(name) for row in rows]
            try:
                columns[name] = array_of(values, self.schema.field(name).type)
            except OtherTypeError:
                columns[name] = values
        return columns


def _is_safe(line: bytes) -> bool:
    """Return whether Arrow's reader survives a line: a bare null, or deep nesting, crashes it."""
    return line.lstrip().startswith(b"{") and line.count(b"[") + line.count(b"{") < _SAFE_DEPTH


def _row(line: bytes, read: Collection[str], layout: Layout) -> Row | str:
    """Return the row in a line, or the reason why it cannot be read."""
    row = read_object(line)
    if isinstance(row, str):
        return row
    for name in row:
        if name not in read:
            return f"'{name}' is not a question, and none of the first lines has it"
    for field in layout.kept:
        try:
            array_of([row.get(field.name)], field.type)
        except OtherTypeError:
            return f"'{field.name}' has another type than in the first lines"
    return row


def _without_objects(lines: Sequence[bytes]) -> str:
    """Return why a file is refused if its first lines hold no objects."""
    text = next((line.strip() for line in lines if line.strip()), b"")
    if not text:
        return "it is empty"
    if text.startswith(b"["):
        return "it is a single list; write one object per line"
    return "none of its first lines is a JSON object; write one object per line"


# JSON values, and the Arrow types that can hold them


def read_object(line: bytes) -> dict[str, Any] | str:
    """Return the object in a line, or a sentence if it holds none."""
    try:
        text = line.removeprefix(_BOM).decode()
        found = json.loads(text, object_pairs_hook=_once, parse_int=_whole)
        if "\\u" in text:
            json.dumps(found, ensure_ascii=False).encode()
    except KeyError as fault:
        return f"'{fault.args[0]}' is given twice"
    except UnicodeDecodeError:
        return "it is not in UTF-8"
    except UnicodeEncodeError:
        return "it contains half of a character, such as \\ud800"
    except json.JSONDecodeError as fault:
        return f"this is not JSON from character {fault.colno} on"
    except RecursionError:
        return _TOO_DEEP
    return found if isinstance(found, dict) else "this is not a JSON object"


def _is_too_deep(answer: Any) -> bool:
    """Return whether lists and objects are nested too deep in an answer."""
    depth, within = 1, [answer]  # within the object of the line
    while within := [one for one in within if isinstance(one, list | dict)]:
        depth += 1
        within = [
            held for one in within for held in (one.values() if isinstance(one, dict) else one)
        ]
    return depth > MAXIMUM_DEPTH


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise KeyError(next(name for name in names if names.count(name) > 1))
    return found


def _whole(digits: str) -> float:
    return int(digits) if len(digits) <= _MOST_DIGITS else math.copysign(math.inf, float(digits))


def arrow_type(field: Field) -> Any:
    """Return the Arrow type of the plain answers to a question, or of the cells of a column."""
    match field.kind:
        case "table":
            columns = field.columns if isinstance(field, Question) else {}
            held = [pa.field(key, arrow_type(column)) for key, column in columns.items()]
            return pa.list_(pa.struct(held))
        case "choices":
            return pa.list_(pa.string())
        case "number":
            return pa.float64()
        case "truth":
            return pa.bool_()
        case "choice" | "date" | "text":
            return pa.string()
    assert_never(field.kind)


def type_of(values: list[Any]) -> Any:
    """Return the Arrow type that holds all of the values; text if there is none.

    Whole numbers, such as ids, keep all their digits if any type has enough.
    """
    if all(value is None or type(value) is int for value in values):
        for kind in (pa.null(), pa.int64(), pa.uint64(), pa.decimal128(_MOST_WHOLE_DIGITS, 0)):
            with contextlib.suppress(pa.ArrowException, OverflowError):
                return pa.array(values, kind).type
        return pa.float64()
    with contextlib.suppress(pa.ArrowException, OverflowError):
        return pa.array(values).type
    with contextlib.suppress(OtherTypeError):
        return array_of(values, pa.float64()).type
    return pa.string()


class OtherTypeError(Exception):
    """The error that a value has another type."""


def array_of(values: Sequence[Any], kind: Any) -> Any:
    """Return values as an array of an Arrow type, by JSON's types.

    Whole numbers become doubles, the nearest one if none is equal. Raises `OtherTypeError` if a
    value has another type.
    """
    types = pa.types
    if types.is_list(kind):
        _require(values, {list})
        lengths = np.array([len(one or ()) for one in values], np.int64)
        inner = array_of([held for one in values if one for held in one], kind.value_type)
        offsets = pa.array(np.concatenate(([0], np.cumsum(lengths))), pa.int32())
        return pa.ListArray.from_arrays(offsets, inner, kind, mask=_nulls(values))
    if types.is_struct(kind):
        _require(values, {dict})
        rows, names = [one or {} for one in values], [field.name for field in kind]
        if not set(names).issuperset(chain.from_iterable(rows)):
            raise OtherTypeError
        inner = [array_of([row.get(one.name) for row in rows], one.type) for one in kind]
        return pa.StructArray.from_arrays(inner, fields=list(kind), mask=_nulls(values))
    _require(values, next((held for fits, held in _TYPES.items() if fits(kind)), set()))
    try:
        return pa.array(values, kind)
    except (pa.ArrowException, OverflowError):
        if not types.is_floating(kind):
            raise OtherTypeError from None
        return pa.array([None if one is None else _nearest(one) for one in values], kind)


_TYPES: Mapping[Callable[[Any], bool], set[type]] = {
    pa.types.is_boolean: {bool}, pa.types.is_string: {str}, pa.types.is_floating: {int, float},
    pa.types.is_integer: {int}, pa.types.is_decimal: {int},
}  # fmt: skip


def _require(values: Sequence[Any], wanted: set[type]) -> None:
    """Raise `OtherTypeError` if a value is neither null nor of the types wanted."""
    if not {type(None), *wanted}.issuperset(map(type, values)):
        raise OtherTypeError


def _nulls(values: Sequence[Any]) -> Any:
    return pa.array([one is None for one in values], pa.bool_())


def _nearest(number: float) -> float:
    try:
        return float(number)
    except OverflowError:
        return math.copysign(math.inf, number)
