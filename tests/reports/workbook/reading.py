"""Reads workbooks back."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from readiness.reports.report_model import build_report
from readiness.reports.workbook.workbook import xlsx_report
from readiness.result.assessment import Assessment

SHEETS = [
    "Summary", "Action plan", "Findings", "Reasons", "Answers", "Table rows", "Evidence",
    "Gates × checks", "Open questions", "Conflicts and waivers", "Sources",
]  # fmt: skip


@lru_cache(maxsize=2)
def opened(written: bytes) -> Workbook:
    """Return a workbook as openpyxl reads it; tests share it, because none changes it."""
    return load_workbook(io.BytesIO(written))


def book_of(assessment: Assessment, *gates: str) -> Workbook:
    """Return the workbook of an assessment, written and read back."""
    return opened(xlsx_report(build_report(assessment, gates=gates, path="shop.yaml")))


def cells(book: Workbook) -> Iterator[Cell]:
    """Yield every cell that has a value."""
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell, Cell) and cell.value is not None:
                    yield cell


def texts(book: Workbook) -> list[str]:
    """Return every text as a spreadsheet shows it."""
    return [str(cell.value) for cell in cells(book) if cell.data_type == "s"]


def sheet_of(book: Workbook, name: str) -> Worksheet:
    """Return the sheet that contains a table."""
    return next(sheet for sheet in book.worksheets if name in sheet.tables)


def entries(book: Workbook, name: str) -> list[dict[str, Any]]:
    """Return the rows of a table by heading."""
    sheet = sheet_of(book, name)
    head, *rows = sheet[sheet.tables[name].ref]
    titles = [str(cell.value) for cell in head]
    return [dict(zip(titles, (cell.value for cell in row), strict=True)) for row in rows]


def parts(written: bytes) -> dict[str, str]:
    """Return the XML of each part of a file."""
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def is_listed(item: str, cell: str | None) -> bool:
    """Return whether the list in a cell contains an id."""
    return item in re.split(r"[,;]\s", cell or "")
