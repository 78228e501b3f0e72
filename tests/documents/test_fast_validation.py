"""Documents that pass the quick validation are valid for jsonschema."""

from __future__ import annotations

import contextlib
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.protocols import Validator

from readiness.documents.reading import decode, read
from readiness.documents.schemas import KINDS, schema
from readiness.documents.validation import Quick
from readiness.problems import DocumentError

GOLDEN = Path(__file__).parents[1] / "golden" / "documents"


@cache
def slow(kind: str) -> Validator:
    return Draft202012Validator(schema(kind), format_checker=FormatChecker(["date"]))


@cache
def documents() -> list[Any]:
    """Return the documents of all kinds, good and bad, if they can be read."""
    found = []
    for path in sorted(GOLDEN.rglob("*.yaml")):
        with contextlib.suppress(DocumentError):
            found.append(plain(path))
    return found


def plain(path: Path) -> Any:
    return read(decode(path.read_bytes(), path.name)).plain()


def agrees(value: Any, kind: str) -> bool:
    """Return whether the quick test of a kind accepts nothing that jsonschema refuses."""
    quick = Quick(schema(kind))
    return not quick.is_valid(value, quick.root) or slow(kind).is_valid(value)


@pytest.mark.parametrize("kind", KINDS)
def test_no_document_passes_that_does_not_fit(kind: str) -> None:
    """Every document that passes is valid."""
    assert [one for one in documents() if not agrees(one, kind)] == []


@pytest.mark.parametrize("kind", ["ruleset", "questionnaire"])
def test_good_documents_pass(kind: str) -> None:
    """A ruleset or questionnaire without problems passes without jsonschema."""
    quick = Quick(schema(kind))
    files = sorted((GOLDEN / "good").glob(f"{kind}*.yaml"))
    assert files
    for file in files:
        assert quick.is_valid(plain(file), quick.root), file.name


PLAIN = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 3), st.floats(-3, 3), st.sampled_from(["", "a", "b"])
)
VALUES = st.recursive(
    PLAIN,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
    ),
    max_leaves=6,
)
TYPES = st.sampled_from(["string", "boolean", "integer", "number", "array", "object", "null"])
LIMITS = st.integers(-2, 2)


def schemas_over(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Return schemas with the keywords in use, and with one that is not."""
    keys = st.lists(st.sampled_from("abc"), max_size=2, unique=True)
    return st.fixed_dictionaries(
        {},
        optional={
            "type": st.one_of(TYPES, st.lists(TYPES, min_size=1, max_size=3, unique=True)),
            "pattern": st.sampled_from(["^a$", r"\S"]),
            "enum": st.lists(PLAIN, min_size=1, max_size=3),
            "const": PLAIN,
            "minimum": LIMITS,
            "maximum": LIMITS,
            "exclusiveMinimum": LIMITS,
            "items": inner,
            "minItems": st.integers(0, 2),
            "properties": st.dictionaries(st.sampled_from("abc"), inner, max_size=2),
            "additionalProperties": st.one_of(st.booleans(), inner),
            "propertyNames": st.fixed_dictionaries({"pattern": st.sampled_from(["^a$", r"\S"])}),
            "minProperties": st.integers(0, 2),
            "required": keys,
            "dependentRequired": st.dictionaries(st.sampled_from("abc"), keys, max_size=2),
            "oneOf": st.lists(st.builds(lambda key: {"required": [key]}, st.sampled_from("abc")),
                              min_size=1, max_size=2),
            "if": st.just({"type": "object"}),
            "then": inner,
            "not": inner,
        },
    )  # fmt: skip


SCHEMAS = st.recursive(schemas_over(st.just({})), schemas_over, max_leaves=4)


@given(SCHEMAS, VALUES)
def test_any_schema_of_these_keywords(drawn: dict[str, Any], value: Any) -> None:
    """Nothing that jsonschema refuses passes, whatever the combination of keywords."""
    quick = Quick(drawn)
    if quick.is_valid(value, drawn):
        assert Draft202012Validator(drawn).is_valid(value)
