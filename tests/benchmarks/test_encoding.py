"""The neutral form in which the benchmarks give rulesets to other engines."""

from __future__ import annotations

import pytest

from benchmarks.encoding import encoded, holds
from benchmarks.workload import Workload
from readiness.evaluation.verdicts import MET, UNDETERMINED, UNMET


@pytest.mark.parametrize("seed", range(5))
def test_two_formulas_give_the_three_outcomes(seed: int) -> None:
    """A check is met if one formula is true, unmet if the other is, and otherwise undetermined."""
    workload = Workload(40, 60, 60, seed)
    ruleset = encoded(workload.loaded)
    for number in range(20):
        answers = workload.answers(number, missing=0.4)
        statuses = workload.assessor.assess(answers).judgement.statuses
        for check in ruleset.checks:
            pair = holds(check.met, answers), holds(check.unmet, answers)
            assert {
                (True, False): MET, (False, True): UNMET, (False, False): UNDETERMINED,
            }[pair] == statuses[check.id]  # fmt: skip


def test_checks_and_gates_stand_after_what_they_wait_for() -> None:
    """Checks and gates come after everything they wait for directly, and nothing is left out."""
    workload = Workload(40, 60, 60)
    ruleset = encoded(workload.loaded)
    seen: set[str] = set()
    for check in ruleset.checks:
        assert set(check.requires) == set(workload.ruleset["checks"][check.id]["requires"])
        assert set(check.requires) <= seen
        seen.add(check.id)
    assert seen == set(workload.ruleset["checks"])
    gates = [gate.id for gate in ruleset.gates]
    for place, gate in enumerate(ruleset.gates):
        assert set(gate.after) <= set(gates[:place])
        assert set(gate.requires) == set(workload.ruleset["gates"][gate.id]["requires"])
    assert gates == list(workload.ruleset["gates"])
