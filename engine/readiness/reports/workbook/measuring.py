"""How much room a text takes in a cell.

Some spreadsheets make a row as high as its texts when they open a file, others do not, so the
heights stand in it. The widths are those of Arial, roughly, and a little on the safe side.
"""

from __future__ import annotations

import re
import unicodedata

from readiness.reports.workbook.styles import SIZE

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
