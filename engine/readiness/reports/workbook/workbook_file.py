"""Workbooks as files: how one begins, what goes into its cells, and its bytes.

The same workbook gives the same bytes: the library writes no time of the clock.
"""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Iterable

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from readiness.reports.workbook.styles import FONT, SIZE
from readiness.version import __version__

_MOST_TITLE = 250  # characters in the properties of the file
_PIXELS = 7  # of a digit, by which widths of columns go
_POINTS = 0.75  # of a pixel
# What the library takes for XML, and what it and spreadsheets take for an escape.
_BREAK = re.compile(r"(?<=^<)(?=r>)|(?<=_x)(?=[0-9A-Fa-f]{4}_)")


def empty_workbook(title: str, time: datetime.datetime) -> Workbook:
    """A workbook without sheets, of which the file says what it is about and of when it is."""
    usual = {"font_name": FONT, "font_size": SIZE}  # the widths of columns go by it
    options = {"in_memory": True, "default_format_properties": usual}
    book = Workbook(io.BytesIO(), options)
    author = f"readiness {__version__}"
    book.set_properties({"title": title[:_MOST_TITLE], "author": author, "created": time})
    return book


def pack_workbook(book: Workbook) -> bytes:
    """The file of a workbook, which is finished by this."""
    book.close()
    held = book.filename
    assert isinstance(held, io.BytesIO)
    return held.getvalue()


def put_text(
    sheet: Worksheet, row: int, column: int, text: str, look: Format | None = None
) -> None:
    """Put a text into a cell as a text, whatever it begins with; nothing where it is empty."""
    if not text:
        sheet.write_blank(row - 1, column - 1, None, look)
    elif _BREAK.search(text):
        put_parts(sheet, row, column, [(text, look)], look)
    else:
        sheet.write_string(row - 1, column - 1, text, look)


def put_parts(
    sheet: Worksheet,
    row: int,
    column: int,
    parts: Iterable[tuple[str, Format | None]],
    look: Format | None,
) -> None:
    """Put a text of two parts or more into a cell, each with its own look.

    What would be taken for something else is broken in two, which look alike.
    """
    broken = [(piece, one) for text, one in parts for piece in _BREAK.split(text)]
    runs = [run for piece, one in broken for run in (one, piece) if run is not None]
    sheet.write_rich_string(row - 1, column - 1, *runs, *([look] if look else []))


def set_width(sheet: Worksheet, column: int, width: float) -> None:
    """Make a column `width` digits wide."""
    sheet.set_column_pixels(column - 1, column - 1, round(width * _PIXELS))


def set_height(sheet: Worksheet, row: int, points: float) -> None:
    """Make a row that high."""
    sheet.set_row_pixels(row - 1, points / _POINTS)
