"""Texts of documents without what a file cannot hold and a reader cannot see."""

from __future__ import annotations

import re

# Control characters but for tabs and line ends, marks that turn the direction of writing round,
# lone surrogates, and the code points that are no characters: XML, spreadsheets and pages refuse
# them or show something else than what is written.
_REFUSED = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
    r"\ud800-\udfff\ufdd0-\ufdef"
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
