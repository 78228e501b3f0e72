"""The words of a summary."""

from __future__ import annotations

from dataclasses import replace

import pytest

from readiness.portfolio.tally import Tally
from readiness.reports.portfolio.summary import Summary
from readiness.reports.portfolio.wording import NONE, figure, share
from tests.reports.portfolio.examples import AS_OF, shipped


def summary_of(cases: int) -> Summary:
    return Summary(replace(Tally.none(shipped()), cases=cases), shipped(), AS_OF)


@pytest.mark.parametrize(
    ("cases", "of", "expected"),
    [
        (0, 100_000, "0 %"),
        (5, 100_000, "<1 %"),
        (499, 100_000, "<1 %"),
        (500, 100_000, "1 %"),
        (99_500, 100_000, "99 %"),
        (99_501, 100_000, ">99 %"),
        (100_000, 100_000, "100 %"),
        (1, 3, "33 %"),
    ],
)
def test_a_share(cases: int, of: int, expected: str) -> None:
    """Whole per cent; a few of many are not none, and all but a few of them are not all."""
    summary = summary_of(of)
    assert share(summary, cases) == expected
    assert figure(summary, cases) == f"{cases:,} ({expected})"


def test_a_share_of_no_cases() -> None:
    """Where nothing was assessed there is no share."""
    assert share(summary_of(0), 0) == NONE
    assert figure(summary_of(0), 0) == "0"
