"""panzi-json-logic: one list of rules, each an `if` that gives a status.

JsonLogic keeps no intermediate results, so standings and verdicts are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any as Anything

from encoding import All, Any, Compared, Encoded, Formula, Is, OneOf, flat
from json_logic import jsonLogic  # type: ignore[import-untyped]
from peers.peer import STATUS_OF, Offer

from readiness.evaluation.verdicts import Judgement


def ways(ruleset: Encoded) -> Iterator[Offer]:
    """Return the only way there is."""
    yield Offer("jsonLogic, one list of rules", everything=False, make=partial(Rules, ruleset))


class Rules:
    """One list of rules, parsed anew on each call because the library has no compile step."""

    def __init__(self, ruleset: Encoded) -> None:
        self.ids = [check.id for check in ruleset.checks]
        self.rules = [
            {"if": [rule(check.met), True, rule(check.unmet), False, None]}
            for check in ruleset.checks
        ]

    def case(self, answers: Mapping[str, object]) -> dict[str, object]:
        """Return the answers by names without a dot."""
        return {flat(key): value for key, value in answers.items()}

    def decide(self, case: Anything) -> Anything:
        """Return yes, no or None for each check."""
        return jsonLogic(self.rules, case)

    def judgement(self, found: Anything) -> Judgement:
        """Return the outcomes in our terms."""
        statuses = {key: STATUS_OF[one] for key, one in zip(self.ids, found, strict=True)}
        return Judgement(statuses, {}, {})


def rule(formula: Formula) -> dict[str, Anything]:
    """Return a formula in JsonLogic, where a missing number would count as 0."""
    match formula:
        case All(parts=parts):
            return {"and": [rule(part) for part in parts]}
        case Any(parts=parts):
            return {"or": [rule(part) for part in parts]}
        case Is(question=question, value=value):
            return {"===": [{"var": flat(question)}, value]}
        case OneOf(question=question, options=options):
            return {"in": [{"var": flat(question)}, list(options)]}
        case Compared(question=question, operator=operator, number=number):
            answer = {"var": flat(question)}
            return {"and": [{"!==": [answer, None]}, {operator: [answer, number]}]}
