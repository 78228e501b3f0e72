"""The analyser says of all answer sheets what trying each of them says."""

from __future__ import annotations

import os
import random
from typing import Any

import pytest

import readiness
from readiness.dependencies.graph import members
from readiness.evaluation.evaluator import Evaluator
from readiness.evaluation.states import UNKNOWN, State
from readiness.proving.analyser import (
    Analyser,
    Witness,
    apart,
    inapplicable,
    met,
    stays_unmet,
    still_open,
    unmet,
)
from tests.content.shipped import ruleset_of
from tests.proving.small_rulesets import (
    DAY,
    MIXED,
    MIXED_LEAVES,
    condition,
    judge,
    load,
    mixed_sheets,
    sheets,
    texts,
)

COUNT = int(os.environ.get("READINESS_PROVED", "30"))
STATUSES = {"met": met, "unmet": unmet, "not_applicable": inapplicable}


@pytest.mark.parametrize("seed", range(COUNT))
def test_brute_force_agrees(seed: int) -> None:
    """What can be, what implies what, and what is the same is what trying every sheet shows."""
    ruleset = load(*texts(seed))
    evaluator = Evaluator(ruleset)
    by_sheet = {tuple(one.values()): judge(ruleset, evaluator, one) for one in sheets()}
    judged = list(by_sheet.values())
    analyser = Analyser([ruleset], DAY)
    keys = list(ruleset.checks)
    for key in keys:
        for status, query in STATUSES.items():
            can_be = any(one.statuses[key] == status for one in judged)
            assert can_be is bool(analyser.find(query(key))), (key, status)
        named = random.Random(f"{seed} {key}").sample(list(ruleset.questions), 2)
        stuck = [  # unmet, and still unmet without an answer to what is named
            sheet
            for sheet in sheets()
            if by_sheet[tuple(sheet.values())].statuses[key] == "unmet"
            and by_sheet[_without(sheet, named)].statuses[key] == "unmet"
        ]
        assert bool(stuck) is bool(analyser.find(unmet(key), stays_unmet(key, named)))
        upstream = ruleset.graph.upstream[ruleset.graph.position[key]]
        ready = any(one.statuses[key] == "met" and one.standings[key] == "ready" for one in judged)
        assert ready is bool(analyser.find(met(key), analyser.closed(upstream)))
        blocked = any(one.standings[key] == "blocked" for one in judged)
        above = [ruleset.graph.ids[position] for position in members(upstream)]
        assert blocked is any(
            bool(analyser.find(still_open(key), still_open(need))) for need in above
        )
        for other in keys:
            implied = not any(
                one.statuses[key] == "met" and one.statuses[other] == "unmet" for one in judged
            )
            assert implied is analyser.find(met(key), unmet(other)).is_never
            same = all(one.statuses[key] == one.statuses[other] for one in judged)
            assert same is analyser.find(apart(key, other)).is_never
    assert analyser.undecided == 0


@pytest.mark.parametrize("seed", range(max(3, COUNT // 5)))
def test_brute_force_agrees_about_tables_groups_and_dates(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is found can be, and what can be is found, or counted as not decided."""
    monkeypatch.setattr("readiness.proving.space.MEMBERS", ("a", "b"))
    dice = random.Random(f"mixed {seed}")
    lines = [
        f"  {key}: {{title: {key}, area: t, severity: major, met_when: "
        f'"{condition(dice, 2, MIXED_LEAVES)}"}}\n'
        for key in ("one", "two", "three")
    ]
    head = "format: readiness/ruleset/1\nid: small\ntitle: Small\nquestionnaire: small\n"
    ruleset = load(MIXED, f"{head}areas: {{t: {{title: T}}}}\nchecks:\n{''.join(lines)}")
    evaluator = Evaluator(ruleset)
    judged = [evaluator.judge(sheet, ()).statuses for sheet in mixed_sheets()]
    analyser = Analyser([ruleset], DAY)
    for key in ruleset.checks:
        for status, query in STATUSES.items():
            found = analyser.find(query(key))
            can_be = any(one[key] == status for one in judged)
            assert found or not can_be or not found.is_decided, (key, status)
            assert not found.witness or _shows(ruleset, found.witness, key, status)
        for other in ruleset.checks:
            implied = not any(one[key] == "met" and one[other] == "unmet" for one in judged)
            if analyser.find(met(key), unmet(other)).is_never:
                assert implied, (key, other)
            same = all(one[key] == one[other] for one in judged)
            if analyser.find(apart(key, other)).is_never:
                assert same, (key, other)


def _shows(ruleset: readiness.Ruleset, witness: Witness, key: str, status: str) -> bool:
    """Whether an assessment of a witness, which may have more rows, has the status."""
    answers: Any = witness["answers"]
    groups = {"people": ["a", "b"]}
    found = readiness.Assessor(ruleset).assess(answers, as_of=DAY, groups=groups)
    return found.checks[key].status == status


def _without(sheet: dict[str, State], questions: list[str]) -> tuple[State, ...]:
    return tuple(UNKNOWN if key in questions else held for key, held in sheet.items())


@pytest.mark.parametrize("name", ["crm-upkeep", "crm-plan-of-action"])
def test_every_witness_shows_what_it_is_for(name: str) -> None:
    """A sheet that is found loads, and has the status that was asked for."""
    ruleset = ruleset_of(name)
    analyser, assessor = Analyser([ruleset]), readiness.Assessor(ruleset)
    found = 0
    for key in ruleset.checks:
        for status, query in STATUSES.items():
            witness = analyser.find(query(key)).witness
            if witness is not None:
                result = assessor.assess(dict(witness["answers"]), as_of=analyser.as_of)  # type: ignore[call-overload]
                assert result.checks[key].status == status
                assert str(result.checks[key].because.truth)
                found += 1
    assert found > 2 * len(ruleset.checks) - 5
    assert analyser.undecided * 100 <= 2 * analyser.asked
