"""How the cells of a workbook look, and how its sheets come out on paper."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, replace
from typing import Any

from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
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
}
OF_VERDICT = {
    "go": "good", "conditional_go": "accepted", "no_go": "bad", "undetermined": "open",
}  # fmt: skip
OF_STATUS = {
    "met": "good", "unmet": "bad", "undetermined": "open", "not_applicable": "aside",
}  # fmt: skip

OF_TRUTH = {"true": "good", "false": "bad", "unknown": "open", "not_applicable": "aside"}
MOST_INDENT = 15


@dataclass(frozen=True, slots=True)
class CellStyle:
    """How the cells of a role look.

    `across` and `down` say where a text stands, `rule` is the colour of the lines around, empty
    where there are none. What `is_input` is filled in, so that it is not protected.
    """

    size: float = SIZE
    bold: bool = False
    colour: str = INK
    ground: str = ""
    across: str = "left"
    down: str = "top"
    rule: str = ""
    wraps: bool = True
    indent: int = 0
    is_link: bool = False
    is_input: bool = False
    number_format: str = ""

    def dress(self, cell: Any) -> None:
        """Give a cell this look."""
        underline: Any = "single" if self.is_link else None
        cell.font = Font(FONT, self.size, bold=self.bold, color=self.colour, underline=underline)
        cell.alignment = Alignment(self.across, self.down, wrap_text=self.wraps, indent=self.indent)
        if self.ground:
            cell.fill = PatternFill("solid", fgColor=self.ground)
        if self.rule:
            side = Side("thin", color=self.rule)
            cell.border = Border(left=side, right=side, top=side, bottom=side)
        if self.is_input:
            cell.protection = Protection(locked=False)
        if self.number_format:
            cell.number_format = self.number_format


class CellStyler:
    """Dresses cells by their roles; each look is worked out once, because that takes long."""

    def __init__(self, roles: Mapping[str, CellStyle]) -> None:
        self._roles = roles
        self._known: dict[tuple[str, str, int], Any] = {}

    def dress(self, cell: Any, role: str, mark: str = "", indent: int = 0) -> None:
        """Give a cell the look of its role, in the colours of a mark, its text at an indent."""
        known = self._known.get((role, mark, indent))
        if known is not None:
            cell._style = copy(known)
            return
        look = self._roles[role]
        if mark:
            ground, ink = MARKS[mark]
            look = replace(look, ground=ground, colour=ink, bold=role == "word")
        if indent:
            look = replace(look, indent=indent)
        look.dress(cell)
        self._known[role, mark, indent] = cell._style


# Outside tables, then in them.
ROLES = {
    "title": CellStyle(TITLE_SIZE, bold=True, colour=HEADING),
    "remark": CellStyle(colour=QUIET),
    "section": CellStyle(12, bold=True, colour=HEADING, wraps=False),
    "name": CellStyle(bold=True),
    "free": CellStyle(),
    "head": CellStyle(bold=True, colour="FFFFFF", ground=HEADING, down="center", rule=_RULE),
    "text": CellStyle(rule=_RULE),
    "word": CellStyle(across="center", rule=_RULE),
    "number": CellStyle(across="right", rule=_RULE),
    "date": CellStyle(across="center", rule=_RULE, number_format="yyyy-mm-dd"),
}


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
