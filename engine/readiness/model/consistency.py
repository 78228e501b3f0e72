"""Consistency rules: conditions under which answers contradict each other."""

from __future__ import annotations

from collections.abc import Mapping as Map
from dataclasses import dataclass

from readiness.documents.nodes import Node
from readiness.model.condition import Condition, ConstantCondition, read_condition
from readiness.model.fields import child, each, key_at, lacking, names, text
from readiness.problems import Problems, quote_names
from readiness.problems.values import brief, by_content

PREFIX = "consistency."
"""What the key of a resolution starts with that accepts a contradiction."""


@brief
@by_content("node")
@dataclass(frozen=True, slots=True, eq=False)
class ConsistencyRule:
    """A rule of consistency: where `when` is true, the answers to `questions` contradict."""

    id: str
    when: Condition
    message: str
    questions: tuple[str, ...]
    node: Node

    @property
    def key(self) -> str:
        """The key under `resolutions` that accepts its contradiction."""
        return f"{PREFIX}{self.id}"


def read_consistency(root: Node, problems: Problems) -> Map[str, ConsistencyRule]:
    """Read the consistency rules of a questionnaire or a ruleset by id."""

    def read(key: str, node: Node) -> ConsistencyRule:
        if lacks := lacking(node, ("when", "message")):
            at = key_at(root, "consistency", key)
            problems.add("consistency-lacks", at, id=key, keys=quote_names(lacks))
        return ConsistencyRule(
            id=key,
            when=read_condition(child(node, "when")) or ConstantCondition(False, node),
            message=text(child(node, "message")) or key,
            questions=names(child(node, "questions")),
            node=node,
        )

    return each(child(root, "consistency"), read)
