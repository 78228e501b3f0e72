"""Plain values have the same outcome as the equivalent sheet in the reference interpreter."""

from __future__ import annotations

import collections
import datetime
import decimal
import enum
import fractions
import itertools
import math
import random
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest

from benchmarks.workload import Workload
from readiness import DocumentError
from readiness.assessing import Assessor
from readiness.dependencies.ruleset import Ruleset
from readiness.documents.reading import LARGEST_EXACT
from readiness.evaluation.interpreter import Interpreter
from readiness.evaluation.judging import Judging
from readiness.evaluation.reconciliation import settle
from readiness.evaluation.verdicts import Judgement
from readiness.loading.plain_answers import plain_sheet
from readiness.model.engagement import Circumstances
from readiness.problems import Problems
from tests.semantics.harness import ruleset_of

TODAY = datetime.date(2026, 11, 21)
SIGNS = ("==", "!=", "<", "<=", ">", ">=")
OPERANDS = (-2, 0, 0.1, 5, 5.5, 100)
OPTIONS = {"a": "A", "b": "B", "c": "C"}

Condition = str | dict[str, Any]


def by_reference(ruleset: Ruleset, answers: Mapping[str, object]) -> Judgement:
    problems = Problems()
    sheet = plain_sheet(answers, ruleset.questions, problems)
    problems.raise_if_any()
    settled = settle(ruleset.questions, [sheet], Circumstances(TODAY))
    return Judging(ruleset, Interpreter(ruleset, settled), {}).judgement()


def outcome(judge: Any, *given: Any) -> str | list[list[tuple[str, str]]]:
    """Return everything that is decided, in order; or the problems of the answers."""
    try:
        found = judge(*given)
    except DocumentError as error:
        return str(error)
    mappings = (found.statuses, found.standings, found.verdicts)
    return [list(mapping.items()) for mapping in mappings]


def agrees(ruleset: Ruleset, answers: Mapping[str, object]) -> bool:
    """Return whether `judge`, `assess` and the reference agree on plain values."""
    assessor = Assessor(ruleset)
    expected = outcome(by_reference, ruleset, answers)
    judged = outcome(lambda: assessor.judge(answers, as_of=TODAY))
    assessed = outcome(lambda: assessor.assess(answers, as_of=TODAY).judgement)
    return expected == judged == assessed


# Numbers


def numbers() -> Iterator[float]:
    for operand in OPERANDS:
        yield from (operand, float(operand))
        yield from (math.nextafter(operand, -math.inf), math.nextafter(operand, math.inf))
    yield from (3, 4.999, 6, 99, 101, -0.0, LARGEST_EXACT, -LARGEST_EXACT)


def test_numbers_at_and_beside_what_they_are_held_against() -> None:
    """A number equal to an operand, or next to it, is judged as each operator defines."""
    conditions = [f"s.n {sign} {operand}" for sign in SIGNS for operand in OPERANDS]
    conditions += [f"{operand} {sign} s.n" for sign in SIGNS for operand in OPERANDS]
    conditions += [f"s.n {sign} [0, 5.5, 100]" for sign in ("in", "not in")]
    conditions += [f"not ({one})" for one in conditions[: len(SIGNS)]]
    checks = {f"c{n}": {"met_when": one} for n, one in enumerate(conditions)}
    ruleset = ruleset_of({"questions": {"s.n": "number"}, "checks": checks})
    for number in numbers():
        assert agrees(ruleset, {"s.n": number}), number


@pytest.mark.parametrize(("least", "most"), [(0, 5.5), (0.1, 5), (-3, 4), (101, 200), (5, 5)])
def test_the_limits_of_a_question_hold(least: float, most: float) -> None:
    """A number at a limit is accepted; the next one beyond it is refused."""
    question = {"type": "number", "minimum": least, "maximum": most}
    checks = {
        f"c{n}": {"met_when": f"s.n {sign} {operand}"}
        for n, (sign, operand) in enumerate((s, o) for s in SIGNS for o in OPERANDS)
    }
    ruleset = ruleset_of({"questions": {"s.n": question}, "checks": checks})
    for number in numbers():
        if least <= number <= most:
            assert agrees(ruleset, {"s.n": number}), number
    for number in (math.nextafter(least, -math.inf), math.nextafter(most, math.inf)):
        with pytest.raises(DocumentError):
            Assessor(ruleset).judge({"s.n": number})
    for number in (least, most):
        assert agrees(ruleset, {"s.n": number})


# Conditions of every form


class RandomDraw:
    """Draws rulesets, and answers to them."""

    def __init__(self, seed: int, checks: int) -> None:
        self.draw = random.Random(f"plain {seed} {checks}")
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


@pytest.mark.parametrize("seed", range(60))
def test_conditions_of_every_build(seed: int) -> None:
    """Conditions agree with the reference however they are nested, asked or not applicable."""
    drawn = RandomDraw(seed, 1 + seed % 13)
    for missing in (0, 0.1, 0.3, 0.3, 0.6, 1):
        answers = drawn.answers(missing)
        assert agrees(drawn.ruleset, answers), answers


def test_no_case_is_decided_by_what_an_earlier_one_answered() -> None:
    """One assessor decides many cases, each as the reference does, in any order and twice."""
    questions = {
        "s.y": {"type": "yes_no"}, "s.n": {"type": "number"},
        "s.c": {"type": "choice", "options": OPTIONS, "ask_when": "s.y"},
    }  # fmt: skip
    groups = {
        "both": {"all": ["s.y", "s.c in ['a', 'b']", "s.n > 4"]},
        "either": {"any": [{"not": "s.y"}, "s.c != 'a'", {"not": "s.c not in ['a']"}]},
        "other": {"all": [{"not": "s.c == 'b'"}, {"any": ["s.y", "s.n < 4"]}]},
    }
    checks = {key: {"met_when": condition} for key, condition in groups.items()}
    ruleset = ruleset_of({"questions": questions, "checks": checks})
    assessor = Assessor(ruleset)
    given = itertools.product((None, True, False), (None, *OPTIONS), (None, 3, 5))
    cases = [dict(zip(questions, (y, n, c), strict=True)) for y, c, n in given]
    for case in (*cases, *reversed(cases)):
        assert assessor.judge(case, as_of=TODAY) == by_reference(ruleset, case), case


def test_very_many_questions() -> None:
    """However many questions and checks there are, each check reads its own."""
    questions: dict[str, Any] = {f"s.n{n}": "number" for n in range(130)}
    questions |= {f"s.y{n}": "yes_no" for n in range(130)}
    checks = {f"c{n}": {"met_when": f"s.n{n} > 5 and s.y{n}"} for n in range(120)}
    assessor = Assessor(ruleset_of({"questions": questions, "checks": checks}))
    answers = {key: 6 if kind == "number" else True for key, kind in questions.items()}
    assert set(assessor.judge(answers).statuses.values()) == {"met"}
    for number in (0, 49, 50, 51, 119):
        for key, value in ((f"s.n{number}", 5), (f"s.y{number}", False)):
            statuses = assessor.judge({**answers, key: value}).statuses
            assert [key for key, status in statuses.items() if status == "unmet"] == [f"c{number}"]


# Values that differ from their plain form


class Word(str):
    """A subclass of str."""

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


ODD_TRUTHS = (1, 0, 1.0, np.True_, np.False_, Level.ONE, "True", b"T", ..., (), [True])
ODD_NUMBERS = (
    True, False, Level.FIVE, np.int64(5), np.float64(5), np.float32(500.5), "5", [5], ...,
    decimal.Decimal(5), fractions.Fraction(5), 5 + 0j, math.nan, -math.nan, math.inf, -math.inf,
    LARGEST_EXACT + 1, -LARGEST_EXACT - 1, float(2**53),
)  # fmt: skip
ODD_OPTIONS = (1, "A", "", "d", ["a"], {"a"}, b"a", ..., ("a",), Word("a"), Kind.A, np.str_("a"))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *(("s.y", one) for one in ODD_TRUTHS),
        *(("s.n", one) for one in ODD_NUMBERS),
        *(("s.c", one) for one in ODD_OPTIONS),
    ],
    ids=repr,
)
def test_what_is_not_its_own_state_is_read(key: str, value: object) -> None:
    """A value that equals an answer or is spelled differently is converted or refused.

    It is never used unconverted.
    """
    ruleset = ruleset_of(CASE)
    read = Assessor(ruleset).plain.readers[key](value, datetime.date(2026, 11, 21))
    assert read is None or isinstance(value, str)
    assert agrees(ruleset, {"s.y": True, "s.c": "a", "s.n": 5, key: value})


def test_none_is_no_answer() -> None:
    """An answer of None counts as if the question were left out."""
    ruleset = ruleset_of(CASE)
    answers: dict[str, object] = {"s.y": True, "s.n": 5, "s.c": "a"}
    assert Assessor(ruleset).judge(answers).statuses == {"c": "met"}
    for key in answers:
        without = {one: value for one, value in answers.items() if one != key}
        found = Assessor(ruleset).judge({**answers, key: None})
        assert found == by_reference(ruleset, without)


def test_any_mapping_will_do() -> None:
    """Any mapping can hold the answers; none is changed."""
    assessor = Assessor(ruleset_of(CASE))
    answers: dict[str, object] = {"s.n": 5, "s.y": False}
    expected = assessor.judge(answers)
    kinds: list[Mapping[str, object]] = [
        MappingProxyType(answers), collections.OrderedDict(answers), collections.ChainMap(answers),
        collections.defaultdict(bool, answers), collections.UserDict(answers),
    ]  # fmt: skip
    for mapping in kinds:
        assert assessor.judge(mapping) == expected
        assert dict(mapping) == answers == {"s.n": 5, "s.y": False}


def test_a_result_keeps_the_answers_it_was_made_of() -> None:
    """Changing lists and mappings after `assess` does not change the result."""
    question = {"type": "choices", "options": OPTIONS}
    checks = {"c": {"met_when": "covers(s.m, ['a'])"}}
    chosen = ["a"]
    result = Assessor(ruleset_of({"questions": {"s.m": question}, "checks": checks})).assess(
        {"s.m": chosen}
    )
    chosen.clear()
    assert result.checks["c"].status == "met"
    assert result.answers.single["s.m"] == ("a",)


# Complete results

WORK = Workload(30, 45, 45, seed=3)


def test_the_document_is_that_of_the_sheet() -> None:
    """The result of plain values equals that of the equivalent sheet, byte for byte."""
    assessor = Assessor(WORK.loaded)
    for number in range(8):
        case = WORK.answers(number)
        sheet = plain_sheet(case, WORK.loaded.questions, Problems())
        by_sheet = assessor.assess(sheet, as_of=TODAY)
        plain = assessor.assess(case, as_of=TODAY)
        assert by_sheet.to_json() == plain.to_json()
        assert by_sheet.answers.single == plain.answers.single


def test_judge_decides_as_assess_does() -> None:
    """`judge` returns the statuses, standings and verdicts of `assess`, in the same order."""
    assessor = Assessor(WORK.loaded)
    for number in range(10):
        case = WORK.answers(number)
        assert assessor.judge(case, as_of=TODAY) == assessor.assess(case, as_of=TODAY).judgement


def test_what_is_answered_later_does_not_change_a_result() -> None:
    """A result keeps the answers it was made from, even if the mapping changes later."""
    assessor, case = Assessor(WORK.loaded), WORK.answers(1)
    found = assessor.assess(case, as_of=TODAY)
    given = len(case)
    case.clear()
    assert len(found.sheets[0].given) == given


def test_a_date_to_come_is_unknown_however_it_is_given() -> None:
    """A date after `maximum: today` is unknown in any form; warning and reason say why."""
    past = {"type": "date", "maximum": "today"}
    ruleset = ruleset_of(
        {"questions": {"s.d": past}, "checks": {"one": {"met_when": "s.d > '2026-01-01'"}}}
    )
    assessor, to_come = Assessor(ruleset), datetime.date(2062, 1, 1)
    assert agrees(ruleset, {"s.d": to_come})
    assert agrees(ruleset, {"s.d": TODAY})
    why = "2062-01-01 is later than the day of the assessment, 2026-11-21"
    session = assessor.session(as_of=TODAY)
    session.answer("s.d", TODAY)
    assert session.result.checks["one"].status == "met"
    session.answer("s.d", to_come)
    for result in (assessor.assess({"s.d": to_come}, as_of=TODAY), session.result):
        assert result.checks["one"].status == "undetermined"
        assert list(result.warnings) == [f"the answer to 's.d' counts as unknown: {why}"]
        assert why in str(result.checks["one"].because.to_dict())
    assert assessor.judge({"s.d": to_come}, as_of=to_come).statuses == {"one": "met"}
