"""Which conditions are lanes, and how they are laid out."""

from __future__ import annotations

from typing import Any

import pytest

from readiness.evaluation.lanes import Lanes
from readiness.evaluation.single import Single
from tests.semantics.harness import ruleset_of

QUESTIONS: dict[str, Any] = {
    "s.a": "yes_no", "s.b": "yes_no", "s.c": {"type": "choice", "options": {"x": "X", "y": "Y"}},
    "s.n": "number", "s.m": "number", "s.day": "date",
    "s.each": {"type": "yes_no", "ask_each": "team"},
    "s.later": {"type": "yes_no", "ask_when": "s.a"},
}  # fmt: skip
VALUES = {"v.both": "s.a and s.b", "v.twice": "2 * s.n"}
NINE = {"all": [{"any": ["s.a", {"all": ["s.b", f"s.n > {number}"]}]} for number in range(4)]}


def lanes_of(check: dict[str, Any]) -> Lanes:
    return Lanes(ruleset_of({"questions": QUESTIONS, "values": VALUES, "checks": {"c": check}}))


@pytest.mark.parametrize(
    "condition",
    ["s.a", "not s.a", "s.c == 'x'", "s.c not in ['x', 'y']", "1 < s.n < 5", "s.n in [1, 2]",
     "v.both or s.c != 'y'", {"any": ["s.a", {"not": {"all": ["s.b", "s.n >= 2"]}}]}],
    ids=str,
)  # fmt: skip
def test_lanes_are_of_leaves_that_read_one_answer(condition: object) -> None:
    """What joins leaves over one plain answer each by all, any and not, is a lane."""
    assert lanes_of({"met_when": condition}).unfit == ()


@pytest.mark.parametrize(
    "check",
    [{"met_when": "s.n > s.m"}, {"met_when": "v.twice > 3"}, {"met_when": "stated(s.day)"},
     {"met_when": "s.later"}, {"met_when": "every(s.each)"},
     {"met_when": {"at_least": 1, "of": ["s.a", "s.b"]}},
     {"met_when": "s.a", "applies_when": "s.b"}, {"met_when": NINE}],
    ids=str,
)  # fmt: skip
def test_other_conditions_are_no_lanes(check: dict[str, Any]) -> None:
    """Leaves over several answers, what may not apply, counts, and very many groups are left."""
    assert lanes_of(check).unfit == ("c",)


def test_groups_of_the_same_kind_are_one() -> None:
    """An `all` within an `all` takes no block of its own, nor does what a `not` turns into one."""
    one = lanes_of({"met_when": {"all": ["s.a", {"all": ["s.b", {"not": {"any": ["s.n > 1"]}}]}]}})
    assert list(one.blocks) == [()]
    two = lanes_of({"met_when": {"all": ["s.a", {"not": {"all": ["s.b", "s.n > 1"]}}]}})
    assert set(two.blocks) == {(), (0,)}


def test_a_block_is_no_longer_than_its_lanes() -> None:
    """Checks with groups come first, so that the block of these ends with the last of them."""
    checks: dict[str, Any] = {f"c{number}": {"met_when": "s.a"} for number in range(5)}
    checks["c3"] = {"met_when": {"all": ["s.a", {"any": ["s.b", "s.n > 1"]}]}}
    lanes = Lanes(ruleset_of({"questions": QUESTIONS, "checks": checks}))
    assert lanes.order == ("c3", "c0", "c1", "c2", "c4")
    assert (lanes.blocks[0,].width, lanes.blocks[()].width) == (2, 10)


def test_very_many_groups_are_judged_all_the_same() -> None:
    """A check that is no lane is judged beside those that are."""
    checks = {"many": {"met_when": NINE}, "few": {"met_when": "s.b"}}
    single = Single(ruleset_of({"questions": QUESTIONS, "checks": checks}))
    judged = single.judge({"s.a": False, "s.b": True, "s.n": 3})
    assert judged.statuses == {"many": "unmet", "few": "met"}
    assert single.judge({"s.b": True, "s.n": 4}).statuses == {"many": "met", "few": "met"}
