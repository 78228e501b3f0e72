"""Texts of documents as plain lines, in which nothing is left that a reader cannot see."""

from __future__ import annotations

import re

from readiness.problems.terminal_text import SURROGATES, printable
from readiness.reports.cleaning import cleaned

_LINE_END = re.compile(r"\r\n?|\n")
_LONE = re.compile(f"[{SURROGATES}]")


def one_line(text: str) -> str:
    """A text on one line.

    Blanks in a row become one; control characters, escape sequences as a whole, marks of the
    direction of writing, lone surrogates and what is no character are left out.
    """
    return " ".join(cleaned(printable(_LONE.sub("", text))).split())


def lines_of(text: str) -> list[str]:
    """The lines of a text, each made plain, without empty ones at the beginning and the end."""
    found = [one_line(line) for line in _LINE_END.split(text.strip())]
    while found and not found[-1]:
        found.pop()
    while found and not found[0]:
        found.pop(0)
    return found
