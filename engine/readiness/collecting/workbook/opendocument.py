"""The sheets of an OpenDocument spreadsheet (ISO/IEC 26300), as LibreOffice Calc saves it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from xml.etree import ElementTree as ET

from readiness.collecting.form.cells import CellValue, FormCell, Spot
from readiness.collecting.workbook.cell_reading import (
    MOST_COLUMNS,
    MOST_ROWS,
    OpenedSheet,
    cell_spot,
)

CONTENT = "content.xml"
"""The part of a document that has the sheets."""

_NAMES = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
_OFFICE, _TABLE, _TEXT = (_NAMES % name for name in ("office", "table", "text"))
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_SPACES = {f"{_TEXT}tab": "\t", f"{_TEXT}line-break": "\n", f"{_TEXT}s": " "}


class TooManyCells(Exception):
    """A few lines of the XML stand for more cells than are allowed."""


def document_sheets(content: bytes, file: str, most: int) -> Iterator[OpenedSheet]:
    """The sheets in the content of a document; `file` is its name.

    Formulas are not calculated, and links not followed. Raises `TooManyCells` for more than `most`,
    and `ValueError` or `SyntaxError` for what is not the content of a document.
    """
    root = ET.fromstring(content)  # noqa: S314 - it has no entities
    for table in root.iterfind(f"{_OFFICE}body/{_OFFICE}spreadsheet/{_TABLE}table"):
        title, row = table.get(f"{_TABLE}name", ""), 1
        rows: dict[int, dict[int, FormCell]] = {}
        comments: list[tuple[Spot, str]] = []
        merged: list[tuple[int, int, int]] = []
        for line in table.iter(f"{_TABLE}table-row"):
            high, column = _number(line, "rows-repeated"), 1
            for cell in (one for one in line if one.tag in _CELLS):
                wide = _number(cell, "columns-repeated")
                down = range(row, min(row + high, MOST_ROWS + 1))
                along = range(column, min(column + wide, MOST_COLUMNS + 1))
                spot = cell_spot(file, title, row, column)
                found = _cell(cell, spot)
                most -= 0 if found.is_blank else len(down) * len(along)
                if most < 0:
                    raise TooManyCells
                for at in () if found.is_blank else product(down, along):
                    here = replace(found, spot=cell_spot(file, title, *at))
                    rows.setdefault(at[0], {})[at[1]] = here
                if text := _paragraphs(cell.find(f"{_OFFICE}annotation")):
                    comments.append((spot, " ".join(text.split())))
                if (span := _number(cell, "rows-spanned")) > 1:
                    merged.append((row, column, row + span - 1))
                column += wide
            row += high
        yield OpenedSheet(file, title, rows, tuple(comments), tuple(merged))


def _number(element: ET.Element, what: str) -> int:
    return int(element.get(f"{_TABLE}number-{what}", "1"))


def _cell(cell: ET.Element, spot: Spot) -> FormCell:
    """Return what a cell contains; formulas are not calculated."""
    text = _paragraphs(cell)
    kind = cell.get(f"{_OFFICE}value-type", "string")
    if cell.get(f"{_TABLE}formula") is not None:
        return FormCell(spot, broken="a formula")
    if cell.get(f"{_CALC}value-type") == "error":
        return FormCell(spot, broken=f"the error {text}")
    if kind == "time":
        return FormCell(spot, broken="a time of day")
    value: CellValue = text or None
    is_number = kind in ("float", "percentage", "currency")
    if is_number:
        value = float(cell.get(f"{_OFFICE}value", ""))
        value = int(value) if value.is_integer() else value
    elif kind == "boolean":
        value = cell.get(f"{_OFFICE}boolean-value") == "true"
    elif kind == "date":
        value = datetime.datetime.fromisoformat(cell.get(f"{_OFFICE}date-value", ""))
    return FormCell(spot, value, is_share=kind == "percentage", is_typed=is_number)


def _paragraphs(element: ET.Element | None) -> str:
    found = () if element is None else element.iterfind(f"{_TEXT}p")
    return "\n".join("".join(_pieces(paragraph)) for paragraph in found)


def _pieces(element: ET.Element) -> Iterator[str]:
    """Yield the text of a paragraph, with the spaces and line ends that it has as elements."""
    yield element.text or ""
    for part in element:
        if (space := _SPACES.get(str(part.tag))) is not None:
            yield space * int(part.get(f"{_TEXT}c", "1"))
        elif part.tag != f"{_OFFICE}annotation":
            yield from _pieces(part)
        yield part.tail or ""
