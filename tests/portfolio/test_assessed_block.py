"""Planes of an assessed block, read as statuses, standings and verdicts."""

from __future__ import annotations

import numpy as np
import pytest

from readiness.evaluation.verdicts import STANDINGS, STATUSES, VERDICTS
from readiness.portfolio.assessed_block import codes_of
from readiness.portfolio.judging import JudgedBlock
from readiness.portfolio.segments import Matrix, pack_flags

CHECKS, GATES = 5, 3
LENGTHS = (0, 1, 7, 8, 64, 65, 130, 20_000)


def coded(rows: int) -> tuple[dict[str, np.ndarray], JudgedBlock]:
    """Draw statuses, whether something upstream is open, and verdicts, with their planes."""
    draw = np.random.default_rng(rows)
    drawn = {
        "status": draw.integers(0, len(STATUSES), (CHECKS, rows)),
        "held_up": draw.integers(0, 2, (CHECKS, rows)),
        "verdict": draw.integers(0, len(VERDICTS), (GATES, rows)),
    }
    undetermined = drawn["status"] == STATUSES.index("undetermined")
    is_open = undetermined | (drawn["status"] == STATUSES.index("unmet"))
    verdicts = planes(drawn["verdict"] & 1), planes(drawn["verdict"] >> 1)
    drawn["standing"] = drawn["held_up"] + 2 * is_open
    return drawn, JudgedBlock(
        rows,
        (planes(drawn["status"] & 1), planes(drawn["status"] >> 1)),
        (planes(drawn["held_up"]), planes(is_open)),
        verdicts,
    )


def planes(flags: np.ndarray) -> Matrix:
    return np.stack([pack_flags(one.astype(np.bool_)) for one in flags])


@pytest.mark.parametrize("rows", LENGTHS)
def test_codes_number_the_names(rows: int) -> None:
    """Each code is the index of its name, in every row and for every check and gate."""
    drawn, judged = coded(rows)
    assert STANDINGS == ("ready", "premature", "actionable", "blocked")  # two bits of it
    found = {"status": judged.statuses, "standing": judged.standings, "verdict": judged.verdicts}
    for outcome, bits in found.items():
        assert codes_of(*bits, rows).tolist() == drawn[outcome].tolist()
