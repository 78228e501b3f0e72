"""Whether a document has the shape that its schema asks for, told in the words of its author."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from collections.abc import Mapping as Map
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeAlias

from readiness.documents.nodes import Mapping, Node, Scalar, locate
from readiness.documents.schemas import FORMATS, schema
from readiness.documents.shapes import DATE, matches, matching
from readiness.documents.violations import KEYWORDS, Violation, describe_value
from readiness.problems import MOST_PROBLEMS, Problems, nearest

if TYPE_CHECKING:
    from jsonschema import ValidationError
    from jsonschema.protocols import Validator


Schema: TypeAlias = Map[str, Any]
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


def _companions(wanted: Map[str, list[str]]) -> Test:
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
_Keywords: TypeAlias = Map[str, Callable[[Any], Test]]
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
_KINDS: Map[type, tuple[str, _Keywords]] = {
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
    """The tests for the schemas within `root`, which holds the `$defs`.

    jsonschema creates a validator for each value in a document, to report what is wrong with it.
    Mostly nothing is. Here a schema becomes a function that says so of what is plainly valid;
    whatever is not, or is not plain, goes to jsonschema.
    """

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


_NOUNS = {
    "questionnaire": "a questionnaire",
    "ruleset": "a ruleset",
    "answers": "an answer sheet",
    "engagement": "an engagement",
    "cases": "a file of cases",
    "result": "the result of an assessment",
    "plan": "a plan",
    "status": "a status",
    "dated": "the checks that depend on the day",
    "lint": "findings of lint",
    "coverage": "the coverage of a ruleset",
    "mutants": "the mutants of a ruleset",
    "difference": "the difference of two rulesets",
    "upgrade": "the upgrade of an engagement",
    "update": "the update of a ruleset from its checklist",
    "receipt": "the receipt of a form",
    "progress": "what came of importing an action plan",
    "report": "a report for the board or the management",
    "comparison": "a comparison",
    "receipts": "the receipts of several forms",
    "reminders": "the reminders of an engagement",
    "rename": "what a new id changes",
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
        plain, quick = root.plain(), _quick(kind)
        if not quick.is_valid(plain, quick.root):
            # One more than are listed, so that the message can say that there are more.
            errors = islice(_validator(kind).iter_errors(plain), MOST_PROBLEMS + 1)
            _tell(root, list(errors), found)
            whose = root.get("respondent") if isinstance(root, Mapping) else None
            locate(found, root, respondent=whose.text if isinstance(whose, Scalar) else "")
    problems.extend(found)
    return not len(found)


def is_certainly(value: Any, kind: str, definition: str) -> bool:
    """Return whether a value is what a definition in the schema of a kind of documents asks for.

    False also where it takes jsonschema to tell.
    """
    quick = _quick(kind)
    return quick.is_valid(value, quick.root["$defs"][definition])


def _is_of(root: Node, kind: str, problems: Problems) -> bool:
    if not isinstance(root, Mapping):
        noun = _NOUNS[kind]
        problems.add(
            "not-a-mapping", root, hint=_start(kind), noun=noun, found=describe_value(root)
        )
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
        found = f"'{text}'" if isinstance(text, str) else describe_value(given)
        hint = nearest(str(text), [FORMATS[kind]]) or _start(kind)
        problems.add("format-unknown", given, hint=hint, found=found)


def _start(kind: str) -> str:
    return f"{_NOUNS[kind]} starts with the line 'format: {FORMATS[kind]}'"


def _tell(root: Node, errors: list[ValidationError], problems: Problems) -> None:
    violations = [Violation(root, error) for error in errors if not _is_idle(error)]
    # A misspelt key explains why another is missing, so only the misspelt one is reported.
    explained = {v.path for v in violations if v.keyword in _EXPLAINS}
    for violation in violations:
        if violation.keyword != "oneOf" or violation.given or violation.path not in explained:
            KEYWORDS[violation.keyword](violation, problems)


def _is_idle(error: ValidationError) -> bool:
    """Whether it asks for one of some keys of what is no mapping: that it is none has been told."""
    return error.validator == "oneOf" and not isinstance(error.instance, dict)


_EXPLAINS = frozenset({"additionalProperties", "dependentRequired"})


@cache
def _properties(kind: str) -> frozenset[str]:
    return frozenset(schema(kind)["properties"]) - {"format"}


@cache
def _quick(kind: str) -> Quick:
    return Quick(schema(kind))


def _is_named(key: str, schema: Any) -> bool:
    """Whether a schema says of a key, by its name or a pattern, what its value must be."""
    patterns = schema.get("patternProperties", ())
    return key in schema.get("properties", ()) or any(matches(one, key) for one in patterns)


@cache
def _validator(kind: str) -> Validator:
    """The validator of a kind; jsonschema is imported here, as only what is not plain needs it."""
    from jsonschema import Draft202012Validator, FormatChecker, ValidationError
    from jsonschema.validators import extend

    quick = _quick(kind)
    no_others: Any = Draft202012Validator.VALIDATORS["additionalProperties"]

    def properties(validator: Any, schemas: Any, held: Any, _: object) -> Iterable[ValidationError]:
        for name, own in schemas.items() if isinstance(held, dict) else ():
            if name in held and not quick.is_valid(held[name], own):
                yield from validator.descend(held[name], own, path=name, schema_path=name)

    def others(validator: Any, own: Any, held: Any, whole: Any) -> Iterable[ValidationError]:
        if not isinstance(own, dict):
            yield from no_others(validator, own, held, whole)
            return
        for name in held if isinstance(held, dict) else ():
            if not _is_named(name, whole) and not quick.is_valid(held[name], own):
                yield from validator.descend(held[name], own, path=name)

    def items(validator: Any, own: Any, held: Any, _: object) -> Iterable[ValidationError]:
        for index, item in enumerate(held if isinstance(held, list) else ()):
            if not quick.is_valid(item, own):
                yield from validator.descend(item, own, path=index)

    def matching(_: Any, pattern: str, text: Any, __: object) -> Iterable[ValidationError]:
        if isinstance(text, str) and not matches(pattern, text):
            yield ValidationError(pattern)

    def unique(_: Any, __: bool, held: Any, ___: object) -> Iterable[ValidationError]:
        # In one pass; jsonschema compares each with each.
        if isinstance(held, list) and len({str(item) for item in held}) < len(held):
            yield ValidationError("twice")

    keywords = {
        "additionalProperties": others,
        "items": items,
        "pattern": matching,
        "properties": properties,
        "uniqueItems": unique,
    }
    checking: Any = extend(Draft202012Validator, keywords)  # type: ignore[no-untyped-call]
    validator: Validator = checking(quick.root, format_checker=FormatChecker(["date"]))
    return validator
