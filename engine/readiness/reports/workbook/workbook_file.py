"""Workbooks as files: how one begins, and its bytes, which are the same for the same workbook."""

from __future__ import annotations

import datetime
import io
import zipfile
from typing import Any
from xml.etree.ElementTree import canonicalize

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.writer.excel import ExcelWriter

from readiness.reports.workbook.styles import FONT, SIZE
from readiness.version import __version__

_MOST_TITLE = 250  # characters in the properties of the file
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_UNIX = 3


def empty_workbook(title: str, time: datetime.datetime) -> Workbook:
    """A workbook without sheets, of which the file says what it is about and of when it is."""
    book = Workbook()
    for sheet in book.worksheets:
        book.remove(sheet)
    styles: Any = book
    styles._named_styles["Normal"].font = Font(FONT, SIZE)  # the widths of columns go by it
    book.properties.title = title[:_MOST_TITLE]
    book.properties.creator = f"readiness {__version__}"
    book.properties.created = book.properties.modified = time
    return book


def packed(book: Workbook) -> bytes:
    """The file of a workbook, without a trace of when and by which XML library it was made.

    openpyxl sets the time of the clock beside each part of the file, and writes XML in one of two
    ways. Here the parts, in canonical XML and in the order of their names, go into a file in which
    all of them have the first day that there can be.
    """
    held = io.BytesIO()
    # the save of the book itself would set the clock's time as that of the last change
    ExcelWriter(book, zipfile.ZipFile(held, "w", zipfile.ZIP_STORED)).save()
    found = io.BytesIO()
    with zipfile.ZipFile(held) as parts, zipfile.ZipFile(found, "w") as archive:
        for name in sorted(parts.namelist()):
            entry = zipfile.ZipInfo(name)  # as of 1980-01-01
            entry.create_system = _UNIX
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            xml = _DECLARATION + canonicalize(parts.read(name).decode())
            archive.writestr(entry, xml.encode(), compresslevel=6)
    return found.getvalue()
