"""What blocks in each row, and which blocker comes first."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from readiness.assessing import Assessor
from readiness.dependencies.ruleset import Ruleset
from readiness.dependencies.work_order import WorkOrder
from readiness.portfolio.blockers import count_rows
from readiness.portfolio.segments import pack_flags
from tests.portfolio.bakery import AS_OF
from tests.semantics.harness import ruleset_of

ROWS = 150
OPEN = {"actionable", "blocked"}


def chained(draw: random.Random, checks: int) -> dict[str, Any]:
    """Return checks with few severities and efforts, so that many tie, in chains and stars."""
    ids = [f"c{number}" for number in range(checks)]
    found: dict[str, Any] = {}
    for number, key in enumerate(ids):
        check: dict[str, Any] = {
            "met_when": f"s.q{number}",
            "severity": draw.choice(["critical", "major"]),
            "remedy": {"effort_days": draw.choice([1, 2])},
        }
        if number and draw.random() < 0.5:
            check["requires"] = draw.sample(ids[:number], draw.randint(1, min(3, number)))
        found[key] = check
    gates = {"go": {"requires": draw.sample(ids, min(3, checks))}} if draw.random() < 0.7 else {}
    questions = {f"s.q{number}": "yes_no" for number in range(checks)}
    return {"questions": questions, "checks": dict(draw.sample(sorted(found.items()), checks)),
            "gates": gates}  # fmt: skip


def answers(draw: random.Random, ruleset: Ruleset) -> pa.Table:
    often = draw.choice([0.2, 0.5, 0.9])
    return pa.table(
        {
            key: [
                True if draw.random() < often else draw.choice([False, None]) for _ in range(ROWS)
            ]
            for key in ruleset.questions
        }
    )


@pytest.mark.parametrize("checks", [1, 2, 5, 12, 40, 63, 64, 65, 90, 140])
def test_first_root_blockers_come_as_in_the_sequence(checks: int) -> None:
    """In each row, the number of blockers and the first one equal those of its work order."""
    draw = random.Random(f"blocking {checks}")
    ruleset = ruleset_of(chained(draw, checks))
    found = Assessor(ruleset).assess_table(answers(draw, ruleset), as_of=AS_OF).table.to_pylist()
    firsts = set()
    for line in found:
        is_open = [key for key in ruleset.checks if line[f"standing.{key}"] in OPEN]
        sequence = WorkOrder(ruleset, is_open)
        assert line["blockers"] == len(sequence.blockers)
        roots = sequence.root_blockers
        assert line["first_root_blocker"] == (roots[0] if roots else None)
        firsts.add(line["first_root_blocker"])
    assert checks < 5 or len(firsts) > 2  # the rows really differ


def test_counting_planes() -> None:
    """Counts in how many planes each row is set, up to all of them."""
    draw = np.random.default_rng(1)
    for planes in (1, 2, 3, 64, 100):
        flags = draw.random((planes, ROWS)) < 0.7
        flags[:, 0], flags[:, 1] = True, False
        found = count_rows(np.stack([pack_flags(one) for one in flags]), ROWS)
        assert found.tolist() == flags.sum(axis=0).tolist()
