"""The workbook of an assessment."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font

from readiness.documents.sanitize import harmless
from readiness.reports.report_model import Report
from readiness.reports.workbook.matrix import fill_matrix
from readiness.reports.workbook.packing import packed
from readiness.reports.workbook.sheet import A3, A4, SheetColumn, SheetWriter
from readiness.reports.workbook.styles import FONT, SIZE
from readiness.reports.workbook.summary import fill_summary
from readiness.reports.workbook.tables import (
    fill_action_plan,
    fill_answers,
    fill_conflicts_and_waivers,
    fill_evidence,
    fill_findings,
    fill_open_questions,
    fill_reasons,
    fill_sources,
    fill_table_rows,
)
from readiness.reports.workbook.texts import Texts, parts
from readiness.version import __version__

_SHEETS: tuple[tuple[str, int, Callable[[SheetWriter, Report], None]], ...] = (
    ("Summary", A4, fill_summary),
    ("Action plan", A3, fill_action_plan),
    ("Findings", A3, fill_findings),
    ("Reasons", A3, fill_reasons),
    ("Answers", A3, fill_answers),
    ("Table rows", A4, fill_table_rows),
    ("Evidence", A4, fill_evidence),
    ("Gates × checks", A4, fill_matrix),
    ("Open questions", A4, fill_open_questions),
    ("Conflicts and waivers", A4, fill_conflicts_and_waivers),
    ("Sources", A4, fill_sources),
)
_MOST_TITLE = 250  # characters in the properties of the file


def xlsx_report(report: Report) -> bytes:
    """An assessment as a workbook; the same assessment gives the same bytes.

    No cell is a formula or a link, whatever the texts of documents are. Texts that no cell can
    hold stand in parts on a sheet of their own, which is there only for them.
    """
    book = _empty_book(report)
    texts = Texts()
    for title, paper, fill in _SHEETS:
        fill(SheetWriter(book, title, texts, paper=paper), report)
    if texts.long:
        _fill_long_texts(SheetWriter(book, "Long texts", Texts()), texts.long)
    book.active = 0
    book.worksheets[0].sheet_view.tabSelected = True
    return packed(book)


def _empty_book(report: Report) -> Workbook:
    book = Workbook()
    for sheet in book.worksheets:
        book.remove(sheet)
    styles: Any = book
    styles._named_styles["Normal"].font = Font(FONT, SIZE)  # the widths of columns go by it
    properties = book.properties
    properties.title = harmless(report.title)[:_MOST_TITLE]
    properties.creator = f"readiness {__version__}"
    as_of = datetime.datetime.combine(report.assessment.as_of, datetime.time())
    properties.created = properties.modified = as_of
    return book


_LONG_TEXTS: tuple[SheetColumn[tuple[int, int, str]], ...] = (
    SheetColumn("Text", 8, lambda one: one[0]),
    SheetColumn("Part", 8, lambda one: one[1]),
    SheetColumn("What it says", 140, lambda one: one[2]),
)


def _fill_long_texts(sheet: SheetWriter, long: list[str]) -> None:
    remark = "Texts that are longer than a cell can be, in parts: joined in order they are whole."
    found = [
        (n, m, said) for n, text in enumerate(long, 1) for m, said in enumerate(parts(text), 1)
    ]
    sheet.fill(remark, _LONG_TEXTS, found, nothing="", fixed=0)
