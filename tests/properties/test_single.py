"""The program for one case of plain answers agrees with the reference interpreter."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from readiness.evaluation import quick
from readiness.evaluation.judging import Judging
from readiness.evaluation.reference import Reference
from readiness.evaluation.settling import Circumstances, settle
from readiness.evaluation.single import NotPlain, Single
from readiness.evaluation.verdicts import Judgement
from tests.properties.cases import value_of
from tests.properties.pairs import Pair
from tests.properties.shrinking import hold
from tests.semantics.harness import ruleset_of

TODAY = datetime.date(2026, 11, 21)
PLAIN = ("yes_no", "choice", "number", "money", "percent")


def by_reference(pair: Pair, answers: dict[str, Any]) -> Judgement:
    """What the reference makes of plain answers, without any other circumstances."""
    sheets = pair.with_sheets({"": answers}).sheets
    circumstances = Circumstances(pair.circumstances.as_of)
    reference = Reference(pair.ruleset, settle(pair.ruleset.questions, sheets, circumstances))
    return Judging(pair.ruleset, reference, {}).judgement()


@pytest.mark.parametrize("most", [0, quick.MOST_CHECKS], ids=["straight", "lanes"])
def test_single_and_reference_agree(
    pairs: list[Pair], most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Statuses, standings and verdicts of random plain answers are the same, in the same order.

    So they are when all conditions are worked out one by one, and when all that can be is a lane.
    """
    monkeypatch.setattr(quick, "MOST_CHECKS", most)
    monkeypatch.setattr(quick, "LEAST_IN_LANES", 0)
    compiled: dict[int, Single] = {}

    def rule(pair: Pair) -> str:
        single = compiled.get(id(pair.ruleset))
        if single is None:
            single = compiled[id(pair.ruleset)] = Single(pair.ruleset)
        draw = pair.draw("single")
        for missing in (0.1, 0.6):
            answers = {
                key: value_of(draw, question)
                for key, question in pair.case["questions"].items()
                if question["type"] in PLAIN and "ask_each" not in question
                and draw.random() >= missing
            }  # fmt: skip
            found = single.judge(answers, pair.circumstances.as_of)
            expected = by_reference(pair, answers)
            for part in ("statuses", "standings", "verdicts"):
                mine, theirs = getattr(found, part), getattr(expected, part)
                if list(mine.items()) != list(theirs.items()):
                    return f"{part}: {mine} instead of {theirs} for {answers}"
        return ""

    hold(rule, pairs)


@pytest.mark.parametrize(
    "value",
    [
        1,
        0,
        "yes",
        "c",
        ["a"],
        {"value": True},
        float("nan"),
        float("inf"),
        2**53,
        -1,
        101,
        1.5,
    ],
)
def test_what_is_not_plain_is_left_to_those_who_read_it(value: object) -> None:
    """An answer of another type, or beyond its limits, is never judged as it stands."""
    questions = {
        "s.yes": "yes_no",
        "s.one": {"type": "choice", "options": {"a": "A", "b": "B"}},
        "s.part": "percent",
        "s.each": {"type": "yes_no", "ask_each": "team"},
        "s.text": "text",
    }
    checks = {"c": {"met_when": "s.yes and s.one == 'a' and s.part > 50"}}
    ruleset = ruleset_of({"questions": questions, "checks": checks})
    single = Single(ruleset)
    for question in questions:
        if question == "s.part" and value in (0, 1, 1.5):  # this one is a number as it should be
            continue
        with pytest.raises(NotPlain):
            single.judge({question: value}, TODAY)


def test_an_unknown_question_is_not_judged() -> None:
    """An answer to a question that there is not is left to those who tell of it."""
    case = {"questions": {"s.a": "yes_no"}, "checks": {"c": {"met_when": "s.a"}}}
    single = Single(ruleset_of(case))
    with pytest.raises(NotPlain):
        single.judge({"s.b": True}, TODAY)
