"""A failing case is reduced to one that a person can read."""

from __future__ import annotations

import random

import pytest
import yaml

from tests.properties.cases import answered, rules
from tests.properties.pairs import Pair, pair_of
from tests.properties.shrinking import hold


def unmet(pair: Pair) -> str:
    """A rule that most cases break: no check is unmet."""
    failing = [key for key, status in pair.judgement.statuses.items() if status == "unmet"]
    return f"unmet: {failing}" if failing else ""


@pytest.mark.slow
def test_a_failure_is_shown_as_a_small_case_that_fails_as_well() -> None:
    """Of nine checks and as many questions, only the one that breaks the rule is left."""
    draw = random.Random(20)
    pairs = (pair_of(answered(draw, rules(draw))) for _ in range(50))
    large = next(p for p in pairs if unmet(p) and len(p.case["checks"]) > 4)
    with pytest.raises(pytest.fail.Exception) as failure:
        hold(unmet, [large])
    said = str(failure.value)
    case = yaml.safe_load(said.split("smaller:)\n")[1])
    assert said.startswith("unmet: [")
    assert unmet(pair_of(case))
    assert len(case["checks"]) == 1


def test_a_crash_is_a_failure() -> None:
    """A rule that raises fails with the error's name, not with an unreadable trace."""
    draw = random.Random(3)
    pair = pair_of(answered(draw, rules(draw, small=True)))

    def crash(_pair: Pair) -> str:
        message = "broken"
        raise RuntimeError(message)

    with pytest.raises(pytest.fail.Exception, match=r"(?s)RuntimeError.*broken"):
        hold(crash, [pair])
