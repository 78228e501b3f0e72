"""What people put into a workbook beside the answers: comments, and text in other cells."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from readiness.collecting.form.cells import FormCell
from readiness.collecting.form.filled_form import EVIDENCE_KEYS
from readiness.collecting.form.form_fingerprint import FORMAT, OLDER_FORMAT
from readiness.collecting.workbook.bindings import OwnTexts
from readiness.collecting.workbook.markers import (
    EVIDENCE,
    KEYS,
    LISTS,
    QUESTIONS,
    ROW_NUMBER,
    SECTION,
    START,
    TABLE,
    parted,
)
from readiness.collecting.workbook.opening import OpenedSheet
from readiness.problems import Problems

INPUTS = ("answer", "state", "reason", "note")
"""The keys of the columns on the sheet of the questions that people fill in."""

# Columns in which the form has formulas of its own.
_FORMULAS = frozenset({"done", "question"})
_MOST = 80  # characters of a text that is told

Layout = Callable[[OpenedSheet], tuple[dict[int, str], int]]


def add_remarks(
    sheets: Sequence[OpenedSheet],
    asked: Mapping[str, Mapping[str, Any]],
    layout: Layout,
    remarks: Problems,
) -> None:
    """Add a remark for each comment, and each cell with a text that belongs to no answer.

    `layout` gives the keys of the columns of a sheet, and the row of its headings. What the form
    said when it was made is no remark.
    """
    hidden = [sheet for sheet in sheets if sheet.text(1, 1) in (FORMAT, OLDER_FORMAT)]
    rows = [[cell.text for cell in row.values()] for sheet in hidden for row in sheet.rows.values()]
    looking = _Remarks(asked, OwnTexts(rows), remarks)
    for sheet in sheets:
        kind = sheet.text(1, 1)
        if sheet in hidden or kind == LISTS:
            continue
        for spot, text in sheet.comments:
            remarks.add("cell-comment", spot, text=_shown(text))
        if kind == START:
            looking.beside(sheet, kind, {}, 0)
        elif kind in (QUESTIONS, EVIDENCE) or kind.startswith(TABLE):
            looking.beside(sheet, kind, *layout(sheet))
        elif sheet.rows:
            first = next(iter(next(iter(sheet.rows.values())).values()))
            remarks.add("sheet-foreign", first.spot, title=sheet.title)


@dataclass(frozen=True, slots=True)
class _Remarks:
    asked: Mapping[str, Mapping[str, Any]]
    own: OwnTexts
    remarks: Problems

    def beside(self, sheet: OpenedSheet, kind: str, keys: dict[int, str], head: int) -> None:
        """Add the cells of a sheet that say something, and are not read."""
        for number, row in sheet.rows.items():
            mark = row[1].text if 1 in row else ""
            for column, cell in row.items():
                key = keys.get(column, "")
                if column == 1 or mark == KEYS or cell.is_blank:
                    continue
                is_read = number > head and self._is_read(kind, mark, key)
                is_outside = kind != START and not key and number > head
                if not is_read and (is_outside or not self._is_own(cell, kind, key)):
                    text = _shown(cell.text or cell.broken)
                    self.remarks.add("text-beside", cell.spot, text=text)

    def _is_read(self, kind: str, mark: str, key: str) -> bool:
        if kind == EVIDENCE:
            return key in ("number", *EVIDENCE_KEYS)
        if kind != QUESTIONS:
            return key not in ("", ROW_NUMBER) and kind != START
        question, option = parted(mark)
        if mark == SECTION or key not in INPUTS:
            return False
        if question not in self.asked:
            return True  # and refused
        if option is not None:
            return key == "answer"
        return key != "answer" or self.asked[question]["type"] != "choices"

    def _is_own(self, cell: FormCell, kind: str, key: str) -> bool:
        """Whether the form itself says this; of an older form that is not known."""
        if not self.own.are_known or cell.text in self.own:
            return True
        return cell.broken == "a formula" and (kind == START or key in _FORMULAS)


def _shown(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _MOST else f"{line[: _MOST - 1]}…"
