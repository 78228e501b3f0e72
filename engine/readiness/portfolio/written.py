"""Nested Arrow columns as answers documents have their answers written."""

from __future__ import annotations

import datetime
import decimal
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from readiness.portfolio.cells.one import Refusal


def written(question: str, column: Any, refused: list[Refusal]) -> list[Any]:
    """What each cell of a column holds, None where that is nothing.

    Fields of a struct that hold nothing are left out, and a struct without any other holds nothing.
    What Python cannot hold goes to `refused`.
    """
    try:
        return [_plain(held) for held in column.to_pylist(maps_as_pydicts="strict")]
    except _UNREADABLE:
        return [_cell(question, row, cell, refused) for row, cell in enumerate(column)]


# A key twice in a map; days beyond any calendar, and parts of a millionth of a second.
_UNREADABLE = (KeyError, ValueError, OverflowError, pa.ArrowException)


def _cell(question: str, row: int, cell: Any, refused: list[Refusal]) -> Any:
    try:
        return _plain(cell.as_py(maps_as_pydicts="strict"))
    except KeyError:
        reason = f"a key is given twice in '{question}'"
    except _UNREADABLE:
        reason = f"'{question}' holds a time that cannot be read"
    refused.append(Refusal(row, question, reason))
    return None


def _plain(held: Any) -> Any:
    """A value as documents have it; None for a mapping that holds nothing.

    Respondents are kept with nothing to say: who is named there is expected to answer.
    """
    match held:
        case Mapping():
            found = {
                key: {who: _plain(one) for who, one in value.items()}
                if key == "by" and isinstance(value, Mapping)
                else _plain(value)
                for key, value in held.items()
                if value is not None
            }
            return found or None
        case list():
            return [_element(one) for one in held]
        case decimal.Decimal():
            return float(held)
        case datetime.datetime():
            # one with a time of day is refused for it, as in a column of its own
            return held.date() if held.time() == datetime.time() else held.isoformat(" ")
        case _:
            return held


def _element(held: Any) -> Any:
    """An element of a list; the row of a table may be empty."""
    found = _plain(held)
    return {} if found is None and isinstance(held, Mapping) else found
