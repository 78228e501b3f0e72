"""The position of a part of an expression in its document."""

from __future__ import annotations

import re

from readiness.documents.nodes import Scalar
from readiness.problems import Excerpt, Place


class SourceSpan:
    """Characters `start` to `end` of the text that a scalar holds."""

    def __init__(self, node: Scalar, start: int, end: int) -> None:
        self.node = node
        self.start = start
        self.end = end

    @property
    def excerpt(self) -> Excerpt:
        """The place in the document, found in quoted and folded text as well."""
        source = self.node.source
        if not self.node.line:
            return self.node.excerpt
        line, column = _place(self.node, self.start)
        last_line, last = _place(self.node, max(self.end - 1, self.start))
        length = last - column + 1 if last_line == line else len(source.line(line)) - column + 1
        return Excerpt(Place(source.name, line, column, max(1, length)), source.line(line))


def _plain(line: str, character: str, start: int) -> tuple[int, int]:
    """Where a character starts and ends in a line, from `start` on; -1 where it is not."""
    at = line.find(character, start)
    return at, at + 1


_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|.)|.")
_BLANKS = frozenset("0abtnvfreN_LP ")  # after a backslash: what cannot be seen


def _escape(line: str, character: str, start: int) -> tuple[int, int]:
    """The same in a double-quoted text, where a character may be written with a backslash."""
    for found in _ESCAPE.finditer(line, start):
        written = found[0]
        if code := found[1] or found[2] or found[3]:
            is_it = int(code, 16) == ord(character)
        elif len(written) == 2:
            is_it = written[1] == character and character not in _BLANKS
        else:
            is_it = written == character
        if is_it:
            return found.span()
    return -1, -1


def _place(node: Scalar, offset: int) -> tuple[int, int]:
    """Line and column of one character: its text is followed through the lines of the source.

    White space and quoting may differ between the two, so each visible character of the text is
    sought from where the last one was found.
    """
    line, column = node.line, node.column
    here = node.source.line(line)
    found = (line, column)
    seek = _escape if here.startswith('"', column - 1) else _plain
    for position, character in enumerate(node.text[: offset + 1]):
        if character.isspace():
            continue
        at, end = seek(here, character, column - 1)
        while at < 0 and line < node.end_line:
            line += 1
            here = node.source.line(line)
            at, end = seek(here, character, 0)
        if at < 0:
            return found
        found = (line, at + 1)
        column = end + 1
        if position == offset:
            break
    if offset >= len(node.text.rstrip()):
        return found[0], found[1] + 1
    return found
