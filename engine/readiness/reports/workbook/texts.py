"""Texts in the cells of a workbook."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from openpyxl.cell.cell import Cell

from readiness.reports.sanitize import harmless

_MOST = 32_767  # what a cell holds, in units of UTF-16
_PART = 16_000  # characters, none of which takes more than two units
_BEGINNING = 1_000
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


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
