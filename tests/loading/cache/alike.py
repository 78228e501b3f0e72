"""Telling two rulesets apart by everything that can be reached from them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping as Map
from typing import Any

from readiness.dependencies.graph import Graph
from readiness.dependencies.ruleset import Ruleset
from readiness.documents.digests import digest_of
from readiness.documents.merging import Merged
from readiness.documents.nodes import Entry, Mapping, Node, Scalar, Sequence
from readiness.problems import Source


def difference(one: Any, other: Any) -> str:
    """The way to the first difference between two values; empty where there is none."""
    return _Comparing().difference(one, other, "")


class _Comparing:
    def __init__(self) -> None:
        self.seen: dict[tuple[int, int], tuple[Any, Any]] = {}

    def difference(self, one: Any, other: Any, path: str) -> str:
        if (id(one), id(other)) in self.seen:
            return ""
        self.seen[id(one), id(other)] = one, other
        if isinstance(one, Map):
            return self._of_maps(one, other, path)
        if isinstance(one, tuple | list) and not hasattr(one, "_fields"):
            if type(one) is not type(other) or len(one) != len(other):
                return f"{path}: {one!r} and {other!r}"
            return self._first(
                (f"{path}[{n}]", *p) for n, p in enumerate(zip(one, other, strict=True))
            )
        parts = _parts(one)
        if parts is None:
            same = type(one) is type(other) and one == other
            return "" if same else f"{path}: {one!r} and {other!r}"
        if parts.keys() != (_parts(other) or {}).keys():
            return f"{path}: {one!r} and {other!r}"
        others = _parts(other) or {}
        return self._first((f"{path}.{key}", held, others[key]) for key, held in parts.items())

    def _of_maps(self, one: Map[Any, Any], other: Any, path: str) -> str:
        if not isinstance(other, Map) or list(one) != list(other) or len(one) != len(other):
            return f"{path}: {list(one)} and {other!r}"
        return self._first((f"{path}[{key}]", one[key], other[key]) for key in one)

    def _first(self, pairs: Any) -> str:
        found = (self.difference(one, other, path) for path, one, other in pairs)
        return next(filter(None, found), "")


def _parts(value: Any) -> dict[str, Any] | None:
    """What a value is made of, by name; None for one that is compared as it is."""
    match value:
        case Source():
            return {name: getattr(value, name) for name in ("name", "text", "cell", "path")}
        case Entry():
            return {"key": value.key, "value": value.value}
        case Node():
            return _parts_of_node(value)
        case Graph():
            return vars(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = dataclasses.fields(Ruleset if isinstance(value, Ruleset) else value)
        return {field.name: getattr(value, field.name) for field in fields}
    return None


def _parts_of_node(node: Node) -> dict[str, Any]:
    place = ("source", "line", "column", "end_line", "end_column", "excerpt")
    found = {name: getattr(node, name) for name in place}
    match node:
        case Scalar():
            return found | {"text": node.text, "value": node.value}
        case Sequence():
            return found | {"elements": node.elements}
        case Merged():
            return found | {"entries": node.entries, "documents": node.documents, **_digest(node)}
        case Mapping():
            return found | {"entries": node.entries, **_digest(node)}
    raise AssertionError(node)


def _digest(node: Mapping) -> dict[str, str]:
    """The digest of a whole document; of its parts it would be worked out over and over."""
    return {"digest": digest_of(node)} if "format" in node.entries else {}
