"""Nothing of a result is lost on the way into a report."""

from __future__ import annotations

import html.parser
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache

import pytest
from markdown_it import MarkdownIt

from readiness.model.answers import Evidence
from readiness.model.engagement import Waiver
from readiness.reports.dossier.dossier import Dossier
from readiness.reports.formats import lay_out
from readiness.result.reason import Reason
from tests.reports.dossiers import HALDEN, ROOT, dossier_of, of_shop

Item = tuple[str, str]  # what kind of thing, and a text that stands for it


class _Texts(html.parser.HTMLParser):
    """The texts of a page without markup, scripts and styles; drawings are texts too."""

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
    """What a reader of the page can read."""
    parser = _Texts()
    parser.feed(content.decode())
    return "".join(parser.texts)


def of_markdown(content: bytes) -> str:
    """What a reader of the rendered Markdown can read."""
    rendered = MarkdownIt("js-default", {"html": True}).render(content.decode())
    return of_html(rendered.encode())


def of_workbook(content: bytes) -> str:
    """What stands in the cells of a workbook."""
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = (cell.value for sheet in book for row in sheet.iter_rows() for cell in row)
    return "\n".join(str(value) for value in cells if value is not None)


def of_json(content: bytes) -> str:
    """Every text of the document."""

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


READERS: dict[str, Callable[[bytes], str]] = {
    "html": of_html,
    "markdown": of_markdown,
    "xlsx": of_workbook,
    "json": of_json,
}


def normal(text: str) -> str:
    """A text without regard to blanks and line ends."""
    return re.sub(r"\s+", "", text)


def said(dossier: Dossier) -> Iterator[Item]:
    """Everything that was said, and every reason, as the result holds it."""
    assessment = dossier.assessment
    for response in assessment.responses:
        yield "question", response.question.id
        yield "respondent", response.respondent or response.settled_by
        yield "answer", response.text
        yield "note", response.note
        for item in response.given.evidence:
            yield from _evidence(item)
        rows = response.given.value
        for row in rows if isinstance(rows, tuple) else ():
            cells = row.values() if isinstance(row, Mapping) else ()
            yield from (("cell", cell) for cell in cells if isinstance(cell, str))
    for waiver in assessment.answers.circumstances.waivers.values():
        yield from _waiver(waiver)
    for check in assessment.checks.values():
        yield "check", check.id
        for tree in (check.because, check.because.applies_when):
            if tree is not None:
                yield from _reason(tree)
    yield from (("warning", warning) for warning in assessment.warnings)
    yield from (("unanswered", question) for question in assessment.unanswered)


def _evidence(item: Evidence) -> Iterator[Item]:
    for name in ("title", "file", "url", "collected", "expires"):
        yield f"evidence {name}", getattr(item, name)


def _waiver(waiver: Waiver) -> Iterator[Item]:
    for name in ("check", "reason", "approved_by", "approved_on", "expires"):
        yield f"waiver {name}", getattr(waiver, name)


def _reason(reason: Reason) -> Iterator[Item]:
    yield "condition", reason.text
    yield "why", reason.why
    yield from (("value", key) for key, _ in reason.values)
    for part in reason.parts:
        yield from _reason(part)


@cache
def dossier(name: str) -> Dossier:
    """The dossier of the worked engagement, or of one of the shop."""
    return dossier_of(str(HALDEN), ROOT) if name == "halden" else of_shop(name)


def missing(found: Dossier, name: str) -> list[Item]:
    """What was said and cannot be read in a format."""
    text = normal(READERS[name](lay_out(name, found)))
    return [(kind, told) for kind, told in said(found) if normal(told) not in text]


@pytest.mark.parametrize("format_", READERS)
@pytest.mark.parametrize("name", ["halden", "mixed", "waived", "unanswered"])
def test_nothing_is_lost(name: str, format_: str) -> None:
    """Every answer, note, evidence item, waiver and reason of the result stands in the report."""
    assert missing(dossier(name), format_) == []


@pytest.mark.parametrize("format_", READERS)
def test_what_is_lost_is_noticed(format_: str) -> None:
    """The comparison itself finds what is not there."""
    text = normal(READERS[format_](lay_out(format_, dossier("mixed"))))
    assert normal("a note that nobody wrote") not in text
    kinds = {kind for kind, told in said(dossier("halden")) if told}
    assert {"answer", "note", "evidence title", "waiver reason", "condition", "why"} <= kinds
