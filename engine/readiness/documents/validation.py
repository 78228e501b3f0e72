"""Whether a document has the shape that its schema asks for, told in the words of its author."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from readiness.documents.fast_validation import Quick
from readiness.documents.nodes import Mapping, Node, Scalar, locate
from readiness.documents.schemas import FORMATS, schema
from readiness.documents.shapes import matches
from readiness.documents.violations import KEYWORDS, Violation, describe_value
from readiness.problems import MOST_PROBLEMS, Problems, nearest

if TYPE_CHECKING:
    from jsonschema import ValidationError
    from jsonschema.protocols import Validator

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
