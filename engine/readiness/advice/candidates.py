"""Answers to try, and which questions can still change a status or a verdict.

What a respondent might say to a question are candidates. A status that is decided stays decided,
whatever else is answered (see the meaning of conditions); so a question matters as long as some
undetermined check depends on it, through conditions whose parts have not decided them already.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import assert_never

from readiness.conditions import terms
from readiness.conditions.terms import Term
from readiness.evaluation.states import UNKNOWN, State
from readiness.evaluation.verdicts import OUT_OF_SCOPE, UNDETERMINED
from readiness.model.questionnaire import Field, Question
from readiness.model.value import day_to_come
from readiness.problems.values import FrozenDict
from readiness.result.assessment import Assessment

_MANY = 6
_YEAR = datetime.timedelta(days=365)
_DAY = datetime.timedelta(days=1)


def candidates(
    question: Question, conditions: Iterable[Term], today: datetime.date
) -> tuple[State, ...]:
    """Answers that differ in what they may decide, at most six, the same ones each time.

    Numbers and dates lie on either side of those that `conditions` compare with.
    """
    constants = [
        found.value
        for condition in conditions
        for found in terms.walk(condition)
        if isinstance(found, terms.Constant)
    ]
    if question.kind != "table":
        return tuple(_of_field(question, constants, today))[:_MANY]
    cells = {
        key: list(_of_field(column, constants, today)) for key, column in question.columns.items()
    }
    first = FrozenDict({key: values[0] for key, values in cells.items()})
    last = FrozenDict({key: values[-1] for key, values in cells.items()})
    return (first,), (last,)


def _of_field(field: Field, constants: Iterable[State], today: datetime.date) -> Iterator[State]:
    match field.kind:
        case "truth":
            yield from (True, False)
        case "choice":
            yield from field.options
        case "choices":
            yield tuple(field.options)
            yield ()
            yield from ((option,) for option in field.options)
        case "number":
            yield from _numbers(field, constants)
        case "date":
            days = {one for one in constants if isinstance(one, datetime.date)} | {today}
            shifted = {day + shift for day in days for shift in (_DAY, -_DAY, _YEAR, -_YEAR)}
            allowed = sorted(day for day in shifted if day_to_come(field, day, today) is None)
            yield from allowed[:: max(1, len(allowed) // _MANY)]
        case "text":
            yield from (field.question_type.example, "")
        case "table":  # a table has no tables in it
            return
        case _:
            assert_never(field.kind)


def _numbers(field: Field, constants: Iterable[State]) -> Iterator[float]:
    """The limits, and numbers around those that the answer is compared with."""
    known = [one for one in constants if isinstance(one, int | float)]
    if field.question_type.is_whole:
        known = [end for one in known for end in (math.floor(one), math.ceil(one))]
    around = {shifted for one in known for shifted in (one - 1, one, one + 1)} or {0, 1, 1000}
    low = field.minimum if isinstance(field.minimum, int | float) else min(around)
    high = field.maximum if isinstance(field.maximum, int | float) else max(*around, 1000)
    if field.question_type.is_whole:
        low, high = math.ceil(low), math.floor(high)
    inside = sorted({number for number in around if low <= number <= high} | {low, high})
    yield from inside[:: max(1, -(-len(inside) // _MANY))]


# What no answer can change any more.
_FINAL = ("go", "no_go", OUT_OF_SCOPE)


@dataclass(frozen=True, eq=False)
class Relevance:
    """What can still be decided in an assessment, of all statuses, or of the verdicts of `gates`.

    Where gates are named, only what can change their verdicts counts. Where a respondent is named,
    `of` ("" for one without a name), only what can be asked of it can be asked.
    """

    assessment: Assessment
    asked_for: tuple[str, ...] = ()
    of: str | None = None

    @cached_property
    def gates(self) -> tuple[str, ...]:
        """The gates asked for, in their order; all of them where none is named."""
        return tuple(
            key for key in self.assessment.gates if not self.asked_for or key in self.asked_for
        )

    @cached_property
    def checks(self) -> tuple[str, ...]:
        """The undetermined checks the status of which is asked for, or decides what is."""
        undetermined = self._undetermined
        if not self.asked_for:
            return undetermined
        deciding, position = 0, self.assessment.sequence.graph.position
        for gate in self.gates:
            deciding |= self._deciding[gate]
        return tuple(key for key in undetermined if deciding >> position[key] & 1)

    @cached_property
    def _undetermined(self) -> tuple[str, ...]:
        """The undetermined checks that are in scope."""
        statuses, out = self.assessment.judgement.statuses, self.assessment.ruleset.scope.checks
        return tuple(k for k in statuses if statuses[k] == UNDETERMINED and k not in out)

    @cached_property
    def _deciding(self) -> dict[str, int]:
        """For each gate the set of undetermined checks that can change its verdict."""
        assessment, found = self.assessment, dict[str, int]()
        ruleset = assessment.ruleset
        undetermined = ruleset.graph.bits(self._undetermined)
        for key, gate in assessment.gates.items():  # each after those it comes after
            found[key] = 0
            if gate.verdict not in _FINAL:
                found[key] = ruleset.ranking.gates[key] & undetermined
                for before in gate.gate.after:
                    found[key] |= found[before]
        return found

    @cached_property
    def checks_by_question(self) -> dict[str, tuple[str, ...]]:
        """The questions that can still decide something, each with the checks that it can."""
        found: dict[str, list[str]] = {}
        for check in self.checks:
            for question in self.assessment.open_questions(check):
                found.setdefault(question, []).append(check)
        rank = self.assessment.ruleset.question_rank
        return {key: tuple(found[key]) for key in sorted(found, key=rank.__getitem__)}

    def gates_of(self, checks: Collection[str]) -> tuple[str, ...]:
        """Return the requested gates whose verdict depends on some of these checks."""
        held = self.assessment.sequence.graph.bits(checks)
        return tuple(key for key in self.gates if self._deciding[key] & held)

    def respondents(self, question: str) -> tuple[str, ...]:
        """Who can be asked a question now: "" where anybody may answer, else each by their id.

        Nobody, where it was answered, or where it is not decided yet whether it is asked. What
        others do not know can be asked of a respondent who is named.
        """
        return tuple(self._respondents(question))

    def _respondents(self, question: str) -> Iterator[str]:
        reference, people = self.assessment.reference, self.assessment.circumstances.people
        held = self.assessment.ruleset.questions[question]
        given = self.assessment.answers.given.get(question, ())
        heard = {one.respondent for one in given}
        expected: Sequence[str] = ("",)
        if self.of is not None and not people.is_put(held, self.of):
            return
        if held.ask_each:
            states = reference.case.each[question]
            expected = [one for one in states if states[one] is UNKNOWN and one not in heard]
            expected = [one for one in expected if self.of in (None, one)]
        elif question in self.assessment.answers.circumstances.resolutions:
            return
        elif self.of is None or self.of in heard:
            if heard:
                return
            if self.of is None:
                expected = people.assigned(held) or expected
        elif people.spare(question, self.of, given):
            return
        for one in expected:
            if self.assessment.asked(question, one if held.ask_each else "") is True:
                yield one
