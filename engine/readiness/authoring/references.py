"""Where documents define and name questions, options, checks, gates and areas."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any

from readiness.conditions.parsing import parse
from readiness.conditions.source_span import SourceSpan
from readiness.conditions.syntax import (
    Call,
    ComparisonChain,
    List,
    Literal,
    Name,
    Syntax,
    below,
)
from readiness.conditions.tokens import SyntaxFault
from readiness.documents.nodes import Mapping, Node, Scalar
from readiness.documents.nodes import Sequence as NodeList
from readiness.loading.files import kind_of
from readiness.problems import Excerpt
from readiness.problems.packaged import packaged

_parsed = lru_cache(maxsize=50_000)(parse)  # an editor asks again and again

# For each kind of document, what stands where: `*` is any key, `#` a key that is an id, `#!` one
# that defines it, `-` an entry of a list, or what replaces it.
PLACES: Map[str, Map[str, Sequence[str]]] = json.loads(
    packaged("readiness.authoring", "references.json")
)


@dataclass(frozen=True, slots=True)
class Reference:
    """A place that names something by its id, or defines it.

    Characters `start` to `end` of the text of `node` are the id, or the last part of it.
    """

    kind: str
    id: str
    node: Scalar
    start: int
    end: int
    is_definition: bool = False

    @property
    def text(self) -> str:
        """Return what stands there."""
        return self.node.text[self.start : self.end]

    @property
    def excerpt(self) -> Excerpt:
        """The place in the document, in conditions that of the word."""
        return SourceSpan(self.node, self.start, self.end).excerpt


def references(root: Node) -> Iterator[Reference]:
    """Yield every reference in a document; a condition that cannot be parsed has none."""
    values = _plain_values(root)
    for what, patterns in PLACES.get(kind_of(root), {}).items():
        for pattern in patterns:
            for keys, node in find(root, pattern.split("/")):
                if what == "condition":
                    yield from _in_condition(node, values)
                elif what == "answers":
                    yield from _in_answers(node)
                elif isinstance(node, Scalar):
                    around = keys if " " in what else ()  # its id goes on from those around it
                    name, last = ".".join((*around, node.text)), what.rpartition(" ")[2]
                    is_definition = pattern.endswith("!")
                    yield Reference(last, name, node, 0, len(node.text), is_definition)


def find(
    node: Node | None, pattern: Sequence[str], keys: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Node]]:
    """Yield what a pattern leads to, each with the keys that stood for `*`."""
    if not pattern or node is None:
        if node is not None:
            yield keys, node
        return
    step, *rest = pattern
    if step == "-":
        lists = [node]
        if isinstance(node, Mapping):  # what is added to an inherited list, and taken out of it
            lists = [held for key in ("add", "remove") if (held := node.get(key))]
        for held in lists:
            for element in held.elements if isinstance(held, NodeList) else [held]:
                yield from find(element, rest, keys)
    elif isinstance(node, Mapping):
        for key, entry in node.entries.items():
            if step.startswith("#"):
                yield keys, entry.key
            elif step in ("*", key):
                more = (key,) if step == "*" else ()
                yield from find(entry.value, rest, (*keys, *more))


def _plain_values(root: Node) -> dict[str, str]:
    """Return the derived values that are a question and no more."""
    held = root.get("values") if isinstance(root, Mapping) else None
    entries = held.items() if isinstance(held, Mapping) else ()
    return {key: node.text.strip() for key, node in entries if isinstance(node, Scalar)}


def _in_condition(node: Node, values: Map[str, str]) -> Iterator[Reference]:
    """Yield what the expressions of a condition name."""
    if isinstance(node, Mapping):
        for entry in node.entries.values():
            yield from _in_condition(entry.value, values)
    elif isinstance(node, NodeList):
        for part in node.elements:
            yield from _in_condition(part, values)
    elif isinstance(node, Scalar) and isinstance(node.value, str):
        try:
            yield from _in_expression(_parsed(node.text), node, values)
        except SyntaxFault:
            return


def _in_expression(tree: Syntax, node: Scalar, values: Map[str, str]) -> Iterator[Reference]:
    operands: tuple[Any, ...] = ()
    match tree:
        case Name(name=name):
            yield Reference("question", name, node, tree.start, tree.end)
        case ComparisonChain(operands=operands):
            yield from _options(operands, node, values)
        case Call(function="covers", arguments=arguments):
            yield from _options(arguments, node, values)
    for part in below(tree):
        yield from _in_expression(part, node, values)


def _options(
    operands: Sequence[Syntax], node: Scalar, values: Map[str, str]
) -> Iterator[Reference]:
    """Yield the options that are compared with a question."""
    names = [one.name for one in operands if isinstance(one, Name)]
    lists = (held.items if isinstance(held, List) else (held,) for held in operands)
    for name in names[:1]:
        for one in chain.from_iterable(lists):
            if isinstance(one, Literal) and isinstance(one.value, str):
                option = f"{values.get(name, name)}.{one.value}"
                yield Reference("option", option, node, one.start + 1, one.end - 1)


def _in_answers(node: Node) -> Iterator[Reference]:
    """Yield the questions that are answered, and the options that are chosen."""
    for question, entry in node.entries.items() if isinstance(node, Mapping) else ():
        yield Reference("question", question, entry.key, 0, len(question))
        for one in _chosen(entry.value):
            yield Reference("option", f"{question}.{one.text}", one, 0, len(one.text))


def _chosen(node: Node) -> Iterator[Scalar]:
    match node:
        case Scalar():
            yield node
        case NodeList(elements=elements):
            for element in elements:
                yield from _chosen(element)
        case Mapping():
            for key in ("value", "by", "history"):
                held = node.get(key)
                parts = [part for _, part in held.items()] if isinstance(held, Mapping) else [held]
                for part in parts:
                    if part is not None:
                        yield from _chosen(part)
