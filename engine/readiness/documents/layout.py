"""How a document is laid out: where its lines, its entries and its comments stand."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any

import yaml

_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
# YAML's line breaks, as in `problems.problem`.
_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_COLON = re.compile(r"[ \t]*:")
_BLOCK_HEADER = re.compile(r"[|>]([-+0-9]*)([ \t]+#[^\r\n]*)?")


class KeyValue:
    """A key of a mapping with its value; marks count characters of the text."""

    __slots__ = ("key", "key_node", "value")

    def __init__(self, key_node: yaml.Node, value: yaml.Node) -> None:
        self.key_node = key_node
        self.key = key_node.value if isinstance(key_node, yaml.ScalarNode) else None
        self.value = value

    @property
    def start(self) -> int:
        """Where the key starts."""
        return start(self.key_node)

    @property
    def column(self) -> int:
        """How deep the key stands, counted from 0."""
        column: int = self.key_node.start_mark.column
        return column


class DocumentLayout:
    """A text that reads as one document."""

    def __init__(self, text: str) -> None:
        self.text = text
        events = iter(yaml.parse(text, Loader=_Loader))
        first = next(event for event in events if isinstance(event, yaml.NodeEvent))
        self.root = _node(first, events)
        self._breaks = [(found.start(), found.end()) for found in _BREAK.finditer(text)]
        self._line_starts = [0, *(end for _, end in self._breaks)]

    @property
    def line_break(self) -> str:
        """The line break of the document, by its first one."""
        first = _BREAK.search(self.text)
        return first[0] if first and first[0] in ("\r\n", "\r") else "\n"

    @property
    def step(self) -> int:
        """How much deeper the entries of an entry of the root stand than it."""
        found = (
            inner[0].column - entry.column
            for entry in entries(self.root)
            if is_block(entry.value) and (inner := entries(entry.value))
        )
        return next((step for step in found if 1 <= step <= 8), 2)

    def line(self, at: int) -> int:
        """The number of the line that holds a character, counted from 0."""
        return bisect_right(self._line_starts, at) - 1

    def line_start(self, at: int) -> int:
        """Where the line that holds a character starts."""
        return self._line_starts[self.line(at)]

    def line_end(self, at: int) -> int:
        """Where the line that holds a character ends, before its line break."""
        number = self.line(at)
        return self._breaks[number][0] if number < len(self._breaks) else len(self.text)

    def next_line(self, at: int) -> int:
        """Where the next line starts, or the end of the text."""
        number = self.line(at)
        return self._breaks[number][1] if number < len(self._breaks) else len(self.text)

    def line_before(self, at: int) -> str | None:
        """The text of the line before the one that holds a character; None at the start."""
        number = self.line(at)
        if not number:
            return None
        return self.text[self._line_starts[number - 1] : self._breaks[number - 1][0]]

    def starts_its_line(self, at: int) -> bool:
        """Whether only blanks stand before a character on its line."""
        return not self.text[self.line_start(at) : at].strip(" ")

    def colon(self, entry: KeyValue) -> int | None:
        """Where the text behind an entry's ':' starts; None where no ':' follows the key."""
        found = _COLON.match(self.text, entry.key_node.end_mark.index)
        return found.end() if found else None

    def end(self, node: yaml.Node) -> int:
        """Where a value ends, comments and blank lines behind it left out."""
        if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
            return self._block_text_end(node)
        if not is_block(node) or not node.value:
            end: int = node.end_mark.index
            return end
        if isinstance(node, yaml.MappingNode):
            return self.entry_end(entries(node)[-1])
        return self.end(node.value[-1])

    def entry_end(self, entry: KeyValue) -> int:
        """Where an entry ends, comments and blank lines behind it left out."""
        behind = self.colon(entry)
        if is_empty(entry.value):
            # libyaml puts a value that is not there before the next token, which may be far away.
            end: int = entry.value.end_mark.index
            has_anchor = end > entry.value.start_mark.index
            return end if has_anchor else behind or entry.key_node.end_mark.index
        return self.end(entry.value)

    def _block_text_end(self, node: yaml.Node) -> int:
        """Blank lines belong to the text only where its header says so, or where they are deep."""
        head = self.block_header(node)
        end: int = node.end_mark.index
        if "+" in (head[1] if head else "+"):
            at = end - 1
            return self.line_end(at) if self.line_start(end) == end else end
        first, last = self.line(start(node)) + 1, self.line(end)
        lines = [self._text_of(number) for number in range(first, last + 1)]
        if self._line_starts[last] == end:
            lines.pop()
        full = [line for line in lines if line.strip(" ")]
        depth = len(full[0]) - len(full[0].lstrip(" ")) if full else len(self.text)
        if head and re.search("[0-9]", head[1]):
            depth = 0
        while lines and not lines[-1].strip(" ") and len(lines[-1]) <= depth:
            lines.pop()
        return self.line_end(self._line_starts[first + len(lines) - 1])

    def block_header(self, node: yaml.Node) -> re.Match[str] | None:
        """The header of a block text: its indicators, and the comment behind them."""
        # Before it there may be an anchor.
        return _BLOCK_HEADER.search(self.text, start(node), self.line_end(start(node)))

    def _text_of(self, number: int) -> str:
        begin = self._line_starts[number]
        return self.text[begin : self.line_end(begin)]

    def comment_lines(self, begin: int, end: int) -> list[str]:
        """The lines that start in a stretch of the text and hold nothing but a comment."""
        number = self.line(begin) + (self.line_start(begin) < begin)
        inside = list(self._texts(self.root))
        found: list[str] = []
        while number < len(self._line_starts) and self._line_starts[number] < end:
            line = self._text_of(number).strip()
            at = self._line_starts[number]
            if line.startswith("#") and not any(low < at < high for low, high in inside):
                found.append(line)
            number += 1
        return found

    def has_comment(self, begin: int, end: int) -> bool:
        """Whether there is a comment in a stretch of the text."""
        marks = [at for at in range(begin, end) if self.text[at] == "#"]
        inside = list(self._texts(self.root)) if marks else []
        return any(not any(low <= at < high for low, high in inside) for at in marks)

    def _texts(self, node: yaml.Node) -> Iterator[tuple[int, int]]:
        """Where the single values and the keys stand."""
        if isinstance(node, yaml.ScalarNode):
            yield start(node), self.end(node)
        else:
            for held in node.value:
                for one in held if isinstance(held, tuple) else (held,):
                    yield from self._texts(one)


def _node(event: Any, events: Iterator[Any]) -> Any:
    """The tree that starts with an event; unlike PyYAML's it takes an anchor that comes twice."""
    kind = type(event)
    if kind is yaml.ScalarEvent:
        return yaml.ScalarNode("", event.value, event.start_mark, event.end_mark, event.style)
    is_mapping = kind is yaml.MappingStartEvent
    held: list[Any] = []
    for inner in events:
        if isinstance(inner, yaml.CollectionEndEvent):
            break
        node = _node(inner, events)
        held.append((node, _node(next(events), events)) if is_mapping else node)
    made = yaml.MappingNode if is_mapping else yaml.SequenceNode
    return made("", held, event.start_mark, inner.end_mark, event.flow_style)


def entries(node: yaml.Node) -> list[KeyValue]:
    """The entries of a mapping, in the order of the document."""
    if not isinstance(node, yaml.MappingNode):
        return []
    return [KeyValue(key, value) for key, value in node.value]


def start(node: yaml.Node) -> int:
    """Where a value starts."""
    at: int = node.start_mark.index
    return at


def is_block(node: yaml.Node) -> bool:
    """Whether it is a mapping or a list whose entries stand below each other without brackets."""
    return isinstance(node, yaml.CollectionNode) and not node.flow_style


def is_flow(node: yaml.Node) -> bool:
    """Whether it is a mapping or a list in brackets."""
    return isinstance(node, yaml.CollectionNode) and bool(node.flow_style)


def is_empty(node: yaml.Node) -> bool:
    """Whether nothing is written for a value."""
    return isinstance(node, yaml.ScalarNode) and not node.style and not node.value
