"""Texts in cells, where a blank cell is no answer: an empty text is written as two quotes."""

from __future__ import annotations

import re

EMPTY = '""'
_QUOTES = re.compile(r'"{2,}')


def put(text: str) -> str:
    """A text as it stands in a cell."""
    if not text:
        return EMPTY
    return f"{text}{EMPTY}" if _QUOTES.fullmatch(text) else text


def taken(text: str) -> str:
    """The text that a cell means."""
    return text[len(EMPTY) :] if text == EMPTY or re.fullmatch(r'"{4,}', text) else text
