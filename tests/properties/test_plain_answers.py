"""Plain values without a sheet have the same outcome as in the reference interpreter."""

from __future__ import annotations

from typing import Any

from readiness.assessing import Assessor
from readiness.evaluation.interpreter import Interpreter
from readiness.evaluation.judging import Judging
from readiness.evaluation.reconciliation import settle
from readiness.evaluation.verdicts import Judgement
from readiness.model.engagement import Circumstances
from tests.properties.cases import value_of
from tests.properties.pairs import Pair
from tests.properties.shrinking import hold


def by_reference(pair: Pair, answers: dict[str, Any]) -> Judgement:
    """Return what the reference decides for plain answers, without other circumstances."""
    sheets = pair.with_sheets({"": answers}).sheets
    circumstances = Circumstances(pair.circumstances.as_of)
    reference = Interpreter(pair.ruleset, settle(pair.ruleset.questions, sheets, circumstances))
    return Judging(pair.ruleset, reference, {}).judgement()


def test_plain_values_are_judged_as_by_the_reference(pairs: list[Pair]) -> None:
    """Statuses, standings and verdicts of random plain values are the same, in the same order."""
    compiled: dict[int, Assessor] = {}

    def rule(pair: Pair) -> str:
        assessor = compiled.setdefault(id(pair.ruleset), Assessor(pair.ruleset))
        draw = pair.draw("plain")
        for missing in (0.1, 0.6):
            answers = {
                key: value_of(draw, question)
                for key, question in pair.case["questions"].items()
                if "ask_each" not in question and draw.random() >= missing
            }
            found = assessor.judge(answers, as_of=pair.circumstances.as_of)
            expected = by_reference(pair, answers)
            for part in ("statuses", "standings", "verdicts"):
                mine, theirs = getattr(found, part), getattr(expected, part)
                if list(mine.items()) != list(theirs.items()):
                    return f"{part}: {mine} instead of {theirs} for {answers}"
        return ""

    hold(rule, pairs)
