"""Texts that go into the cells of a spreadsheet, none of which may run there as a formula."""

from __future__ import annotations

import re
import unicodedata

from readiness.reports.cleaning import cleaned

# Blanks, and what takes up no room: a spreadsheet may look past them for the beginning.
_LEADING = re.compile(r"[\s\u00ad\u180e\u200b-\u200d\u2060\ufeff]+")
_STARTS_A_FORMULA = frozenset("=+-@")
_NUMBER = re.compile(r"-?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?", re.ASCII)


def harmless(text: str) -> str:
    """A text that a spreadsheet shows as it stands, and that XML can hold.

    One that would start a formula, also behind blanks or in full-width characters, or that begins
    with a tab or a line end, gets an apostrophe in front: spreadsheets take that for "this is
    text". A number below zero is no formula. Line ends become `\\n`; control characters, marks of
    the direction of writing and lone surrogates are left out.
    """
    shown = cleaned(text)
    return f"'{shown}" if _is_obeyed(shown) and not _NUMBER.fullmatch(shown) else shown


def _is_obeyed(text: str) -> bool:
    """Whether a spreadsheet may do something with a text instead of showing it."""
    first = _LEADING.sub("", text, count=1)[:1] if _LEADING.match(text) else text[:1]
    return text[:1] in ("\t", "\n") or unicodedata.normalize("NFKC", first) in _STARTS_A_FORMULA
