"""Reading the fields of a document that its schema has already been held against.

Where a field is of the wrong shape its problem has been told; reading goes on without it, so
that every other problem can be told as well.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from collections.abc import Mapping as Map
from collections.abc import Sequence as Row
from types import MappingProxyType
from typing import TypeVar

from readiness.documents.nodes import Mapping, Node, Scalar, Sequence

T = TypeVar("T")


def child(node: Node | None, key: str) -> Node | None:
    """The value of `key` where `node` is a mapping that has it."""
    return node.get(key) if isinstance(node, Mapping) else None


def lacking(node: Node, keys: Row[str]) -> list[str]:
    """Those of the keys that a mapping does not have; none where `node` is no mapping."""
    return [key for key in keys if key not in node.entries] if isinstance(node, Mapping) else []


def key_at(root: Node, *path: str) -> Node:
    """The key at the end of a path of keys, or the last value on the way that has it not."""
    found: Node = root
    value: Node | None = root
    for key in path:
        if not isinstance(value, Mapping) or key not in value.entries:
            return value or found
        found, value = value.key(key), value.get(key)
    return found


def entries(node: Node | None) -> Iterator[tuple[str, Node]]:
    """Each key with its value; nothing where `node` is not a mapping."""
    if isinstance(node, Mapping):
        yield from node.items()


def each(node: Node | None, build: Callable[[str, Node], T]) -> Map[str, T]:
    """What is built of each key and its value."""
    return MappingProxyType({key: build(key, entry) for key, entry in entries(node)})


def elements(node: Node | None) -> tuple[Node, ...]:
    """The values of a list; none where `node` is not a list."""
    return node.elements if isinstance(node, Sequence) else ()


def text(node: Node | None) -> str:
    """A text as it is written; empty where there is none."""
    if isinstance(node, Scalar) and node.value is not None:
        return node.text.strip()
    return ""


def texts_at(node: Node | None, *keys: str) -> dict[str, str]:
    """The text of each of the keys; empty where there is none."""
    return {key: text(child(node, key)) for key in keys}


def version_of(root: Node) -> str:
    """The version of a ruleset or a questionnaire; 0.0.0 where it names none."""
    return text(child(root, "version")) or "0.0.0"


def texts(node: Node | None) -> tuple[Scalar, ...]:
    """Return the scalars of a list, or of a single scalar given instead."""
    if isinstance(node, Scalar):
        return (node,)
    return tuple(element for element in elements(node) if isinstance(element, Scalar))


def names(node: Node | None) -> tuple[str, ...]:
    """Return the texts of a list, or of a single one given instead, without duplicates."""
    return tuple(dict.fromkeys(scalar.text for scalar in texts(node)))


def day(written: str) -> datetime.date | None:
    """A day of the calendar as it is written; None where it is none."""
    try:
        return datetime.date.fromisoformat(written)
    except ValueError:
        return None


def number(node: Node | None) -> float | None:
    """A number, or None."""
    if isinstance(node, Scalar) and type(node.value) in (int, float):
        return node.value  # type: ignore[return-value]
    return None
