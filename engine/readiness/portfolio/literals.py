"""Nested Arrow columns as values of Python, such as answers documents have them."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from readiness.portfolio.cell import Refusal


def written(question: str, column: Any, refused: list[Refusal]) -> list[Any]:
    """What each cell of a column holds, None where that is nothing.

    A map has the respondents that it names, a struct those that say something: it has a field for
    each respondent of any row. What Python cannot hold goes to `refused`.
    """
    try:
        found = column.to_pylist(maps_as_pydicts="strict")
    except _UNREADABLE:
        found = [_cell(question, row, cell, refused) for row, cell in enumerate(column)]
    return [_speaking(one) for one in found] if _names_all(column.type) else found


# A key twice in a map; days beyond any calendar, and parts of a millionth of a second.
_UNREADABLE = (KeyError, ValueError, OverflowError, pa.ArrowException)


def _cell(question: str, row: int, cell: Any, refused: list[Refusal]) -> Any:
    try:
        return cell.as_py(maps_as_pydicts="strict")
    except KeyError:
        reason = f"a key is given twice in '{question}'"
    except _UNREADABLE:
        reason = f"'{question}' holds a time that cannot be read"
    refused.append(Refusal(row, question, reason))
    return None


def _names_all(kind: Any) -> bool:
    """Whether what respondents say is a struct, with a field for each of them in every row."""
    if pa.types.is_struct(kind):
        place = kind.get_field_index("by")
        return bool(place >= 0 and pa.types.is_struct(kind.field(place).type))
    return bool(pa.types.is_map(kind) and pa.types.is_struct(kind.item_type))


def _speaking(held: Any) -> Any:
    """An answer without the respondents that say nothing."""
    if not isinstance(held, dict) or not isinstance(by := held.get("by"), dict):
        return held
    return {**held, "by": {who: one for who, one in by.items() if _says(one)} or None}


def _says(held: object) -> bool:
    if isinstance(held, dict):
        return any(_says(one) for one in held.values())
    return held is not None
