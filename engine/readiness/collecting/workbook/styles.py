"""How the cells of a form look, and which of them are to be filled in."""

from __future__ import annotations

from dataclasses import replace

from readiness.reports.workbook.sheet import HEADING, QUIET, CellStyle

_BAND, _LINK = "E8EDF5", "0B57B7"
_RULE = "D5DAE1"
_INPUT = CellStyle(ground="FFF9DB", rule="DDBB55", is_input=True)

ROLES = {
    "title": CellStyle(16, bold=True, colour=HEADING, down="center", wraps=False),
    "remark": CellStyle(),
    "quiet": CellStyle(colour=QUIET),
    "label": CellStyle(bold=True, colour=""),
    "when": CellStyle(9, italic=True, colour="7A4A00"),
    "help": CellStyle(9, colour=QUIET),
    "done": CellStyle(colour="1E4D1F", ground="DDEFD9"),
    "missing": CellStyle(colour="", ground="F9D9DA"),
    "name": CellStyle(bold=True),
    "head": CellStyle(bold=True, colour="FFFFFF", ground=HEADING, down="center", rule=_RULE),
    "section": CellStyle(12, bold=True, colour=HEADING, ground=_BAND, down="center", wraps=False),
    "section help": CellStyle(colour=QUIET, ground=_BAND, down="center"),
    "number": CellStyle(bold=True, colour=QUIET, across="center", rule=_RULE),
    "question": CellStyle(rule=_RULE),
    "option": CellStyle(rule=_RULE, indent=2),
    "how": CellStyle(9, colour=QUIET, rule=_RULE),
    "closed": CellStyle(9, colour=QUIET, ground="F4F5F7", rule=_RULE),
    "link": CellStyle(colour=_LINK, rule=_RULE, is_link=True),
    "free link": CellStyle(colour=_LINK, is_link=True),
    "figure": CellStyle(across="right"),
    "text": replace(_INPUT, number_format="@"),
    "word": replace(_INPUT, number_format="@"),
    "mark": replace(_INPUT, bold=True, across="center", number_format="@"),
    "figure in": replace(_INPUT, number_format="General"),
    "day": replace(_INPUT, number_format="yyyy-mm-dd"),
}
