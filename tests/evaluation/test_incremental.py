"""Standings, verdicts and blockers that are updated equal those calculated from the statuses."""

from __future__ import annotations

import datetime
import random
from collections.abc import Mapping
from typing import Any

import pytest

from readiness.dependencies.ruleset import Ruleset
from readiness.dependencies.work_order import WorkOrder
from readiness.evaluation.evaluator import Requirements
from readiness.evaluation.incremental import Change, ChangeKind, Propagation
from readiness.evaluation.interpreter import Interpreter
from readiness.evaluation.judging import Judging
from readiness.evaluation.reconciliation import settle
from readiness.evaluation.verdicts import STATUSES, Judgement
from readiness.model.engagement import Circumstances
from tests.semantics.harness import ruleset_of

CHECKS = 24
STEPS = 150


def random_ruleset(draw: random.Random) -> Ruleset:
    """Return checks that require earlier or later ones, and a chain of gates."""
    ids = [f"c{number}" for number in draw.sample(range(CHECKS), CHECKS)]
    checks: dict[str, Any] = {
        key: {
            "met_when": "s.a",
            "requires": draw.sample(ids[:number], min(number, draw.choice([0, 1, 1, 2]))),
        }
        for number, key in enumerate(ids)
    }
    gates = {
        f"g{number}": {
            "requires": draw.sample(ids, draw.randint(0, 3)),
            "after": [f"g{number - 1}"] if number and draw.random() < 0.5 else [],
        }
        for number in range(4)
    }
    in_any_order = dict(sorted(checks.items()))
    return ruleset_of({"questions": {"s.a": "yes_no"}, "checks": in_any_order, "gates": gates})


def judged(judging: Judging, statuses: Mapping[str, str]) -> Judgement:
    """Return what the reference calculates from statuses."""
    verdicts: dict[str, str] = {}
    for gate in judging.ruleset.gate_order:
        verdicts[gate] = judging.verdict(gate, statuses, verdicts)
    standings = {key: judging.standing(key, statuses) for key in statuses}
    return Judgement(dict(statuses), standings, verdicts)


def words(ruleset: Ruleset, judgement: Judgement) -> dict[tuple[ChangeKind, str], str]:
    """Return everything that can change, by kind and id, in the order in which it is reported."""
    standings = judgement.standings
    sequence = WorkOrder(
        ruleset, [k for k, s in standings.items() if s in ("actionable", "blocked")]
    )
    blockers = {
        key: "root_blocker" if key in sequence.root_blockers
        else "blocker" if key in sequence.blockers else "no_blocker"
        for key in ruleset.checks
    }  # fmt: skip
    kinds: dict[ChangeKind, Mapping[str, str]] = {
        "verdict": judgement.verdicts, "status": judgement.statuses, "standing": standings,
        "blocker": blockers,
    }  # fmt: skip
    return {(kind, key): word for kind, held in kinds.items() for key, word in held.items()}


@pytest.mark.parametrize("seed", range(8))
def test_what_is_kept_is_what_the_reference_makes_of_the_statuses(seed: int) -> None:
    """After any change of statuses, judgement and changes equal those of a full evaluation.

    Some checks are waived; several statuses may change together, or none.
    """
    draw = random.Random(f"standing {seed}")
    ruleset = random_ruleset(draw)
    waived = [key for key in ruleset.checks if draw.random() < 0.15]
    answers = settle(ruleset.questions, (), Circumstances(datetime.date(2026, 11, 21)))
    judging = Judging(ruleset, Interpreter(ruleset, answers), waived)
    before = judged(judging, {key: draw.choice(STATUSES) for key in ruleset.checks})
    standing, ids = Propagation(Requirements(ruleset), before, waived), list(ruleset.checks)
    for _ in range(STEPS):
        places = sorted(draw.sample(range(CHECKS), draw.choice([1, 1, 1, 2, 6])))
        # mostly closed, because then a single open check affects others
        found = [(ids[place], draw.choice([*STATUSES, "met", "met"])) for place in places]
        moves = standing.take(found)
        after = judged(judging, {**before.statuses, **dict(found)})
        assert standing.judgement() == after
        old, new = words(ruleset, before), words(ruleset, after)
        expected = [Change(*key, old[key], new[key]) for key in new if old[key] != new[key]]
        assert list(moves) == expected
        before = after


def test_a_judgement_that_was_given_out_stays() -> None:
    """A judgement that was returned earlier does not change later."""
    ruleset = ruleset_of({"questions": {"s.a": "yes_no"}, "checks": {"c": {"met_when": "s.a"}}})
    judgement = Judgement({"c": "met"}, {"c": "ready"}, {})
    standing = Propagation(Requirements(ruleset), judgement, ())
    first = standing.judgement()
    standing.take([("c", "unmet")])
    assert first == judgement == Judgement({"c": "met"}, {"c": "ready"}, {})
    assert standing.judgement() == Judgement({"c": "unmet"}, {"c": "actionable"}, {})
