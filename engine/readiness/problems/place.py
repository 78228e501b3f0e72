"""Where in a document something stands."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from readiness.problems.terminal_text import marked

# YAML's line breaks; `str.splitlines` knows more of them, and would count differently.
_LINE_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")


class Source:
    """The text of one document and the name that people know it by.

    Each cell of a spreadsheet is a source of its own: `cell` says which, as people do. `path` is
    the file that it was read from, None where there is none.
    """

    def __init__(self, name: str, text: str, cell: str = "") -> None:
        self.name = name
        self.text = text
        self.cell = cell
        self.path: Path | None = None

    @cached_property
    def lines(self) -> list[str]:
        """The text line by line, without the line breaks."""
        return _LINE_BREAK.split(self.text)

    @cached_property
    def is_json(self) -> bool:
        """Whether the text is JSON: an object, or a list."""
        try:
            return isinstance(json.loads(self.text), dict | list)
        except (ValueError, RecursionError):
            return False

    def line(self, number: int) -> str:
        """Line `number`, counted from 1; empty past the end."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A stretch of one line: file name, line and column counted from 1, length in characters.

    `line` 0 stands for a value that never was in a file, such as one handed to the library. In a
    spreadsheet `line` and `column` are those of the cell, and `cell` names it: `Questions!D7`.
    """

    file: str
    line: int = 0
    column: int = 0
    length: int = 1
    cell: str = ""

    @property
    def part(self) -> str:
        """The part of the file that lines are counted in: the sheet of a workbook, else empty."""
        return self.cell.rpartition("!")[0]

    def __str__(self) -> str:
        if self.cell:
            return f"{self.file}: {self.cell}"
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A place and the line of text that stands there."""

    place: Place
    text: str = ""

    @property
    def excerpt(self) -> Excerpt:
        """Itself, so that a problem may be told of it."""
        return self

    def render(self) -> list[str]:
        """The line without its indentation, and carets under the place."""
        if not self.place.line or not self.text.strip():
            return []
        line = self.text.expandtabs(1)
        body = line.strip()
        start = max(self.place.column - 1 - (len(line) - len(line.lstrip())), 0)
        shown, start = _window(body, start)
        shown = marked(shown)
        width = max(1, min(self.place.length, len(shown) - start))
        indent, carets = _cells(shown[:start]), _cells(shown[start : start + width])
        indent += max(0, start - len(shown))
        return ["    " + shown, "    " + " " * indent + "^" * max(1, carets)]


class Whole:
    """A document as a whole, for problems with it that have no line."""

    def __init__(self, name: str) -> None:
        self.excerpt = Excerpt(Place(name))


def _window(body: str, start: int, width: int = 100) -> tuple[str, int]:
    """The part of a long line around column `start`, and `start` within that part."""
    if len(body) <= width:
        return body, start
    left = max(0, min(start - width // 3, len(body) - width))
    head = "…" if left else ""
    tail = "…" if left + width < len(body) else ""
    return head + body[left : left + width] + tail, start - left + len(head)


def _cells(text: str) -> int:
    """How many columns of a terminal a text takes: two for a wide letter, none for an accent."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return len(text) + wide - sum(unicodedata.combining(letter) > 0 for letter in text)
