"""Cutting an expression into words."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

KEYWORDS = frozenset({"and", "or", "not", "in", "True", "False"})
_SHOUTED = frozenset({"AND", "OR", "NOT", "IN", "And", "Or", "Not", "In"})

NAME = r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*"
_TOKEN = re.compile(
    rf"""\s*(?:
        (?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?)
      | (?P<name>{NAME})
      | (?P<text>'[^'\n]*'|"[^"\n]*")
      | (?P<operator>==|!=|<=|>=|[-+*/<>()\[\],])
    )""",
    re.VERBOSE,
)


class SyntaxFault(Exception):
    """An expression that cannot be read: the message's code, the stretch of text, a hint."""

    def __init__(self, code: str, start: int, end: int, hint: str = "", **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.start = start
        self.end = end
        self.hint = hint
        self.facts = facts


class Token(NamedTuple):
    """A word: `kind` is number, name, text, operator, keyword or end."""

    kind: str
    text: str
    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """The words of an expression, closed by one of kind `end`; raises `SyntaxFault`."""
    found: list[Token] = []
    position, length = 0, len(text.rstrip())
    while position < length:
        match = _TOKEN.match(text, position)
        if match is None:
            rest = text[position:]
            raise _stray(text, position + len(rest) - len(rest.lstrip()))
        kind = str(match.lastgroup)
        word, (start, position) = match[kind], match.span(kind)
        if kind == "name":
            if word in _SHOUTED:
                raise SyntaxFault("stray-character", start, position, character=word)
            if word in KEYWORDS:
                kind = "keyword"
        found.append(Token(kind, word, start, position))
    found.append(Token("end", "", length, length + 1))
    return found


_UNIT = "leave it out: the unit is that of the question"
_MEANT = {
    "#": "a comment cannot stand inside a text over several lines",
    "%": "leave it out: a percentage is a number from 0 to 100, a share or a ratio one from 0 to 1",
    **dict.fromkeys("‘’“”„", "use straight quotes: '"),
}


def _stray(text: str, position: int) -> SyntaxFault:
    character = text[position]
    if character in "'\"":
        return SyntaxFault("unclosed-text", position, len(text), "close it with the same quote")
    hint = _UNIT if unicodedata.category(character) == "Sc" else _MEANT.get(character, "")
    return SyntaxFault("stray-character", position, position + 1, hint, character=character)
