"""The report for one kind of reader on a terminal, as a workbook, and as data."""

from __future__ import annotations

import datetime
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from readiness.documents.sanitize import harmless
from readiness.documents.schemas import FORMATS
from readiness.problems.terminal_text import json_file_text
from readiness.reports.readers.blocks import Block, Runs
from readiness.reports.readers.paper import Paper
from readiness.reports.terminal.page import QUIET, STRONG, Column, Page, print_plain, print_table

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

_INDENT = 3
_WIDEST = 45  # characters of a column of a workbook


def print_report(paper: Paper, console: Console) -> None:
    """Print the report; texts of documents are shown as they are, never as markup."""
    page = Page(console)
    page.write((paper.title, STRONG))
    page.write((paper.byline, QUIET))
    for block in paper.blocks:
        _print_block(page, block)
    page.blank()
    page.write((paper.scope, QUIET))


def text_report(paper: Paper) -> str:
    """Return the report as plain text."""
    return print_plain(lambda console: print_report(paper, console))


def _print_block(page: Page, block: Block) -> None:
    match block.kind:
        case "heading" if block.level == 2:
            page.heading(block.text)
        case "heading":
            page.blank()
            page.write((block.text, STRONG))
        case "item":
            mark = f"{block.number}." if block.number else page.marks.bullet
            indent = " " * _INDENT * block.level
            for number, line in enumerate(_lines(page, block.runs)):
                page.hang(indent + (" " * _INDENT if number else mark.ljust(_INDENT)), line)
        case "table":
            columns = [Column(head, wraps=True) for head in block.heads]
            page.blank()
            print_table(page, columns, block.cells)
            page.blank()
        case "paragraph":
            for line in _lines(page, block.runs):
                page.write(line)
        case _:
            pass  # pictures are for pages


def _lines(page: Page, runs: Runs) -> list[Text]:
    """Return the lines of runs, which end where a run says so."""
    lines = [page.text()]
    for run in runs:
        for number, text in enumerate(run.text.split("\n")):
            if number:
                lines.append(page.text())
            lines[-1].append_text(page.text((text, STRONG if run.strong else "")))
    return lines


def xlsx_report(paper: Paper) -> bytes:
    """Return the report as a workbook of one sheet; the same input gives the same bytes.

    No cell is a formula or a link, whatever the texts of documents are.
    """
    from readiness.reports.workbook.sheet import (
        SheetColumn,
        SheetWriter,
        Texts,
        empty_workbook,
        pack_workbook,
    )

    as_of = datetime.datetime.combine(paper.report.assessment.as_of, datetime.time())
    book = empty_workbook(harmless(paper.title), as_of)
    sheet = SheetWriter(book, "Report", Texts())
    tables = [block for block in paper.blocks if block.kind == "table"]
    last = max((len(block.rows[0]) for block in tables), default=1)
    for block in tables or [Block("table", rows=(((),),))]:
        sheet.set_widths(_widths(block))
    sheet.head(paper.title, paper.byline, last)
    for number, block in enumerate(paper.blocks):
        if block.kind == "heading":
            sheet.section(block.text)
        elif block.kind == "table":
            columns = [
                SheetColumn(head, width, itemgetter(place))
                for place, (head, width) in enumerate(zip(block.heads, _widths(block), strict=True))
            ]
            sheet.table(f"Table{number}", columns, block.cells, nothing="")
        else:
            mark = f"{block.number}. " if block.number else "• "
            sheet.across(1, last, f"{mark if block.kind == 'item' else ''}{block.text}")
            sheet.row += 1
    sheet.row += 1
    sheet.across(1, last, paper.scope)
    return pack_workbook(book)


def _widths(block: Block) -> list[float]:
    return [float(min(width, _WIDEST)) for width in block.widths]


def json_report(paper: Paper) -> str:
    """Return the report as JSON: title, marks and sections, in the words of the other formats."""
    sections: list[dict[str, Any]] = []
    for block in paper.blocks:
        if block.kind == "heading":
            sections.append({"title": block.text, "level": block.level - 1, "content": []})
        elif block.kind == "table":
            table = {"heads": block.heads, "rows": block.cells}
            sections[-1]["content"].append({"table": table})
        else:
            sections[-1]["content"].append({block.kind: block.text})
    return json_file_text(
        {
            "format": FORMATS["report"],
            "reader": paper.reader,
            "title": paper.title,
            "subtitle": paper.subtitle,
            "marks": list(paper.branding.marks),
            "sections": sections,
            "scope": paper.scope,
            "sha256": paper.report.document["sha256"],
        }
    )
