"""A fast check that a value fits its schema.

jsonschema creates a validator for each value in a document, to report what is wrong with
it. Mostly nothing is. Here a schema becomes a function that says so of what is plainly valid;
whatever is not, or is not plain, goes to jsonschema.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from readiness.documents.shapes import DATE, matching

Schema: TypeAlias = Mapping[str, Any]
# Whether a value fits for certain.
Test: TypeAlias = Callable[[Any], bool]


def _is_day(text: str) -> bool:
    """Whether a text is a day of the calendar; others may be as well, written otherwise."""
    if not (text.isascii() and matching(DATE)(text)):
        return False
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _never(_value: Any) -> bool:
    return False


def _companions(wanted: Mapping[str, list[str]]) -> Test:
    """Beside each of some keys there are others."""
    needed = {key: frozenset(others) for key, others in wanted.items()}
    return lambda held: all(
        key not in held or others <= held.keys() for key, others in needed.items()
    )


def _one_of(choices: list[Schema]) -> Test:
    """Exactly one of some keys; choices in any other form are not plain."""
    if any(choice.keys() != {"required"} or len(choice["required"]) != 1 for choice in choices):
        return _never
    keys = [choice["required"][0] for choice in choices]
    return lambda held: sum(key in held for key in keys) == 1


def _required(wanted: list[str]) -> Test:
    keys = frozenset(wanted)
    return lambda held: keys <= held.keys()


# How what a keyword asks of values of one kind becomes a test; of other kinds it says nothing.
_Keywords: TypeAlias = Mapping[str, Callable[[Any], Test]]
_OF_TEXTS: _Keywords = {
    "format": lambda name: _is_day if name == "date" else _never,
    "pattern": matching,
    "enum": lambda allowed: lambda text: text in allowed,
    "const": lambda wanted: lambda text: bool(text == wanted),
}
_OF_NUMBERS: _Keywords = {
    "minimum": lambda least: lambda number: number >= least,
    "maximum": lambda most: lambda number: number <= most,
    "exclusiveMinimum": lambda below: lambda number: number > below,
}
_OF_LISTS: _Keywords = {
    "minItems": lambda least: lambda items: len(items) >= least,
    "uniqueItems": lambda wanted: (
        lambda items: not wanted or len(set(map(str, items))) == len(items)
    ),
}
_OF_MAPPINGS: _Keywords = {
    "required": _required,
    "minProperties": lambda least: lambda held: len(held) >= least,
    "dependentRequired": _companions,
    "oneOf": _one_of,
}
_KINDS: Mapping[type, tuple[str, _Keywords]] = {
    str: ("string", _OF_TEXTS),
    bool: ("boolean", {}),
    int: ("number", _OF_NUMBERS),
    float: ("number", _OF_NUMBERS),
    list: ("array", _OF_LISTS),
    dict: ("object", _OF_MAPPINGS),
    type(None): ("null", {}),
}
_NOTES = frozenset({"title", "description", "$schema", "$id", "$defs"})
# Beside those of a table: keywords that are said of all values, or hold schemas.
_FURTHER = frozenset(
    {
        "type",
        "if",
        "then",
        "items",
        "properties",
        "patternProperties",
        "additionalProperties",
        "propertyNames",
    }
)
_KNOWN = _NOTES.union(_FURTHER, *(keywords for _, keywords in _KINDS.values()))


class Quick:
    """The tests for the schemas within `root`, which holds the `$defs`."""

    def __init__(self, root: Schema) -> None:
        self.root = root
        self._named: dict[str, Test] = {}
        self._made: dict[int, Test] = {}  # by the identity of schemas that `root` keeps alive

    def is_valid(self, value: Any, schema: Schema) -> bool:
        """Whether a value fits a schema for certain; False also where that is not plain."""
        found = self._made.get(id(schema))
        if found is None:
            found = self._made[id(schema)] = self._test(schema)
        return found(value)

    def _test(self, schema: Schema) -> Test:
        if "$ref" in schema:
            return self._reference(schema)
        if not schema.keys() <= _KNOWN:
            return _never
        tests = {kind: test for kind in _KINDS if (test := self._of(kind, schema)) is not None}
        get = tests.get
        return lambda value: get(type(value), _never)(value)

    def _reference(self, schema: Schema) -> Test:
        """The test of a definition, which may lead back to itself."""
        name = str(schema["$ref"]).removeprefix("#/$defs/")
        if name not in self.root.get("$defs", {}) or not schema.keys() <= _NOTES | {"$ref"}:
            return _never
        named = self._named
        if name not in named:
            named[name] = _never  # until it is made
            named[name] = self._test(self.root["$defs"][name])

        def test(value: Any) -> bool:
            return named[name](value)

        return test

    def _of(self, kind: type, schema: Schema) -> Test | None:
        """The test for values of a kind; None where no such value is plainly valid."""
        name, keywords = _KINDS[kind]
        wanted = schema.get("type", name)
        allowed = [wanted] if isinstance(wanted, str) else wanted
        if name not in allowed and not (kind is int and "integer" in allowed):
            return None
        # What these ask of values of other kinds is not plain.
        if ("oneOf" in schema and kind is not dict) or (
            not schema.keys().isdisjoint({"enum", "const"}) and kind is not str
        ):
            return None
        parts = [make(schema[word]) for word, make in keywords.items() if word in schema]
        if kind is list and "items" in schema:
            one = self._test(schema["items"])
            parts.append(lambda items: all(map(one, items)))
        if kind is dict and "propertyNames" in schema:
            named = self._test({"type": "string"} | dict(schema["propertyNames"]))
            parts.append(lambda held: all(map(named, held)))
        if kind is dict:
            parts.append(self._entries(schema))
        if schema.keys() & {"if", "then"}:
            # Only in the form: what is said of mappings alone.
            if schema.get("if") != {"type": "object"} or "then" not in schema:
                return None
            if kind is dict:
                parts.append(self._test(schema["then"]))
        return _all(parts)

    def _entries(self, schema: Schema) -> Test:
        own = {key: self._test(one) for key, one in schema.get("properties", {}).items()}
        further = schema.get("additionalProperties", True)
        other = self._test(further) if isinstance(further, dict) else lambda _: bool(further)
        get: Callable[[str, Test], Test] = own.get
        if patterns := schema.get("patternProperties"):
            get = _by_name([(matching(key), self._test(one)) for key, one in patterns.items()])

        def entries(held: dict[str, Any]) -> bool:
            for key, value in held.items():  # noqa: SIM110 - twice as fast as a generator
                if not get(key, other)(value):
                    return False
            return True

        return entries


def _by_name(tests: list[tuple[Callable[[str], bool], Test]]) -> Callable[[str, Test], Test]:
    """What finds the test for a key: the first whose pattern it fits, else another one."""
    return lambda key, other: next((test for fits, test in tests if fits(key)), other)


def _all(parts: list[Test]) -> Test:
    if not parts:
        return lambda _: True
    first, *further = parts
    if not further:
        return first
    rest = _all(further)
    return lambda value: first(value) and rest(value)
