"""A judgement contains what is decided, in the order of the documents."""

from __future__ import annotations

import copy
import dataclasses
import pickle

import pytest

from readiness.assessing import Assessor
from readiness.evaluation.verdicts import Judgement
from tests.semantics.harness import ruleset_of

CASE = {
    "questions": {"s.a": "yes_no", "s.b": "yes_no"},
    "checks": {"second": {"met_when": "s.b", "requires": ["first"]}, "first": {"met_when": "s.a"}},
    "gates": {"late": {"requires": [], "after": ["early"]}, "early": {"requires": ["second"]}},
}
EXPECTED = Judgement(
    {"second": "undetermined", "first": "unmet"},
    {"second": "blocked", "first": "actionable"},
    {"early": "no_go", "late": "no_go"},
)


def judged() -> Judgement:
    return Assessor(ruleset_of(CASE)).judge({"s.a": False})


def test_it_equals_any_judgement_that_says_the_same() -> None:
    """A judgement equals any judgement with the same mappings, and no other."""
    assert judged() == EXPECTED
    assert judged() == EXPECTED == judged() == judged()
    assert judged() != dataclasses.replace(EXPECTED, verdicts={})
    assert judged() != {"second": "undetermined"}


def test_its_mappings_have_the_order_of_the_document() -> None:
    """Checks come in the order of the ruleset, gates each after those it comes after."""
    found = judged()
    assert list(found.statuses) == list(found.standings) == ["second", "first"]
    assert list(found.verdicts) == ["early", "late"]


@pytest.mark.parametrize(
    "again", [copy.copy, copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one))]
)
def test_it_is_copied_and_pickled(again: object) -> None:
    """A copy equals the original, even through pickled bytes."""
    assert callable(again)
    assert again(judged()) == EXPECTED


def test_it_is_replaced_in_part() -> None:
    """`dataclasses.replace` makes a judgement with another mapping."""
    found = dataclasses.replace(judged(), verdicts={})
    assert found == Judgement(EXPECTED.statuses, EXPECTED.standings, {})


def test_it_never_changes() -> None:
    """A judgement's mappings cannot be replaced, and it takes no further attributes."""
    found = judged()
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.statuses = {}  # type: ignore[misc]
    with pytest.raises(AttributeError):
        found.nothing  # type: ignore[attr-defined]  # noqa: B018
    with pytest.raises(TypeError, match="unhashable"):
        hash(found)
