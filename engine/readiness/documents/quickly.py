"""Telling at a glance that a text, or a list of texts, is what its schema asks for.

Most values of a document are texts, and jsonschema makes a validator of its own for each of them.
What is plainly valid need not go there; whatever is not, or is not plain, does.
"""

from __future__ import annotations

from typing import Any

from readiness.documents.shapes import matches

_NOTES = frozenset({"title", "description"})
_OF_TEXT = _NOTES | {"type", "pattern", "enum", "const"}
_OF_LISTS = _NOTES | {"type", "items", "minItems", "uniqueItems"}
# What says something about mappings and lists, and nothing about a text.
_NOT_OF_TEXT = frozenset(
    {"properties", "additionalProperties", "propertyNames", "minProperties", "required", "items",
     "minItems", "uniqueItems", "dependentRequired"}
)  # fmt: skip


def is_plainly_valid(value: Any, schema: dict[str, Any], root: dict[str, Any]) -> bool:
    """Whether a text or a list of texts fits its schema for certain; `root` holds `$defs`."""
    if isinstance(value, str):
        return _is_text(value, schema, root)
    if not isinstance(value, list) or not schema.keys() <= _OF_LISTS:
        return False
    items = schema.get("items")
    return (
        isinstance(items, dict)
        and _allows(schema, "array")
        and len(value) >= schema.get("minItems", 0)
        and all(isinstance(item, str) and _is_text(item, items, root) for item in value)
        and (not schema.get("uniqueItems") or len(set(value)) == len(value))
    )


def _is_text(text: str, schema: dict[str, Any], root: dict[str, Any]) -> bool:
    reference = schema.get("$ref")
    if reference is not None:
        name = reference.removeprefix("#/$defs/")
        whole = root.get("$defs", {}).get(name)
        return (
            whole is not None and schema.keys() <= _NOTES | {"$ref"} and _is_text(text, whole, root)
        )
    if schema.get("if") == {"type": "object"}:
        schema = {key: held for key, held in schema.items() if key not in ("if", "then")}
    return (
        schema.keys() <= _OF_TEXT | _NOT_OF_TEXT
        and _allows(schema, "string")
        and ("pattern" not in schema or matches(schema["pattern"], text))
        and ("enum" not in schema or text in schema["enum"])
        and ("const" not in schema or text == schema["const"])
    )


def _allows(schema: dict[str, Any], kind: str) -> bool:
    wanted = schema.get("type")
    return wanted is None or wanted == kind or (isinstance(wanted, list) and kind in wanted)
