"""A check covers everything that the sources require, and every check has a source."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest

from tests.conftest import GoldenCheck
from tests.content.coverage import (
    DATA,
    PAGE,
    WHOLE,
    behind,
    coverages,
    page,
    places,
    questions_read,
    statements,
)
from tests.content.shipped import ruleset_of

COVERAGES = coverages()
EACH = pytest.mark.parametrize("name", COVERAGES)


def test_the_page_is_what_the_data_and_the_rulesets_say(golden: GoldenCheck) -> None:
    """`docs/coverage.md` equals the page generated from the data and the rulesets."""
    golden(PAGE, page(COVERAGES))


def test_the_five_rulesets_are_covered() -> None:
    """The data covers each ruleset that was made from sources, and starts with a comment."""
    stages = ("pre-implementation", "plan-of-action", "business-planning", "program-management")
    assert [f"crm-{stage}" for stage in (*stages, "upkeep")] == list(COVERAGES)
    assert DATA.read_text(encoding="utf-8").startswith("# ")


@EACH
def test_nothing_is_listed_twice(name: str) -> None:
    """Each requirement has one row, with a source and a check."""
    found = COVERAGES[name].everything
    assert len({item.text for item in found}) == len(found)
    assert [item.text for item in found if not item.sources or not item.checks] == []


@EACH
def test_checks_are_those_of_the_ruleset(name: str) -> None:
    """Every check in the coverage data exists in its ruleset."""
    one = COVERAGES[name]
    named = {key for item in one.everything for key in item.checks}
    assert set() == named - one.ruleset.checks.keys()


@EACH
def test_every_check_carries_something(name: str) -> None:
    """No check requires something that no source requires."""
    one = COVERAGES[name]
    carrying = {key for item in one.items for key in item.checks}
    assert set() == one.ruleset.checks.keys() - carrying


@EACH
def test_sources_are_cited_by_the_checks(name: str) -> None:
    """Each source of an item is cited by a check that covers the item."""
    one = COVERAGES[name]
    for item in one.everything:
        cited = {key for check in item.checks for key in one.ruleset.checks[check].cites}
        assert set() == set(item.sources) - cited, item.text


@EACH
def test_every_question_serves_something(name: str) -> None:
    """Each question is read by a check that covers a requirement."""
    one = COVERAGES[name]
    read = {question for item in one.items for question in questions_read(one.ruleset, item.checks)}
    assert set() == one.ruleset.questions.keys() - read


@EACH
def test_the_order_is_that_of_the_checks(name: str) -> None:
    """Earlier items are required by later ones, directly or indirectly, and so for gates."""
    one = COVERAGES[name]
    for item in one.order:
        for first, then in pairwise(item.checks):
            assert first in behind(one.ruleset, one.ruleset.checks[then].requires), item.text
        assert item.gate or len(item.checks) > 1, item.text
        if item.gate:
            needed = behind(one.ruleset, one.ruleset.gates[item.gate].requires)
            assert item.checks[-1] in needed, item.text


def test_the_sources_have_142_statements() -> None:
    """Every statement of the five sources is listed, and at most six have no check."""
    found = Counter(one.source for one in statements())
    expected = {"sharp": 28, "planning": 39, "strategy": 19, "program": 22, "maintain": 34}
    assert found == expected
    assert found.total() == 142
    assert len([one for one in statements() if not one.checks]) <= 6


def test_a_statement_that_no_check_carries_says_why() -> None:
    """A statement without checks has a reason, and every other one has a check that cites it."""
    ruleset = ruleset_of(WHOLE)
    for one in statements():
        if not one.checks:
            assert one.how, one.says
        cited = {key for check in one.checks for key in ruleset.checks[check].cites}
        assert not one.checks or one.source in cited, one.says


@pytest.mark.parametrize(
    ("strength", "allowed"),
    [("must", {"required"}), ("should", {"required", "advised"}), ("may", {"advised"})],
)
def test_statements_are_carried_with_the_strength_they_have(
    strength: str, allowed: set[str]
) -> None:
    """What a source demands is required, what it recommends at least advised, the rest advised.

    If a required check covers something that a source only allows, the data says how.
    """
    where = places(ruleset_of(WHOLE))
    for one in statements():
        if one.strength == strength and not (strength == "may" and one.how):
            assert {where[check][0] for check in one.checks} <= allowed, one.says
