"""What values of Python mean, and trees of them: for answers that never were in a file.

Every way by which hosts hand values in goes through `plain`.
"""

from __future__ import annotations

import datetime
import json
import math
from collections.abc import Iterable
from collections.abc import Mapping as Map
from collections.abc import Sequence as Row
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from readiness.documents.decimals import Number, exact
from readiness.documents.nodes import NOWHERE, Mapping, MappingEntry, Node, Scalar, Sequence
from readiness.documents.reading import MAXIMUM_DEPTH
from readiness.problems import Source

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
            return PythonValue(source, *NOWHERE, value, value)
        case None | bool() | int() | float():
            return PythonValue(source, *NOWHERE, value, _spell(value))
        case Decimal():
            return PythonValue(source, *NOWHERE, float(value), str(value))
        case Unreadable():
            return PythonValue(source, *NOWHERE, value, value.what)  # type: ignore[arg-type]
        case datetime.date():
            text = value.isoformat()[:10]
            return PythonDay(source, *NOWHERE, text, text)
        case dict() | Map():  # most are dicts, which takes less to find out
            return _mapping(value, source, place)
        case Iterable():
            return _sequence(value, source, place)
        case _:
            return PythonValue(source, *NOWHERE, repr(value), repr(value))


_WORDS = {None: "null", True: "true", False: "false"}


def _spell(value: float | None) -> str:
    """A value as JSON spells it."""
    if value is None or isinstance(value, bool):
        return _WORDS[value]
    if isinstance(value, int):
        return "a very large number" if abs(value) >= _LARGE else int.__repr__(value)
    return json.dumps(value)


def _mapping(value: Map[object, object], source: Source, place: str | None) -> Mapping:
    built, at, where = {}, source, place
    for key, held in value.items():
        text = str(key)
        if place is not None:
            where = f"{place}, {text}" if place else text
            # What is said of a single value names its question.
            at = Source(source.name, "", where if place or isinstance(held, Map) else "")
        built[text] = MappingEntry(_key(text, source if place else at), build(held, at, where))
    return Mapping(source, *NOWHERE, built)


def _sequence(value: Iterable[object], source: Source, place: str | None) -> Sequence:
    built, at, where = [], source, place
    for number, held in enumerate(value, 1):
        if place is not None:
            where = f"{place}, {'row' if isinstance(held, Map) else 'item'} {number}"
            at = Source(source.name, "", where)
        built.append(build(held, at, where))
    return Sequence(source, *NOWHERE, tuple(built))


def _key(text: str, source: Source) -> Scalar:
    return Scalar(source, *NOWHERE, text, text)


_AS_THEY_ARE = frozenset({bool, int, type(None), datetime.date, Unreadable})
_MISSING = frozenset({"NAType", "NaTType"})
_MIDNIGHT = datetime.time()
_MOST_DIGITS = 30  # of a decimal that is still read as a whole number
_MOST_VALUES = 2**20  # in one answer


def plain(value: object) -> Any:
    """A value as documents have it: what it means, in new lists, tuples and dicts at any depth.

    What is missing is None: NaN, and pandas' NA and NaT. Numbers and dates of other libraries are
    those of Python; moments at midnight are their dates. Whatever else no document can hold is
    `Unreadable`, in its place.
    """
    if type(value) in _AS_THEY_ARE or (type(value) is str and value.isascii()):
        return value
    return _Walk().plain(value, 1)


_UNCHANGING = frozenset({*_AS_THEY_ARE, str, float, Decimal})


def snapshot(values: Map[str, object]) -> dict[str, object]:
    """The values as they are now, whatever becomes of the lists and dicts among them.

    They go through `plain` before, or when they are used.
    """
    if _UNCHANGING.issuperset(map(type, values.values())):
        return dict(values)
    return {key: _copy(value) for key, value in values.items()}


def _copy(value: object) -> object:
    if type(value) in _UNCHANGING:
        return value
    if type(value) is dict:
        return snapshot(value)
    return list(map(_copy, value)) if type(value) is list else plain(value)


class _Walk:
    """Goes through one value, and not on and on."""

    def __init__(self) -> None:
        self.left = _MOST_VALUES

    def plain(self, value: object, depth: int) -> Any:
        kind = type(value)
        if kind is str:
            return _text(value)  # type: ignore[arg-type]
        if kind in _AS_THEY_ARE:
            return value
        if kind is float:
            return value if value == value else None  # noqa: PLR0124 - NaN is not itself
        self.left -= 1
        if depth > MAXIMUM_DEPTH or self.left < 0:
            return Unreadable("something that is too deeply nested or too large")
        if kind is dict:
            return self._mapping(value, depth)  # type: ignore[arg-type]
        if kind is list:
            return self._all(value, depth)  # type: ignore[arg-type]
        try:
            return self._other(value, depth)
        except Exception:  # noqa: BLE001 - whatever the object does when it is looked at
            return _unreadable(value)

    def _mapping(self, value: Map[Any, object], depth: int) -> dict[str, Any] | Unreadable:
        found: dict[str, Any] = {}
        for key, held in value.items():
            if not isinstance(key, str):
                kind = _spell_out(type(key).__name__)
                hint = "its keys are texts, such as 'value' and 'note'"
                return Unreadable(f"a mapping with a key of type '{kind}'", hint)
            name = key if key.__class__ is str and key.isascii() else _spell_out(str.__str__(key))
            is_itself = held.__class__ in _AS_THEY_ARE
            found[name] = held if is_itself else self.plain(held, depth + 1)
        return found

    def _all(self, values: Iterable[object], depth: int) -> list[Any]:
        return [self.plain(one, depth + 1) for one in values]

    def _other(self, value: object, depth: int) -> Any:
        """As `plain`, for values of other types than the usual ones."""
        if type(value).__name__ in _MISSING and type(value).__module__.startswith("pandas"):
            return None
        match value:
            case str():
                return _text(str.__str__(value))
            case int():
                return int(value)
            case float():
                return self.plain(float(value), depth)
            case Decimal():
                return _number(value)
            case datetime.datetime():
                return _day(value)
            case datetime.date():
                return datetime.date(value.year, value.month, value.day)
            case Map():
                return self._mapping(value, depth)
            case tuple():
                return tuple(self._all(value, depth))
            case Row() if not isinstance(value, bytes | bytearray | memoryview):
                return self._all(value, depth)
            case AbstractSet():
                return sorted(self._all(value, depth), key=str)
        if hasattr(value, "as_py"):  # a scalar of Arrow
            return self.plain(value.as_py(), depth + 1)
        return self._array(value, depth) if hasattr(value, "dtype") else _unreadable(value)

    def _array(self, value: Any, depth: int) -> Any:
        """As `plain`, for scalars, arrays and columns of numpy and pandas."""
        if getattr(value, "shape", None) != ():
            return self._all(value, depth)
        if hasattr(value, "tolist") and not isinstance(value[()], type(value)):
            return self.plain(value[()], depth + 1)  # an array of one, without a dimension
        match value.dtype.kind:
            case "b" | "i" | "u":
                return value.item()
            case "f":  # of any width: the shortest decimal that is this number and no other
                return self.plain(float(str(value)), depth)
            case "M":
                return _of_moment(value)
        return _unreadable(value)


def _unreadable(value: object) -> Unreadable:
    name = _spell_out(type(value).__name__)
    hint = "give it as a number, text, date, list or mapping of plain Python"
    return Unreadable(f"an object of type '{name}'", hint)


def _spell_out(text: str) -> str:
    """A text with what no file can hold spelled out."""
    if text.isascii():
        return text
    return text.encode("utf-8", "backslashreplace").decode()


def _text(text: str) -> str | Unreadable:
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            half = _spell_out(text)
            shown = half if len(half) <= 40 else f"{half[:37]}…"
            return Unreadable(f"'{shown}', which holds half of a character")
    return text


def _number(value: Decimal) -> Number | None:
    """The number that a decimal is, as a decimal only where it has more digits than a float."""
    if value.is_nan():
        return None
    if value.is_finite() and value.adjusted() < _MOST_DIGITS and value == value.to_integral_value():
        return int(value)
    found = float(value)
    is_exact = not math.isfinite(found) or exact(found) == value
    return found if is_exact else value


def _day(moment: datetime.datetime) -> datetime.date | Unreadable:
    """The day of a moment at midnight, where its own clocks are."""
    if moment.time() == _MIDNIGHT and not getattr(moment, "nanosecond", 0):
        return moment.date()
    return Unreadable(f"the moment {moment.isoformat(' ')}", "give the day alone, without a time")


def _of_moment(value: Any) -> Any:
    """The day of a moment of numpy."""
    day = value.astype("datetime64[D]")
    if str(value) == "NaT":
        return None
    if day.astype(value.dtype) != value:
        return Unreadable(f"the moment {value}", "give the day alone, without a time")
    found = day.item()
    return found if isinstance(found, datetime.date) else Unreadable(f"the day {value}")
