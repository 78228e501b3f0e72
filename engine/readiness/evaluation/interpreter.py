"""The reference interpreter: the plainest way to say what a condition means.

Every other way of evaluating must agree with it. It reads a term from the top each time, keeps
nothing but derived values, and notes on the way why something is unknown.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from readiness.conditions import terms
from readiness.conditions.terms import Term, is_calculated
from readiness.dependencies.ruleset import Ruleset
from readiness.evaluation import aggregates, numbers
from readiness.evaluation.reconciliation import Answers
from readiness.evaluation.states import (
    NOT_APPLICABLE,
    UNKNOWN,
    Bounds,
    Case,
    State,
    Truth,
    state_of,
    truth_of,
)
from readiness.evaluation.visibility import case_of
from readiness.model.value import Row


class Position(NamedTuple):
    """The row and the respondent at hand."""

    row: Row | None = None
    respondent: str = ""


OUTSIDE = Position()


@dataclass
class Interpreter:
    """Evaluates the terms of a ruleset for one set of answers."""

    ruleset: Ruleset
    answers: Answers
    case: Case = field(init=False)
    faults: list[str] | None = field(init=False, default=None)
    _derived: dict[str, State] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.case = case_of(self.ruleset, self.answers.stated, self._asked)

    def _asked(self, case: Case, question: str, respondent: str) -> Truth:
        self.case = case
        return self.truth(self.ruleset.ask_when[question], Position(None, respondent))

    def truth(self, term: Term, at: Position = OUTSIDE) -> Truth:
        """What a condition comes to."""
        match term:
            case terms.Constant(value=value):
                return Truth.TRUE if value else Truth.FALSE
            case terms.Not(part=part):
                return _turned(self.truth(part, at))
            case terms.Junction(kind="all", parts=parts):
                return conjunction([self.truth(part, at) for part in parts])
            case terms.Junction(parts=parts):
                return disjunction([self.truth(part, at) for part in parts])
            case terms.AtLeast(least=least, parts=parts):
                return at_least(least, [self.truth(part, at) for part in parts])
            case _:
                return truth_of(self.state(term, at))

    def state(self, term: Term, at: Position = OUTSIDE) -> State:
        """What a term of any type comes to."""
        match term:
            case terms.Constant(value=value):
                return value
            case terms.Answer():
                return self._answer(term, at)
            case terms.Cell(column=column):
                assert at.row is not None
                return at.row.get(column, UNKNOWN)
            case terms.Derived():
                return self._value(term)
            case terms.Not() | terms.Junction() | terms.AtLeast():
                return state_of(self.truth(term, at))
            case terms.Comparison(operator=operator, left=left, right=right):
                return numbers.compare(
                    operator,
                    self.state(left, at),
                    self.state(right, at),
                    calculated=is_calculated(left) or is_calculated(right),
                )
            case terms.Membership():
                return self._membership(term, at)
            case terms.Arithmetic(operator=operator, left=left, right=right):
                pair = self.state(left, at), self.state(right, at)
                return numbers.calculate(operator, *pair, self._fault(term))
            case terms.Apply():
                return self._apply(term, at)
            case terms.Over():
                return self._over(term, at)
            case terms.Covers():
                return self._covers(term, at)

    def asked(self, question: str, respondent: str = "") -> Truth:
        """Whether a question is asked, of a respondent where it is asked of each."""
        term = self.ruleset.ask_when.get(question)
        return Truth.TRUE if term is None else self.truth(term, Position(None, respondent))

    def _fault(self, term: Term) -> numbers.Fault:
        """Where faults in a term are told; nowhere unless somebody listens."""
        if self.faults is None:
            return _unheard
        heard = self.faults
        return lambda reason: heard.append(f"{term.text}: {reason}")

    def listening(self) -> Interpreter:
        """The same case, with a list of its own for the faults that come up."""
        twin = copy.copy(self)
        twin.faults = []
        return twin

    def _answer(self, term: terms.Answer, at: Position) -> State:
        question = term.question
        if question.ask_each:
            return self.case.each[question.id].get(at.respondent, UNKNOWN)
        return self.case.single.get(question.id, UNKNOWN)

    def _value(self, term: terms.Derived) -> State:
        if term.text not in self._derived:
            self._derived[term.text] = self.state(term.body)
        return self._derived[term.text]

    def _membership(self, term: terms.Membership, at: Position) -> State:
        found = numbers.member(
            self.state(term.item, at),
            self.state(term.collection, at),
            calculated=is_calculated(term.item),
        )
        return not found if isinstance(found, bool) and term.negated else found

    def _apply(self, term: terms.Apply, at: Position) -> State:
        states = [self.state(argument, at) for argument in term.arguments]
        calculated = is_calculated(term.arguments[0])
        return apply(term.function, states, self.case, calculated=calculated)

    def _over(self, term: terms.Over, at: Position) -> State:
        parts = self.parts(term, at)
        if not isinstance(parts, list):
            return parts
        arguments = [self.state(argument, at) for argument in term.arguments]
        return aggregates.gather(
            term.function, parts, arguments, self._fault(term), calculated=is_calculated(term.part)
        )

    def parts(self, term: terms.Over, at: Position = OUTSIDE) -> list[State] | State:
        """The state of the part for each row or respondent; a state where there are none."""
        if term.table is None:
            everyone = self.case.groups[term.group]
            if not everyone:
                return UNKNOWN
            return [self.state(term.part, Position(at.row, one)) for one in everyone]
        rows = self.state(term.table, at)
        if not isinstance(rows, tuple):
            return rows
        return [self.state(term.part, Position(row, at.respondent)) for row in rows]

    def _covers(self, term: terms.Covers, at: Position) -> State:
        sides = self.parts(term.have, at), self.parts(term.need, at)
        if NOT_APPLICABLE in sides:
            return NOT_APPLICABLE
        if UNKNOWN in sides:
            return UNKNOWN
        calculated = is_calculated(term.have) or is_calculated(term.need)
        return aggregates.covered(*sides, calculated=calculated)


def apply(function: str, states: Sequence[State], case: Case, *, calculated: bool = False) -> State:
    """A function of single values; what is `calculated` is rounded where it is compared."""
    if function in ("min", "max"):
        return numbers.least_or_most(function, states)
    first = states[0]
    if first is NOT_APPLICABLE or first is UNKNOWN:
        return first
    if function == "band":
        return numbers.band(first, states[1::2], states[2::2], calculated=calculated)
    if function == "days_until":
        return (first - case.as_of).days
    if function == "comparable":
        return terms.comparable(first)
    if function == "days_since":
        return (case.as_of - first).days
    if function == "count":
        return len(first)
    if function == "covers":
        return all(option in first for option in states[1])
    assert function == "stated"
    if isinstance(first, Bounds):
        return UNKNOWN
    return bool(first) if isinstance(first, str | tuple) else True


def _unheard(_reason: str) -> None:
    """Nobody listens."""


def conjunction(parts: Sequence[Truth]) -> Truth:
    """`all`: parts that are not applicable are left out; none left: not applicable."""
    if Truth.FALSE in parts:
        return Truth.FALSE
    if Truth.UNKNOWN in parts:
        return Truth.UNKNOWN
    return Truth.TRUE if Truth.TRUE in parts else Truth.NOT_APPLICABLE


def disjunction(parts: Sequence[Truth]) -> Truth:
    """`any`: the mirror image of `all`."""
    return _turned(conjunction([_turned(part) for part in parts]))


def at_least(least: int, parts: Sequence[Truth]) -> Truth:
    """True when `least` parts are true, false when fewer still can be.

    `least` is capped at the number of parts that are left.
    """
    left = [part for part in parts if part is not Truth.NOT_APPLICABLE]
    if not left:
        return Truth.NOT_APPLICABLE
    wanted = min(least, len(left))
    held = left.count(Truth.TRUE)
    if held >= wanted:
        return Truth.TRUE
    return Truth.UNKNOWN if held + left.count(Truth.UNKNOWN) >= wanted else Truth.FALSE


def _turned(truth: Truth) -> Truth:
    if truth is Truth.TRUE:
        return Truth.FALSE
    return Truth.TRUE if truth is Truth.FALSE else truth
