"""Columns of any Arrow type as few types that every format of text can hold."""

from __future__ import annotations

import datetime
import json
import math
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from readiness.portfolio.kinds import is_text


def plain(column: Any) -> Any:
    """A column as yes or no, whole numbers, doubles, or text; text perhaps in a dictionary.

    Whole numbers of any length stay numbers. Days and times are written as in ISO 8601, decimals
    with their digits, bytes in hexadecimal, and whatever has parts as JSON.
    """
    types, kind = pa.types, column.type
    if isinstance(kind, pa.BaseExtensionType):
        return plain(column.storage)
    if types.is_run_end_encoded(kind):
        return plain(pc.run_end_decode(column))
    if types.is_dictionary(kind):
        # A long dictionary may be that of many more rows than these.
        is_plain = types.is_string(kind.value_type) and len(column.dictionary) <= len(column) + 8
        return column if is_plain else plain(column.dictionary_decode())
    if types.is_boolean(kind) or types.is_integer(kind):
        return column
    if is_text(kind):
        return column.cast(pa.string())
    if types.is_floating(kind):
        return column.cast(pa.float64())
    if types.is_decimal(kind) and not kind.scale:
        return column
    if types.is_null(kind) or types.is_decimal(kind) or types.is_date(kind):
        return column.cast(pa.string())
    return pa.array([_text(one) for one in column], pa.string())


def plain_type(kind: Any) -> Any:
    """The type that a column of some type is turned into, without its dictionary."""
    found = plain(pa.array([], kind)).type
    return found.value_type if pa.types.is_dictionary(found) else found


def jsonable(value: Any) -> Any:
    """A value as JSON can hold it; what is no finite number is null."""
    match value:
        case float():
            return value if math.isfinite(value) else None
        case None | bool() | int() | str():
            return value
        case Mapping():
            return {str(key): jsonable(held) for key, held in value.items()}
        case list() | tuple():
            return [jsonable(one) for one in value]
        case bytes():
            return value.hex()
        case datetime.date() | datetime.time():
            return value.isoformat()
        case _:
            return str(value)


def _text(cell: Any) -> str | None:
    try:
        held = cell.as_py()
    except (ValueError, OverflowError):  # more than Python can hold, such as billionths of seconds
        return str(cell.cast(pa.string()))
    if held is None:
        return None
    found = jsonable(held)
    return found if isinstance(found, str) else json.dumps(found, ensure_ascii=False)
