"""Trees of values made from Python values, for answers that never were in a file."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable
from collections.abc import Mapping as Map

from readiness.documents.nodes import Entry, Mapping, Node, Scalar, Sequence
from readiness.problems import Source

_NOWHERE = (0, 0)


def build(value: object, source: Source) -> Node:
    """`value` as a tree without places; `source` names it in problems.

    Takes what JSON can hold, dates, and any mapping or iterable; anything else is held as its
    `repr`, for the question that reads it to refuse.
    """
    match value:
        case None | bool() | int() | float() | str():
            text = value if isinstance(value, str) else json.dumps(value)
            return Scalar(source, _NOWHERE, _NOWHERE, value, text)
        case datetime.date():
            text = value.isoformat()[:10]
            return Scalar(source, _NOWHERE, _NOWHERE, text, text)
        case Map():
            built = {
                str(key): Entry(_key(str(key), source), build(held, source))
                for key, held in value.items()
            }
            return Mapping(source, _NOWHERE, _NOWHERE, built)
        case Iterable():
            held = tuple(build(element, source) for element in value)
            return Sequence(source, _NOWHERE, _NOWHERE, held)
        case _:
            return Scalar(source, _NOWHERE, _NOWHERE, repr(value), repr(value))


def _key(text: str, source: Source) -> Scalar:
    return Scalar(source, _NOWHERE, _NOWHERE, text, text)
