"""Reports lose nothing of a result."""

from __future__ import annotations

import csv
import html.parser
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pypdf
import pytest
from docx import Document
from markdown_it import MarkdownIt

from readiness.evaluation.formatting import format_answer
from readiness.model.answers import Evidence
from readiness.model.engagement import Waiver
from readiness.reports.formats import lay_out
from readiness.reports.reasons import conditions_of
from readiness.reports.report_model import Report
from readiness.result.responses import Response
from tests.reports.example_reports import HALDEN, ROOT, of_case, of_shop, report_of

Item = tuple[str, str]  # the kind of thing, and a text that represents it


class _Texts(html.parser.HTMLParser):
    """Collects the texts of a page without markup, scripts and styles; drawings count as text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self.hidden += tag in ("script", "style", "template")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in ("script", "style", "template")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.texts.append(data)


def of_html(content: bytes) -> str:
    """Return what a reader of the page can read."""
    parser = _Texts()
    parser.feed(content.decode())
    return "".join(parser.texts)


def of_markdown(content: bytes) -> str:
    """Return what a reader of the rendered Markdown can read."""
    rendered = MarkdownIt("js-default", {"html": True}).render(content.decode())
    return of_html(rendered.encode())


def of_workbook(content: bytes) -> str:
    """Return the texts in the cells of a workbook."""
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = (cell.value for sheet in book for row in sheet.iter_rows() for cell in row)
    return "\n".join(str(value) for value in cells if value is not None)


def of_json(content: bytes) -> str:
    """Return every text of the document."""

    def texts(value: object) -> Iterator[str]:
        if isinstance(value, dict):
            for one in value.values():
                yield from texts(one)
        elif isinstance(value, list):
            for one in value:
                yield from texts(one)
        else:
            yield str(value)

    return "\n".join(texts(json.loads(content)))


def of_csv(content: bytes) -> str:
    """Return the texts in the cells of a table."""
    rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    return "\n".join(cell for row in rows for cell in row)


def of_junit(content: bytes) -> str:
    """Return every text and every attribute of the document."""
    every = ET.fromstring(content).iter()
    return "\n".join(text for one in every for text in (*one.attrib.values(), one.text or ""))


def of_pdf(content: bytes) -> str:
    """Return the text of a PDF, as it can be copied."""
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)


def of_word(content: bytes) -> str:
    """Return the texts of a Word document."""
    document = Document(io.BytesIO(content))
    return "".join(node.text or "" for node in document.element.body.iter() if node.text)


READERS: dict[str, Callable[[bytes], str]] = {
    "text": bytes.decode,
    "html": of_html,
    "markdown": of_markdown,
    "xlsx": of_workbook,
    "pdf": of_pdf,
    "docx": of_word,
    "csv": of_csv,
    "json": of_json,
    "junit": of_junit,
    "sarif": of_json,
}
WHOLE = ("html", "markdown", "xlsx", "json")
"""The formats that contain everything."""


def normal(text: str) -> str:
    """Return a text with all spaces and line ends made alike."""
    return re.sub(r"\s+", "", text)


def said(report: Report, *, by_id: bool) -> Iterator[Item]:
    """Yield every answer and every reason in the result; reasons name questions as wanted."""
    assessment = report.assessment
    for response in assessment.responses:
        yield "question", response.question.id
        yield "respondent", response.respondent or response.settled_by
        yield "answer", response.text
        yield "note", response.note
        for item in response.given.evidence:
            yield from _evidence(item)
        rows = response.given.value
        for row in rows if isinstance(rows, tuple) else ():
            for key, cell in row.items() if isinstance(row, Mapping) else ():
                if isinstance(cell, str):
                    yield "cell", format_answer(response.question.columns[key], cell)
                    yield "cell as written", cell
    for waiver in assessment.answers.circumstances.waivers.values():
        yield from _waiver(waiver)
    for one in assessment.circumstances.scope:
        yield from ((f"scope {name}", getattr(one, name)) for name in ("id", "reason", "by", "on"))
    for entry in report.checks:
        yield "check", entry.id
        conditions = conditions_of(entry.result.because) if by_id else entry.conditions
        for condition in conditions.values():
            for part in condition.walk():
                yield "condition", part.reason.text
                yield "why", part.why
                yield from (("value", key) for key, _ in part.reason.values)
    yield from (("warning", warning) for warning in assessment.warnings)
    yield from (("unanswered", question) for question in assessment.unanswered)


def _evidence(item: Evidence) -> Iterator[Item]:
    for name in ("title", "file", "url", "collected", "expires"):
        yield f"evidence {name}", getattr(item, name)


def _waiver(waiver: Waiver) -> Iterator[Item]:
    for name in ("check", "reason", "approved_by", "approved_on", "expires"):
        yield f"waiver {name}", getattr(waiver, name)


@cache
def report(name: str) -> Report:
    """Return the report of the worked engagement, or of one of the shop."""
    return report_of(str(HALDEN), ROOT) if name == "halden" else of_shop(name)


def missing(found: Report, name: str) -> list[Item]:
    """Return everything of the result that cannot be read in a format."""
    text = normal(READERS[name](lay_out(name, found)))
    other = "cell" if name == "json" else "cell as written"
    items = (item for item in said(found, by_id=name == "json") if item[0] != other)
    return [(kind, told) for kind, told in items if normal(told) not in text]


@pytest.mark.parametrize("format_", WHOLE)
@pytest.mark.parametrize(
    "name",
    [pytest.param("halden", marks=pytest.mark.slow), "mixed", "waived", "unanswered", "scoped"],
)
def test_nothing_is_lost(name: str, format_: str) -> None:
    """The report contains every answer, note, evidence item, waiver and reason of the result."""
    assert missing(report(name), format_) == []


@pytest.mark.parametrize("format_", READERS)
def test_what_is_lost_is_noticed(format_: str) -> None:
    """The comparison itself notices missing texts."""
    text = normal(READERS[format_](lay_out(format_, report("mixed"))))
    assert normal("a note that nobody wrote") not in text
    kinds = {kind for kind, told in said(report("halden"), by_id=False) if told}
    assert {"answer", "note", "evidence title", "waiver reason", "condition", "why"} <= kinds


TABLE = {
    "type": "table",
    "columns": {"name": {"type": "text"}, "list": {"type": "text", "title": "List"}},
}
EVERYTHING: dict[str, Any] = {
    "questions": {
        "s.met": "yes_no",
        "s.unmet": "yes_no",
        "s.open": "yes_no",
        "s.rows": TABLE,
        "s.hidden": {"type": "text", "ask_when": {"any": ["s.unmet", {"not": "s.met"}]}},
        "s.unasked": {"type": "yes_no", "ask_when": {"all": ["s.met", {"any": ["s.open"]}]}},
        "s.none": {"type": "yes_no", "not_applicable": "justified"},
        "s.few": "number",
        "s.alone": "yes_no",
    },
    "checks": {
        "first": {"title": "Check first", "met_when": "s.alone"},
        "second": {"title": "Check second", "met_when": "s.unmet", "requires": ["first"]},
        "third": {"title": "Check third", "met_when": "s.open and s.unasked"},
        "fourth": {"title": "Check fourth", "met_when": "count(s.rows, name != '') > 0"},
        "fifth": {"title": "Check fifth", "met_when": "s.none"},
        "sixth": {
            "title": "Check sixth",
            "met_when": "s.met",
            "applies_when": {"all": ["s.few > 5", "s.met"]},
        },
        "seventh": {"title": "Check seventh", "met_when": "stated(s.hidden) and s.unmet"},
        "eighth": {"title": "Check eighth", "met_when": "s.unmet"},
    },
    "gates": {
        "start": {"title": "Gate start", "requires": ["second", "third", "fourth", "seventh"]}
    },
    "sheets": {
        "ann": {
            "s.met": True,
            "s.alone": {"value": True, "note": "noted on a met check",
                        "evidence": [{"title": "minute of a met check", "file": "met.pdf"}]},
            "s.unmet": {"value": False, "note": "noted on an unmet check",
                        "evidence": [{"title": "minute of an unmet check"}]},
            "s.rows": [{"name": "A", "list": "x"}, {"name": "B", "list": "x"}],
            "s.hidden": "a hidden text",
            "s.none": {"not_applicable": "a reason for none"},
            "s.few": 3,
        },
        "bob": {"s.rows": [{"name": "A", "list": "x"}, {"name": "B", "list": "y"}]},
        "cat": {"s.rows": [{"name": "A", "list": "x"}, {"name": "B", "list": "x"}],
                "s.open": {"unknown": "a reason for not knowing"}},
    },
    "scope": {"checks": {"eighth": {"reason": "a reason for the scope", "by": "the decider"}}},
    "waivers": {"seventh": {"reason": "a reason to waive", "approved_by": "the approver",
                            "approved_on": "2026-11-01", "expires": "2027-01-31"}},
}  # fmt: skip
"""An assessment with one of everything that a report may contain."""


Texts = tuple[list[str], list[str]]  # all of a kind, and those that are about open checks


def kinds(found: Report) -> dict[str, Texts]:
    """Return what a report may contain, by the kinds that the documentation lists."""
    assessment = found.assessment
    opened = [entry for entry in found.checks if entry.result.is_open]
    closed = [one for one in found.checks if one.result.status == "not_applicable"]
    waivers = [one.waived for one in assessment.checks.values() if one.waived]
    leaves = [leaf for entry in found.checks for leaf in entry.result.because.leaves()]

    def of_answers(tell: Callable[[Response], list[str]]) -> Texts:
        said = [(set(one.checks), text) for one in assessment.responses for text in tell(one)]
        ids = {entry.id for entry in opened}
        return [text for _, text in said], [text for checks, text in said if checks & ids]

    return {
        "the gates with their verdicts": ([one.result.gate.title for one in found.gates], []),
        "the checks": ([one.title for one in found.checks], [one.title for one in opened]),
        "why a check is open": ([one.said for entry in opened for one in entry.findings], []),
        "why a check does not apply": ([f.said for entry in closed for f in entry.findings], []),
        "reason and approver of a waiver": (
            [text for one in waivers for text in (one.reason, one.approved_by)],
            [],
        ),
        "why a check is out of scope": (
            [one.reason for one in assessment.circumstances.scope],
            [],
        ),
        "what respondents disagree on": ([one.difference for one in found.conflicts], []),
        "warnings": (list(assessment.warnings), []),
        "notes": of_answers(lambda one: [one.note] if one.note else []),
        "evidence": of_answers(lambda one: [item.title for item in one.given.evidence]),
        "conditions": ([leaf.text for leaf in leaves], []),
        "the digest of the result": ([found.document["sha256"]], []),
    }


def carried(found: Report, format_: str) -> Iterator[str]:
    """Return how much of each kind a format contains."""
    text = normal(READERS[format_](lay_out(format_, found)))
    for all_, opened in kinds(found).values():
        assert all_
        if all(normal(one) in text for one in all_):
            yield "all"
        elif opened and all(normal(one) in text for one in opened):
            yield "of open checks"
        else:
            yield "–"


SUMMARIES = ("text", "html", "markdown", "xlsx", "csv", "junit", "sarif")


def test_the_documentation_says_what_each_format_carries() -> None:
    """The table in the documentation lists exactly what each format contains."""
    found = of_case(EVERYTHING)
    columns = [list(carried(found, name)) for name in SUMMARIES]
    rows = [["what", *(f"`{name}`" for name in SUMMARIES)], ["---"] * (len(SUMMARIES) + 1)]
    rows += [[kind, *told] for kind, *told in zip(kinds(found), *columns, strict=True)]
    table = "".join(f"| {' | '.join(row)} |\n" for row in rows)
    assert table in (Path(__file__).parents[2] / "docs" / "reports.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_no_condition_is_cut_to_its_heading() -> None:
    """A condition in a sentence is complete, even if it is a group of conditions."""
    found = of_case(EVERYTHING)
    words = normal("only when “s.met” is answered yes and “s.open” is answered yes")
    for name, read in READERS.items():
        told = "onlywhens.metands.open" if name == "json" else words
        assert told in normal(read(lay_out(name, found))), name
