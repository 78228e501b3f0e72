"""A document as a tree of values, each of which knows where it stands; and its digest."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from readiness.problems import Excerpt, Place, Problem, Problems, Source
from readiness.problems.values import brief

PlainValue: TypeAlias = Any  # None, bool, int, float, str, list and dict: what JSON can hold
Span: TypeAlias = tuple[int, int, int, int]
"""The line and the column in which a value starts, and those behind its end, counted from 1."""

NOWHERE: Span = (0, 0, 0, 0)
"""Where a value stands that never was in a file."""


@dataclass(slots=True, eq=False)
class Node:
    """A value and its place: lines and columns are counted from 1, the end is exclusive."""

    source: Source
    line: int
    column: int
    end_line: int
    end_column: int

    @property
    def span(self) -> Span:
        """From where to where the value stands."""
        return self.line, self.column, self.end_line, self.end_column

    @property
    def place(self) -> Place:
        """Where the value stands; of a value over several lines, its first line."""
        source = self.source
        return Place(source.name, self.line, self.column, self._length(), source.cell)

    @property
    def excerpt(self) -> Excerpt:
        """The place with the line of text that stands there."""
        return Excerpt(self.place, self.source.line(self.line))

    def plain(self) -> PlainValue:
        """The value without its places."""
        raise NotImplementedError

    def _length(self) -> int:
        if self.end_line == self.line:
            end = self.source.line(self.line)[self.end_column - 1 : self.end_column]
            is_closed = not isinstance(self, Scalar) and end in ("]", "}")
            return max(1, self.end_column - self.column + is_closed)
        return max(1, len(self.source.line(self.line).rstrip()) - self.column + 1)


@brief
@dataclass(slots=True, eq=False)
class Scalar(Node):
    """A single value: `value` as the YAML 1.2 core schema reads it, `text` as it is written."""

    value: str | float | bool | None
    text: str

    @property
    def is_quoted(self) -> bool:
        """Whether it is written in quotes, or as a block of lines."""
        return self.source.line(self.line)[self.column - 1 : self.column] in ("'", '"', "|", ">")

    def plain(self) -> PlainValue:
        """None, a bool, an int, a float or a str."""
        return self.value


@brief
@dataclass(slots=True, eq=False)
class MappingEntry:
    """A key and its value."""

    key: Scalar
    value: Node


@brief
@dataclass(slots=True, eq=False)
class Mapping(Node):
    """Values by key, in the order of the document."""

    entries: dict[str, MappingEntry]

    def get(self, key: str) -> Node | None:
        """The value of `key`, or None."""
        entry = self.entries.get(key)
        return entry.value if entry else None

    def key(self, key: str) -> Node:
        """The node of the key itself, or the mapping where it has no such key."""
        entry = self.entries.get(key)
        return entry.key if entry else self

    def items(self) -> Iterator[tuple[str, Node]]:
        """Each key with its value."""
        return ((key, entry.value) for key, entry in self.entries.items())

    def plain(self) -> PlainValue:
        """A dict."""
        return {key: entry.value.plain() for key, entry in self.entries.items()}


@brief
@dataclass(slots=True, eq=False)
class Sequence(Node):
    """Values in a row."""

    elements: tuple[Node, ...]

    def plain(self) -> PlainValue:
        """A list."""
        return [element.plain() for element in self.elements]


Path: TypeAlias = tuple[str | int, ...]
"""The keys and the positions, from 0, that lead to a value in a document."""


def locate(
    problems: Problems, node: Node, path: Path = (), respondent: str = "", since: int = 0
) -> None:
    """Say for problems with answers in `node` which question, row and respondent they are about.

    `path` leads to the node, `respondent` is whose answers they are, and the first `since` problems
    are about something else.
    """
    paths: dict[Place, Path] = {}
    rest = [(path, node)]
    while rest:
        at, one = rest.pop()
        paths.setdefault(one.place, at)
        if isinstance(one, Mapping):
            paths |= {entry.key.place: (*at, key) for key, entry in one.entries.items()}
            rest += [((*at, key), entry.value) for key, entry in one.entries.items()]
        elif isinstance(one, Sequence):
            rest += [((*at, number), held) for number, held in enumerate(one.elements)]
    problems.change(lambda one: _located(one, paths.get(one.place, path), respondent), since)


def _located(problem: Problem, path: Path, respondent: str) -> Problem:
    if problem.question or len(path) < 2 or path[0] not in ("answers", "resolutions"):
        return problem
    question, *rest = path[1:]
    if rest[:1] == ["by"] and len(rest) > 1:
        respondent, rest = str(rest[1]), rest[2:]
    if rest[:1] == ["value"]:
        rest = rest[1:]
    row = rest[0] + 1 if rest and isinstance(rest[0], int) else 0
    column = str(rest[1]) if row and len(rest) > 1 else ""
    return replace(
        problem, question=str(question), respondent=respondent, row=row, table_column=column
    )


def digest_of(node: Node) -> str:
    """Return the digest of an input document: its values as written, in document order.

    For lists, texts and nulls, `json` writes canonical JSON; a test proves it.
    """
    import hashlib  # many read documents and need no digest of them

    text = json.dumps(as_written(node), ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def as_written(node: Node) -> Any:
    """Return a document for its digest: a mapping as a list of pairs, a scalar as its text.

    Canonical JSON sorts keys, but the order of checks, gates and options matters. A number may be
    the answer to a text question, which reads 1.10 and not 1.1. Nothing becomes None.
    """
    if isinstance(node, Mapping):
        return [[key, as_written(value)] for key, value in node.items()]
    if isinstance(node, Sequence):
        return [as_written(element) for element in node.elements]
    assert isinstance(node, Scalar)
    return None if node.value is None else node.text
