"""Which Arrow types can hold the answers to which questions."""

from __future__ import annotations

from typing import Any, assert_never

import pyarrow as pa
import pyarrow.compute as pc

from readiness.model.question_types import Kind
from readiness.model.questionnaire import Question

_MOST_OPTIONS = 62  # each is a bit of a number when sets of them are read


def is_text(kind: Any) -> bool:
    """Whether a column holds texts, each perhaps by its number in a dictionary."""
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return bool(
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    )


def is_list(kind: Any) -> bool:
    """Whether a column holds lists of texts."""
    types = pa.types
    return bool((types.is_list(kind) or types.is_large_list(kind)) and is_text(kind.value_type))


def _is_day(kind: Any) -> bool:
    return bool(pa.types.is_date(kind) or pa.types.is_timestamp(kind))


def _is_number(kind: Any) -> bool:
    types = pa.types
    return bool(types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind))


def _fits(question: Kind, kind: Any) -> bool:
    """Whether a column of an Arrow type has one answer of that kind in each cell."""
    match question:
        case "truth":
            return bool(pa.types.is_boolean(kind)) or is_text(kind)
        case "choice" | "text":
            return is_text(kind)
        case "number":
            return _is_number(kind)
        case "date":
            return _is_day(kind) or is_text(kind)
        case "choices" | "table":
            return any(is_kind(kind) for is_kind in _LISTS)
    assert_never(question)


def _held(kind: Any) -> Any:
    """The type of the values of a column that holds them by their number, or once for several."""
    if pa.types.is_run_end_encoded(kind) or pa.types.is_dictionary(kind):
        return _held(kind.value_type)
    return kind


def unknown_zone(kind: Any) -> str:
    """The time zone of a column's times that there is not; empty where there is none such."""
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


def is_columnar(question: Question, kind: Any, *, as_text: bool) -> bool:
    """Whether a column of that Arrow type can be read at once."""
    kind = _held(kind)
    if question.ask_each or question.kind == "table":
        return False
    if pa.types.is_null(kind) or (as_text and is_text(kind)):
        return True
    if question.kind == "choices":
        return is_list(kind) and len(question.options) <= _MOST_OPTIONS
    return _fits(question.kind, kind)


def can_hold(question: Question, kind: Any, *, as_text: bool) -> bool:
    """Whether a column of that Arrow type can hold answers to a question at all."""
    types, kind = pa.types, _held(kind)
    if types.is_null(kind) or types.is_struct(kind) or types.is_map(kind):
        return True  # a struct as in answers documents: a value with a note, or who says what
    if as_text and is_text(kind):
        return question.kind != "table"
    return _fits(question.kind, kind)


_LISTS = (
    pa.types.is_list, pa.types.is_large_list, pa.types.is_fixed_size_list,
    pa.types.is_list_view, pa.types.is_large_list_view,
)  # fmt: skip
