"""Which answers count, given which questions are asked."""

from __future__ import annotations

import copy

from readiness.evaluation.interpreter import Position
from readiness.evaluation.states import NOT_APPLICABLE, UNKNOWN, State, Truth
from tests.properties.pairs import Pair
from tests.properties.shrinking import hold


def counted(asked: Truth, said: State) -> State:
    """Return the state of an answer, given whether its question is asked."""
    if asked is True:
        return said
    return UNKNOWN if asked is UNKNOWN else NOT_APPLICABLE


def test_what_is_asked_fits_what_counts(pairs: list[Pair]) -> None:
    """An answer counts exactly if its question is asked, given the answers that count."""

    def rule(pair: Pair) -> str:
        case = pair.reference.case
        for key, term in pair.ruleset.ask_when.items():
            each = pair.ruleset.questions[key].ask_each
            for respondent in case.each[key] if each else [""]:
                asked = pair.reference.truth(term, Position(None, respondent))
                said = pair.answers.each[key][respondent] if each else pair.answers.single.get(key)
                wanted = counted(asked, UNKNOWN if said is None else said)
                found = case.each[key][respondent] if each else case.single[key]
                if wanted != found:
                    return f"asking: {key} of {respondent or 'all'} is {found}, not {wanted}"
        return ""

    hold(rule, pairs)


def test_an_answer_to_what_is_not_asked_changes_nothing(pairs: list[Pair]) -> None:
    """A sheet's answer to a hidden question can be left out."""

    def rule(pair: Pair) -> str:
        single = pair.reference.case.single
        hidden = [
            key
            for key in pair.ruleset.ask_when
            if single.get(key) is NOT_APPLICABLE
            and pair.answers.single.get(key) is not NOT_APPLICABLE
        ]
        sheets = copy.deepcopy(pair.case["sheets"])
        for answers in sheets.values():
            for key in hidden:
                if isinstance(answers.get(key), dict) and "by" in answers[key]:
                    spoken = answers[key]["by"]
                    answers[key]["by"] = {one: {"unknown": "left out"} for one in spoken}
                elif answers.get(key) is not None:
                    answers[key] = {"unknown": "left out"}
        less = pair.with_sheets(sheets)
        return "" if less.judgement == pair.judgement else f"hidden: {hidden} matter"

    hold(rule, pairs)
