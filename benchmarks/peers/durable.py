"""durable-rules: two rules for each check over one fact, and the project's own independent engine.

The library rejects a fact with too many fields (error 303), and a ruleset of thousands of rules
crashes its process. So the checks are split into parts, each with only the answers that it reads;
ten checks per part is the quickest.
The library's timer threads are not started, because a rule could fire in one of them.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any as Anything

from durable import engine  # type: ignore[import-untyped]
from encoding import All, Any, Check, Compared, Encoded, Formula, Is, OneOf, flat, questions
from peers.peer import STATUS_OF, Offer
from workload import Workload

from readiness.evaluation.verdicts import Judgement
from readiness.model.engagement import Circumstances
from readiness.problems import Problems
from readiness.verification.durable.outcomes import IndependentOutcomes
from readiness.verification.durable.rule_engine import Rules

A_PART = 10
OPERATORS = {"<": "$lt", "<=": "$lte", ">": "$gt", ">=": "$gte"}


def ways(ruleset: Encoded, workload: Workload) -> Iterator[Offer]:
    """Rules over one fact, and the engine of `readiness verify` in this process."""
    name = f"two rules a check over one fact, {A_PART} checks a ruleset"
    yield Offer(name, everything=False, make=partial(OneFact, ruleset))
    name = "the independent engine of readiness verify"
    yield Offer(name, everything=True, make=partial(Independent, workload))


class _Host(engine.Host):  # type: ignore[misc]
    def _run(self) -> None:
        """Start no timer threads."""


class OneFact:
    """Each check has two rules that record its status when they fire."""

    def __init__(self, ruleset: Encoded) -> None:
        self.ids = [check.id for check in ruleset.checks]
        self.noted: dict[str, bool] = {}
        self.host = _Host()
        self.session = 0
        self.parts: list[tuple[str, frozenset[str]]] = []
        for start in range(0, len(ruleset.checks), A_PART):
            self._register(f"part{start}", ruleset.checks[start : start + A_PART])

    def _register(self, name: str, checks: tuple[Check, ...]) -> None:
        rules = {
            f"{check.id} {value}": {
                "all": [{"m": condition(formula)}], "run": self._noting(check.id, value)
            }
            for check in checks
            for value, formula in ((True, check.met), (False, check.unmet))
        }  # fmt: skip
        self.host.register_rulesets({name: rules})
        read = frozenset(flat(key) for check in checks for key in questions(check.met))
        self.parts.append((name, read))

    def _noting(self, check: str, value: bool) -> Callable[[Anything], None]:
        def note(_: Anything) -> None:
            self.noted[check] = value

        return note

    def case(self, answers: Mapping[str, object]) -> list[tuple[str, dict[str, object]]]:
        """Return the facts of each part, with 1 for yes and 0 for no."""
        held = {
            flat(key): int(one) if isinstance(one, bool) else one for key, one in answers.items()
        }
        return [
            (name, {key: value for key, value in held.items() if key in read})
            for name, read in self.parts
        ]

    def decide(self, case: Anything) -> Anything:
        """Return yes or no by check; nothing for checks for which no rule fired."""
        self.session += 1
        session = str(self.session)
        self.noted.clear()
        for name, fact in case:
            self.host.assert_fact(name, {"sid": session, **fact})
            self.host.delete_state(name, session)
        return self.noted

    def judgement(self, found: Anything) -> Judgement:
        """Return the outcomes in our terms."""
        return Judgement({key: STATUS_OF[found.get(key)] for key in self.ids}, {}, {})


class Independent:
    """What `readiness verify` uses: rules count truths, for conditions of any kind."""

    def __init__(self, workload: Workload) -> None:
        self.assessor = workload.assessor
        self.rules = Rules()
        self.circumstances = Circumstances(datetime.date(2027, 1, 1))

    def case(self, answers: Mapping[str, object]) -> Anything:
        """Return the answers as a sheet."""
        return self.assessor.sheet(answers, Problems())

    def decide(self, case: Anything) -> IndependentOutcomes:
        """Return the complete outcome."""
        return IndependentOutcomes(self.rules, self.assessor.ruleset, (case,), self.circumstances)

    def judgement(self, found: IndependentOutcomes) -> Judgement:
        """Return the outcome unchanged: it is already in our terms."""
        return Judgement(found.statuses, found.standings, found.verdicts)


def condition(formula: Formula) -> dict[str, Anything]:
    """Return a formula as durable-rules reads it; a missing field makes a comparison false."""
    match formula:
        case All(parts=parts):
            return {"$and": [condition(part) for part in parts]}
        case Any(parts=parts):
            return {"$or": [condition(part) for part in parts]}
        case Is(question=question, value=value):
            return {flat(question): int(value)}
        case OneOf(question=question, options=(only,)):
            return {flat(question): only}
        case OneOf(question=question, options=options):
            return {"$or": [{flat(question): option} for option in options]}
        case Compared(question=question, operator=operator, number=number):
            return {OPERATORS[operator]: {flat(question): number}}
