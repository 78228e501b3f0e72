"""The published schemas."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from readiness.documents.schemas import FORMATS, KINDS, schema
from readiness.documents.shapes import SHAPES
from readiness.documents.violations import KEYWORDS

# These keywords cannot fail: they name, describe, or lead to other keywords.
STRUCTURE = {
    "$schema", "$id", "$ref", "$defs", "title", "description",
    "properties", "patternProperties", "propertyNames", "items", "if", "then",
}  # fmt: skip
# `const` is only used for the document's format, which is checked before the schema.
LOOKED_AT_FIRST = {"const"}


def subschemas(node: Any) -> Iterator[dict[str, Any]]:
    """Yield a schema and all schemas in it."""
    yield node
    for keyword in ("properties", "$defs"):
        for inner in node.get(keyword, {}).values():
            yield from subschemas(inner)
    for keyword in ("items", "additionalProperties", "propertyNames", "if", "then"):
        if isinstance(node.get(keyword), dict):
            yield from subschemas(node[keyword])
    for inner in node.get("oneOf", []):
        yield from subschemas(inner)


EVERY = [(kind, inner) for kind in KINDS for inner in subschemas(schema(kind))]


@pytest.mark.parametrize("kind", KINDS)
def test_is_valid_2020_12(kind: str) -> None:
    """Each schema is itself valid against draft 2020-12 and declares it."""
    Draft202012Validator.check_schema(schema(kind))
    assert schema(kind)["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("kind", KINDS)
def test_is_named_after_its_format(kind: str) -> None:
    """The `$id` and the constant under `format` name the same document and edition."""
    name = FORMATS[kind].removeprefix("readiness/").replace("/", "-")
    assert schema(kind)["$id"] == f"https://readiness.example/schemas/{name}.json"
    assert schema(kind)["properties"]["format"]["const"] == FORMATS[kind]


def test_unknown_kind() -> None:
    """A kind that does not exist raises `KeyError`."""
    with pytest.raises(KeyError):
        schema("recipe")


@pytest.mark.parametrize("kind", KINDS)
def test_a_copy_is_handed_out(kind: str) -> None:
    """Changing one copy of a schema changes no other."""
    schema(kind).clear()
    assert schema(kind)


def test_every_property_is_described() -> None:
    """Every property has a description, written as a sentence, which editors show."""
    described = [
        (kind, name, inner.get("description", ""))
        for kind, outer in EVERY
        for name, inner in outer.get("properties", {}).items()
    ]
    assert [(kind, name) for kind, name, text in described if not text.endswith(".")] == []


def test_every_mapping_is_closed() -> None:
    """A mapping with named keys allows no other keys."""
    open_ones = [
        (kind, list(inner["properties"]))
        for kind, inner in EVERY
        if "properties" in inner and inner.get("additionalProperties") is not False
    ]
    assert open_ones == []


def test_every_keyword_is_told() -> None:
    """Every keyword of the schemas that can fail has a message."""
    used = {
        keyword
        for _, inner in EVERY
        for keyword, value in inner.items()
        if not (keyword == "additionalProperties" and isinstance(value, dict))
    }
    assert set(KEYWORDS) | STRUCTURE | LOOKED_AT_FIRST == used


def test_every_pattern_is_explained() -> None:
    """Each pattern of the schemas has a wording, and no wording is unused."""
    assert set(SHAPES) == {inner["pattern"] for _, inner in EVERY if "pattern" in inner}


def test_choices_are_of_single_keys() -> None:
    """`oneOf` only says which one key is given."""
    choices = [choice for _, inner in EVERY for choice in inner.get("oneOf", [])]
    assert choices
    assert all(list(c) == ["required"] and len(c["required"]) == 1 for c in choices)


def test_dates_have_a_pattern_too() -> None:
    """Dates have a pattern as well, for readers that do not check `format`."""
    assert all("pattern" in inner for _, inner in EVERY if "format" in inner)


def test_nothing_is_fetched() -> None:
    """References stay within their schema, so no validator accesses the network."""
    references = {inner["$ref"] for _, inner in EVERY if "$ref" in inner}
    assert references
    assert all(reference.startswith("#/$defs/") for reference in references)
