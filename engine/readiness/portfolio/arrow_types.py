"""The Arrow types that can hold the answers to each type of question."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from readiness.model.question_types import Kind
from readiness.model.questionnaire import Field


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
