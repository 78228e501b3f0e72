"""The workbook of an assessment, and its first sheet."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator

from readiness.documents.sanitize import harmless
from readiness.evaluation.formatting import join_names
from readiness.reports.report_model import Report
from readiness.reports.workbook import tables
from readiness.reports.workbook.sheet import (
    A3,
    A4,
    SheetColumn,
    SheetWriter,
    Texts,
    empty_workbook,
    pack_workbook,
    parts,
)


def xlsx_report(report: Report) -> bytes:
    """An assessment as a workbook; the same assessment gives the same bytes.

    No cell is a formula or a link, whatever the texts of documents are. Texts that no cell can
    hold are split into parts on a separate sheet, which exists only if needed.
    """
    as_of = datetime.datetime.combine(report.assessment.as_of, datetime.time())
    book = empty_workbook(harmless(report.title), as_of)
    texts = Texts()
    changes = ("Changes", A4, tables.fill_changes)
    for title, paper, fill in (*_SHEETS[:1], *([changes] if report.since else ()), *_SHEETS[1:]):
        fill(SheetWriter(book, title, texts, paper=paper), report)
    if texts.long:
        _fill_long_texts(SheetWriter(book, "Long texts", Texts()), texts.long)
    return pack_workbook(book)


def _fill_summary(sheet: SheetWriter, report: Report) -> None:
    """Title, facts, gates, warnings, digests, and how to verify them."""
    last = len(tables.GATES)
    sheet.set_widths(column.width for column in tables.GATES)
    sheet.head(report.title, f"Readiness assessment against {report.ruleset}", last)
    for name, text in _facts(report):
        sheet.put(1, name, "name")
        sheet.across(2, last, text)
        sheet.row += 1
    sheet.row += 1
    sheet.section("Gates")
    sheet.table("Gates", tables.GATES, report.gates, nothing="The ruleset has no gates.")
    if report.warnings:
        sheet.section("Warnings")
        _put_lines(sheet, report.warnings)
    sheet.section("Digests")
    sheet.table("Digests", tables.DIGESTS, report.digests, nothing="")
    sheet.section("How to verify")
    _put_lines(sheet, _verifying(report))


def _facts(report: Report) -> Iterator[tuple[str, str]]:
    yield from report.facts
    if not report.is_whole:
        asked = join_names([gate.result.id for gate in report.gates])
        yield "Shown", f"only what {asked} and the gates before wait for"
    yield "What to do first", report.introduction


def _put_lines(sheet: SheetWriter, lines: tuple[str, ...]) -> None:
    for line in lines:
        sheet.across(1, len(tables.GATES), line)
        sheet.row += 1
    sheet.row += 1


def _verifying(report: Report) -> tuple[str, ...]:
    assessment = report.assessment
    day = assessment.as_of.isoformat()
    return (
        "The same documents always give the same result and digest. To assess them again:",
        report.proposed("assess-as-then", day=day, assurance=assessment.assurance),
        "To compare every digest with the file written by this command, and repeat the assessment:",
        report.proposed("verify-against"),
    )


def _fill_long_texts(sheet: SheetWriter, long: list[str]) -> None:
    remark = (
        "Texts too long for one cell, split into parts. Join the parts to get the complete text."
    )
    found = [
        (n, m, said) for n, text in enumerate(long, 1) for m, said in enumerate(parts(text), 1)
    ]
    columns: tuple[SheetColumn[tuple[int, int, str]], ...] = (
        SheetColumn("Text", 8, lambda one: one[0]),
        SheetColumn("Part", 8, lambda one: one[1]),
        SheetColumn("Content", 140, lambda one: one[2]),
    )
    sheet.fill(remark, columns, found, nothing="", fixed=0)


_SHEETS: tuple[tuple[str, int, Callable[[SheetWriter, Report], None]], ...] = (
    ("Summary", A4, _fill_summary),
    ("Action plan", A3, tables.fill_action_plan),
    ("Findings", A3, tables.fill_findings),
    ("Reasons", A3, tables.fill_reasons),
    ("Answers", A3, tables.fill_answers),
    ("Table rows", A4, tables.fill_table_rows),
    ("Evidence", A4, tables.fill_evidence),
    ("Gates × checks", A4, tables.fill_matrix),
    ("Open questions", A4, tables.fill_open_questions),
    ("Conflicts and waivers", A4, tables.fill_conflicts_and_waivers),
    ("Sources", A4, tables.fill_sources),
)
