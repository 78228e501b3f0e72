"""The independent engine, one process per test module; the report of a long run."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from readiness.verification.independent_run import Reperformer
from tests.properties.pairs import BLOCK, SEED


@pytest.fixture(scope="module")
def reperformer() -> Iterator[Reperformer]:
    """Return the independent engine."""
    with Reperformer() as found:
        yield found


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Report for a long run how many pairs agreed, and where they started."""
    if "READINESS_PAIRS" not in os.environ:
        return
    count = {
        outcome: BLOCK * sum(
            "test_random_pairs" in report.nodeid
            for report in terminalreporter.stats.get(outcome, [])
        )
        for outcome in ("passed", "failed")
    }  # fmt: skip
    terminalreporter.write_line(
        f"evaluated twice: seed {SEED}, {count['passed']} random pairs agree, "
        f"{count['failed']} are in blocks with a disagreement"
    )
