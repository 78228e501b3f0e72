"""The wire format of requests between the two processes: JSON that preserves everything.

A mapping of a document is an object. A list is an array that holds one array. A scalar is an array
of the value and its spelling, since a text question reads `007` as written.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Collection
from typing import Any, TypeAlias

from readiness.dependencies.ruleset import Ruleset, build_ruleset
from readiness.documents.nodes import NOWHERE, Mapping, MappingEntry, Node, Scalar, Sequence
from readiness.model.answers import FindEvidence, Sheet, read_sheet
from readiness.model.engagement import Circumstances, read_circumstances
from readiness.model.questionnaire import read_questionnaire
from readiness.model.ruleset import read_checklist
from readiness.problems import Problems, Source

JsonValue: TypeAlias = Any  # values that JSON can hold


def pack_tree(node: Node) -> JsonValue:
    """Return a tree of values in JSON form."""
    if isinstance(node, Mapping):
        return {key: pack_tree(value) for key, value in node.items()}
    if isinstance(node, Sequence):
        return [[pack_tree(element) for element in node.elements]]
    assert isinstance(node, Scalar)
    return [node.value, node.text]


def unpack_tree(carried: JsonValue, source: Source) -> Node:
    """Return the tree from its JSON form, without places; `source` names it."""
    if isinstance(carried, dict):
        entries = {
            key: MappingEntry(Scalar(source, *NOWHERE, key, key), unpack_tree(value, source))
            for key, value in carried.items()
        }
        return Mapping(source, *NOWHERE, entries)
    if len(carried) == 1:
        elements = tuple(unpack_tree(element, source) for element in carried[0])
        return Sequence(source, *NOWHERE, elements)
    value, text = carried
    return Scalar(source, *NOWHERE, value, text)


def read_request(
    written: dict[str, Any],
) -> tuple[Ruleset, tuple[Sheet, ...], Circumstances]:
    """Read the assessment in a JSON value; its `rules` are JSON text, as they are sent repeatedly.

    Raises `DocumentError` if a document that was valid before is not valid here.
    """
    ruleset = _ruleset(written["rules"])
    problems = Problems()
    sheets = tuple(
        read_sheet(
            unpack_tree(sheet, Source("answers", "")), "", ruleset.questions, problems, _among(seen)
        )
        for sheet, seen in zip(written["sheets"], written["seen"], strict=True)
    )
    root = unpack_tree(written["engagement"], Source("engagement", ""))
    find = _among(written["seen_by_resolutions"])
    circumstances = read_circumstances(root, ruleset.names, problems, find)
    problems.raise_if_any()
    return ruleset, sheets, circumstances


def _among(seen: Collection[str]) -> FindEvidence:
    """Return a function that finds the evidence files seen when the documents were loaded."""
    return lambda file: "" if file in seen else None


@functools.lru_cache(maxsize=4)
def _ruleset(rules: str) -> Ruleset:
    """Return the ruleset, read and typed again from its documents."""
    carried, problems = json.loads(rules), Problems()
    questionnaires = [
        read_questionnaire(unpack_tree(one, Source("questionnaire", "")), problems)
        for one in carried["questionnaires"]
    ]
    checklist = read_checklist(unpack_tree(carried["ruleset"], Source("ruleset", "")), problems)
    found = build_ruleset(checklist, questionnaires, problems)
    problems.raise_if_any()
    return found
