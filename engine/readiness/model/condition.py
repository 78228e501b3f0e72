"""Conditions as written in a document, before they are parsed and typed."""

from __future__ import annotations

from dataclasses import dataclass

from readiness.documents.nodes import Mapping, Node, Scalar, Sequence
from readiness.model.fields import child, elements
from readiness.problems.values import brief, by_content


@brief
@by_content("node")
@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """One expression of the condition language; `node` is its place in the document."""

    text: str
    node: Scalar


@brief
@by_content("node")
@dataclass(frozen=True, slots=True, eq=False)
class ConstantCondition:
    """A condition that is always true or always false."""

    value: bool
    node: Node


@brief
@by_content("node")
@dataclass(frozen=True, slots=True, eq=False)
class ConditionGroup:
    """`all`, `any`, `not` or `at_least` over further conditions; `least` only for `at_least`."""

    kind: str
    parts: tuple[Condition, ...]
    node: Node
    least: int = 0


Condition = Expression | ConstantCondition | ConditionGroup


def read_condition(node: Node | None) -> Condition | None:
    """Read the condition in `node`; return None if there is none, or none that can be read."""
    match node:
        case Scalar(value=bool() as value):
            return ConstantCondition(value, node)
        case Scalar(value=str()):
            return Expression(node.text, node) if node.text.strip() else None
        case Mapping():
            return _group(node)
        case _:
            return None


def _group(node: Mapping) -> Condition | None:
    for kind in ("all", "any"):
        if isinstance(parts := child(node, kind), Sequence):
            return ConditionGroup(kind, _parts(parts), node)
    if (part := read_condition(child(node, "not"))) is not None:
        return ConditionGroup("not", (part,), node)
    least = child(node, "at_least")
    if isinstance(least, Scalar) and type(least.value) is int:
        return ConditionGroup("at_least", _parts(child(node, "of")), node, least.value)
    return None


def _parts(node: Node | None) -> tuple[Condition, ...]:
    found = (read_condition(element) for element in elements(node))
    return tuple(part for part in found if part is not None)
