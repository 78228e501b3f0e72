"""Where a stretch of an expression stands in its document."""

from __future__ import annotations

from readiness.documents.nodes import Scalar
from readiness.problems import Excerpt, Place


class Spot:
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


def _place(node: Scalar, offset: int) -> tuple[int, int]:
    """Line and column of one character: its text is followed through the lines of the source.

    White space and quoting may differ between the two, so each visible character of the text is
    sought from where the last one was found.
    """
    line, column = node.line, node.column
    here = node.source.line(line)
    found = (line, column)
    for position, character in enumerate(node.text[: offset + 1]):
        if character.isspace():
            continue
        at = here.find(character, column - 1)
        while at < 0 and line < node.end_line:
            line, column = line + 1, 1
            here = node.source.line(line)
            at = here.find(character)
        if at < 0:
            return found
        found = (line, at + 1)
        column = at + 2
        if position == offset:
            break
    if offset >= len(node.text.rstrip()):
        return found[0], found[1] + 1
    return found
