"""The report of an assessment in a terminal."""

from __future__ import annotations

import re
from typing import Any

import pytest
from rich.cells import cell_len

from readiness.reports.phrasing import VERDICTS
from readiness.reports.report_model import build_report
from readiness.reports.terminal.assessment import print_report
from readiness.result.assessment import Assessment
from tests.conftest import GoldenCheck
from tests.reports.printing import ENGAGEMENTS, GOLDEN, assessed, printed
from tests.semantics.harness import assess

WITHOUT_GATES: dict[str, Any] = {
    "questions": {"s.a": "yes_no", "s.b": "yes_no"},
    "checks": {
        "roof": {"title": "The roof is tight", "met_when": "s.a"},
        "paint": {"title": "The walls are painted", "met_when": "s.b", "requires": ["roof"]},
    },
    "answers": {"s.a": False},
}


def report(assessment: Assessment, **how: Any) -> str:
    """Return the report as text."""
    width, encoding = how.pop("width", 80), how.pop("encoding", "utf-8")
    colour = how.pop("colour", False)
    return printed(
        lambda console: print_report(build_report(assessment, **how), console),
        width,
        encoding,
        colour=colour,
    )


@pytest.mark.parametrize("name", ENGAGEMENTS)
def test_report(name: str, golden: GoldenCheck) -> None:
    """Verdicts come first, then what to do first and why, then what, then all details."""
    golden(GOLDEN / f"text-{name}.txt", report(assessed(name), path=f"shop/{name}.yaml"))


@pytest.mark.parametrize("width", [40, 60, 120])
def test_report_of_other_widths(width: int, golden: GoldenCheck) -> None:
    """The report wraps to the width of the terminal, at most 100 columns."""
    golden(GOLDEN / f"text-mixed-{width}.txt", report(assessed("mixed"), width=width))


def test_report_for_one_gate(golden: GoldenCheck) -> None:
    """If only some gates are requested, the report leaves out checks that do not affect them."""
    golden(GOLDEN / "text-mixed-build.txt", report(assessed("mixed"), gates=["build"]))


def test_report_without_gates(golden: GoldenCheck) -> None:
    """A ruleset without gates has no verdict, and every actionable check is shown in full."""
    golden(GOLDEN / "text-without-gates.txt", report(assess(WITHOUT_GATES)))


def test_report_in_ascii(golden: GoldenCheck) -> None:
    """A terminal limited to ASCII gets marks and rules in ASCII."""
    text = report(assessed("mixed"), encoding="ascii")
    golden(GOLDEN / "text-mixed-ascii.txt", text)
    assert text.isascii()


@pytest.mark.parametrize("name", ENGAGEMENTS)
@pytest.mark.parametrize("width", [10, 24, 40, 60, 80, 100, 120, 200])
def test_nothing_is_wider_than_the_terminal(name: str, width: int) -> None:
    """No line is wider than the terminal, and none ends in spaces."""
    for line in report(assessed(name), width=width).splitlines():
        assert cell_len(line) <= min(width, 100)
        assert line == line.rstrip()


@pytest.mark.parametrize("name", ENGAGEMENTS)
def test_colour_adds_nothing_to_the_words(name: str) -> None:
    """Without colour the report contains the same text."""
    coloured = report(assessed(name), colour=True)
    bare = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    assert report(assessed(name)) == bare
    assert coloured != bare


@pytest.mark.parametrize("name", ENGAGEMENTS)
def test_every_verdict_is_in_the_report(name: str) -> None:
    """Each gate has a line with its verdict as a word and its title."""
    lines = report(assessed(name), width=100).splitlines()
    for gate in assessed(name).gates.values():
        assert any(VERDICTS[gate.verdict] in line and gate.gate.title in line for line in lines)


@pytest.mark.parametrize("name", ENGAGEMENTS)
def test_every_open_check_is_in_the_report(name: str) -> None:
    """No open check is left out, whatever its place in the order."""
    assessment = assessed(name)
    words = set(re.findall(r"[\w-]+", report(assessment)))
    assert {key for wave in assessment.order for key in wave} <= words


def test_a_later_gate_hangs_on_the_checks_of_the_gate_before_it() -> None:
    """For a later gate, the report shows what blocks the gate that it comes after."""
    assert "Find a member of the board" in report(assessed("mixed"), gates=["open"])


def test_hint_quotes_the_path() -> None:
    """The command at the end can be pasted into a shell unchanged."""
    text = report(assessed("mixed"), path="a shop/it's.yaml")
    assert text.endswith("  readiness explain 'a shop/it'\"'\"'s.yaml' sponsor\n")


def test_hint_without_a_path() -> None:
    """If the file is not known the hint has placeholders."""
    assert report(assessed("mixed")).endswith("  readiness explain PATH CHECK\n")
