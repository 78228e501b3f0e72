"""The works that the checks cite."""

from __future__ import annotations

from readiness.reports.report_model import Report, SourceEntry
from readiness.reports.workbook.sheet import Column, Sheet


def fill_sources(sheet: Sheet, report: Report) -> None:
    """Each work with the checks that cite it."""
    sheet.set_widths(column.width for column in _COLUMNS)
    sheet.head("Sources", "What the checks rest on.", len(_COLUMNS))
    nothing = "No check cites a source."
    sheet.only_table("Sources", _COLUMNS, report.sources, nothing=nothing, fixed=1)


_COLUMNS: tuple[Column[SourceEntry], ...] = (
    Column("Title", 40, lambda one: one.work.title),
    Column("Id", 24, lambda one: one.work.id),
    Column("Author", 24, lambda one: one.work.author),
    Column("Publisher", 22, lambda one: one.work.publisher),
    Column("Year", 8, lambda one: one.work.year, True),
    Column("Address", 34, lambda one: one.work.url),
    Column("Note", 40, lambda one: one.work.note),
    Column("Checks that cite it", 50, lambda one: ", ".join(one.checks)),
)
