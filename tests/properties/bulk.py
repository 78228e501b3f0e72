"""Evaluates many cases with the program over bit planes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from readiness.evaluation.bulk import CheckPlanes, GatePlanes
from readiness.evaluation.reconciliation import Answers
from readiness.evaluation.states import State
from readiness.evaluation.verdicts import Judgement
from tests.properties.pairs import Compiled


def judged_in_bulk(compiled: Compiled, answers: Sequence[Answers]) -> list[Judgement]:
    """Return what one run of the program decides about each case."""
    bulk = compiled.bulk

    def states(some: Iterable[Answers]) -> list[list[State]]:
        return [bulk.leaf_states(compiled.evaluator.case(one.stated)) for one in some]

    has_unproven = any(one.unproven for one in answers)
    as_given = states(one.as_given for one in answers) if has_unproven else []
    waived = [one.circumstances.waived() for one in answers]
    checks, gates = bulk.planes(states(answers), waived, as_given)
    by_check = dict(zip(bulk.program.check_ids, checks, strict=True))
    by_gate = dict(zip(bulk.program.gate_ids, gates, strict=True))
    order, out = compiled.ruleset.checks, compiled.ruleset.scope.gates
    return [
        Judgement(
            {key: _status(by_check[key], 1 << number) for key in order},
            {key: _standing(by_check[key], 1 << number) for key in order},
            {
                key: "out_of_scope" if key in out else _verdict(planes, 1 << number)
                for key, planes in by_gate.items()
            },
        )
        for number in range(len(answers))
    ]


def _status(planes: CheckPlanes, bit: int) -> str:
    met, unmet, not_applicable, _, _ = planes
    if not_applicable & bit:
        return "not_applicable"
    if met & bit:
        return "met"
    return "unmet" if unmet & bit else "undetermined"


def _standing(planes: CheckPlanes, bit: int) -> str:
    _, _, not_applicable, open_, held_up = planes
    if open_ & bit:
        return "blocked" if held_up & bit else "actionable"
    return "premature" if held_up & ~not_applicable & bit else "ready"


def _verdict(planes: GatePlanes, bit: int) -> str:
    names = ("no_go", "undetermined", "conditional_go")
    found = [name for name, plane in zip(names, planes, strict=True) if plane & bit]
    assert len(found) < 2, "a gate has one verdict"
    return found[0] if found else "go"
