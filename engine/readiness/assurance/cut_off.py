"""Texts that YAML ends at a `#`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from readiness.documents.nodes import Mapping, Node, Scalar, Sequence
from readiness.problems import Problems

# What is written in the language of conditions, in which a comment is usual and no text is cut off.
_CONDITIONS = frozenset({"met_when", "applies_when", "ask_when", "when", "values"})
_COMMENT = re.compile(r"\s+#(?P<space>\s?)")
_QUOTED = ("'", '"', "|", ">")


def find_cut_off(root: Node, problems: Problems) -> None:
    """Add a finding for each text of several words that probably goes on behind a ` #`.

    YAML takes what follows ` #` for a comment: `title: Staffed (see #12)` is read `Staffed (see`.
    A comment with a space behind its `#` is meant, unless a bracket is still open before it.
    """
    for scalar in _texts(root):
        rest = scalar.source.line(scalar.end_line)[scalar.end_column - 1 :]
        comment = _COMMENT.match(rest)
        is_open = scalar.text.count("(") > scalar.text.count(")")
        if comment and (is_open or not comment["space"]):
            whole = f"{scalar.text}{rest}".replace('"', "'")
            hint = f'if it belongs to the text, write "{whole}"; else put it on a line of its own'
            problems.add("cut-off", scalar, hint=hint, comment=rest.strip())


def _texts(node: Node) -> Iterator[Scalar]:
    """Yield the unquoted texts of several words that no condition is written in."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            if key not in _CONDITIONS:
                yield from _texts(value)
    elif isinstance(node, Sequence):
        for element in node.elements:
            yield from _texts(element)
    elif isinstance(node, Scalar) and isinstance(node.value, str) and " " in node.text:
        first = node.source.line(node.line)[node.column - 1 : node.column]
        if first not in _QUOTED:
            yield node
