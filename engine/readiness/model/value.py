"""Reading one answer as its question types it."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping as Map
from types import MappingProxyType
from typing import TypeAlias

from readiness.documents.nodes import Mapping, Node, Scalar, Sequence
from readiness.documents.reading import LARGEST_EXACT
from readiness.model.questionnaire import NUMBER_TYPES, Field, Question
from readiness.problems import Problems, listed, nearest

Row: TypeAlias = Map[str, "Value"]
# A choice is its key, choices are keys in the order of the options, a table is its rows; a row
# leaves out the cells that are blank.
Value: TypeAlias = (
    "bool | int | float | str | datetime.date | tuple[str, ...] | tuple[Row, ...]"
)

_YES = frozenset({"yes", "y", "true", "on"})
_NO = frozenset({"no", "n", "false", "off"})


def read_value(field: Field, node: Node, problems: Problems) -> Value | None:
    """The answer that `node` gives to `field`; None, and a problem, when it is no valid one."""
    if field.type == "table":
        return _table(field, node, problems)
    if field.type == "choices":
        return _choices(field, node, problems)
    if not isinstance(node, Scalar):
        found = "a list" if isinstance(node, Sequence) else "a mapping"
        _refuse(field, node, problems, found)
        return None
    if field.type == "yes_no":
        return _yes_no(field, node, problems)
    if field.type == "choice":
        return _choice(field, node, problems)
    if field.type in NUMBER_TYPES:
        return _number(field, node, problems)
    if field.type == "date":
        return _date(field, node, problems)
    return node.text.strip()


_WANTED = {
    "yes_no": "yes or no",
    "choice": "one of its options",
    "choices": "a list of its options",
    "number": "a number",
    "money": "an amount of money",
    "percent": "a percentage as a number",
    "date": "a date such as 2026-11-21",
    "text": "a text",
    "table": "a list of rows",
}


def _refuse(field: Field, node: Node, problems: Problems, found: str, hint: str = "") -> None:
    wanted = _WANTED[field.type]
    problems.add("answer-of-wrong-type", node, hint=hint, id=field.id, wanted=wanted, found=found)


def _shown(node: Scalar) -> str:
    text = node.text.strip()
    return f"'{text}'" if len(text) <= 40 else f"'{text[:37]}…'"


def _yes_no(field: Field, node: Scalar, problems: Problems) -> bool | None:
    if isinstance(node.value, bool):
        return node.value
    spelled = node.text.strip().lower()
    if spelled in _YES or spelled in _NO:
        return spelled in _YES
    hint = "write {unknown: why} where the answer is not known"
    _refuse(field, node, problems, _shown(node), hint)
    return None


def _choice(field: Field, node: Scalar, problems: Problems) -> str | None:
    key = node.text.strip()
    if key in field.options:
        return key
    by_label = [option for option, label in field.options.items() if label == key]
    hint = f"did you mean '{by_label[0]}'?" if by_label else nearest(key, field.options)
    hint = hint or "its options are " + listed(list(field.options)).replace(" or ", " and ")
    problems.add("not-an-option", node, hint=hint, id=field.id, found=key)
    return None


def _choices(field: Field, node: Node, problems: Problems) -> tuple[str, ...] | None:
    if not isinstance(node, Sequence):
        found = _shown(node) if isinstance(node, Scalar) else "a mapping"
        hint = f"write [{node.text.strip()}]" if isinstance(node, Scalar) else ""
        _refuse(field, node, problems, found, hint)
        return None
    chosen: set[str] = set()
    for element in node.elements:
        if not isinstance(element, Scalar):
            _refuse(field, element, problems, "a value that is not one of them")
        elif (key := _choice(field, element, problems)) is not None:
            chosen.add(key)
    return tuple(option for option in field.options if option in chosen)


def _number(field: Field, node: Scalar, problems: Problems) -> float | None:
    value = node.value
    if type(value) not in (int, float):
        digits = node.text.replace(",", "").replace("_", "").replace(" ", "").rstrip("%")
        is_number = digits.replace(".", "", 1).lstrip("-").isdecimal()
        _refuse(field, node, problems, _shown(node), f"write {digits}" if is_number else "")
        return None
    assert isinstance(value, (int, float))
    if not math.isfinite(value) or abs(value) > LARGEST_EXACT:
        problems.add("answer-out-of-range", node, id=field.id, limit="a size that can be kept")
        return None
    return value if _within(field, value, node, problems) else None


def _date(field: Field, node: Scalar, problems: Problems) -> datetime.date | None:
    try:
        if len(node.text.strip()) != len("2026-11-21"):
            raise ValueError
        value = datetime.date.fromisoformat(node.text.strip())
    except ValueError:
        _refuse(field, node, problems, _shown(node))
        return None
    return value if _within(field, value.isoformat(), node, problems) else None


def _within(field: Field, value: float | str, node: Node, problems: Problems) -> bool:
    if field.minimum is not None and value < field.minimum:  # type: ignore[operator]
        limit = f"{_limit(field.minimum)} or more"
    elif field.maximum is not None and value > field.maximum:  # type: ignore[operator]
        limit = f"{_limit(field.maximum)} or less"
    else:
        return True
    problems.add("answer-out-of-range", node, id=field.id, limit=limit)
    return False


def _limit(limit: float | str) -> str:
    return f"{limit:g}" if isinstance(limit, float) else str(limit)


def _table(field: Field, node: Node, problems: Problems) -> tuple[Row, ...] | None:
    assert isinstance(field, Question)
    if not isinstance(node, Sequence):
        _refuse(field, node, problems, "a mapping" if isinstance(node, Mapping) else "a value")
        return None
    return tuple(_row(field, element, problems) for element in node.elements)


def _row(table: Question, node: Node, problems: Problems) -> Row:
    row: dict[str, Value] = {}
    if not isinstance(node, Mapping):
        problems.add("row-not-mapping", node, id=table.id)
        return row
    for name, cell in node.items():
        column = table.columns.get(name)
        if column is None:
            hint = nearest(name, table.columns) or "its columns are " + listed(
                list(table.columns)
            ).replace(" or ", " and ")
            problems.add("unknown-column", node.key(name), hint=hint, id=table.id, name=name)
        elif not (isinstance(cell, Scalar) and cell.value is None):
            value = read_value(column, cell, problems)
            if value is not None:
                row[name] = value
    return MappingProxyType(row)
