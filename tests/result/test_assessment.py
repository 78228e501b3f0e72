"""The result object."""

from __future__ import annotations

import gc
import random
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import FrozenInstanceError
from typing import Any

import pytest

from readiness.assessing import Assessor
from readiness.result.assessment import Assessment
from tests.properties.pairs import drawn
from tests.semantics.harness import ruleset_of

CASE: dict[str, Any] = {
    "questions": {"s.a": "yes_no", "s.b": "yes_no"},
    "gates": {"g": {"requires": ["d"]}, "later": {"requires": ["c"], "after": ["g"]}},
    "checks": {
        "c": {"met_when": "s.a"},
        "d": {"met_when": "s.b", "requires": ["c"]},
    },
}


@pytest.fixture(params=[1, 60], ids=["by the program", "by the program for one case"])
def result(request: pytest.FixtureRequest) -> Assessment:
    """Return an unread result; plain answers take a faster path after a few calls."""
    assessor = Assessor(ruleset_of(CASE))
    for _ in range(request.param):
        found = assessor.assess({"s.a": False})
    return found


def looked_at(result: Assessment) -> None:
    """Read everything but the reasons."""
    for check in result.checks.values():
        _ = check.waits_for, check.root_blockers, check.holds, check.gates, check.is_open
    for gate in result.gates.values():
        _ = gate.waits_for, gate.questions
    _ = result.order, result.blockers, result.root_blockers, result.score, result.area_scores


def test_each_part_is_the_same_object_each_time(result: Assessment) -> None:
    """Checks, gates and reasons that are read twice are built once."""
    assert result.checks["c"] is result.checks["c"]
    assert result.gates["g"] is result.gates["g"]
    assert result.checks["c"].because is result.checks["c"].because
    assert result.checks == result.checks == dict(result.checks)
    assert list(result.checks) == ["c", "d"]


def test_nothing_in_it_can_be_changed(result: Assessment) -> None:
    """Fields of checks and gates cannot be set, and checks and gates cannot be replaced."""
    check, gate = result.checks["c"], result.gates["g"]
    for one, name in ((check, "status"), (check, "standing"), (gate, "verdict"), (result, "title")):
        with pytest.raises(FrozenInstanceError):
            setattr(one, name, "other")
    with pytest.raises((AttributeError, TypeError)):
        check.other = 1  # type: ignore[attr-defined]
    with pytest.raises(TypeError):
        result.checks["c"] = check  # type: ignore[index]


def test_a_check_says_what_it_is(result: Assessment) -> None:
    """A check's representation names its fields, and nothing about how it was calculated."""
    check = result.checks["c"]
    text = "CheckResult(check='c', status='unmet', standing='actionable', waived=None)"
    assert repr(check) == text


@contextmanager
def without_collector() -> Iterator[None]:
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def test_a_result_is_gone_with_the_last_that_holds_it() -> None:
    """A result contains no reference cycle, so it needs no garbage collection."""
    assessor = Assessor(ruleset_of(CASE))
    with without_collector():
        for _ in range(60):
            result = assessor.assess({"s.a": False})
            looked_at(result)
            _ = result.checks["d"].because, result.to_json()
            gone = weakref.ref(result)
            del result
            assert gone() is None


def test_a_check_outlives_its_result() -> None:
    """A check that is kept alone still gives all its information."""
    assessor = Assessor(ruleset_of(CASE))
    check, result = assessor.assess({"s.a": False}).checks["d"], assessor.assess({"s.a": False})
    assert (check.waits_for, check.root_blockers, check.gates) == (("c",), ("c",), ("g",))
    assert check.because.to_dict() == result.checks["d"].because.to_dict()


def questions_of(result: Assessment, gate: str) -> set[str]:
    """Return what could still decide a gate, gate by gate and check by check."""
    if result.gates[gate].verdict != "undetermined":
        return set()
    found: set[str] = set()
    for key in result.gates[gate].waits_for:
        if result.checks[key].status == "undetermined":
            found |= result.outstanding.questions_of(key)
    return found.union(*(questions_of(result, one) for one in result.ruleset.gates[gate].after))


def test_the_questions_that_could_decide_a_gate() -> None:
    """A gate's questions come from the undetermined checks it waits for and from earlier gates."""
    draw, wanted = random.Random("deciding"), 0
    for pair in drawn(3):
        result = pair.assessment()
        keys = list(result.gates)
        for key in draw.sample(keys, len(keys)):
            expected = questions_of(result, key)
            found = result.gates[key].questions
            assert found == tuple(q for q in result.ruleset.questions if q in expected)
            wanted += bool(expected)
    assert wanted > 20
