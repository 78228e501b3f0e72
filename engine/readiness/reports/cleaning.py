"""Texts of documents without what a file cannot hold and a reader cannot see."""

from __future__ import annotations

import re

from readiness.problems.terminal_text import CONTROLS, SURROGATES

# XML, spreadsheets and pages refuse these or show something else than what is written: control
# characters except tabs and line ends, lone surrogates, and the code points that are no characters.
_REFUSED = re.compile(
    rf"(?![\t\n])[{CONTROLS}{SURROGATES}\ufdd0-\ufdef"
    + "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
    + "]"
)
_LINE_END = re.compile(r"\r\n?")


def cleaned(text: str) -> str:
    """A text that can be written into any file and shows what it says.

    Line ends become `\\n`; control characters, marks of the direction of writing, lone surrogates
    and what is no character are left out.
    """
    return _REFUSED.sub("", _LINE_END.sub("\n", text))
