"""The report in Markdown."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from readiness.reports.markdown.page import environment, markdown_report
from tests.conftest import GoldenCheck
from tests.reports.example_reports import (
    EVERY_KIND,
    HALDEN,
    KINDS,
    ROOT,
    hostile,
    of_case,
    of_shop,
    report_of,
)
from tests.reports.markdown.rendering import TAGS, on_one_line, references, rendered, text_of
from tests.reports.markdown.test_escaping import EVERY_HOSTILE
from tests.reports.printing import ENGAGEMENTS, GOLDEN
from tests.reports.terminal.test_assessment import WITHOUT_GATES

LABELS = (
    "engagement", "ruleset", "gate", "gate description", "area", "check", "why", "action",
    "asked", "open", "rows", "column", "other", "disputed", "silent", "section",
    "noted", "evidence", "file", "said", "cell", "inapplicable", "first", "second", "unknown",
    "reason", "assessor", "waiver", "chief", "title", "author", "publisher", "note",
)  # fmt: skip


@pytest.mark.parametrize("name", ENGAGEMENTS)
def test_report(name: str, golden: GoldenCheck) -> None:
    """Verdicts and what to do first, then the order, then the basis for all of it."""
    golden(GOLDEN / f"markdown-{name}.md", markdown_report(of_shop(name)))


def test_report_for_one_gate(golden: GoldenCheck) -> None:
    """If only some gates are requested, the report leaves out checks that do not affect them."""
    golden(GOLDEN / "markdown-mixed-build.md", markdown_report(of_shop("mixed", "build")))


def test_report_without_gates(golden: GoldenCheck) -> None:
    """A ruleset without gates has no verdict."""
    golden(GOLDEN / "markdown-without-gates.md", markdown_report(of_case(WITHOUT_GATES)))


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_every_report_is_well_made(kind: str) -> None:
    """The page contains only the intended elements, tables are complete, and everything unfolds."""
    report = KINDS[kind]()
    root = rendered(markdown_report(report))
    assert TAGS >= {element.tag for element in root.iter()}
    assert len(list(root.iter("details"))) == len(list(root.iter("summary")))
    for table in root.iter("table"):
        assert len({len(row) for row in table.iter("tr")}) == 1
    assert markdown_report(report) == markdown_report(report)


@EVERY_HOSTILE
def test_hostile_texts(text: str, tmp_path: Path) -> None:
    """A text shows as written wherever a document can hold one."""
    text = text[:1000]
    root = rendered(markdown_report(hostile(text, tmp_path)))
    shown = text_of(root)
    for label in LABELS:
        assert on_one_line(f"{text} {label}") in shown, label
    assert TAGS >= {element.tag for element in root.iter()}
    assert {link.get("href") for link in root.iter("a")} == {"https://example.org/e"}
    assert references(root) == []


def test_what_nobody_can_see_is_left_out(tmp_path: Path) -> None:
    """No control character except line ends is in the page, and no mark that reverses direction."""
    page = markdown_report(hostile("a\x07b\u202ec\u2066d\u200fe\x1b[2Jf", tmp_path))
    assert "abcdef engagement" in page
    assert not re.search(
        "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]", page
    )


@pytest.mark.slow
def test_nothing_of_the_result_is_lost() -> None:
    """Every text, id, figure and digest of the result document is in the page.

    The reasons are those that name questions by their texts.
    """
    report = report_of(str(HALDEN), ROOT)
    shown = text_of(rendered(markdown_report(report)))
    checks = [
        one | {"because": report.check[one["id"]].because.to_dict()}
        for one in report.document["checks"]
    ]
    document = report.document | {"checks": checks}
    known = {"file", "line", "text", "title", "note", "reason", "url", "id", "question", "sha256",
             "approved_by", "approved_on", "expires", "by", "respondent", "name"}  # fmt: skip

    def texts(held: object) -> set[str]:
        if isinstance(held, dict):
            said = {str(value) for key, value in held.items() if key in known and value}
            return said.union(*map(texts, held.values())) if held else said
        return set().union(*map(texts, held)) if isinstance(held, list) else set()

    missing = {text for text in texts(document) if on_one_line(text) not in shown}
    # The answers already say some of the reasons.
    conditions = (one for entry in report.checks for one in entry.conditions.values())
    missing -= {part.reason.why for one in conditions for part in one.walk() if not part.why}
    # The digests of evidence files are for machines; the JSON result and a bundle contain them.
    missing -= {
        item["sha256"]
        for response in document["responses"]
        for item in response.get("evidence", ())
        if "sha256" in item
    }
    assert missing - {"readiness", "halden-outdoor-2026"} == set()


def test_the_part_before_the_checks_fits_into_a_comment() -> None:
    """The part before the checks fits into a GitHub comment, even for a large assessment."""
    page = markdown_report(report_of(str(HALDEN), ROOT))
    assert len(page[: page.index("\n## All checks\n")]) < 65_536


@pytest.mark.slow
def test_long_lists_end_early(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists that repeat what is under "All checks" end early and say so; nothing gets lost."""
    report = report_of(str(HALDEN), ROOT)
    whole = markdown_report(report)
    monkeypatch.setitem(environment().globals, "LONGEST_LIST", 2)
    short = markdown_report(report)
    assert short.count("#### ") == 2 < whole.count("#### ")
    assert "more are described under “All checks”." in short
    assert "more are described" not in whole
    remedies = {text for entry in report.open for _, text in entry.remedy}
    shown = text_of(rendered(short))
    assert [text for text in remedies if on_one_line(text) not in shown] == []
