"""Documents as they are carried from one process to the other, in JSON, without losing anything.

A mapping is an object. A list is an array that holds one array. A single value is an array of the
value and its spelling, since a text question reads `007` as it is written.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from readiness.documents.nodes import Entry, Mapping, Node, Scalar, Sequence
from readiness.problems import Source

Carried: TypeAlias = Any  # what JSON can hold

_NOWHERE = (0, 0)


def packed(node: Node) -> Carried:
    """A tree of values as JSON can hold it."""
    if isinstance(node, Mapping):
        return {key: packed(value) for key, value in node.items()}
    if isinstance(node, Sequence):
        return [[packed(element) for element in node.elements]]
    assert isinstance(node, Scalar)
    return [node.value, node.text]


def unpacked(carried: Carried, source: Source) -> Node:
    """The tree again, without places; `source` names it."""
    if isinstance(carried, dict):
        entries = {
            key: Entry(Scalar(source, _NOWHERE, _NOWHERE, key, key), unpacked(value, source))
            for key, value in carried.items()
        }
        return Mapping(source, _NOWHERE, _NOWHERE, entries)
    if len(carried) == 1:
        elements = tuple(unpacked(element, source) for element in carried[0])
        return Sequence(source, _NOWHERE, _NOWHERE, elements)
    value, text = carried
    return Scalar(source, _NOWHERE, _NOWHERE, value, text)
