"""Scores: the share of applicable checks that is met."""

from __future__ import annotations

import random
from collections.abc import Mapping

import pytest

from readiness.dependencies.ruleset import Ruleset
from readiness.evaluation.verdicts import STATUSES
from readiness.model.ruleset import SEVERITIES
from readiness.reports.phrasing import score_parts, score_range
from readiness.result.score import Score, score, weights
from tests.semantics.harness import ruleset_of

WEIGHTS = {"critical": 3, "major": 2, "minor": 1}


def scored(ruleset: Ruleset, statuses: Mapping[str, str], areas: set[str]) -> Score:
    """Return the score of some areas, check by check."""
    met = undetermined = applicable = 0
    for key, check in ruleset.checks.items():
        if check.area in areas and statuses[key] != "not_applicable":
            weight = WEIGHTS[check.severity]
            applicable += weight
            met += weight * (statuses[key] == "met")
            undetermined += weight * (statuses[key] == "undetermined")
    if not applicable:
        return Score(None, None)
    return Score(met / applicable, (met + undetermined) / applicable)


@pytest.mark.parametrize("seed", range(40))
def test_scores_are_those_of_the_checks_one_by_one(seed: int) -> None:
    """By area and in total: the weight of met checks divided by that of applicable checks."""
    draw = random.Random(f"score {seed}")
    checks = {
        f"c{number}": {
            "met_when": "s.a", "area": f"a{draw.randrange(4)}", "severity": draw.choice(SEVERITIES),
        }
        for number in range(draw.randint(1, 25))
    }  # fmt: skip
    ruleset = ruleset_of({"questions": {"s.a": "yes_no"}, "checks": checks})
    words = draw.sample(STATUSES, draw.randint(1, 4))
    statuses = {key: draw.choice(words) for key in checks}
    found = weights(ruleset, statuses)
    assert list(found) == list(ruleset.areas)
    assert score(found.values()) == scored(ruleset, statuses, set(ruleset.areas))
    for area, held in found.items():
        assert score((held,)) == scored(ruleset, statuses, {area})


def test_the_score_of_no_checks() -> None:
    """If no check applies there is no score."""
    assert score(()) == Score(None, None)


@pytest.mark.parametrize(
    ("low", "high"), [(0.525, 0.845), (0.005, 0.995), (1 / 3, 2 / 3), (0.0, 1.0), (0.155, 0.155)]
)
def test_the_parts_of_a_score_add_up_to_a_hundred(low: float, high: float) -> None:
    """Met, undetermined and unmet add up, and agree with the range that is shown."""
    parts = [int(part.removesuffix(" %")) for part in score_parts(Score(low, high))]
    assert sum(parts) == 100
    shown = score_range(Score(low, high)).removesuffix(" %").split(" to ")
    assert [str(parts[0]), str(parts[0] + parts[1])] == [shown[0], shown[-1]]
