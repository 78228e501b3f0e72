"""Texts of documents that could affect a spreadsheet or corrupt the file."""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from readiness.documents.sanitize import harmless
from readiness.reports.workbook.sheet import (
    MOST_HEIGHT,
    SheetWriter,
    Texts,
    empty_workbook,
    height,
    lines_of,
    pack_workbook,
)
from readiness.reports.workbook.workbook import xlsx_report
from tests.reports.example_reports import hostile, of_case
from tests.reports.test_hostile_texts import with_title
from tests.reports.workbook.reading import cells, entries, opened, parts, texts

pytestmark = pytest.mark.slow

FORMULAS = (
    "=HYPERLINK('http://example.org')", "=1+1", "+1", "-1", "@SUM(A1)", "\t=1+1", "\r=1+1",
    "\n=1+1", " =1+1", "\u00a0=1+1", "＝1+1", "=cmd|' /C calc'!A0", "{=1+1}", "#REF!", "#N/A",
    "1e5",
)  # fmt: skip
ODD = (
    "<script>alert(1)</script>", "]]>", "&amp;", "_x0041_", "_x005F_x0041_", "__x0041__x0041_",
    "_x000D_", "\u202edlrow\u202c", "\u200f\u200e", "two\nlines", "  blanks  ", "a\tb", "客户",
    "TRUE", "2026-11-21", "&A&P", "'quoted", "<r><t>one</t></r>", "<r></r>", "_x0041_x0041_",
    "_x0041_x0041_x0041_",
)  # fmt: skip
QUOTED = ('=HYPERLINK("http://example.org","here")', "👩‍👩‍👧 😀")  # not for JSON files
LONE = ("half \ud800", "\udc00")  # which no document can contain
UNWRITABLE = ("nul\x00", "\x1b[31mred", "\ufffe", "\x85", "\x7f", "\x0b")


@pytest.mark.parametrize(
    "text", FORMULAS[:1] + ODD[:4] + ("<r>one</r>", "\t@SUM(A1)", "two\nlines", "客户")
)
def test_texts_of_documents_are_texts(text: str, tmp_path: Path) -> None:
    """Wherever a document can put a text, the cell is a text and runs nothing."""
    report = hostile(text, tmp_path)
    written = xlsx_report(report)
    book = opened(written)
    assert {cell.data_type for cell in cells(book)} <= {"s", "n", "d"}
    for name, xml in parts(written).items():
        assert "<f>" not in xml, name
        assert "<f " not in xml, name
    found = [row["Action"] for row in entries(book, "Findings")]
    assert found == [harmless(entry.action) for entry in report.checks]
    whole = "\n".join(texts(book))
    for place in (
        "check", "area", "why", "gate", "asked", "section", "noted", "said", "cell",
        "column", "inapplicable", "evidence", "file", "first", "second", "reason", "assessor",
        "waiver", "chief", "silent", "unknown", "title", "author", "publisher", "note",
        "engagement",
    ):  # fmt: skip
        assert harmless(f"{text} {place}".strip()).removeprefix("'") in whole, place


@pytest.mark.parametrize("text", [*UNWRITABLE, *QUOTED])
def test_what_no_file_can_hold_is_left_out(text: str) -> None:
    """Control characters and lone surrogates are removed, and the file stays valid."""
    report = of_case(with_title(text))
    titles = [row["Check"] for row in entries(opened(xlsx_report(report)), "Findings")]
    assert titles == [harmless(entry.title) for entry in report.checks]


@pytest.mark.parametrize("text", [*FORMULAS, *ODD, *UNWRITABLE, *QUOTED, *LONE])
def test_a_text_comes_back_as_it_is(text: str) -> None:
    """A spreadsheet shows exactly the harmless text, even if it looks like an escape."""
    assert put(text) == harmless(text)


def put(text: str) -> str:
    """Return what the file contains for a text, as a spreadsheet reads it: part by part."""
    book = empty_workbook("", datetime.datetime(2000, 1, 1))
    SheetWriter(book, "One", Texts()).put(1, text, "text")
    written = parts(pack_workbook(book))
    found = ElementTree.fromstring(written.get("xl/sharedStrings.xml", "<sst/>"))
    return "".join(
        re.sub("_x([0-9A-F]{4})_", lambda code: chr(int(code[1], 16)), node.text or "")
        for node in found.iter()
    )


def with_reason(text: str) -> dict[str, Any]:
    return {
        "questions": {"s.a": "yes_no"},
        "checks": {"roof": {"met_when": "s.a", "why": text}},
        "sheets": {"sales": {"s.a": {"value": False, "note": text}}},
    }


@pytest.mark.parametrize("sign", ["x", "客", "😀", "=", "_x0041_", "word "])
@pytest.mark.parametrize("number", [10_000, 40_000])
def test_no_long_text_is_lost(sign: str, number: int) -> None:
    """A text too long for a cell is split over a separate sheet; the cell says where."""
    text = (sign * number)[:number].rstrip()
    book = opened(xlsx_report(of_case(with_reason(text))))
    why, note = entries(book, "Findings")[0]["Why it matters"], entries(book, "Answers")[0]["Note"]
    assert all(len(str(cell.value).encode("utf-16-le")) <= 2 * 32_767 for cell in cells(book))
    if "Long texts" not in book.sheetnames:
        assert why == note == harmless(text)
        assert number <= 32_767
        return
    assert book.sheetnames[-1] == "Long texts"
    assert why.endswith('… (complete text: sheet "Long texts", text 1)')
    assert note.endswith('… (complete text: sheet "Long texts", text 2)')
    assert why.startswith(harmless(text)[:900])
    rows = entries(book, "LongTexts")
    for held in (1, 2):
        said = [row["Content"] for row in rows if row["Text"] == held]
        whole = [part.removeprefix("'") if part.startswith("'=") else part for part in said]
        assert "".join(whole) == text
        assert [row["Part"] for row in rows if row["Text"] == held] == list(range(1, len(said) + 1))


def test_a_sheet_for_long_texts_is_there_only_for_them() -> None:
    """Without long texts there is no such sheet; a text that just fits is in its cell."""
    fits = opened(xlsx_report(of_case(with_reason("x" * 32_767))))
    assert "Long texts" not in fits.sheetnames
    assert entries(fits, "Findings")[0]["Why it matters"] == "x" * 32_767


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 20, 1),
        ("one line", 20, 1),
        ("two\nlines", 20, 2),
        ("a\n\nb", 20, 3),
        ("sixty characters of which none is broken inside a word, so", 30, 2),
        ("x" * 100, 20, 6),
        ("客" * 40, 20, 4),
        ("funding-sufficient-for-all", 20, 2),
    ],
)
def test_lines_that_a_text_takes(text: str, width: float, lines: int) -> None:
    """Lines break at line ends, between words, after hyphens, and inside long words."""
    assert abs(lines_of(text, width) - lines) <= (1 if lines > 3 else 0)


def test_no_row_is_higher_than_rows_can_be() -> None:
    """However long a text is, its row stays within the maximum height, and measuring is fast."""
    assert height(lines_of("x\n" * 100_000, 30)) == MOST_HEIGHT
    assert height(lines_of("x" * 1_000_000, 30)) == MOST_HEIGHT
    assert height(1) < 20
