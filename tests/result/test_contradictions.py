"""Answers that contradict each other by a consistency rule."""

from __future__ import annotations

from typing import Any

import pytest

from readiness.assessing import Assessor
from readiness.dependencies.ruleset import Ruleset
from readiness.loading.rulesets import load_ruleset
from readiness.result.assessment import Assessment
from tests.semantics.harness import documents_of

CASE: dict[str, Any] = {
    "questions": {
        "money.committed": {"type": "money", "evidence": "required"},
        "money.cost": "money",
        "scope.wide": "yes_no",
        "scope.teams": {
            "type": "choices",
            "options": {"a": "A", "b": "B"},
            "ask_when": "scope.wide",
        },
    },
    "values": {"money.share": "money.committed / money.cost"},
    "checks": {"funded": {"met_when": "money.committed > 0"}, "wide": {"met_when": "scope.wide"}},
    "gates": {
        "commit": {"requires": ["funded"]},
        "launch": {"requires": [], "after": ["commit"]},
        "widen": {"requires": ["wide"]},
    },
}
RULES = {
    "hardly-funded": {"when": "money.share < 0.1", "message": "Hardly anything is committed."},
    "one-team": {
        "when": "scope.wide and count(scope.teams) < 2",
        "message": "One team is not wide.",
        "questions": ["scope.wide"],
    },
}
CONTRADICTORY = {"money.committed": 1, "money.cost": 100}


def ruleset_with(rules: dict[str, Any]) -> Ruleset:
    """Return the ruleset of the case with consistency rules."""
    documents = documents_of(CASE)
    documents["ruleset"]["consistency"] = rules
    loader = {(kind, "case"): held for kind, held in documents.items()}
    return load_ruleset("case", loader=lambda kind, name, _: loader.get((kind, name)))


def assessed(answers: dict[str, Any], **circumstances: Any) -> Assessment:
    """Return the result for answers to the case."""
    return Assessor(ruleset_with(RULES)).assess(answers, **circumstances)


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({}, []),
        ({"money.committed": 1}, []),
        (CONTRADICTORY, ["hardly-funded"]),
        ({"money.committed": 1, "money.cost": 0}, []),
        ({"money.committed": 50, "money.cost": 100}, []),
        ({"scope.wide": False, "scope.teams": ["a"]}, []),
        ({"scope.wide": True, "scope.teams": ["a"]}, ["one-team"]),
        ({**CONTRADICTORY, "scope.wide": True, "scope.teams": []}, ["hardly-funded", "one-team"]),
    ],
)
def test_only_a_condition_that_is_true_is_a_contradiction(
    answers: dict[str, Any], expected: list[str]
) -> None:
    """What is unknown, false or not applicable contradicts nothing; no verdict depends on it."""
    result = assessed(answers)
    assert expected == [one.id for one in result.contradictions]
    assert result.judgement == Assessor(ruleset_with({})).assess(answers).judgement
    assert expected == [one["id"] for one in result.to_dict()["contradictions"]]


def test_it_says_which_answers_contradict_each_other() -> None:
    """The questions are those that the rule names, else those that its condition reads."""
    result = assessed({**CONTRADICTORY, "scope.wide": True, "scope.teams": ["a"]})
    found = {one.id: [reading.question for reading in one.answers] for one in result.contradictions}
    assert found == {"hardly-funded": ["money.committed", "money.cost"], "one-team": ["scope.wide"]}
    assert all(
        key == one.questions
        for one, key in zip(result.contradictions, map(tuple, found.values()), strict=True)
    )


def test_answers_without_their_evidence_contradict_each_other_too() -> None:
    """Under assurance evidenced, an answer that does not count is still a statement."""
    result = assessed(CONTRADICTORY, assurance="evidenced")
    assert [one.id for one in result.contradictions] == ["hardly-funded"]


def test_one_can_be_accepted_with_a_reason() -> None:
    """An accepted contradiction stays in the result; accepting what is none is a warning."""
    accepted = {"consistency.hardly-funded": {"reason": "The holding pays", "by": "lead"}}
    [one] = assessed(CONTRADICTORY, resolutions=accepted).contradictions
    assert one.to_dict()["accepted"] == {"reason": "The holding pays", "by": "lead"}
    assert "'hardly-funded'" in "".join(assessed({}, resolutions=accepted).warnings)
    unknown = {"consistency.hardly-fundd": {"reason": "r", "by": "lead"}}
    with pytest.raises(
        Exception, match=r"unknown consistency rule 'hardly-fundd'(?s:.*)hardly-funded"
    ):
        assessed(CONTRADICTORY, resolutions=unknown)


@pytest.mark.parametrize(
    ("is_held", "accepts", "expected"),
    [(False, False, []), (True, False, ["commit", "launch"]), (True, True, [])],
)
def test_an_engagement_may_hold_gates(is_held: bool, accepts: bool, expected: list[str]) -> None:
    """An unresolved contradiction holds the gates whose checks read its answers, and later ones.

    Their verdicts are the same, and they are not passed.
    """
    resolutions = {"consistency.hardly-funded": {"reason": "r", "by": "lead"}} if accepts else {}
    ruleset = ruleset_with(RULES)
    documents: dict[str, dict[str, Any]] = {
        "answers": {"format": "readiness/answers/1", "answers": CONTRADICTORY},
        "engagement": {
            "format": "readiness/engagement/1", "id": "e", "ruleset": "case",
            "answers": ["sheet"], "hold_contradictions": is_held,
            "resolutions": resolutions,
        },
    }  # fmt: skip
    from readiness.loading.engagements import load_engagement

    inquiry = load_engagement(
        document=documents["engagement"],
        loader=lambda kind, _name, _version: documents.get(kind),
        ruleset=ruleset,
    )
    result = Assessor(ruleset).assess(inquiry)
    assert expected == [key for key, gate in result.gates.items() if gate.held_by]
    assert {key: gate.verdict for key, gate in result.gates.items()} == dict(
        Assessor(ruleset_with({})).assess(CONTRADICTORY).judgement.verdicts
    )
    assert not any(result.gates[key].is_passed for key in expected)
    read = Assessment.from_dict(result.to_dict())
    assert expected == [key for key, gate in read.gates.items() if gate.held_by]
    assert [one.in_short() for one in read.contradictions] == [
        one.in_short() for one in result.contradictions
    ]
