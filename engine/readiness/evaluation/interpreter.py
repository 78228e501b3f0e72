"""The reference interpreter: the plainest way to say what a condition means.

Every other way of evaluating must agree with it. It reads a term from the top each time, keeps
nothing but derived values, and notes on the way why something is unknown.
"""

from __future__ import annotations

import copy
import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from readiness.conditions import terms
from readiness.conditions.terms import Term, is_calculated
from readiness.dependencies.ruleset import Ruleset
from readiness.evaluation import aggregates, numbers
from readiness.evaluation.plugin_functions import apply_plugin
from readiness.evaluation.reconciliation import Answers
from readiness.evaluation.states import NOT_APPLICABLE, UNKNOWN, Bounds, Case, State, Truth, mask
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
        """Take the answers as conditions read them, from those that were stated.

        A question that is not asked is not applicable, whatever a sheet says; while it is not known
        whether it is asked, it is unknown. Questions come after those that decide over them.
        """
        stated = self.answers.stated
        single = dict(stated.single)
        each = {key: dict(states) for key, states in stated.each.items()}
        self.case = Case(single, each, stated.groups, stated.as_of)
        for key in self.ruleset.asking_order:
            if key in each:
                states = each[key].items()
                each[key] |= {who: mask(self.asked(key, who), state) for who, state in states}
            elif key in self.ruleset.ask_when:
                single[key] = mask(self.asked(key), single.get(key, UNKNOWN))

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
            case terms.Not(part=part):
                return negate(self.state(part, at))
            case terms.Junction(kind="all", parts=parts):
                return conjunction([self.state(part, at) for part in parts])
            case terms.Junction(parts=parts):
                return disjunction([self.state(part, at) for part in parts])
            case terms.AtLeast(least=least, parts=parts):
                return at_least(least, [self.state(part, at) for part in parts])
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
        return True if term is None else self.truth(term, Position(None, respondent))

    def truth(self, term: Term, at: Position = OUTSIDE) -> Truth:
        """What a condition comes to."""
        found: Truth = self.state(term, at)
        return found

    def _fault(self, term: Term) -> numbers.Fault:
        """Return where faults in a term are reported: nowhere unless somebody listens."""
        if self.faults is None:
            return _unheard
        heard = self.faults
        return lambda reason: heard.append(f"{term.text}: {reason}")

    def listening(self) -> Interpreter:
        """Return the same case with a separate list for the faults that occur."""
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
        item, collection = self.state(term.item, at), self.state(term.collection, at)
        found = numbers.member(item, collection, calculated=is_calculated(term.item))
        return negate(found) if term.negated else found

    def _apply(self, term: terms.Apply, at: Position) -> State:
        states = [self.state(argument, at) for argument in term.arguments]
        if term.plugin is not None:
            return apply_plugin(term.plugin, states, self._fault(term))
        calculated = is_calculated(term.arguments[0])
        return apply(term.function, states, self.case.as_of, calculated=calculated)

    def _over(self, term: terms.Over, at: Position) -> State:
        parts = self.parts(term, at)
        if not isinstance(parts, list):
            return parts
        arguments = [self.state(argument, at) for argument in term.arguments]
        fault, calculated = self._fault(term), is_calculated(term.part)
        return aggregates.gather(term.function, parts, arguments, fault, calculated=calculated)

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
        have, need = self.parts(term.have, at), self.parts(term.need, at)
        calculated = is_calculated(term.have) or is_calculated(term.need)
        return aggregates.is_covered(have, need, calculated=calculated)


def apply(
    function: str, states: Sequence[State], as_of: datetime.date, *, calculated: bool = False
) -> State:
    """A function of single values; what is `calculated` is rounded where it is compared."""
    if function in ("min", "max"):
        return numbers.least_or_most(function, states)
    first = states[0]
    if first is NOT_APPLICABLE or first is UNKNOWN:
        return first
    if function == "band":
        return numbers.band(first, states[1::2], states[2::2], calculated=calculated)
    if function == "days_until":
        return (first - as_of).days
    if function == "comparable":
        return terms.comparable(first)
    if function == "days_since":
        return (as_of - first).days
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
    if False in parts:
        return False
    if UNKNOWN in parts:
        return UNKNOWN
    return True if True in parts else NOT_APPLICABLE


def disjunction(parts: Sequence[Truth]) -> Truth:
    """`any`: the mirror image of `all`."""
    return negate(conjunction([negate(part) for part in parts]))


def at_least(least: int, parts: Sequence[Truth]) -> Truth:
    """True when `least` parts are true, false when fewer still can be.

    `least` is capped at the number of parts that are left.
    """
    left = [part for part in parts if part is not NOT_APPLICABLE]
    if not left:
        return NOT_APPLICABLE
    wanted = min(least, len(left))
    held = left.count(True)
    if held >= wanted:
        return True
    return UNKNOWN if held + left.count(UNKNOWN) >= wanted else False


def negate(truth: Truth) -> Truth:
    """The opposite."""
    return not truth if isinstance(truth, bool) else truth
