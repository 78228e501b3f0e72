"""How the cells of a workbook look, and how its sheets come out on paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

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
    "out_of_scope": "aside",
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
    italic: bool = False
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

    def properties(self) -> dict[str, Any]:
        """Return what the library calls the properties of this look."""
        found: dict[str, Any] = {
            "font_size": self.size, "bold": self.bold, "italic": self.italic,
            "underline": int(self.is_link), "align": self.across, "text_wrap": self.wraps,
            "valign": "vcenter" if self.down == "center" else self.down, "indent": self.indent,
            "locked": not self.is_input, "num_format": self.number_format or "General",
        }  # fmt: skip
        if self.colour:
            found |= {"font_color": f"#{self.colour}"}
        if self.ground:
            found |= {"pattern": 1, "bg_color": f"#{self.ground}"}
        if self.rule:
            found |= {"border": 1, "border_color": f"#{self.rule}"}
        return found


class CellStyler:
    """The formats of a workbook by the roles of its cells; each is there once."""

    def __init__(self, book: Workbook, roles: Mapping[str, CellStyle]) -> None:
        self._book = book
        self._roles = roles
        self.of: Callable[..., Any] = cache(self._make)

    def size(self, role: str) -> float:
        """The size of the font of a role."""
        return self._roles[role].size

    def _make(self, role: str, mark: str = "", indent: int = 0, *, is_bold: bool = False) -> Format:
        """The format of a role, in the colours of a mark, its text at an indent."""
        look = self._roles[role]
        if mark:
            ground, ink = MARKS[mark]
            look = replace(look, ground=ground, colour=ink, bold=role == "word")
        if indent:
            look = replace(look, indent=indent)
        if is_bold:
            look = replace(look, bold=True)
        return self._book.add_format(look.properties())


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
    sheet.set_landscape()
    sheet.set_paper(paper)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(0.4, 0.4, 0.5, 0.6)
    sheet.set_footer("&L&A&RPage &P of &N")
