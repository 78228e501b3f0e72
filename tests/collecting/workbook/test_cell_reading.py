"""The cells of a workbook, read as another library reads them."""

from __future__ import annotations

import datetime
import io
import zipfile
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

from readiness.collecting.form.cells import FormCell
from readiness.collecting.workbook.cell_reading import OpenedSheet, sheets_in

FORMATS = [
    "General", "@", "0", "0%", "0.00%", '"50%" 0', "0.0\\%", "[Red]0", '#,##0" days"', '0;"d"',
    "yyyy-mm-dd", "dd.mm.yy", "[$-409]d/m/yy", "mm-dd-yy", "h:mm", "mm:ss", "[h]:mm", "[mm]:ss",
]  # fmt: skip
NUMBERS = [0, 0.25, 1, 45, 44561.75, -3, 59.5, 60, 61]
VALUES: list[Any] = [
    "text", " blanks ", "two\nlines", "_x000D_", 1, -2.5, 1e300, True, False, "=1+1", "#N/A",
    datetime.date(2026, 11, 30), datetime.datetime(2026, 11, 30, 13, 5, 7), datetime.time(12, 30),
    datetime.timedelta(hours=30), None,
]  # fmt: skip


def _sheets(data: bytes) -> list[OpenedSheet]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return list(sheets_in({name: archive.read(name) for name in archive.namelist()}, "f.xlsx"))


def _saved(book: Workbook) -> bytes:
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _expected(cell: Any) -> tuple[Any, str]:
    """What a cell holds, and what it holds instead, as openpyxl reads it."""
    if cell.data_type == "f":
        return None, "a formula"
    if cell.data_type == "e":
        return None, f"the error {cell.value}"
    if isinstance(cell.value, datetime.time | datetime.timedelta):
        return None, "a time of day"
    is_text = isinstance(cell.value, str)
    return cell.value.replace("_x000D_", "\n") if is_text else cell.value, ""


def _shown(cell: FormCell | None) -> tuple[Any, str]:
    if cell is None:
        return None, ""
    value = cell.value
    return value.replace("_x000D_", "\n") if isinstance(value, str) else value, cell.broken


@pytest.mark.parametrize("epoch", [WINDOWS_EPOCH, MAC_EPOCH])
def test_values_are_those_of_openpyxl(epoch: datetime.datetime) -> None:
    """Values, dates, times, formulas and errors are read as openpyxl reads them, in each format."""
    book = Workbook()
    book.epoch = epoch
    written = book.worksheets[0]
    written.title = "It's a sheet"
    for row, value in enumerate(VALUES, start=1):
        written.cell(row, 1, value)
    for column, code in enumerate(FORMATS, start=2):
        for row, number in enumerate(NUMBERS, start=1):
            written.cell(row, column, number).number_format = code
    data = _saved(book)
    [sheet] = _sheets(data)
    cells: list[Any] = [
        cell for row in load_workbook(io.BytesIO(data)).worksheets[0] for cell in row
    ]
    found = [sheet.rows.get(cell.row, {}).get(cell.column) for cell in cells]
    assert [_expected(cell) for cell in cells] == [_shown(one) for one in found]
    shares = {one.spot.column for one in found if one is not None and one.is_share}
    assert {FORMATS[column - 2] for column in shares} == {"0%", "0.00%"}
    assert sheet.spot(2, 28).name == "'It''s a sheet'!AB2"


def test_beside_the_cells() -> None:
    """Comments and areas merged over rows are read with their places, sheet by sheet."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "First"
    sheet["B2"].comment = Comment("two\nlines", "me")
    sheet.merge_cells("A5:B7")
    sheet.merge_cells("C5:E5")
    second = book.create_sheet("Second")
    second["C3"] = "deep"
    second["OK1"] = "beyond the last column"
    first, other = _sheets(_saved(book))
    assert [("First!B2", "two lines")] == [(spot.name, text) for spot, text in first.comments]
    assert first.merged == ((5, 1, 7),)
    assert other.rows == {3: {3: FormCell(other.spot(3, 3), "deep")}}
    assert (other.comments, other.merged) == ((), ())
