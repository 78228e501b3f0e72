"""A ruleset made of its bytes decides and says what the ruleset does."""

from __future__ import annotations

from readiness.evaluation.evaluator import Evaluator
from readiness.evaluation.settling import settle
from readiness.loading.cache import ruleset_from_bytes, ruleset_to_bytes
from readiness.result.assessment import Assessment
from tests.properties.pairs import Pair
from tests.properties.shrinking import hold


def test_a_ruleset_made_of_bytes_is_the_same_ruleset(pairs: list[Pair]) -> None:
    """Judgement and result are the same, byte for byte."""

    def rule(pair: Pair) -> str:
        held = ruleset_to_bytes(pair.ruleset)
        again = ruleset_from_bytes(held)
        answers = settle(again.questions, pair.sheets, pair.circumstances)
        judgement = Evaluator(again).judge_answers(answers)
        if judgement != pair.judgement:
            return "judgement: it differs"
        found = Assessment(again, pair.sheets, answers, judgement)
        if found.to_json() != pair.assessment().to_json():
            return "result: it differs"
        return "" if ruleset_to_bytes(again) == held else "bytes: they differ"

    hold(rule, pairs[::4])
