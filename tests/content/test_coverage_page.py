"""Everything that the sources ask for is carried by a check, and every check by a source."""

from __future__ import annotations

from itertools import pairwise

import pytest

from readiness import Ruleset
from tests.conftest import GoldenCheck
from tests.content.coverage import DATA, PAGE, coverages, page, questions_read

COVERAGES = coverages()
EACH = pytest.mark.parametrize("name", COVERAGES)


def test_the_page_is_what_the_data_and_the_rulesets_say(golden: GoldenCheck) -> None:
    """`docs/coverage.md` is what comes out of the data and the rulesets now."""
    golden(PAGE, page(COVERAGES))


def test_the_five_rulesets_are_covered() -> None:
    """The data has each ruleset that was made from sources, and opens with a comment."""
    stages = ("pre-implementation", "plan-of-action", "business-planning", "program-management")
    assert [f"crm-{stage}" for stage in (*stages, "upkeep")] == list(COVERAGES)
    assert DATA.read_text(encoding="utf-8").startswith("# ")


@EACH
def test_nothing_is_listed_twice(name: str) -> None:
    """Each thing asked for has one row, with a source and a check."""
    found = COVERAGES[name].everything
    assert len({item.text for item in found}) == len(found)
    assert [item.text for item in found if not item.sources or not item.checks] == []


@EACH
def test_checks_are_those_of_the_ruleset(name: str) -> None:
    """Every check that carries something is in its ruleset."""
    one = COVERAGES[name]
    named = {key for item in one.everything for key in item.checks}
    assert set() == named - one.ruleset.checks.keys()


@EACH
def test_every_check_carries_something(name: str) -> None:
    """No check asks for what no source asks for."""
    one = COVERAGES[name]
    carrying = {key for item in one.items for key in item.checks}
    assert set() == one.ruleset.checks.keys() - carrying


@EACH
def test_sources_are_cited_by_the_checks(name: str) -> None:
    """Each source of an item is cited by a check that carries the item."""
    one = COVERAGES[name]
    for item in one.everything:
        cited = {key for check in item.checks for key in one.ruleset.checks[check].cites}
        assert set() == set(item.sources) - cited, item.text


@EACH
def test_every_question_serves_something(name: str) -> None:
    """Each question is read by a check that carries something asked for."""
    one = COVERAGES[name]
    read = {question for item in one.items for question in questions_read(one.ruleset, item.checks)}
    assert set() == one.ruleset.questions.keys() - read


@EACH
def test_the_order_is_that_of_the_checks(name: str) -> None:
    """What comes before something is required by it, be it through others; so for gates."""
    one = COVERAGES[name]
    for item in one.order:
        for first, then in pairwise(item.checks):
            assert first in behind(one.ruleset, one.ruleset.checks[then].requires), item.text
        assert item.gate or len(item.checks) > 1, item.text
        if item.gate:
            needed = behind(one.ruleset, one.ruleset.gates[item.gate].requires)
            assert item.checks[-1] in needed, item.text


def behind(ruleset: Ruleset, keys: tuple[str, ...]) -> set[str]:
    """These checks, and all that they require, be it through others."""
    found: set[str] = set()
    rest = list(keys)
    while rest:
        key = rest.pop()
        if key not in found:
            found.add(key)
            rest += ruleset.checks[key].requires
    return found
