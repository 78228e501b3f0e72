"""How the cells of a workbook look, and how its sheets come out on paper."""

from __future__ import annotations

from typing import Any

from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

FONT = "Arial"  # as wide as Liberation Sans, which stands in for it where it is missing
SIZE = 10
TITLE_SIZE = 16

INK = "1F2937"
HEADING = "1F3864"
QUIET = "595959"
_RULE = "BFC5CD"

# The colours of a state: of the ground, and of the words that say the same.
MARKS = {
    "good": ("DDEFD9", "1E4D1F"),
    "bad": ("F9D9DA", "7A1620"),
    "open": ("FFF0C7", "5C4400"),
    "accepted": ("DCE6F5", "1F3864"),
    "aside": ("EDEDED", "404040"),
    "": ("", INK),
}
OF_VERDICT = {
    "go": "good", "conditional_go": "accepted", "no_go": "bad", "undetermined": "open",
}  # fmt: skip
OF_STATUS = {
    "met": "good", "unmet": "bad", "undetermined": "open", "not_applicable": "aside",
}  # fmt: skip

OF_TRUTH = {"true": "good", "false": "bad", "unknown": "open", "not_applicable": "aside"}
MOST_INDENT = 15

_SIDE = Side("thin", color=_RULE)
_BORDER = Border(left=_SIDE, right=_SIDE, top=_SIDE, bottom=_SIDE)
_DATE = "yyyy-mm-dd"
_BESIDE = {"text": "left", "word": "center", "number": "right", "date": "center"}


def dress(cell: Cell, role: str, mark: str, indent: int) -> None:
    """Give a cell the looks of its role, in the colours of a mark, its text moved by `indent`.

    Roles are `title`, `remark`, `section`, `name` and `free` outside tables; in them `head`,
    `text`, `word`, `number` and `date`.
    """
    ground, ink = MARKS[mark]
    if role in _BESIDE:
        cell.font = Font(FONT, SIZE, color=ink, bold=bool(mark) and role == "word")
        cell.alignment = Alignment(_BESIDE[role], "top", wrap_text=True, indent=indent)
        cell.border = _BORDER
    elif role == "head":
        ground = HEADING
        cell.font = Font(FONT, SIZE, bold=True, color="FFFFFF")
        cell.alignment = Alignment("left", "center", wrap_text=True)
        cell.border = _BORDER
    else:
        size, bold, colour = {
            "title": (TITLE_SIZE, True, HEADING),
            "remark": (SIZE, False, QUIET),
            "section": (12, True, HEADING),
            "name": (SIZE, True, INK),
            "free": (SIZE, False, INK),
        }[role]
        cell.font = Font(FONT, size, bold=bold, color=colour)
        cell.alignment = Alignment("left", "top", wrap_text=role != "section")
    if ground:
        cell.fill = PatternFill("solid", fgColor=ground)
    if role == "date":
        cell.number_format = _DATE


def prepare_print(sheet: Worksheet, paper: int) -> None:
    """Print a sheet across, as wide as the paper, with its name and the page at the foot.

    `paper` is the number that workbooks have for a size of paper.
    """
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = paper
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top, sheet.page_margins.bottom = 0.5, 0.6
    footer: Any = sheet.oddFooter
    footer.left.text, footer.right.text = "&A", "Page &P of &N"
