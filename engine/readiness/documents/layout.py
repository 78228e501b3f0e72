"""How a document is laid out: where its lines, its entries and its comments stand."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import yaml

from readiness.documents.reading import PurePythonLoader

_Loader: Any = getattr(yaml, "CBaseLoader", PurePythonLoader)
# YAML's line breaks, as in `problems.problem`.
_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_COLON = re.compile(r"[ \t]*:")
_BLOCK_HEADER = re.compile(r"[|>]([-+0-9]*)([ \t]+#[^\r\n]*)?")


@dataclass(slots=True, eq=False)
class LaidOut:
    """A value or key at its position in a text, counted in characters.

    It ends before comments and blank lines behind it. `style` is "block" of a mapping or a list
    whose entries stand below each other without brackets, "flow" of one in brackets, else that
    of a single value as PyYAML names it; `text` is what that says.
    """

    start: int
    end: int
    column: int
    style: str
    text: str | None = None
    entries: list[KeyValue] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is written for it."""
        return not self.style and not self.text


@dataclass(slots=True, eq=False)
class KeyValue:
    """A key of a mapping with its value; `behind` is where the text behind its ':' starts."""

    key: LaidOut
    value: LaidOut
    behind: int | None
    in_flow: bool

    @property
    def end(self) -> int:
        """Where the entry ends, comments and blank lines behind it left out."""
        value = self.value
        if value.is_empty and value.start == value.end:
            # libyaml puts a value that is not there before the next token, which may be far away.
            return self.behind or self.key.end
        return value.end


class DocumentLayout:
    """A text that reads as one document."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._breaks = [(found.start(), found.end()) for found in _BREAK.finditer(text)]
        self._line_starts = [0, *(end for _, end in self._breaks)]
        self._texts: list[tuple[int, int]] = []  # where single values and keys stand
        events = iter(yaml.parse(text, Loader=_Loader))
        first = next(event for event in events if isinstance(event, yaml.NodeEvent))
        self.root: LaidOut = self._value(first, events)

    def _value(self, event: Any, events: Iterator[Any]) -> LaidOut:
        """The value that starts with an event; unlike in PyYAML, an anchor may come twice."""
        mark, end = event.start_mark, event.end_mark.index
        if isinstance(event, yaml.ScalarEvent):
            style = event.style or ""
            end = self._block_text_end(mark.index, end) if style in ("|", ">") else end
            self._texts.append((mark.index, end))
            return LaidOut(mark.index, end, mark.column, style, event.value)
        style = "flow" if event.flow_style else "block"
        found = LaidOut(mark.index, end, mark.column, style)
        for inner in events:
            if isinstance(inner, yaml.CollectionEndEvent):
                break
            key = self._value(inner, events)
            found.end = key.end
            if isinstance(event, yaml.MappingStartEvent):
                colon = _COLON.match(self.text, key.end)
                value = self._value(next(events), events)
                entry = KeyValue(key, value, colon.end() if colon else None, style == "flow")
                found.entries.append(entry)
                found.end = entry.end
        if style == "flow":
            found.end = inner.end_mark.index
        return found

    @property
    def line_break(self) -> str:
        """The line break of the document, by its first one."""
        first = _BREAK.search(self.text)
        return first[0] if first and first[0] in ("\r\n", "\r") else "\n"

    @property
    def step(self) -> int:
        """How much deeper the entries of an entry of the root stand than it."""
        found = (
            entry.value.entries[0].key.column - entry.key.column
            for entry in self.root.entries
            if entry.value.style == "block" and entry.value.entries
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
        begin = self.line_start(at)
        return self._line_with(begin - 1) if begin else None

    def starts_its_line(self, at: int) -> bool:
        """Whether only blanks stand before a character on its line."""
        return not self.text[self.line_start(at) : at].strip(" \t")

    def _line_with(self, at: int) -> str:
        return self.text[self.line_start(at) : self.line_end(at)]

    def _block_text_end(self, start: int, end: int) -> int:
        """Blank lines belong to the text only where its header says so, or where they are deep."""
        head = self.block_header(start)
        if "+" in (head[1] if head else "+"):
            return self.line_end(end - 1) if self.line_start(end) == end else end
        first, last = self.line(start) + 1, self.line(end) + (self.line_start(end) < end)
        lines = [self._line_with(begin) for begin in self._line_starts[first:last]]
        full = [line for line in lines if line.strip(" ")]
        depth = len(full[0]) - len(full[0].lstrip(" ")) if full else len(self.text)
        if head and re.search("[0-9]", head[1]):
            depth = 0
        while lines and not lines[-1].strip(" ") and len(lines[-1]) <= depth:
            lines.pop()
        return self.line_end(self._line_starts[first + len(lines) - 1])

    def block_header(self, start: int) -> re.Match[str] | None:
        """The header of a block text: its indicators, and the comment behind them."""
        # Before it there may be an anchor.
        return _BLOCK_HEADER.search(self.text, start, self.line_end(start))

    @cached_property
    def _comments(self) -> list[int]:
        """Where the comments start."""
        found: list[int] = []
        for mark in re.finditer("#", self.text):
            at = mark.start()
            is_inside = any(low <= at < high for low, high in self._texts)
            if not is_inside and not (found and at < self.line_end(found[-1])):
                found.append(at)
        return found

    def comment_lines(self, begin: int, end: int, column: int) -> list[str]:
        """The lines that start in a stretch of the text with a comment alone, `column` deep."""
        return [
            " " * column + self.text[at : self.line_end(at)].rstrip()
            for at in self._comments
            if begin <= self.line_start(at) < end and self.starts_its_line(at)
        ]

    def has_comment(self, begin: int, end: int) -> bool:
        """Whether a comment starts in a stretch of the text."""
        return any(begin <= at < end for at in self._comments)
