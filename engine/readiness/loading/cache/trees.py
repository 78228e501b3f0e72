"""Trees of values as JSON: each value with its place, some mappings one entry a line.

A value is a list: line, column, end column and content, and where they are needed the end line and
the value of a scalar that is not its text. The content is a text (a scalar), a list (a sequence)
or an object (a mapping); the entries of the object have the form of values, with the place of the
key and, in the place of the content, the value; last the text of the key where that is another one
than the entry goes by. `[number, value]` stands for a value of another source. A mapping may have
its entries in lines of their own, to be read when they are first wanted:
`[[line, column, end column, end line], keys, numbers of lines]`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, cast

from readiness.documents.deferred import Deferred
from readiness.documents.nodes import Entry, Mapping, Node, Scalar
from readiness.documents.nodes import Sequence as Row
from readiness.loading.cache.lines import LinesRead, LinesWritten
from readiness.problems import Source


class TreesWritten:
    """Writes trees; `sources` are those of their values, in the order in which they came up."""

    def __init__(self, lines: LinesWritten) -> None:
        self.lines = lines
        self._numbers: dict[int, int] = {}
        self.sources: list[Source] = []

    def tree(self, node: Node, apart: Collection[Node]) -> Any:
        """A tree; the entries of the mappings in `apart` go in lines of their own."""
        number = self._number(node.source)
        deferred = {id(mapping) for mapping in apart}
        return [number, self._node(node, number, deferred)]

    def _number(self, source: Source) -> int:
        number = self._numbers.setdefault(id(source), len(self.sources))
        if number == len(self.sources):
            self.sources.append(source)
        return number

    def _node(self, node: Node, outer: int, apart: Collection[int]) -> Any:
        number = self._number(node.source)
        if id(node) in apart:
            found = self._apart(cast("Mapping", node))
        else:
            found = self._together(node, number, apart)
        return found if number == outer else [number, found]

    def _together(self, node: Node, number: int, apart: Collection[int]) -> list[Any]:
        if isinstance(node, Scalar):
            return _scalar(node, node.text, node.text)
        content: Any
        if isinstance(node, Mapping):
            held = node.entries.items()
            content = {key: self._entry(key, entry, number, apart) for key, entry in held}
        else:
            assert isinstance(node, Row)
            content = [self._node(element, number, apart) for element in node.elements]
        is_short = node.end_line == node.line
        place = [node.line, node.column, node.end_column, content]
        return place if is_short else [*place, node.end_line]

    def _entry(self, key: str, entry: Entry, outer: int, apart: Collection[int]) -> Any:
        number = self._number(entry.key.source)
        found = _scalar(entry.key, self._node(entry.value, number, apart), key)
        return found if number == outer else [number, found]

    def _apart(self, mapping: Mapping) -> list[Any]:
        numbers = []
        for key, entry in mapping.entries.items():
            source = self._number(entry.key.source)
            numbers.append(self.lines.add([source, self._entry(key, entry, source, ())]))
        place = [mapping.line, mapping.column, mapping.end_column, mapping.end_line]
        return [place, list(mapping.entries), numbers]


def _scalar(node: Scalar, content: Any, said: str) -> list[Any]:
    """A scalar, or a key with its value; `said` is its text as it is known already."""
    place = [node.line, node.column, node.end_column, content]
    if node.text != said:
        return [*place, node.end_line, node.value, node.text]
    if node.value != said:
        return [*place, node.end_line, node.value]
    return place if node.end_line == node.line else [*place, node.end_line]


class TreesRead:
    """Reads what `TreesWritten` wrote."""

    def __init__(self, lines: LinesRead, sources: Sequence[Source]) -> None:
        self._lines = lines
        self._sources = sources

    def tree(self, written: Any) -> Node:
        """The tree that was written."""
        number, node = written
        return self._node(node, self._sources[number])

    def _node(self, written: Any, source: Source) -> Node:
        if len(written) == 2:
            number, written = written
            source = self._sources[number]
        if len(written) == 3:
            return self._apart(written, source)
        content = written[3]
        start = written[0], written[1]
        end = written[4] if len(written) > 4 else written[0], written[2]
        if type(content) is str:
            value = written[5] if len(written) > 5 else content
            return Scalar(source, start, end, value, content)
        if type(content) is dict:
            entries = {key: self._entry(key, entry, source) for key, entry in content.items()}
            return Mapping(source, start, end, entries)
        return Row(source, start, end, tuple([self._node(one, source) for one in content]))

    def _entry(self, key: str, written: Any, source: Source) -> Entry:
        if len(written) == 2:
            number, written = written
            source = self._sources[number]
        start = written[0], written[1]
        end = written[4] if len(written) > 4 else written[0], written[2]
        value = written[5] if len(written) > 5 else key
        text = written[6] if len(written) > 6 else key
        return Entry(Scalar(source, start, end, value, text), self._node(written[3], source))

    def _apart(self, written: Any, source: Source) -> Mapping:
        (line, column, end_column, end_line), keys, numbers = written
        number_of = dict(zip(keys, numbers, strict=True))

        def entry(key: str) -> Entry:
            number, held = self._lines[number_of[key]]
            return self._entry(key, held, self._sources[number])

        entries = cast("dict[str, Entry]", Deferred(number_of, entry))
        return Mapping(source, (line, column), (end_line, end_column), entries)
