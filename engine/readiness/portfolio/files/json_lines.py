"""Cases in JSON Lines: one object per line, with plain values or as in an answers document."""

from __future__ import annotations

import contextlib
import json
import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, BinaryIO, assert_never

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from readiness.dependencies.ruleset import Ruleset
from readiness.documents.opening import BrokenFile
from readiness.documents.reading import LARGEST_EXACT, MAXIMUM_DEPTH
from readiness.model.questionnaire import Field, Question
from readiness.portfolio.files.pieces import Piece, TableFile, join_pieces
from readiness.portfolio.layout import Layout, RefusedRow

_BLOCK_BYTES = 2**22
_PIECE_BYTES = 2**25  # of lines that are assessed together
_LONGEST_LINE = 2**26
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
        self.schema: Any = pa.schema(
            pa.field(
                name,
                arrow_type(question)
                if (question := ruleset.questions.get(name))
                else type_of([row.get(name) for row in rows]),
            )
            for name in names
        )
        self._questions = ruleset.questions

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
        columns = {
            name: self._column(name, [row.get(name) for row in rows])
            for name in layout.read
            if name in self.names
        }
        piece = Piece(columns, numbers[is_read], refused, done)
        deep = {
            row
            for column in piece.columns.values()
            for row, held in enumerate(column if isinstance(column, list) else ())
            if isinstance(held, list | dict) and _is_too_deep(held)
        }
        if not deep:
            return piece
        return piece.without([RefusedRow(int(piece.numbers[one]), "", _TOO_DEEP) for one in deep])

    def _column(self, name: str, held: list[Any]) -> Any:
        """Return a column as an array, of values or of values with notes; else it is as written."""
        kind = self.schema.field(name).type
        with contextlib.suppress(OtherTypeError):
            return array_of(held, kind)
        if name in self._questions:
            with contextlib.suppress(OtherTypeError):
                found = array_of(held, pa.struct([("value", kind), ("note", pa.string())]))
                if found.flatten()[0].null_count == found.null_count:  # null is more than nothing
                    return found
        return held


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
    _require_types(values, kind)
    for held in (values, map(_nearest, values)):
        with contextlib.suppress(pa.ArrowException, OverflowError):
            return pa.array(held, kind, size=len(values))
    raise OtherTypeError


_TYPES: Mapping[Callable[[Any], bool], set[type]] = {
    pa.types.is_list: {list}, pa.types.is_struct: {dict}, pa.types.is_boolean: {bool},
    pa.types.is_string: {str}, pa.types.is_floating: {int, float}, pa.types.is_integer: {int},
    pa.types.is_decimal: {int},
}  # fmt: skip


def _require_types(values: Sequence[Any], kind: Any) -> None:
    """Raise `OtherTypeError` if Arrow would convert a value of another type, or leave out a key."""
    wanted = next((held for fits, held in _TYPES.items() if fits(kind)), set())
    if not {type(None), *wanted}.issuperset(map(type, values)):
        raise OtherTypeError
    if pa.types.is_list(kind):
        _require_types(list(chain.from_iterable(filter(None, values))), kind.value_type)
    elif pa.types.is_struct(kind):
        rows, names = list(filter(None, values)), [field.name for field in kind]
        if not set(names).issuperset(chain.from_iterable(rows)):
            raise OtherTypeError
        for field in kind:
            if not (pa.types.is_string(field.type) or pa.types.is_boolean(field.type)):
                _require_types([row.get(field.name) for row in rows], field.type)


def _nearest(value: Any) -> Any:
    """Return a value with doubles for whole numbers that doubles cannot hold."""
    match value:
        case list():
            return list(map(_nearest, value))
        case dict():
            return {key: _nearest(held) for key, held in value.items()}
        case int() if abs(value) > LARGEST_EXACT:
            try:
                return float(value)
            except OverflowError:
                return math.copysign(math.inf, value)
    return value
