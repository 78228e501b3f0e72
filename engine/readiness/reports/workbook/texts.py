"""Texts in the cells of a workbook: what a cell can hold, and how much room it takes.

Some spreadsheets make a row as high as its texts when they open a file, others do not, so the
heights stand in it. The widths are those of Arial, roughly, and a little on the safe side.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from openpyxl.cell.cell import Cell

from readiness.documents.sanitize import harmless
from readiness.reports.workbook.styles import SIZE

_MOST = 32_767  # what a cell holds, in units of UTF-16
_PART = 16_000  # characters, none of which takes more than two units
_BEGINNING = 1_000
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")

LINE = 12.75  # points from one line of text to the next
MOST_HEIGHT = 409.0  # points; no row can be higher
_UNIT = 5.25  # points that a unit of a column's width takes
_MARGINS = 5.0
_SAFETY = 1.02
_PIECE = re.compile(r"[^ -]*-* ?")  # what is not broken: up to a blank or behind a hyphen

# Widths in parts of the size of the font.
_WIDTHS = {
    sign: width
    for signs, width in (
        ("ijl'|", 0.22),
        (' .,;:!/\\tfI[]()r-`"', 0.32),
        ("ckszvxyJ", 0.5),
        ("wWmM@%—…", 0.85),
    )
    for sign in signs
}
_CAPITAL, _PLAIN, _FULL = 0.69, 0.556, 1.0


@dataclass(frozen=True, eq=False)
class Texts:
    """Puts texts into cells; `long` are those that no cell can hold, in the order of the cells."""

    long: list[str] = field(default_factory=list)

    def put(self, cell: Cell, text: str) -> str:
        """Put a text into a cell as a text, whatever it begins with; returns what stands there.

        Of one too long for a cell only the beginning stands there, and where the whole is found.
        """
        shown = harmless(text)
        if not _fits(shown):
            self.long.append(shown)
            where = f'whole text: sheet "Long texts", text {len(self.long)}'
            shown = f"{shown[:_BEGINNING].rstrip()} … ({where})"
        if shown:
            cell.value = _written(shown)
            cell.data_type = "s"
        return shown


def parts(text: str) -> list[str]:
    """A text in parts that a cell can hold."""
    return [text[start : start + _PART] for start in range(0, len(text), _PART)]


def _fits(text: str) -> bool:
    return len(_written(text).encode("utf-16-le")) <= 2 * _MOST


def _written(text: str) -> str:
    """As the file holds it: spreadsheets read _x0041_ as the character with that number."""
    return _LOOKS_ESCAPED.sub("_x005F_", text)


def height(lines: int) -> float:
    """How high a row with so many lines is."""
    return min(lines * LINE + 2, MOST_HEIGHT)


def lines_of(text: str, width: float, size: float = SIZE) -> int:
    """How many lines a text takes in a column of that width, broken between words."""
    room = (width * _UNIT - _MARGINS) / size / _SAFETY
    most = int(MOST_HEIGHT / LINE) + 1  # more make no difference
    found = 0
    for line in text.split("\n", most):
        found += _broken(line[: int(most * room / min(_WIDTHS.values())) + 1], room)
        if found >= most:
            break
    return found


def _broken(line: str, room: float) -> int:
    """Into how many lines a line is broken."""
    found, used = 1, 0.0
    for piece in _PIECE.findall(line):
        wide = sum(_WIDTHS.get(sign) or _other(sign) for sign in piece.rstrip(" "))
        if used and used + wide > room:
            found, used = found + 1, 0.0
        if wide > room:  # a piece longer than the line is broken inside
            found += int(wide / room)
            wide %= room
        used += wide + (_WIDTHS[" "] if piece.endswith(" ") else 0)
    return found


def _other(sign: str) -> float:
    if unicodedata.east_asian_width(sign) in ("W", "F"):
        return _FULL
    return _CAPITAL if sign.isupper() else _PLAIN
