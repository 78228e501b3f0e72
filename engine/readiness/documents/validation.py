"""Whether a document has the shape that its schema asks for, told in the words of its author.

Each schema becomes functions: for each kind of value one for each keyword that says something about
it, in the order of the schema. They know the keywords of JSON Schema (2020-12) that the schemas of
documents use, and a test holds them against jsonschema.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from collections.abc import Mapping as Table
from contextlib import suppress
from functools import cache
from typing import Any, TypeAlias

from readiness.documents.nodes import Mapping, Node, Scalar, Sequence
from readiness.documents.pausing import collecting_later
from readiness.documents.schemas import FORMATS, schema
from readiness.documents.shapes import DATE, matching
from readiness.documents.violations import KEYWORDS, Violation, described
from readiness.problems import MOST_PROBLEMS, Problems, nearest

_NOUNS = {
    "questionnaire": "a questionnaire",
    "ruleset": "a ruleset",
    "answers": "an answer sheet",
    "engagement": "an engagement",
    "cases": "a file of cases",
    "result": "the result of an assessment",
    "plan": "a plan",
    "status": "a status",
    "receipt": "the receipt of a form",
    "bundle": "the manifest of a bundle",
    "portfolio": "the summary of a portfolio",
}


def validate(root: Node, kind: str, problems: Problems) -> bool:
    """Add everything that keeps `root` from being a document of `kind`; true when nothing does.

    A document that says it is of another kind gets that one problem, for all others would follow
    from it.
    """
    found = Problems()
    if _is_of(root, kind, found):
        _tell(_whole(kind).violations(root), found)
    problems.extend(found)
    return not len(found)


def _is_of(root: Node, kind: str, problems: Problems) -> bool:
    if not isinstance(root, Mapping):
        noun = _NOUNS[kind]
        problems.add("not-a-mapping", root, hint=_start(kind), noun=noun, found=described(root))
        return False
    given = root.get("format")
    if given is None:
        problems.add("format-missing", root, hint=_start(kind))
        # Many unknown keys and not one known: a file of some other program.
        return not root.entries.keys().isdisjoint(_properties(kind))
    if isinstance(given, Scalar) and given.value == FORMATS[kind]:
        return True
    _other_format(given, kind, problems)
    return False


def _other_format(given: Node, kind: str, problems: Problems) -> None:
    text = given.value if isinstance(given, Scalar) else None
    other = next((name for name, known in FORMATS.items() if known == text), None)
    if other:
        facts = {"found": _NOUNS[other], "expected": _NOUNS[kind]}
        problems.add("format-of-another-kind", given, **facts)
    else:
        found = f"'{text}'" if isinstance(text, str) else described(given)
        hint = nearest(str(text), [FORMATS[kind]]) or _start(kind)
        problems.add("format-unknown", given, hint=hint, found=found)


def _start(kind: str) -> str:
    return f"{_NOUNS[kind]} starts with the line 'format: {FORMATS[kind]}'"


def _tell(violations: list[Violation], problems: Problems) -> None:
    # A key that is misspelt is the reason why another is missing: it alone is told.
    explained = {id(v.node) for v in violations if v.keyword in _EXPLAINS}
    for violation in violations:
        if violation.keyword != "oneOf" or violation.given or id(violation.node) not in explained:
            KEYWORDS[violation.keyword](violation, problems)


_EXPLAINS = frozenset({"additionalProperties", "dependentRequired"})


@cache
def _properties(kind: str) -> frozenset[str]:
    return frozenset(schema(kind)["properties"]) - {"format"}


class _Enough(Exception):
    """So many violations were found that the rest is not looked at."""


class _Violations(list[Violation]):
    """What was found; one more than are listed, so that it is told that there are more."""

    def add(self, violation: Violation) -> None:
        self.append(violation)
        if len(self) > MOST_PROBLEMS:
            raise _Enough


# Of a single value the value itself, of a list or a mapping its node.
Value: TypeAlias = Any
Fits: TypeAlias = Callable[[Value], bool]
Step: TypeAlias = Callable[[Value, Node, Node, _Violations], None]


class Schema(dict[type, tuple[Step, ...]]):
    """What a schema says of each kind of value, worked out when the first of the kind comes."""

    def __init__(self, schema: Table[str, Any], definitions: Table[str, Schema]) -> None:
        super().__init__()
        self.schema = schema
        self.definitions = definitions

    @classmethod
    def of(cls, root: Table[str, Any]) -> Schema:
        """Return a whole schema, which holds the `$defs` that it refers to."""
        definitions: dict[str, Schema] = {}
        for name, one in root.get("$defs", {}).items():
            definitions[name] = cls(one, definitions)
        return cls(root, definitions)

    def violations(self, root: Node) -> list[Violation]:
        """Return what in a value does not fit, as far as it is listed."""
        found = _Violations()
        with collecting_later(), suppress(_Enough):
            self.check(root, root, found)
        return found

    def check(self, node: Node, named: Node, found: _Violations) -> None:
        """Add the violations of a value; `named` is the key it stands under, else itself."""
        value = node.value if isinstance(node, Scalar) else node
        for step in self[value.__class__]:
            step(value, node, named, found)

    def __missing__(self, kind: type) -> tuple[Step, ...]:
        self[kind] = steps = tuple(self._steps(kind))
        return steps

    def _steps(self, kind: type) -> Iterator[Step]:
        for keyword, argument in self.schema.items():
            if keyword in _INNER:
                of, make = _INNER[keyword]
                if kind is of:
                    yield make(self, argument)
            elif (fits := _fits(kind, keyword, argument)) is not None:
                yield self.refusing(keyword, fits)

    def refusing(self, keyword: str, fits: Fits) -> Step:
        """Return the step that adds a violation of the keyword where a value does not fit."""

        def step(value: Value, node: Node, named: Node, found: _Violations) -> None:
            if not fits(value):
                found.add(Violation(keyword, self.schema, node, named))

        return step

    def inner(self, schema: Table[str, Any]) -> Schema:
        """A schema within this one, or the definition that it refers to."""
        if "$ref" in schema:
            return self.definitions[schema["$ref"].removeprefix("#/$defs/")]
        return Schema(schema, self.definitions)


def _properties_step(outer: Schema, schemas: Table[str, Any]) -> Step:
    checks = {key: outer.inner(one).check for key, one in schemas.items()}

    def step(value: Value, _: Node, __: Node, found: _Violations) -> None:
        entries = value.entries
        for key, check in checks.items():
            if key in entries:
                entry = entries[key]
                check(entry.value, entry.key, found)

    return step


def _others_step(outer: Schema, argument: Any) -> Step:
    known = outer.schema.get("properties", {}).keys()
    if argument is False:
        return outer.refusing("additionalProperties", lambda held: held.entries.keys() <= known)
    check = outer.inner({} if argument is True else argument).check

    def step(value: Value, _: Node, __: Node, found: _Violations) -> None:
        for key, entry in value.entries.items():
            if key not in known:
                check(entry.value, entry.key, found)

    return step


def _names_step(outer: Schema, argument: Any) -> Step:
    check = outer.inner(argument).check

    def step(value: Value, _: Node, __: Node, found: _Violations) -> None:
        for entry in value.entries.values():
            name = entry.key.as_text()
            check(name, name, found)

    return step


def _items_step(outer: Schema, argument: Any) -> Step:
    check = outer.inner(argument).check

    def step(value: Value, _: Node, __: Node, found: _Violations) -> None:
        for element in value.elements:
            check(element, element, found)

    return step


def _then_step(outer: Schema, argument: Any) -> Step:
    """What is said of mappings alone: the one form in which the schemas have conditions."""
    assert argument == {"type": "object"}
    check = outer.inner(outer.schema.get("then", {})).check
    return lambda _value, node, named, found: check(node, named, found)


# The keywords that say something about what is in a value, each with the kind of value.
_INNER: Table[str, tuple[type, Callable[[Schema, Any], Step]]] = {
    "properties": (Mapping, _properties_step),
    "additionalProperties": (Mapping, _others_step),
    "propertyNames": (Mapping, _names_step),
    "items": (Sequence, _items_step),
    "if": (Mapping, _then_step),
}
_TYPES: Table[type, str] = {
    str: "string", bool: "boolean", int: "integer", float: "number", Sequence: "array",
    Mapping: "object", type(None): "null",
}  # fmt: skip
_ANY_NUMBER = (int, float)


def _fits(kind: type, keyword: str, argument: Any) -> Fits | None:
    """Whether a value of a kind fits a keyword; None where the keyword says nothing about it."""
    match keyword:
        case "type":
            return _of_type(kind, [argument] if isinstance(argument, str) else argument)
        case "enum":
            alike = [one for one in argument if type(one) is kind]
            return alike.__contains__
        case _ if keyword in _OF_KINDS:
            kinds, make = _OF_KINDS[keyword]
            return make(argument) if kind in kinds else None
    return None


def _of_type(kind: type, wanted: list[str]) -> Fits | None:
    if _TYPES.get(kind) in wanted or (kind is int and "number" in wanted):
        return None
    if kind is float and "integer" in wanted:
        return float.is_integer
    return lambda _: False


def _is_day(text: str) -> bool:
    """Whether a text is a day of the calendar."""
    if not (text.isascii() and matching(DATE)(text)):
        return False
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _has_companions(companions: Table[str, list[str]]) -> Fits:
    return lambda held: all(
        key not in held.entries or held.entries.keys() >= set(others)
        for key, others in companions.items()
    )


def _has_one_of(choices: list[dict[str, Any]]) -> Fits:
    keys = [key for choice in choices for key in choice["required"]]
    assert [{"required": [key]} for key in keys] == choices
    return lambda held: sum(key in held.entries for key in keys) == 1


# The keywords that say something about values of some kinds, and whether a value fits.
_OF_KINDS: Table[str, tuple[tuple[type, ...], Callable[[Any], Fits]]] = {
    "pattern": ((str,), matching),
    "format": ((str,), lambda _date: _is_day),
    "minimum": (_ANY_NUMBER, lambda least: lambda number: number >= least),
    "maximum": (_ANY_NUMBER, lambda most: lambda number: number <= most),
    "exclusiveMinimum": (_ANY_NUMBER, lambda bound: lambda number: number > bound),
    "minItems": ((Sequence,), lambda least: lambda held: len(held.elements) >= least),
    "uniqueItems": (
        (Sequence,),
        lambda _: lambda held: len(set(map(str, held.plain()))) == len(held.elements),
    ),
    "required": ((Mapping,), lambda keys: lambda held: all(key in held.entries for key in keys)),
    "minProperties": ((Mapping,), lambda least: lambda held: len(held.entries) >= least),
    "dependentRequired": ((Mapping,), _has_companions),
    "oneOf": ((Mapping,), _has_one_of),
}


@cache
def _whole(kind: str) -> Schema:
    return Schema.of(schema(kind))
