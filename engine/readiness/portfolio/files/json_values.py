"""Values of JSON, and the Arrow types that hold them."""

from __future__ import annotations

import json
import math
from typing import Any, assert_never

import pyarrow as pa

from readiness.documents.reading import MAXIMUM_DEPTH
from readiness.model.questionnaire import Field, Question

_BOM = b"\xef\xbb\xbf"
_MOST_DIGITS = 400
_TOO_DEEP = f"it is nested more than {MAXIMUM_DEPTH} deep"
_WHOLE = range(-(2**63), 2**63)
_LONG = range(2**64)
_MOST_WHOLE_DIGITS = 38  # of a decimal of Arrow


def read_object(line: bytes) -> dict[str, Any] | str:
    """The object in a line; a sentence where it holds none."""
    try:
        text = line.removeprefix(_BOM).decode()
        found = json.loads(text, object_pairs_hook=_once, parse_int=_whole)
        if "\\u" in text:
            json.dumps(found, ensure_ascii=False).encode()
    except _GivenTwiceError as fault:
        return str(fault)
    except UnicodeDecodeError:
        return "it is not in UTF-8"
    except UnicodeEncodeError:
        return "it holds half of a character, such as \\ud800"
    except json.JSONDecodeError as fault:
        return f"this is not JSON from character {fault.colno} on"
    except RecursionError:
        return _TOO_DEEP
    if text.count("[") + text.count("{") > MAXIMUM_DEPTH and _depth(found) > MAXIMUM_DEPTH:
        return _TOO_DEEP
    return found if isinstance(found, dict) else "this is no JSON object"


def _depth(found: Any) -> int:
    """How deep lists and objects are nested."""
    depth, within = 0, [found]
    while within := [one for one in within if isinstance(one, list | dict)]:
        depth += 1
        within = [
            held for one in within for held in (one.values() if isinstance(one, dict) else one)
        ]
    return depth


class _GivenTwiceError(Exception):
    """A name is given twice in one object."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        msg = f"'{twice}' is given twice"
        raise _GivenTwiceError(msg)
    return found


def _whole(digits: str) -> float:
    return int(digits) if len(digits) <= _MOST_DIGITS else math.copysign(math.inf, float(digits))


def arrow_type(field: Field) -> Any:
    """The Arrow type of the plain answers to a question, or of the cells of a column."""
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
    """The Arrow type that holds all of some values; text where there is none."""
    if all(value is None or type(value) is int for value in values):
        return _whole_type([value for value in values if value is not None])
    try:
        return pa.array(values).type
    except (pa.ArrowException, OverflowError):
        return pa.float64() if all(fits(one, pa.float64()) for one in values) else pa.string()


def _whole_type(values: list[int]) -> Any:
    """The Arrow type that holds whole numbers with all their digits, such as those of ids."""
    if not values:
        return pa.null()
    low, high = min(values), max(values)
    if low in _WHOLE and high in _WHOLE:
        return pa.int64()
    if low >= 0 and high in _LONG:
        return pa.uint64()
    digits = max(len(str(abs(low))), len(str(abs(high))))
    return pa.decimal128(_MOST_WHOLE_DIGITS, 0) if digits <= _MOST_WHOLE_DIGITS else pa.float64()


def fits(value: Any, kind: Any) -> bool:
    """Whether a value is of an Arrow type, as JSON tells types apart."""
    types = pa.types
    if value is None:
        return True
    if types.is_boolean(kind) or isinstance(value, bool):
        return types.is_boolean(kind) and isinstance(value, bool)
    if types.is_integer(kind):
        return isinstance(value, int) and value in (_LONG if types.is_uint64(kind) else _WHOLE)
    if types.is_decimal(kind):
        return isinstance(value, int) and abs(value) < 10**_MOST_WHOLE_DIGITS
    if types.is_floating(kind):
        return isinstance(value, int | float)
    if types.is_string(kind):
        return isinstance(value, str)
    if types.is_list(kind):
        return isinstance(value, list) and all(fits(one, kind.value_type) for one in value)
    if types.is_struct(kind):
        inner = {field.name: field.type for field in kind}
        return isinstance(value, dict) and all(
            name in inner and fits(held, inner[name]) for name, held in value.items()
        )
    return False


def array_of(values: list[Any], kind: Any) -> Any:
    """Values that fit an Arrow type as an array of it."""
    return pa.array([_as(value, kind) for value in values], kind)


def _as(value: Any, kind: Any) -> Any:
    """A value of a type; whole numbers as doubles, the nearest where there is no equal one."""
    if value is None:
        return None
    if pa.types.is_floating(kind):
        try:
            return float(value)
        except OverflowError:
            return math.copysign(math.inf, value)
    if pa.types.is_list(kind):
        return [_as(one, kind.value_type) for one in value]
    if pa.types.is_struct(kind):
        return {field.name: _as(value.get(field.name), field.type) for field in kind}
    return value
