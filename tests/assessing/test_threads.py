"""Rulesets and assessors are shared between threads."""

from __future__ import annotations

import datetime
import random
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import readiness

DAY = datetime.date(2026, 11, 30)
THREADS = 16


def cases(ruleset: readiness.Ruleset) -> list[dict[str, Any]]:
    """Return answers to some of the simple questions, other ones in each case."""
    draw = random.Random(5)
    asked = [one for one in ruleset.questions.values() if one.type == "yes_no" and not one.ask_each]
    return [
        {one.id: draw.random() < 0.7 for one in asked if draw.random() < 0.8} for _ in range(48)
    ]


def assess(assessor: readiness.Assessor, answers: dict[str, Any]) -> tuple[str, Any, Any]:
    """Return everything that one thread makes of answers: the result, verdicts and a session."""
    result = assessor.assess(answers, as_of=DAY)
    session = assessor.session(as_of=DAY)
    return result.to_json(), assessor.judge(answers, as_of=DAY), session.answer_all(answers)


@pytest.mark.slow
def test_sixteen_threads_get_what_one_gets() -> None:
    """Threads that share a fresh assessor get the results of a single thread, byte for byte."""
    ruleset = readiness.load_ruleset("crm-pre-implementation")
    given = cases(ruleset)
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        shared = readiness.Assessor(readiness.load_ruleset("crm-pre-implementation"))
        with ThreadPoolExecutor(THREADS) as pool:
            found = list(pool.map(lambda answers: assess(shared, answers), given))
    finally:
        sys.setswitchinterval(before)
    assessor = readiness.Assessor(ruleset)
    assert found == [assess(assessor, answers) for answers in given]


def test_sixteen_threads_load_the_same_ruleset() -> None:
    """Rulesets that are loaded at the same time are equal."""
    with ThreadPoolExecutor(THREADS) as pool:
        found = list(pool.map(readiness.load_ruleset, ["crm-upkeep"] * THREADS))
    assert all(one == found[0] for one in found)
