"""Pages for board and management as a browser shows and prints them."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pypdf
import pytest

from readiness.comparing.comparison import compare
from readiness.reports.formats import lay_out
from readiness.reports.report_model import build_report
from tests.reports.example_reports import HALDEN, ROOT, report_of
from tests.reports.webpage.test_browser import EVERY_RULE, violations

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.programs, pytest.mark.slow]


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("reader", ["board", "management"])
def test_accessibility(
    browser: Browser, tmp_path: Path, reader: str, scheme: Any, width: int
) -> None:
    """axe-core finds nothing, and nothing is wider than the screen."""
    file = tmp_path / "report.html"
    file.write_bytes(lay_out("html", report_of(str(HALDEN), ROOT), reader))
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.goto(file.as_uri())
    assert violations(page, EVERY_RULE) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


@pytest.mark.parametrize("reader", ["board", "management"])
def test_no_word_of_a_table_is_broken(browser: Browser, tmp_path: Path, reader: str) -> None:
    """Each word in a table is on one line, however narrow its column is."""
    file = tmp_path / "report.html"
    file.write_bytes(lay_out("html", report_of(str(HALDEN), ROOT), reader))
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(file.as_uri())
    assert page.evaluate(_BROKEN_WORDS) == []
    page.close()


_BROKEN_WORDS = """() => {
  const found = [];
  for (const cell of document.querySelectorAll("th, td")) {
    const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      for (const word of texts.currentNode.data.matchAll(/[\\p{L}\\p{N}]+/gu)) {
        const range = document.createRange();
        range.setStart(texts.currentNode, word.index);
        range.setEnd(texts.currentNode, word.index + word[0].length);
        const lines = new Set([...range.getClientRects()].map((one) => one.top));
        if (lines.size > 1) found.push(word[0]);
      }
    }
  }
  return found;
}"""


def test_the_board_gets_two_pages(browser: Browser, tmp_path: Path) -> None:
    """The board's page prints on two pages, as its PDF has two, with what has changed as well."""
    first = report_of(str(HALDEN), ROOT)
    second = report_of(str(HALDEN.parent / "second-round" / HALDEN.name), ROOT).assessment
    report = build_report(second, since=compare(first.assessment, second))
    file = tmp_path / "report.html"
    file.write_bytes(lay_out("html", report, "board"))
    page = browser.new_page()
    page.goto(file.as_uri())
    printed = page.pdf(prefer_css_page_size=True)
    page.close()
    for content in (printed, lay_out("pdf", report, "board")):
        pages = pypdf.PdfReader(io.BytesIO(content)).pages
        assert len(pages) == 2
        text = " ".join(pages[0].extract_text().split())
        assert "Commit to the programme: Not known yet → Yes, with accepted gaps" in text
        assert "No longer in place" in text
        assert "The sources of customer data are known across all departments" in text


def test_the_pdf_can_be_navigated() -> None:
    """The PDF has a title, a language, bookmarks, tags, and text that can be copied."""
    read = pypdf.PdfReader(io.BytesIO(lay_out("pdf", report_of(str(HALDEN), ROOT), "board")))
    root: Any = read.trailer["/Root"]
    bookmarks: Any = read.outline
    assert read.metadata is not None
    assert read.metadata.title == "Halden Outdoor CRM programme"
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"]
    assert bookmarks[0].title == "The decision"
    assert "The main gaps" in read.pages[0].extract_text()
