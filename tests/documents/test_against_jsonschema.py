"""Whether a value fits a schema is the same as by jsonschema."""

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

from readiness.documents.building import build
from readiness.documents.nodes import Node
from readiness.documents.reading import decode, read
from readiness.documents.schemas import KINDS, schema
from readiness.documents.validation import Schema, validate
from readiness.problems import DocumentError, Problems, Source

GOLDEN = Path(__file__).parents[1] / "golden" / "documents"


@cache
def slow(kind: str) -> Validator:
    return Draft202012Validator(schema(kind), format_checker=FormatChecker(["date"]))


@cache
def documents() -> list[Node]:
    """The documents of all kinds, good and bad, as far as they can be read."""
    found = []
    for path in sorted(GOLDEN.rglob("*.yaml")):
        with contextlib.suppress(DocumentError):
            found.append(read(decode(path.read_bytes(), path.name)))
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_documents_fit_or_do_not_fit(kind: str) -> None:
    """A document of any kind is found to be one of this kind exactly when jsonschema finds it."""
    different = [
        one.source.name
        for one in documents()
        if validate(one, kind, Problems()) != slow(kind).is_valid(one.plain())
    ]
    assert different == []


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
    """Schemas of the keywords in use, and of one that is not."""
    keys = st.lists(st.sampled_from("abc"), max_size=2, unique=True)
    return st.fixed_dictionaries(
        {},
        optional={
            "type": st.one_of(TYPES, st.lists(TYPES, min_size=1, max_size=3, unique=True)),
            "pattern": st.sampled_from(["^a$", r"\S"]),
            "enum": st.lists(st.sampled_from(["", "a", "b", None]), min_size=1, max_size=3),
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
        },
    ).map(_of_mappings)  # fmt: skip


def _of_mappings(drawn: dict[str, Any]) -> dict[str, Any]:
    """Where one of some keys is asked for, a mapping is."""
    return drawn | {"type": "object"} if "oneOf" in drawn else drawn


SCHEMAS = st.recursive(schemas_over(st.just({})), schemas_over, max_leaves=4)


@given(SCHEMAS, VALUES)
def test_any_schema_of_these_keywords(drawn: dict[str, Any], value: Any) -> None:
    """A value fits exactly when jsonschema says so, whatever the keywords come together in."""
    found = Schema.of(drawn).violations(build(value, Source("it", "")))
    assert (not found) == Draft202012Validator(drawn).is_valid(value)
