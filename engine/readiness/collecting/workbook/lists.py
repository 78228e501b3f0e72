"""The hidden sheet of what drop-downs offer, and of the questions by their numbers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from openpyxl.utils import get_column_letter

from readiness.collecting.workbook.markers import LISTS
from readiness.documents.sanitize import cleaned

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

TITLE = "lists"
_FIRST_LIST = 4  # behind the mark, the numbers and the questions


class Lists:
    """Lists that drop-downs refer to: what is in the cells may have any length and any marks."""

    def __init__(self, held: Worksheet) -> None:
        self.held = held
        self.held.sheet_state = "hidden"
        self.held.cell(1, 1, LISTS)
        self._known: dict[tuple[str, ...], str] = {}

    def range_of(self, words: Iterable[str]) -> str:
        """Where some words stand below one another, as a drop-down refers to it."""
        listed = tuple(words)
        if listed not in self._known:
            column = _FIRST_LIST + len(self._known)
            for number, word in enumerate(listed, 1):
                self._put(number, column, word)
            letter = get_column_letter(column)
            self._known[listed] = f"{TITLE}!${letter}$1:${letter}${len(listed)}"
        return self._known[listed]

    def questions(self, asked: Iterable[tuple[int, str]]) -> str:
        """Where the questions stand behind their numbers."""
        last = 1
        for last, (number, label) in enumerate(asked, 1):
            self.held.cell(last, 2, number)
            self._put(last, 3, label)
        return f"{TITLE}!$B$1:$C${last}"

    def _put(self, row: int, column: int, text: str) -> None:
        cell = self.held.cell(row, column)
        cell.value = cleaned(text)
        cell.data_type = "s"
        cell.number_format = "@"
