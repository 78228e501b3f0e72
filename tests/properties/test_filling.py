"""Filling in unanswered questions never reverses what has been decided."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from readiness.documents.decimals import exact
from readiness.evaluation.interpreter import Interpreter
from readiness.evaluation.states import NOT_APPLICABLE, UNKNOWN, Bounds, State
from tests.lanes import first_of
from tests.properties.blanks import UP_TO_DATE, Blank, blanks, fill, filled
from tests.properties.cases import Case
from tests.properties.pairs import BLOCK, PAIRS, Pair, drawn
from tests.properties.shrinking import hold

MAY_BECOME = {
    "undetermined": {"undetermined", "go", "conditional_go", "no_go"},
    "conditional_go": {"conditional_go", "go"},  # a waived check may turn out met
    "no_go": {"no_go"},
    "go": {"go"},
    "out_of_scope": {"out_of_scope"},
}
MOST_COMPLETIONS = 100


def reversal(before: Pair, after: Pair) -> str:
    """Return what was decided before and differs afterwards."""
    for key, status in before.judgement.statuses.items():
        now = after.judgement.statuses[key]
        if status not in ("undetermined", now):
            return f"status reversed: {key} {status} -> {now}"
    for key, verdict in before.judgement.verdicts.items():
        now = after.judgement.verdicts[key]
        if now not in MAY_BECOME[verdict]:
            return f"verdict reversed: {key} {verdict} -> {now}"
    return _reversed_truth(before.reference, after.reference, before)


def _reversed_truth(before: Interpreter, after: Interpreter, pair: Pair) -> str:
    ruleset = pair.ruleset
    conditions = [*ruleset.met_when.items(), *ruleset.applies_when.items()]
    for key, term in conditions:
        was, now = before.truth(term), after.truth(term)
        if was not in (UNKNOWN, now):
            return f"truth reversed: {term.text} of {key} {was} -> {now}"
    for key, term in ruleset.values.items():
        was, now = before.state(term), after.state(term)
        if not narrows(was, now):
            return f"value changed: {key} {was} -> {now}"
    for key, question in ruleset.questions.items():
        if not question.ask_each and question.type != "table":
            was, now = (one.case.single.get(key, UNKNOWN) for one in (before, after))
            if not narrows(was, now):
                return f"answer changed: {key} {was} -> {now}"
    return ""


def is_number(state: State) -> bool:
    """Return whether a state is a number of any Python type."""
    return isinstance(state, int | float | Decimal) and not isinstance(state, bool)


def narrows(was: State, now: State) -> bool:
    """Return whether earlier knowledge of a value still holds; limits may only become closer."""
    if was is UNKNOWN:
        return True
    if is_number(was) and is_number(now):
        return exact(was) == exact(now)
    if not isinstance(was, Bounds):
        return type(was) is type(now) and bool(was == now)
    if now in (UNKNOWN, NOT_APPLICABLE):
        return False
    low, high = (now.low, now.high) if isinstance(now, Bounds) else (now, now)
    return bool(was.low <= low <= high <= was.high)


def test_filling_a_blank_never_reverses(pairs: list[Pair]) -> None:
    """Filling blanks one by one keeps every decision, and every bounded value within its bounds."""

    def rule(pair: Pair) -> str:
        draw = pair.draw("fill")
        while some := blanks(pair):
            size = draw.choice([1, 1, 2, 3, math.ceil(len(some) / 2)])
            after = filled(pair, draw.sample(some, min(size, len(some))), draw)
            if found := reversal(pair, after):
                return f"{found}\nonce filled: {after.case['sheets']}"
            pair = after
        return ""

    hold(rule, pairs)


def test_one_blank_filled_in_each_way_never_reverses(pairs: list[Pair]) -> None:
    """Filling each single blank of a case in several ways leaves all decisions unchanged."""

    def rule(pair: Pair) -> str:
        draw = pair.draw("one")
        for blank in blanks(pair)[:4]:
            for _ in range(2):
                after = filled(pair, [blank], draw)
                if found := reversal(pair, after):
                    return f"{found}\nonce filled: {after.case['sheets']}"
        return ""

    hold(rule, pairs[::2])


def candidates(pair: Pair, blank: Blank) -> list[Any]:
    """Return every answer to a question with few answers; numbers near relevant limits."""
    question = pair.case["questions"][blank.question]
    values: list[Any] = {
        "yes_no": [True, False],
        "choice": list(question.get("options", ())),
        "number": [0, 0.5, 1, 2, 3, 100],
    }[question["type"]]
    found: list[Any] = [{"value": value, "evidence": UP_TO_DATE} for value in values]
    if "not_applicable" in question:
        found.append({"not_applicable": "we have none"})
    return found


def completions(pair: Pair) -> Iterator[Pair]:
    """Return every way to fill in all blanks; none if there are too many ways."""
    some = blanks(pair)
    ways = [candidates(pair, blank) for blank in some]
    if some and math.prod(map(len, ways)) <= MOST_COMPLETIONS:
        for entries in product(*ways):
            sheets: Case = copy.deepcopy(pair.case["sheets"])
            for blank, entry in zip(some, entries, strict=True):
                fill(sheets, blank, entry)
            yield pair.with_sheets(sheets)


@pytest.mark.parametrize("block", first_of(math.ceil(PAIRS / BLOCK / 8), 1))
def test_what_is_decided_holds_under_every_completion(block: int) -> None:
    """In a small ruleset, decisions are the same however all blanks are filled in."""

    def rule(pair: Pair) -> str:
        if not (every := list(completions(pair))):
            return ""
        for one in every:
            if found := reversal(pair, one):
                return f"{found}\nonce filled: {one.case['sheets']}"
            if found := _out_of_bounds(pair, one):
                return f"{found}\nonce filled: {one.case['sheets']}"
        return ""

    hold(rule, drawn(block, small=True))


def _out_of_bounds(before: Pair, after: Pair) -> str:
    """Return how a score violates its possible range, with the same checks applicable."""
    was, now = before.judgement.statuses, after.judgement.statuses
    if "undetermined" in now.values():
        return ""
    if any((now[key] == "not_applicable") != (was[key] == "not_applicable") for key in was):
        return ""
    limits, score = before.assessment().score, after.assessment().score
    if limits.low is None or score.low is None or limits.high is None:
        return "" if limits == score else f"score: {score} from {limits}"
    inside = limits.low <= score.low == score.high is not None and score.low <= limits.high
    return "" if inside else f"score: {score} outside of {limits}"
