"""Readers for the fields of a document that has already been validated against its schema.

If a field has the wrong shape, its problem has already been reported; reading continues without the
field, so that all other problems can be reported too.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from collections.abc import Mapping as Map
from collections.abc import Sequence as Row
from typing import TypeVar

from readiness.documents.nodes import Mapping, Node, Scalar, Sequence
from readiness.problems.values import FrozenDict

T = TypeVar("T")


def child(node: Node | None, key: str) -> Node | None:
    """Return the value of `key` if `node` is a mapping that has it."""
    return node.get(key) if isinstance(node, Mapping) else None


def lacking(node: Node, keys: Row[str]) -> list[str]:
    """Return those of the keys that a mapping lacks; none if `node` is not a mapping."""
    return [key for key in keys if key not in node.entries] if isinstance(node, Mapping) else []


def key_at(root: Node, *path: str) -> Node:
    """Return the key at the end of a path of keys, or the last value before a missing key."""
    found: Node = root
    value: Node | None = root
    for key in path:
        if not isinstance(value, Mapping) or key not in value.entries:
            return value or found
        found, value = value.key(key), value.get(key)
    return found


def entries(node: Node | None) -> Iterator[tuple[str, Node]]:
    """Yield each key of a mapping with its value; nothing if `node` is not a mapping."""
    if isinstance(node, Mapping):
        yield from node.items()


def each(node: Node | None, build: Callable[[str, Node], T]) -> Map[str, T]:
    """Build a record from each key of a mapping and its value."""
    return FrozenDict({key: build(key, entry) for key, entry in entries(node)})


def elements(node: Node | None) -> tuple[Node, ...]:
    """Return the values of a list; none if `node` is not a list."""
    return node.elements if isinstance(node, Sequence) else ()


def text(node: Node | None) -> str:
    """Return a text as written; empty if there is none."""
    if isinstance(node, Scalar) and node.value is not None:
        return node.text.strip()
    return ""


def texts_at(node: Node | None, *keys: str) -> dict[str, str]:
    """Return the text of each of the keys; empty for a key that is missing."""
    return {key: text(child(node, key)) for key in keys}


def version_of(root: Node) -> str:
    """Return the version of a ruleset or a questionnaire; 0.0.0 if it names none."""
    return text(child(root, "version")) or "0.0.0"


def texts(node: Node | None) -> tuple[Scalar, ...]:
    """Return the scalars of a list, or a single scalar given instead of a list."""
    if isinstance(node, Scalar):
        return (node,)
    return tuple(element for element in elements(node) if isinstance(element, Scalar))


def name_at(node: Node, key: str, name: str) -> Node:
    """Return the node of a name in the list of a key; the given node if the name is not there."""
    return next((found for found in texts(child(node, key)) if found.text == name), node)


def names(node: Node | None) -> tuple[str, ...]:
    """Return the texts of a list, or a single text given instead of a list; each once."""
    return tuple(dict.fromkeys(scalar.text for scalar in texts(node)))


def day(written: str) -> datetime.date | None:
    """Return a calendar date as written; None if the text is not a date."""
    try:
        return datetime.date.fromisoformat(written)
    except ValueError:
        return None


def number(node: Node | None) -> float | None:
    """Return a number; None if the value is not a number."""
    if isinstance(node, Scalar) and type(node.value) in (int, float):
        return node.value  # type: ignore[return-value]
    return None
