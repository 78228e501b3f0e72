"""Texts of documents that could control a terminal."""

from __future__ import annotations

from typing import Any

import pytest

from readiness.problems.terminal_text import printable
from readiness.reports.report_model import build_report
from readiness.reports.terminal.assessment import print_report
from readiness.reports.terminal.explanation import print_explanation
from tests.reports.printing import printed
from tests.semantics.harness import assess

ESCAPE = "\x1b"
HOSTILE = (
    ("[bold red]urgent[/bold red]", "[bold red]urgent[/bold red]"),
    ("[/]", "[/]"),
    (":warning: [link=https://example.org]here", ":warning: [link=https://example.org]here"),
    (f"{ESCAPE}[31mred{ESCAPE}[0m", "red"),
    (f"{ESCAPE}[2J{ESCAPE}[Hwiped", "wiped"),
    (f"{ESCAPE}]0;a title\x07titled", "titled"),
    (f"{ESCAPE}]8;;https://example.org{ESCAPE}\\a link{ESCAPE}]8;;{ESCAPE}\\", "a link"),
    (f"{ESCAPE}]0;never ended", "0;never ended"),
    ("\x9b31mred", "red"),
    ("\x9dmore", "more"),
    (ESCAPE, ""),
    ("ring\x07 back\x08 nul\x00", "ring back nul"),
    ("two\r\nlines\tand\x0ba tab", "two lines and a tab"),
    ("turned \u202eround\u202c \u2066apart\u2069", "turned round apart"),
)


def with_title(title: str) -> dict[str, Any]:
    """Return a case with a text wherever a document can put one."""
    question = {"type": "yes_no", "ask": f"{title} ask"}
    remedy = {"remedy": {"action": f"{title} act"}}
    return {
        "questions": {"s.a": question, "s.b": question},
        "checks": {
            "roof": {"title": f"{title} roof", "why": f"{title} why", "met_when": "s.a"} | remedy,
            "wall": {"title": f"{title} wall", "met_when": "s.b"} | remedy,
        },
        "gates": {"move": {"title": f"{title} move", "requires": ["roof", "wall"]}},
        "sheets": {
            "sales": {
                "s.a": {"unknown": f"{title} reason"},
                "s.b": {"value": False, "note": f"{title} note"},
            },
        },
        "waivers": {"wall": {"reason": f"{title} waived", "approved_by": f"{title} chief"}},
    }


@pytest.mark.parametrize(("written", "shown"), HOSTILE)
def test_printable(written: str, shown: str) -> None:
    """Escape sequences are removed as a whole, other control characters singly; markup stays."""
    assert shown == printable(written)


def test_what_an_encoding_lacks_is_a_question_mark() -> None:
    """A character that the terminal cannot show does not end the report."""
    assert printable("café ✓", "ascii") == "caf? ?"
    assert printable("café ✓", "latin-1") == "café ?"
    assert printable("\ud800") == "?"


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "cp1252"])
@pytest.mark.parametrize("written", ["[bold]", "[/nothing]", "ü ✓ 客户", "😀"])
def test_markup_is_printed_as_it_stands(written: str, encoding: str) -> None:
    """A text that looks like markup is shown letter by letter, in every terminal."""
    assessment = assess(with_title(written))
    shown = printable(written, encoding)
    text = printed(lambda console: print_report(build_report(assessment), console), 100, encoding)
    why = printed(lambda console: print_explanation(assessment, "wall", console), 100, encoding)
    for place in ("ask", "act", "roof", "why", "move", "reason", "waived", "chief"):
        assert f"{shown} {place}" in text
    for place in ("wall", "note", "waived", "chief", "act", "move"):
        assert f"{shown} {place}" in why
    assert ESCAPE not in text + why
