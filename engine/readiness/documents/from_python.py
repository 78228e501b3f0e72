"""Trees of values made from Python values, for answers that never were in a file."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable
from collections.abc import Mapping as Map
from dataclasses import dataclass
from decimal import Decimal

from readiness.documents.nodes import Entry, Mapping, Node, Scalar, Sequence
from readiness.problems import Source

_NOWHERE = (0, 0)
_LARGE = 10**30


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A value that no document can hold: what it is, and what to do about it."""

    what: str
    hint: str = ""


class PythonValue(Scalar):
    """A value of Python; unlike one that is written, it is of one type and no other."""

    __slots__ = ()


class PythonDay(PythonValue):
    """A date of Python."""

    __slots__ = ()


def build(value: object, source: Source, place: str | None = None) -> Node:
    """`value` as a tree; `source` names it in problems.

    Takes what JSON can hold, decimals, dates, any mapping or iterable, and `Unreadable`; `plain`
    turns other values into these. With a `place`, nodes within say where they are, such as
    'features.wanted, row 2, name'.
    """
    match value:
        case str():
            return PythonValue(source, _NOWHERE, _NOWHERE, value, value)
        case None | bool() | int() | float():
            return PythonValue(source, _NOWHERE, _NOWHERE, value, _spelled(value))
        case Decimal():
            return PythonValue(source, _NOWHERE, _NOWHERE, float(value), str(value))
        case Unreadable():
            return PythonValue(source, _NOWHERE, _NOWHERE, value, value.what)  # type: ignore[arg-type]
        case datetime.date():
            text = value.isoformat()[:10]
            return PythonDay(source, _NOWHERE, _NOWHERE, text, text)
        case dict() | Map():  # most are dicts, which takes less to find out
            return _mapping(value, source, place)
        case Iterable():
            return _sequence(value, source, place)
        case _:
            return PythonValue(source, _NOWHERE, _NOWHERE, repr(value), repr(value))


_WORDS = {None: "null", True: "true", False: "false"}


def _spelled(value: float | None) -> str:
    """A value as JSON spells it."""
    if value is None or isinstance(value, bool):
        return _WORDS[value]
    if isinstance(value, int):
        return "a very large number" if abs(value) >= _LARGE else int.__repr__(value)
    return json.dumps(value)


def _mapping(value: Map[object, object], source: Source, place: str | None) -> Mapping:
    built = {}
    for key, held in value.items():
        text = str(key)
        if place is None:
            built[text] = Entry(_key(text, source), build(held, source))
        else:
            where = f"{place}, {text}" if place else text
            # What is said of a single value names its question.
            at = Source(source.name, "", where if place or isinstance(held, Map) else "")
            named = _key(text, source if place else at)
            built[text] = Entry(named, build(held, at, where))
    return Mapping(source, _NOWHERE, _NOWHERE, built)


def _sequence(value: Iterable[object], source: Source, place: str | None) -> Sequence:
    if place is None:
        return Sequence(source, _NOWHERE, _NOWHERE, tuple(build(one, source) for one in value))
    built = []
    for number, held in enumerate(value, 1):
        noun = "row" if isinstance(held, Map) else "item"
        at = Source(source.name, "", f"{place}, {noun} {number}")
        built.append(build(held, at, at.cell))
    return Sequence(source, _NOWHERE, _NOWHERE, tuple(built))


def _key(text: str, source: Source) -> Scalar:
    return Scalar(source, _NOWHERE, _NOWHERE, text, text)
