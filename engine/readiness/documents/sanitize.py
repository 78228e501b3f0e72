"""Texts of documents without what a file cannot hold, a reader cannot see, or a program obeys."""

from __future__ import annotations

import re
import unicodedata

from readiness.problems.terminal_text import CONTROLS, SURROGATES, printable

# XML, spreadsheets and pages refuse these or show something else than what is written: control
# characters except tabs and line ends, lone surrogates, and the code points that are no characters.
_REFUSED = re.compile(
    rf"(?![\t\n])[{CONTROLS}{SURROGATES}\ufdd0-\ufdef"
    + "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
    + "]"
)
_LINE_END = re.compile(r"\r\n?")
_LONE = re.compile(f"[{SURROGATES}]")
# Blanks, and what takes up no room: a spreadsheet may look past them for the beginning.
_LEADING = re.compile(r"[\s\u00ad\u180e\u200b-\u200d\u2060\ufeff]+")
_STARTS_A_FORMULA = frozenset("=+-@")
_NUMBER = re.compile(r"-?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?", re.ASCII)


def clean_text(text: str) -> str:
    """A text that can be written into any file and shows what it says.

    Line ends become `\\n`; control characters, marks of the direction of writing, lone surrogates
    and what is no character are left out.
    """
    if text.isprintable():  # as most texts are: nothing in it has to be looked for
        return text
    return _REFUSED.sub("", _LINE_END.sub("\n", text))


def one_line(text: str) -> str:
    """A text on one line.

    Blanks in a row become one; control characters, escape sequences as a whole, marks of the
    direction of writing, lone surrogates and what is no character are left out.
    """
    shown = text if text.isprintable() else clean_text(printable(_LONE.sub("", text)))
    return " ".join(shown.split())


def lines_of(text: str) -> list[str]:
    """The lines of a text, each made plain, without empty ones at the beginning and the end."""
    found = [one_line(line) for line in _LINE_END.sub("\n", text.strip()).split("\n")]
    while found and not found[-1]:
        found.pop()
    while found and not found[0]:
        found.pop(0)
    return found


def harmless(text: str) -> str:
    """Return a text that a spreadsheet shows unchanged, and that XML can contain.

    One that would start a formula, also behind blanks or in full-width characters, or that begins
    with a tab or a line end, gets an apostrophe in front: spreadsheets take that for "this is
    text". A number below zero is no formula. Line ends become `\\n`; control characters, marks of
    the direction of writing and lone surrogates are left out.
    """
    shown = clean_text(text)
    return f"'{shown}" if _is_obeyed(shown) and not _NUMBER.fullmatch(shown) else shown


def _is_obeyed(text: str) -> bool:
    """Whether a spreadsheet may do something with a text instead of showing it."""
    first = _LEADING.sub("", text, count=1)[:1] if _LEADING.match(text) else text[:1]
    return text[:1] in ("\t", "\n") or unicodedata.normalize("NFKC", first) in _STARTS_A_FORMULA
