"""The explanation of one check in a terminal."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from readiness.reports.terminal.explanation import print_explanation
from readiness.result.assessment import Assessment
from tests.conftest import GoldenCheck
from tests.lanes import each
from tests.reports.printing import ENGAGEMENTS, GOLDEN, assessed, printed

EXPLAINED = (
    ("mixed", "sponsor"),
    ("mixed", "sponsor-known"),
    ("mixed", "funding"),
    ("mixed", "photographs"),
    ("mixed", "packaging"),
    ("mixed", "terms"),
    ("unanswered", "funding"),
    ("unanswered", "audited"),
    ("unanswered", "sponsor-known"),
    ("complete", "packaging"),
)


def explanation(name: str, check: str, width: int = 80, encoding: str = "utf-8") -> str:
    return explained(assessed(name), check, width, encoding)


def explained(assessment: Assessment, check: str, width: int, encoding: str = "utf-8") -> str:
    return printed(lambda console: print_explanation(assessment, check, console), width, encoding)


@pytest.mark.parametrize(("name", "check"), EXPLAINED)
def test_explanation(name: str, check: str, golden: GoldenCheck) -> None:
    """A check is explained down to the respondents, their files and their evidence."""
    golden(GOLDEN / f"explanation-{name}-{check}.txt", explanation(name, check))


def test_explanation_in_ascii(golden: GoldenCheck) -> None:
    """A terminal limited to ASCII gets marks and branches in ASCII."""
    text = explanation("mixed", "terms", 60, "ascii")
    golden(GOLDEN / "explanation-ascii.txt", text)
    assert text.isascii()


@pytest.mark.parametrize("name", ENGAGEMENTS)
@pytest.mark.parametrize("width", each([10, 24, 60, 120], fast={10, 60}.__contains__))
def test_nothing_is_wider_than_the_terminal(name: str, width: int) -> None:
    """No line is wider than the terminal, and none ends in spaces."""
    assessment = assessed(name)
    for check in assessment.checks:
        for line in explained(assessment, check, width).splitlines():
            assert cell_len(line) <= min(width, 100)
            assert line == line.rstrip()


def test_unknown_check() -> None:
    """A check that the ruleset does not have raises `KeyError`."""
    with pytest.raises(KeyError):
        explanation("mixed", "no-such-check")
