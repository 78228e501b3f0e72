"""Small rulesets are judged by looking up what each answer does, as the reference judges them."""

from __future__ import annotations

import collections
import datetime
import decimal
import enum
import fractions
import math
import random
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest

from readiness.dependencies.ruleset import Ruleset
from readiness.documents.reading import LARGEST_EXACT
from readiness.evaluation import quick
from readiness.evaluation.judging import Judging
from readiness.evaluation.lanes import Lanes
from readiness.evaluation.reference import Reference
from readiness.evaluation.settling import Circumstances, settle
from readiness.evaluation.single import NotPlain, Single
from readiness.evaluation.verdicts import Judgement
from readiness.loading.plain import plain_sheet
from readiness.problems import Problems
from tests.semantics.harness import ruleset_of

TODAY = datetime.date(2026, 11, 21)
SIGNS = ("==", "!=", "<", "<=", ">", ">=")
OPERANDS = (-2, 0, 0.1, 5, 5.5, 100)
OPTIONS = {"a": "A", "b": "B", "c": "C"}

Condition = str | dict[str, Any]


@pytest.fixture(autouse=True)
def _lanes_wherever_there_can_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quick, "LEAST_IN_LANES", 0)


def by_reference(ruleset: Ruleset, answers: Mapping[str, object]) -> Judgement:
    problems = Problems()
    sheet = plain_sheet(answers, ruleset.questions, problems)
    problems.raise_if_any()
    settled = settle(ruleset.questions, [sheet], Circumstances(TODAY))
    return Judging(ruleset, Reference(ruleset, settled), {}).judgement()


def listed(judgement: Judgement) -> list[list[tuple[str, str]]]:
    """Everything in it, with its order."""
    mappings = (judgement.statuses, judgement.standings, judgement.verdicts)
    return [list(mapping.items()) for mapping in mappings]


# Numbers


def numbers() -> Iterator[float]:
    for operand in OPERANDS:
        yield from (operand, float(operand))
        yield from (math.nextafter(operand, -math.inf), math.nextafter(operand, math.inf))
    yield from (3, 4.999, 6, 99, 101, -0.0, LARGEST_EXACT, -LARGEST_EXACT)


def test_numbers_at_and_beside_what_they_are_held_against() -> None:
    """A number equal to an operand, or next to it, is judged as each operator has it."""
    conditions = [f"s.n {sign} {operand}" for sign in SIGNS for operand in OPERANDS]
    conditions += [f"{operand} {sign} s.n" for sign in SIGNS for operand in OPERANDS]
    conditions += [f"s.n {sign} [0, 5.5, 100]" for sign in ("in", "not in")]
    conditions += [f"not ({one})" for one in conditions[: len(SIGNS)]]
    checks = {f"c{n}": {"met_when": one} for n, one in enumerate(conditions)}
    ruleset = ruleset_of({"questions": {"s.n": "number"}, "checks": checks})
    assert not Lanes(ruleset).unfit
    single = Single(ruleset)
    for number in numbers():
        found, expected = single.judge({"s.n": number}), by_reference(ruleset, {"s.n": number})
        assert listed(found) == listed(expected), number


@pytest.mark.parametrize(("least", "most"), [(0, 5.5), (0.1, 5), (-3, 4), (101, 200), (5, 5)])
def test_the_limits_of_a_question_hold(least: float, most: float) -> None:
    """A number at a limit is judged; the next one beyond it is left to those who tell of it."""
    question = {"type": "number", "minimum": least, "maximum": most}
    checks = {
        f"c{n}": {"met_when": f"s.n {sign} {operand}"}
        for n, (sign, operand) in enumerate((s, o) for s in SIGNS for o in OPERANDS)
    }
    ruleset = ruleset_of({"questions": {"s.n": question}, "checks": checks})
    single = Single(ruleset)
    for number in numbers():
        if least <= number <= most:
            expected = by_reference(ruleset, {"s.n": number})
            assert listed(single.judge({"s.n": number})) == listed(expected), number
    for number in (math.nextafter(least, -math.inf), math.nextafter(most, math.inf)):
        with pytest.raises(NotPlain):
            single.judge({"s.n": number})
    for number in (least, most):
        assert listed(single.judge({"s.n": number})) == listed(
            by_reference(ruleset, {"s.n": number})
        )


# Conditions of every build


class Drawing:
    """Draws rulesets that are mostly lanes, and answers to them."""

    def __init__(self, seed: int, checks: int) -> None:
        self.draw = random.Random(f"quick {seed} {checks}")
        self.asked: dict[str, dict[str, Any]] = {}
        for number in range(self.draw.randint(1, 25)):
            self.asked[f"s.q{number}"] = self.question()
        self.case = {
            "questions": self.asked,
            "values": {"v.some": self.condition(1), "v.sum": "1 + 1"},
            "checks": self.checks(checks),
            "gates": self.gates(checks),
        }
        self.ruleset = ruleset_of(self.case)

    def question(self) -> dict[str, Any]:
        kind = self.draw.choice(["yes_no", "yes_no", "choice", "number", "text"])
        question: dict[str, Any] = {"type": kind}
        if kind == "choice":
            question["options"] = OPTIONS
        if self.asked and self.draw.random() < 0.1:
            question["ask_when"] = self.leaf()
        return question

    def checks(self, count: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for number in self.draw.sample(range(count), count):
            check: dict[str, Any] = {"met_when": self.condition(self.draw.randint(0, 4))}
            if self.draw.random() < 0.1:
                check["applies_when"] = self.condition(1)
            if found and self.draw.random() < 0.7:
                check["requires"] = self.draw.sample(sorted(found), min(2, len(found)))
            found[f"c{number}"] = check
        return dict(self.draw.sample(sorted(found.items()), count))

    def gates(self, checks: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for number in range(self.draw.randint(0, 4)):
            wanted = self.draw.randint(0, min(3, checks))
            gate = {"requires": [f"c{n}" for n in self.draw.sample(range(checks), wanted)]}
            after = self.draw.sample(sorted(found), self.draw.randint(0, min(2, len(found))))
            found[f"g{number}"] = {**gate, **({"after": after} if after else {})}
        return found

    def condition(self, depth: int) -> Condition:
        if depth == 0 or self.draw.random() < 0.2:
            return self.leaf()
        kind = self.draw.choice(["all", "any", "all", "any", "not", "at_least"])
        if kind == "not":
            return {"not": self.condition(depth - 1)}
        parts = [self.condition(depth - 1) for _ in range(self.draw.randint(1, 3))]
        if kind == "at_least":
            if self.draw.random() < 0.8:
                return {"all": parts}
            return {"at_least": self.draw.randint(1, len(parts)), "of": parts}
        return {kind: parts}

    def leaf(self) -> str:
        key = self.draw.choice(sorted(self.asked))
        match self.asked[key]["type"]:
            case "yes_no":
                return key
            case "choice":
                return self.draw.choice([f"{key} in ['a', 'b']", f"{key} != 'c'", f"{key} == 'b'"])
            case "text":
                return f"stated({key})"
        operand, sign = self.draw.choice(OPERANDS), self.draw.choice(SIGNS)
        return self.draw.choice([f"{key} {sign} {operand}", f"{operand} {sign} {key}"])

    def answers(self, missing: float) -> dict[str, object]:
        values = {
            "yes_no": (True, True, False), "choice": tuple(OPTIONS),
            "number": tuple(numbers()),
        }  # fmt: skip
        return {
            key: self.draw.choice(values[question["type"]])
            for key, question in self.asked.items()
            if question["type"] in values and self.draw.random() >= missing
        }


def disagreements(drawn: Drawing, single: Single) -> list[dict[str, object]]:
    cases = [drawn.answers(missing) for missing in (0, 0.1, 0.3, 0.3, 0.6, 1)]
    return [
        answers
        for answers in cases
        if listed(single.judge(answers, TODAY)) != listed(by_reference(drawn.ruleset, answers))
    ]


@pytest.mark.parametrize("seed", range(60))
def test_conditions_of_every_build(seed: int) -> None:
    """However conditions are nested, whatever is not asked or does not apply: as the reference."""
    drawn = Drawing(seed, 1 + seed % 13)
    assert not disagreements(drawn, Single(drawn.ruleset))


@pytest.mark.parametrize("checks", [1, 3, 4, 5, 8, 9, 63, 64, 65, 127, 128, 129])
def test_as_many_checks_as_there_are(checks: int) -> None:
    """At each number of checks every one is judged as the reference does, in its place."""
    drawn = Drawing(7, checks)
    assert (quick.quick_judge(drawn.ruleset) is not None) == (checks <= quick.MOST_CHECKS)
    assert not disagreements(drawn, Single(drawn.ruleset))


def test_both_ways_say_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """A ruleset is judged alike whether or not it counts as small."""
    for seed in range(20):
        drawn = Drawing(seed, 20)
        small = Single(drawn.ruleset)
        with monkeypatch.context() as patch:
            patch.setattr(quick, "MOST_CHECKS", 0)
            large = Single(drawn.ruleset)
        for missing in (0, 0.3):
            answers = drawn.answers(missing)
            assert listed(small.judge(answers, TODAY)) == listed(large.judge(answers, TODAY))


@pytest.mark.parametrize("in_lanes", [0, 1, 2, 3, 4])
def test_half_of_the_checks_in_lanes(monkeypatch: pytest.MonkeyPatch, in_lanes: int) -> None:
    """Lanes are taken where at least half of the checks are in one."""
    monkeypatch.undo()
    conditions = ["s.a"] * in_lanes + ["stated(s.b)"] * (4 - in_lanes)
    checks = {f"c{n}": {"met_when": one} for n, one in enumerate(conditions)}
    ruleset = ruleset_of({"questions": {"s.a": "yes_no", "s.b": "text"}, "checks": checks})
    assert (quick.quick_judge(ruleset) is not None) == (in_lanes >= 2)
    for answers in ({}, {"s.a": True}, {"s.a": False}):
        assert listed(Single(ruleset).judge(answers)) == listed(by_reference(ruleset, answers))


def test_more_questions_than_an_expression_takes() -> None:
    """Questions that are read in many groups are all read."""
    questions: dict[str, Any] = {f"s.n{n}": "number" for n in range(130)}
    questions |= {f"s.y{n}": "yes_no" for n in range(130)}
    checks = {f"c{n}": {"met_when": f"s.n{n} > 5 and s.y{n}"} for n in range(120)}
    ruleset = ruleset_of({"questions": questions, "checks": checks})
    assert quick.quick_judge(ruleset)
    single = Single(ruleset)
    answers = {key: 6 if kind == "number" else True for key, kind in questions.items()}
    assert set(single.judge(answers).statuses.values()) == {"met"}
    for number in (0, 49, 50, 51, 119):
        for key, value in ((f"s.n{number}", 5), (f"s.y{number}", False)):
            statuses = single.judge({**answers, key: value}).statuses
            assert [key for key, status in statuses.items() if status == "unmet"] == [f"c{number}"]


# What is not plain


class Word(str):
    """A text of a type of its own."""

    __slots__ = ()


class Level(enum.IntEnum):
    FIVE = 5
    ONE = 1


class Kind(enum.StrEnum):
    A = "a"


CASE = {
    "questions": {"s.y": "yes_no", "s.c": {"type": "choice", "options": OPTIONS}, "s.n": "number"},
    "checks": {"c": {"met_when": "s.y and s.c == 'a' and s.n >= 1"}},
}


@pytest.mark.parametrize(
    "value",
    [1, 0, 1.0, np.True_, np.False_, Level.ONE, "True", b"T", ..., StopIteration, (), [True]],
    ids=repr,
)
def test_only_yes_and_no_are_yes_and_no(value: object) -> None:
    """What equals True or False without being it, or is written like it, is not judged."""
    with pytest.raises(NotPlain):
        Single(ruleset_of(CASE)).judge({"s.y": value})


@pytest.mark.parametrize(
    "value",
    [
        True, False, Level.FIVE, np.int64(5), np.float64(5), np.float32(500.5), "5", [5], ...,
        decimal.Decimal(5), fractions.Fraction(5), 5 + 0j, math.nan, -math.nan, math.inf, -math.inf,
        10**400, LARGEST_EXACT + 1, -LARGEST_EXACT - 1, float(2**53),
    ],
    ids=repr,
)  # fmt: skip
def test_only_numbers_are_numbers(value: object) -> None:
    """What equals a number without being a plain one, or is beyond what is exact, is not judged."""
    with pytest.raises(NotPlain):
        Single(ruleset_of(CASE)).judge({"s.n": value})


@pytest.mark.parametrize("value", [1, "A", "", "d", ["a"], {"a"}, b"a", ..., ("a",)], ids=repr)
def test_only_options_are_options(value: object) -> None:
    """What is no option is not judged, hashable or not."""
    with pytest.raises(NotPlain):
        Single(ruleset_of(CASE)).judge({"s.c": value})


@pytest.mark.parametrize("value", [Word("a"), Kind.A, np.str_("a")], ids=type)
def test_a_text_of_another_type_is_no_other_option(value: object) -> None:
    """A text that equals an option is judged as that option, or not at all."""
    single = Single(ruleset_of(CASE))
    answers: dict[str, object] = {"s.y": True, "s.n": 5}
    try:
        found = single.judge({**answers, "s.c": value})
    except NotPlain:
        return
    assert found == single.judge({**answers, "s.c": "a"})


def test_none_is_no_answer() -> None:
    """An answer None counts as if the question were left out."""
    ruleset = ruleset_of(CASE)
    single = Single(ruleset)
    answers: dict[str, object] = {"s.y": True, "s.n": 5, "s.c": "a"}
    assert single.judge(answers).statuses == {"c": "met"}
    for key in answers:
        without = {one: value for one, value in answers.items() if one != key}
        assert single.judge({**answers, key: None}) == by_reference(ruleset, without)


def test_any_mapping_will_do() -> None:
    """Answers may come in any mapping; none is changed."""
    single = Single(ruleset_of(CASE))
    answers: dict[str, object] = {"s.n": 5, "s.y": False}
    expected = single.judge(answers)
    kinds: list[Mapping[str, object]] = [
        MappingProxyType(answers), collections.OrderedDict(answers), collections.ChainMap(answers),
        collections.defaultdict(bool, answers), collections.UserDict(answers),
    ]  # fmt: skip
    for mapping in kinds:
        assert single.judge(mapping) == expected
        assert dict(mapping) == answers == {"s.n": 5, "s.y": False}
