"""Telling at a glance that a value is what its schema asks for.

jsonschema makes a validator of its own for each value in a document, to tell what is wrong with
it. Mostly nothing is. Here a schema becomes a function that says so of what is plainly valid;
whatever is not, or is not plain, goes to jsonschema.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from readiness.documents.shapes import DATE, matching

Schema: TypeAlias = Mapping[str, Any]
# Whether a value fits for certain.
Test: TypeAlias = Callable[[Any], bool]

_NOTES = frozenset({"title", "description", "$schema", "$id", "$defs"})
# What is said of all values, and of those of one kind; of other kinds that says nothing.
_OF_ANY = frozenset({"type", "enum", "const", "if", "then"})
_OF_TEXTS = frozenset({"pattern", "format"})
_OF_NUMBERS = frozenset({"minimum", "maximum", "exclusiveMinimum"})
_OF_LISTS = frozenset({"items", "minItems", "uniqueItems"})
_OF_MAPPINGS = frozenset(
    {"properties", "additionalProperties", "propertyNames", "minProperties", "required",
     "dependentRequired", "oneOf"}
)  # fmt: skip
_KNOWN = _NOTES | _OF_ANY | _OF_TEXTS | _OF_NUMBERS | _OF_LISTS | _OF_MAPPINGS

_KINDS: Mapping[type, str] = {
    str: "string", bool: "boolean", int: "number", float: "number", list: "array",
    dict: "object", type(None): "null",
}  # fmt: skip


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
        made = ((kind, self._of(kind, schema)) for kind in _KINDS)
        tests = {kind: of_kind for kind, of_kind in made if of_kind is not None}
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
        if not _allows(schema, kind) or (kind is not str and not schema.keys().isdisjoint(_FIXED)):
            return None
        if kind is not dict and "oneOf" in schema:
            return None
        parts = self._parts(kind, schema)
        if schema.keys() & {"if", "then"}:
            # Only in the form: what is said of mappings alone.
            if schema.get("if") != {"type": "object"} or "then" not in schema:
                return None
            if kind is dict:
                parts.append(self._test(schema["then"]))
        return _all(parts)

    def _parts(self, kind: type, schema: Schema) -> list[Test]:
        if kind is str:
            return list(_text_parts(schema))
        if kind in (int, float):
            return list(_number_parts(schema))
        if kind is list:
            return list(self._list_parts(schema))
        return list(self._mapping_parts(schema)) if kind is dict else []

    def _list_parts(self, schema: Schema) -> Iterable[Test]:
        if "minItems" in schema:
            least = schema["minItems"]
            yield lambda items: len(items) >= least
        if "items" in schema:
            one = self._test(schema["items"])
            yield lambda items: all(map(one, items))
        if schema.get("uniqueItems"):
            yield lambda items: len(set(map(str, items))) == len(items)

    def _mapping_parts(self, schema: Schema) -> Iterable[Test]:
        if "required" in schema:
            required = frozenset(schema["required"])
            yield lambda held: required <= held.keys()
        if "minProperties" in schema:
            least = schema["minProperties"]
            yield lambda held: len(held) >= least
        if "dependentRequired" in schema:
            companions = schema["dependentRequired"]
            yield lambda held: all(
                key not in held or held.keys() >= set(others) for key, others in companions.items()
            )
        if "oneOf" in schema:
            yield _one_of(schema["oneOf"])
        if "propertyNames" in schema:
            named = self._test({"type": "string"} | dict(schema["propertyNames"]))
            yield lambda held: all(map(named, held))
        yield self._entries(schema)

    def _entries(self, schema: Schema) -> Test:
        own = {key: self._test(one) for key, one in schema.get("properties", {}).items()}
        further = schema.get("additionalProperties", True)
        other = self._test(further) if isinstance(further, dict) else lambda _: bool(further)
        get = own.get

        def entries(held: dict[str, Any]) -> bool:
            for key, value in held.items():  # noqa: SIM110 - twice as fast as a generator
                if not get(key, other)(value):
                    return False
            return True

        return entries


_FIXED = frozenset({"enum", "const"})


def _never(_value: Any) -> bool:
    return False


def _allows(schema: Schema, kind: type) -> bool:
    wanted = schema.get("type")
    if wanted is None:
        return True
    kinds = [wanted] if isinstance(wanted, str) else wanted
    return _KINDS[kind] in kinds or (kind is int and "integer" in kinds)


def _all(parts: list[Test]) -> Test:
    if not parts:
        return lambda _: True
    first, *further = parts
    if not further:
        return first
    rest = _all(further)
    return lambda value: first(value) and rest(value)


def _text_parts(schema: Schema) -> Iterable[Test]:
    if "format" in schema:
        yield _is_day if schema["format"] == "date" else _never
    if "pattern" in schema:
        yield matching(schema["pattern"])
    if "enum" in schema:
        allowed = schema["enum"]
        yield lambda text: text in allowed
    if "const" in schema:
        wanted = schema["const"]
        yield lambda text: bool(text == wanted)


def _is_day(text: str) -> bool:
    """Whether a text is a day of the calendar; others may be as well, written otherwise."""
    if not (text.isascii() and matching(DATE)(text)):
        return False
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _number_parts(schema: Schema) -> Iterable[Test]:
    if "minimum" in schema:
        minimum = schema["minimum"]
        yield lambda number: number >= minimum
    if "maximum" in schema:
        maximum = schema["maximum"]
        yield lambda number: number <= maximum
    if "exclusiveMinimum" in schema:
        below = schema["exclusiveMinimum"]
        yield lambda number: number > below


def _one_of(choices: list[Schema]) -> Test:
    """Exactly one of some keys; choices in any other form are not plain."""
    if any(choice.keys() != {"required"} or len(choice["required"]) != 1 for choice in choices):
        return _never
    keys = [choice["required"][0] for choice in choices]
    return lambda held: sum(key in held for key in keys) == 1
