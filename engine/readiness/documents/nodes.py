"""A document as a tree of values, each of which knows where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

from readiness.problems import Excerpt, Place, Source

Plain: TypeAlias = Any  # None, bool, int, float, str, list and dict: what JSON can hold


class Node:
    """A value and its place: lines and columns are counted from 1, the end is exclusive."""

    __slots__ = ("column", "end_column", "end_line", "line", "source")

    def __init__(self, source: Source, start: tuple[int, int], end: tuple[int, int]) -> None:
        self.source = source
        self.line, self.column = start
        self.end_line, self.end_column = end

    @property
    def place(self) -> Place:
        """Where the value stands; of a value over several lines, its first line."""
        source = self.source
        return Place(source.name, self.line, self.column, self._length(), source.cell)

    @property
    def excerpt(self) -> Excerpt:
        """The place with the line of text that stands there."""
        return Excerpt(self.place, self.source.line(self.line))

    def plain(self) -> Plain:
        """The value without its places."""
        raise NotImplementedError

    def _length(self) -> int:
        if self.end_line == self.line:
            return max(1, self.end_column - self.column)
        return max(1, len(self.source.line(self.line).rstrip()) - self.column + 1)


class Scalar(Node):
    """A single value: `value` as the YAML 1.2 core schema reads it, `text` as it is written."""

    __slots__ = ("text", "value")

    def __init__(
        self,
        source: Source,
        start: tuple[int, int],
        end: tuple[int, int],
        value: str | float | bool | None,
        text: str,
    ) -> None:
        # As `Node` does: most of what a document holds are scalars, and a call costs as much again.
        self.source = source
        self.line, self.column = start
        self.end_line, self.end_column = end
        self.value = value
        self.text = text

    def plain(self) -> Plain:
        """None, a bool, an int, a float or a str."""
        return self.value


class Entry:
    """A key and its value."""

    __slots__ = ("key", "value")

    def __init__(self, key: Scalar, value: Node) -> None:
        self.key = key
        self.value = value


class Mapping(Node):
    """Values by key, in the order of the document."""

    __slots__ = ("entries",)

    def __init__(
        self,
        source: Source,
        start: tuple[int, int],
        end: tuple[int, int],
        entries: dict[str, Entry],
    ) -> None:
        super().__init__(source, start, end)
        self.entries = entries

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

    def plain(self) -> Plain:
        """A dict."""
        return {key: entry.value.plain() for key, entry in self.entries.items()}


class Sequence(Node):
    """Values in a row."""

    __slots__ = ("elements",)

    def __init__(
        self,
        source: Source,
        start: tuple[int, int],
        end: tuple[int, int],
        elements: tuple[Node, ...],
    ) -> None:
        super().__init__(source, start, end)
        self.elements = elements

    def plain(self) -> Plain:
        """A list."""
        return [element.plain() for element in self.elements]
