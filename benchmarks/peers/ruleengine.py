"""rule-engine: two compiled rules for each check, over answers in which missing ones are null.

A rule keeps no intermediate results, so standings and verdicts are left out. A default value for
missing names makes every lookup several times slower, so the case contains all names.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any as Anything

from encoding import All, Any, Compared, Encoded, Formula, Is, OneOf, flat
from peers.peer import STATUS_OF, Offer
from rule_engine import Context, Rule  # type: ignore[import-untyped]

from readiness.evaluation.verdicts import Judgement


def ways(ruleset: Encoded) -> Iterator[Offer]:
    """With our own resolver, and with the usual one."""
    for name, context in (
        ("two rules a check, resolver dict.get", Context(resolver=_get)),
        ("two rules a check, default resolver", Context()),
    ):
        yield Offer(name, everything=False, make=partial(Rules, ruleset, context))


def _get(case: dict[str, object], name: str) -> object:
    return case.get(name)


class Rules:
    """Has two rules per check; the second runs only when the first does not match."""

    def __init__(self, ruleset: Encoded, context: Context) -> None:
        self.ids = [check.id for check in ruleset.checks]
        self.names = {flat(key): key for key in ruleset.kinds}
        self.rules = [
            tuple(Rule(text(one), context=context).matches for one in (check.met, check.unmet))
            for check in ruleset.checks
        ]

    def case(self, answers: Mapping[str, object]) -> dict[str, object]:
        """Return all names; those without an answer hold None."""
        return {name: answers.get(key) for name, key in self.names.items()}

    def decide(self, case: Anything) -> Anything:
        """Return yes, no or None for each check."""
        return [True if met(case) else False if unmet(case) else None for met, unmet in self.rules]

    def judgement(self, found: Anything) -> Judgement:
        """Return the outcomes in our terms."""
        statuses = {key: STATUS_OF[one] for key, one in zip(self.ids, found, strict=True)}
        return Judgement(statuses, {}, {})


def text(formula: Formula) -> str:
    """Return a formula in the language of rule-engine, where null cannot be compared."""
    match formula:
        case All(parts=parts):
            return f"({' and '.join(map(text, parts))})"
        case Any(parts=parts):
            return f"({' or '.join(map(text, parts))})"
        case Is(question=question, value=value):
            return f"{flat(question)} == {json.dumps(value)}"
        case OneOf(question=question, options=options):
            return f"{flat(question)} in {json.dumps(options)}"
        case Compared(question=question, operator=operator, number=number):
            key = flat(question)
            return f"({key} != null and {key} {operator} {number})"
