"""How the cells of a form look, and which of them are to be filled in."""

from __future__ import annotations

from copy import copy
from typing import Any

from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side

from readiness.reports.workbook.styles import FONT, HEADING, INK, QUIET, SIZE

INPUT = "FFF9DB"
_BAND = "E8EDF5"
_RULE, _EDGE = "D5DAE1", "DDBB55"
_TEXT, _DAY, _GENERAL = "@", "yyyy-mm-dd", "General"

# Of each role: size, bold, colour, ground, across, down, and whether lines are drawn around it.
_ROLES: dict[str, tuple[float, bool, str, str, str, str, str]] = {
    "title": (16, True, HEADING, "", "left", "center", ""),
    "remark": (SIZE, False, INK, "", "left", "top", ""),
    "quiet": (SIZE, False, QUIET, "", "left", "top", ""),
    "name": (SIZE, True, INK, "", "left", "top", ""),
    "head": (SIZE, True, "FFFFFF", HEADING, "left", "center", _RULE),
    "section": (12, True, HEADING, _BAND, "left", "center", ""),
    "section help": (SIZE, False, QUIET, _BAND, "left", "center", ""),
    "number": (SIZE, True, QUIET, "", "center", "top", _RULE),
    "question": (SIZE, False, INK, "", "left", "top", _RULE),
    "option": (SIZE, False, INK, "", "left", "top", _RULE),
    "how": (9, False, QUIET, "", "left", "top", _RULE),
    "closed": (9, False, QUIET, "F4F5F7", "left", "top", _RULE),
    "link": (SIZE, False, "0B57B7", "", "left", "top", _RULE),
    "free link": (SIZE, False, "0B57B7", "", "left", "top", ""),
    "figure": (SIZE, False, INK, "", "right", "top", ""),
    "text": (SIZE, False, INK, INPUT, "left", "top", _EDGE),
    "word": (SIZE, False, INK, INPUT, "left", "top", _EDGE),
    "mark": (SIZE, True, INK, INPUT, "center", "top", _EDGE),
    "figure in": (SIZE, False, INK, INPUT, "left", "top", _EDGE),
    "day": (SIZE, False, INK, INPUT, "left", "top", _EDGE),
}
_FORMATS = {"text": _TEXT, "word": _TEXT, "mark": _TEXT, "figure in": _GENERAL, "day": _DAY}
INPUTS = frozenset(_FORMATS)
"""The roles of cells that people fill in."""


class Looks:
    """Dresses cells; each role is worked out once for a workbook."""

    def __init__(self) -> None:
        self._known: dict[str, Any] = {}

    def dress(self, cell: Cell, role: str) -> None:
        """Give a cell the looks of its role."""
        held: Any = cell
        known = self._known.get(role)
        if known is None:
            _dress(held, role)
            self._known[role] = held._style
        else:
            held._style = copy(known)


def _dress(cell: Any, role: str) -> None:
    size, bold, colour, ground, across, down, rule = _ROLES[role]
    underlined: Any = "single" if role.endswith("link") else None
    cell.font = Font(FONT, size, bold=bold, color=colour, underline=underlined)
    indent = 2 if role == "option" else 0
    wraps = role not in ("title", "section")
    cell.alignment = Alignment(across, down, wrap_text=wraps, indent=indent)
    if ground:
        cell.fill = PatternFill("solid", fgColor=ground)
    if rule:
        side = Side("thin", color=rule)
        cell.border = Border(left=side, right=side, top=side, bottom=side)
    if role in INPUTS:
        cell.protection = Protection(locked=False)
        cell.number_format = _FORMATS[role]
