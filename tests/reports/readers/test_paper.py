"""Reports for the board and the management."""

from __future__ import annotations

import dataclasses
import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from docx import Document
from docx.shared import RGBColor
from jsonschema import Draft202012Validator
from openpyxl import load_workbook

from readiness.documents.schemas import schema
from readiness.model.engagement import Branding
from readiness.reports.formats import FORMATS, lay_out
from readiness.reports.readers.paper import BrandingRefusedError, Paper
from readiness.reports.readers.plain import text_report
from readiness.reports.report_model import Report
from tests.reports.example_reports import EVERY_KIND, HALDEN, KINDS, ROOT, hostile, report_of
from tests.reports.test_exports import of_html, of_pdf, of_word

READERS = ("board", "management")
LISTING = ("csv", "junit", "sarif")
"""Formats for programs, which list fewer checks."""


def words(text: str) -> str:
    """Return a text without white space and marks of Markdown, to compare formats."""
    return re.sub(r"[\s\\*•|]|<br>|&\w+;", "", text)


def of_workbook(content: bytes) -> str:
    """Return the texts of a workbook."""
    book = load_workbook(io.BytesIO(content))
    cells = (cell.value for row in book["Report"].iter_rows() for cell in row)
    return "".join(str(value) for value in cells if value is not None)


def strings_in(value: object) -> Iterator[str]:
    """Yield the texts in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from strings_in(inner)


TEXTS: dict[str, Callable[[bytes], str]] = {
    "text": bytes.decode,
    "html": of_html,
    "markdown": bytes.decode,
    "xlsx": of_workbook,
    "docx": of_word,
    "json": lambda content: "".join(strings_in(json.loads(content))),
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("name", ["mixed", pytest.param("large", marks=pytest.mark.slow)])
def test_every_format_says_the_same(name: str, reader: str) -> None:
    """Each text of the blocks is in each format, as is what the report leaves out."""
    report = KINDS[name]()
    paper = Paper(report, reader)
    cells = [cell for block in paper.blocks for row in block.rows for cell in row]
    for format_, read in TEXTS.items():
        held = [*(one.runs for one in paper.blocks), *(cells if format_ != "text" else ())]
        told = [run.text for runs in held for run in runs]
        text = words(read(lay_out(format_, report, reader)))
        assert [one for one in (*told, paper.scope) if words(one) not in text] == [], format_


@pytest.mark.parametrize("kind", EVERY_KIND)
@pytest.mark.parametrize("reader", READERS)
def test_same_input_same_bytes(kind: str, reader: str) -> None:
    """Every report has a page in every format, and the same bytes when it is laid out again."""
    report = KINDS[kind]()
    for format_ in FORMATS:
        assert lay_out(format_, report, reader) == lay_out(
            format_, dataclasses.replace(report), reader
        )


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("name", ["mixed", "without gates", "nothing open"])
def test_json_keeps_to_its_schema(name: str, reader: str) -> None:
    """The report as data is valid against the published schema."""
    written = json.loads(lay_out("json", KINDS[name](), reader))
    Draft202012Validator(schema("report")).validate(written)


@pytest.mark.slow
def test_the_board_reads_no_ids() -> None:
    """The board's report names no check, gate or question by its id."""
    report = report_of(str(HALDEN), ROOT)
    ruleset = report.assessment.ruleset
    ids = [key for key in (*ruleset.checks, *ruleset.questions) if "-" in key or "." in key]
    text = Paper(report, "board").markdown
    assert [key for key in ids if key in text] == []


def test_the_board_sees_known_gaps_first() -> None:
    """Only what is known to be missing is a gap; a question nobody has answered is none."""
    report = KINDS["mixed"]()
    view = Paper(report, "board").view
    assert {one.result.status for one in view.gaps} == {"unmet"}
    assert len(view.main_gaps) <= 5


@pytest.mark.parametrize("reader", READERS)
def test_hostile_texts(reader: str, tmp_path: Path) -> None:
    """Texts that look like markup are shown as they are written, in every format."""
    text = "<b>*one* | `two` & [three](x) #4 \\ =5 <!--"
    report = hostile(text, tmp_path)
    for format_ in ("html", "xlsx", "docx", "text"):
        read = words(TEXTS[format_](lay_out(format_, report, reader)))
        assert words(f"{text} waiver") in read, format_
    assert lay_out("pdf", report, reader).startswith(b"%PDF")


def test_branding(tmp_path: Path) -> None:
    """Client, author, logo, colour, classification, language of dates and the draft are shown."""
    logo = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9v9z"/></svg>'
    )
    (tmp_path / "logo.svg").write_text(logo)
    branding = Branding(
        client="Northwind Ltd.",
        author="Jordan & Partners",
        date="2026-12-14",
        logo="logo.svg",
        colour="#7a1f3d",
        classification="Confidential",
        language="de-DE",
        folder=tmp_path,
    )
    report = dataclasses.replace(KINDS["mixed"](), branding=branding)
    text = text_report(Paper(report, "board"))
    marks = "Summary for the board, 14. Dezember 2026 · Northwind Ltd. · by Jordan & Partners"
    assert f"{marks} · Confidential · Draft" in " ".join(text.split())
    page = lay_out("html", report, "board").decode()
    assert "data:image/svg+xml;base64," in page
    assert "#7a1f3d" in page
    final = dataclasses.replace(report, branding=dataclasses.replace(branding, draft=False))
    assert "Draft" not in text_report(Paper(final, "board"))
    assert "Jordan & Partners" in of_pdf(lay_out("pdf", final, "board"))


@pytest.mark.parametrize(("format_", "key", "name"), [
    ("pdf", "logo", "logo.png"), ("docx", "logo", "logo.png"), ("docx", "template", "firm.docx"),
])  # fmt: skip
def test_files_that_are_something_else(format_: str, key: str, name: str, tmp_path: Path) -> None:
    """A logo that is no picture, and a template that is no document, are named."""
    (tmp_path / name).write_text("something else")
    named = {"logo": "", "template": "", key: name}
    branding = Branding(folder=tmp_path, logo=named["logo"], template=named["template"])
    report = dataclasses.replace(KINDS["mixed"](), branding=branding)
    with pytest.raises(BrandingRefusedError, match=name):
        lay_out(format_, report, "board")


def test_letters_of_every_script() -> None:
    """Letters that the font does not have do not prevent a PDF."""
    branding = Branding(client="\u672c \u0645 \U0001f642")
    report = dataclasses.replace(KINDS["mixed"](), branding=branding)
    assert "Summary for the board" in of_pdf(lay_out("pdf", report, "board"))


def test_a_template_of_the_firm() -> None:
    """The template of the documentation lends its styles, page, header and footer to the report."""
    branding = Branding(
        template="firm-template.docx", folder=ROOT / "docs", classification="Secret"
    )
    report = dataclasses.replace(KINDS["mixed"](), branding=branding)
    made = Document(io.BytesIO(lay_out("docx", report, "board")))
    header, footer = made.sections[0].header, made.sections[0].footer
    assert [one.text for one in header.paragraphs] == ["Jordan & Partners", "Secret · Draft"]
    assert footer.paragraphs[0].text.startswith("Jordan & Partners")
    assert "page 1 of 1" in footer.paragraphs[-1].text
    assert made.styles["Heading 1"].font.color.rgb == RGBColor(0x7A, 0x1F, 0x3D)
    used = {one.style.name for one in made.paragraphs if one.style}
    assert {"Title", "Subtitle", "Heading 1"} <= used


def test_reports_for_programs_list_fewer_checks() -> None:
    """CSV, JUnit and SARIF list the checks that the reader sees, and all gates."""
    report: Report = KINDS["mixed"]()
    for format_ in LISTING:
        sizes = [len(lay_out(format_, report, reader)) for reader in (*READERS, "auditor")]
        assert sizes == sorted(sizes), format_
    board = {
        line.split(",")[2] for line in lay_out("csv", report, "board").decode().splitlines()[1:]
    }
    assert board == {one.id for one in Paper(report, "board").view.main_gaps}
