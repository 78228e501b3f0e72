"""Cells of OpenDocument spreadsheets, as LibreOffice writes them."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

import pytest

from readiness.collecting.form.cells import CellValue
from readiness.collecting.workbook.cell_reading import OpenedSheet, TooManyCells, document_sheets

_ROOT = """<office:document-content
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">
<office:body><office:spreadsheet><table:table table:name="Questions">{rows}</table:table>
</office:spreadsheet></office:body></office:document-content>"""


def opened(rows: str, most: int = 1000) -> OpenedSheet:
    """Return the sheet with these rows."""
    [sheet] = document_sheets(_ROOT.format(rows=rows).encode(), "form.ods", most)
    return sheet


def cells(rows: str) -> dict[str, str]:
    """Return what is in the cells of these rows, in words."""
    found = [cell for row in opened(rows).rows.values() for cell in row.values()]
    return {cell.spot.name: cell.broken or cell.text for cell in found}


def row(*written: str, repeated: int = 1) -> str:
    """Return a row of cells."""
    times = f'table:number-rows-repeated="{repeated}"'
    return f"<table:table-row {times}>{''.join(written)}</table:table-row>"


def cell(kind: str = "", shown: str = "", **more: str) -> str:
    """Return a cell; `more` are attributes by the names in `_ATTRIBUTES`."""
    held = {"kind": kind, **more} if kind else more
    said = "".join(f' {_ATTRIBUTES[key]}="{text}"' for key, text in held.items())
    paragraphs = "".join(f"<text:p>{line}</text:p>" for line in shown.split("\n") if shown)
    return f"<table:table-cell{said}>{paragraphs}</table:table-cell>"


_ATTRIBUTES = {
    "kind": "office:value-type",
    "value": "office:value",
    "boolean": "office:boolean-value",
    "date": "office:date-value",
    "time": "office:time-value",
    "formula": "table:formula",
    "error": "calcext:value-type",
    "columns": "table:number-columns-repeated",
    "rows": "table:number-rows-spanned",
}

VALUES: Mapping[str, tuple[str, CellValue, str]] = {
    "text": (cell("string", "a &amp;\nb<text:s text:c='2'/>c<text:tab/>d"), "a &\nb  c\td", ""),
    "whole": (cell("float", "12", value="12"), 12, ""),
    "number": (cell("currency", "12,50 €", value="12.5"), 12.5, ""),
    "share": (cell("percentage", "85 %", value="0.85"), 0.85, ""),
    "truth": (cell("boolean", "WAHR", boolean="true"), True, ""),
    "day": (cell("date", "21.11.26", date="2026-11-21"), datetime.datetime(2026, 11, 21), ""),
    "time": (cell("time", "12:00", time="PT12H"), None, "a time of day"),
    "formula": (cell("float", "2", value="2", formula="of:=1+1"), None, "a formula"),
    "error": (cell("string", "#N/A", error="error"), None, "the error #N/A"),
    "blank": (cell("string"), None, ""),
}


@pytest.mark.parametrize("name", VALUES)
def test_values(name: str) -> None:
    """A cell has the value that it holds, not the text that it shows."""
    written, value, broken = VALUES[name]
    found = opened(row(written)).rows.get(1, {}).get(1)
    if name == "blank":
        assert found is None
        return
    assert found is not None
    assert (value, broken) == (found.value, found.broken)
    assert type(value) is type(found.value)
    is_number = name in ("whole", "number", "share")
    assert (found.is_share, found.is_typed) == (name == "share", is_number)


def test_places() -> None:
    """Repeated and covered cells and rows are counted; blank ones are left out."""
    gap = '<table:table-cell table:number-columns-repeated="2"/><table:covered-table-cell/>'
    twice = cell("string", "x", columns="2")
    rows = row(gap, twice) + row(repeated=1_000_000) + row(cell("string", "far"))
    assert cells(row(cell("string", "y"), repeated=2) + rows) == {
        "Questions!A1": "y", "Questions!A2": "y", "Questions!D3": "x", "Questions!E3": "x",
    }  # fmt: skip
    with pytest.raises(TooManyCells):
        opened(row(twice, repeated=1_000_000), most=10)


def test_beside_the_cells() -> None:
    """Merged cells over several rows are reported; comments are ignored and reported."""
    note = "<office:annotation><text:p>Ask</text:p><text:p>Ben</text:p></office:annotation>"
    merged = cell("string", "z", rows="3")
    found = opened(row(f"<table:table-cell>{note}</table:table-cell>", merged))
    assert [("Questions!A1", "Ask Ben")] == [(spot.name, text) for spot, text in found.comments]
    assert found.merged == ((1, 2, 3),)
    assert list(found.rows[1]) == [2]
