"""How a table is divided into blocks."""

from __future__ import annotations

from typing import Any

import pytest

from readiness.assessing import Assessor
from readiness.portfolio.assessed_block import LEAST_ROWS, MOST_ROWS, BlockAssessor
from tests.portfolio.bakery import AS_OF
from tests.semantics.harness import ruleset_of


def block_rows(checks: int, questions: dict[str, Any]) -> int:
    """Return the number of rows in a block for a ruleset with this many checks."""
    case = {
        "questions": {"s.open": "yes_no", **questions},
        "checks": {f"check-{n}": {"met_when": "s.open"} for n in range(checks)},
        "gates": {},
    }
    return BlockAssessor(Assessor(ruleset_of(case)).bulk, AS_OF).block_rows


def test_blocks_are_smaller_the_larger_a_ruleset_is() -> None:
    """Memory is bounded: the more each row needs, the fewer rows a block has."""
    assert block_rows(1, {}) == MOST_ROWS
    found = [block_rows(checks, {}) for checks in (500, 1_000, 2_000)]
    assert found == sorted(found, reverse=True)
    assert MOST_ROWS > found[1] > 1.5 * found[2] > LEAST_ROWS
    assert all(rows % LEAST_ROWS == 0 for rows in found)


@pytest.mark.parametrize(
    "question",
    [
        {"type": "table", "columns": {"hours": {"type": "number"}}},
        {"type": "yes_no", "ask_each": "bakers"},
    ],
)
def test_answers_that_are_objects_count_more(question: dict[str, Any]) -> None:
    """Tables and answers by respondents are stored one by one, and take more than a column."""
    plain = block_rows(100, {f"s.q{n}": "number" for n in range(500)})
    held = block_rows(100, {f"s.q{n}": question for n in range(500)})
    assert LEAST_ROWS <= held < plain


@pytest.mark.slow
def test_no_ruleset_is_too_large() -> None:
    """Blocks stay long enough to justify their fixed cost."""
    assert block_rows(20_000, {}) == LEAST_ROWS
