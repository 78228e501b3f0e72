"""Every rule set of the engine, with every fact that can be posted to it."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable, Sequence

import pytest

from readiness.verification.durable.rule_engine import Fault, Rules
from readiness.verification.durable.rulebook import BOOKS
from tests.verification.library import needs_durable

# The library reads the time in a way that Python 3.12 deprecates.
pytestmark = [needs_durable, pytest.mark.filterwarnings("ignore:datetime.datetime.utcfromtime")]
TRUTHS = ("true", "false", "unknown", "not_applicable")
CODES, FEW = range(1, 5), range(4)


@pytest.fixture(scope="module")
def rules() -> Rules:
    return Rules()


def worst(names: Sequence[str]) -> Callable[..., str]:
    def chosen(failing: int, open: int, waived: int, clear: int) -> str:  # noqa: A002
        del clear
        return names[0] if failing else names[1] if open else names[2] if waived else names[3]

    return chosen


def joined(first: str, last: str) -> Callable[..., str]:
    def chosen(true: int, false: int, unknown: int) -> str:
        count = {"true": true, "false": false, "unknown": unknown}
        there = [name for name in (first, "unknown", last) if count[name]]
        return there[0] if there else "not_applicable"

    return chosen


def status(applies: int, holds: int) -> str:
    if applies in (2, 4) or holds == 4:
        return "not_applicable"
    if 3 in (applies, holds):
        return "undetermined"
    return "met" if holds == 1 else "unmet"


def own(status: int, waiver: int) -> str:
    if status in (1, 4):
        return "clear"
    if waiver:
        return "waived"
    return "failing" if status == 2 else "open"


def standing(status: int, own: int, **above: int) -> str:
    if status == 4:
        return "ready"
    is_held_up = above["failing"] + above["open"] > 0
    if own in (1, 2):
        return "blocked" if is_held_up else "actionable"
    return "premature" if is_held_up else "ready"


COUNTS = {"true": FEW, "false": FEW, "unknown": FEW}
CHAINS = {"failing": FEW, "open": FEW, "waived": FEW, "clear": range(2)}
EXPECTED: dict[str, tuple[dict[str, range], Callable[..., str]]] = {
    "counting": ({"truth": CODES}, lambda truth: TRUTHS[truth - 1]),
    "all": (COUNTS, joined("false", "true")),
    "any": (COUNTS, joined("true", "false")),
    "not": (
        {"truth": CODES},
        lambda truth: ("false", "true", "unknown", "not_applicable")[truth - 1],
    ),
    "asking": ({"truth": CODES}, lambda truth: ("asked", "hidden", "open", "hidden")[truth - 1]),
    "status": ({"applies": CODES, "holds": CODES}, status),
    "own": ({"status": CODES, "waiver": range(2)}, own),
    "counting chains": (
        {"chain": CODES},
        lambda chain: ("failing", "open", "waived", "clear")[chain - 1],
    ),
    "chain": (CHAINS, worst(("failing", "open", "waived", "clear"))),
    "standing": ({"status": CODES, "own": CODES, **CHAINS}, standing),
    "verdict": (CHAINS, worst(("no_go", "undetermined", "conditional_go", "go"))),
}


@pytest.mark.parametrize("book", BOOKS)
def test_a_book(book: str, rules: Rules) -> None:
    """For every fact exactly one rule fires, and it is the correct one."""
    fields, expected = EXPECTED[book]
    for values in itertools.product(*fields.values()):
        fact = dict(zip(fields, values, strict=True))
        assert rules.outcome(book, **fact) == expected(**fact), fact


@pytest.mark.parametrize("wanted", range(1, 8))
def test_at_least(wanted: int, rules: Rules) -> None:
    """Parts that do not apply are left out, and the number is limited to those that remain."""
    for true, false, unknown in itertools.product(range(6), repeat=3):
        left = min(wanted, true + false + unknown)
        expected = (
            "not_applicable" if not left
            else "true" if true >= left
            else "false" if true + unknown < left
            else "unknown"
        )  # fmt: skip
        fact = {"true": true, "false": false, "unknown": unknown, "possible": true + unknown}
        assert rules.at_least(wanted, **fact) == expected, fact


@pytest.mark.slow
def test_parts_are_counted_by_the_thousand(rules: Rules) -> None:
    """However many parts there are, each fires one rule."""
    counted = rules.counts("counting", ({"truth": 1 + number % 4} for number in range(3000)))
    assert counted == dict.fromkeys(TRUTHS, 750)


def test_sessions_leave_nothing_behind(rules: Rules) -> None:
    """More decisions than the library has session slots are made one after the other."""
    assert {rules.outcome("counting", truth=1) for _ in range(3000)} == {"true"}


def test_a_rule_that_is_missing_is_noticed() -> None:
    """A fact for which no rule fires raises a fault that names it."""
    books = copy.deepcopy(BOOKS)
    del books["all"]["unknown"]
    rules = Rules(books)
    assert rules.outcome("all", true=1, false=0, unknown=0) == "true"
    with pytest.raises(Fault, match="durable-rules refused a fact of 'all'"):
        rules.outcome("all", true=1, false=0, unknown=1)


def test_two_rules_that_fire_for_one_fact_are_noticed() -> None:
    """Two outcomes for one fact are a fault."""
    books = copy.deepcopy(BOOKS)
    books["any"]["false"] = {"$gte": {"false": 1}}
    with pytest.raises(Fault, match=r"one should have fired .*: (true, false|false, true)"):
        Rules(books).outcome("any", true=1, false=1, unknown=0)


def test_a_rule_that_fires_twice_for_one_fact_is_noticed() -> None:
    """Parts of an `$or` that are true together fire a rule twice, so they must be exclusive."""
    books = copy.deepcopy(BOOKS)
    books["any"]["true"] = {"$or": [{"$gte": {"true": 1}}, {"$gte": {"true": 2}}]}
    rules = Rules(books)
    assert rules.outcome("any", true=1, false=1, unknown=0) == "true"
    with pytest.raises(Fault, match=r"one should have fired .*: true, true"):
        rules.outcome("any", true=2, false=0, unknown=0)
