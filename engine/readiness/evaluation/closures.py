"""Terms compiled to functions of a case, for the leaves of the program.

The functions keep no reasons; why something is unknown is the reference interpreter's to say.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from readiness.conditions import terms
from readiness.conditions.terms import Term
from readiness.evaluation import gathering, numbers
from readiness.evaluation.reference import apply
from readiness.evaluation.states import NOT_APPLICABLE, UNKNOWN, Case, State
from readiness.model.value import Row


@dataclass(slots=True)
class Run:
    """One case, and the derived values worked out for it so far."""

    case: Case
    derived: dict[str, State] = field(default_factory=dict)


Closure: TypeAlias = Callable[[Run, "Row | None", str], State]


def _no_fault(_reason: str) -> None:
    """Faults are told by the reference interpreter."""


class Compiler:
    """Compiles terms; derived values are compiled once and shared."""

    def __init__(self) -> None:
        self._derived: dict[str, Closure] = {}

    def compile(self, term: Term) -> Closure:
        """The function that works the term out, for a row and a respondent at hand."""
        match term:
            case terms.Constant(value=value):
                return lambda _run, _row, _who: value
            case terms.Answer(question=question):
                return _answer(question.id, each=bool(question.ask_each))
            case terms.Cell(column=column):
                return lambda _run, row, _who: row.get(column, UNKNOWN)  # type: ignore[union-attr]
            case terms.Derived():
                return self._value(term)
            case terms.Not(part=part):
                return _not(self.compile(part))
            case terms.Junction(kind=kind):
                return _junction(kind == "any", self._all(term.parts))
            case terms.AtLeast(least=least):
                return _at_least(least, self._all(term.parts))
            case terms.Comparison(
                operator=operator,
                left=terms.Answer(question=question),
                right=terms.Constant(value=value),
            ) if not question.ask_each:
                return _answer_compared(operator, question.id, value)
            case terms.Comparison(operator=operator, left=left, right=right):
                return _comparison(operator, self.compile(left), self.compile(right))
            case terms.Membership():
                return self._membership(term)
            case terms.Arithmetic():
                return self._arithmetic(term)
            case terms.Apply(function=function):
                return _apply(function, self._all(term.arguments))
            case terms.Over():
                return self._over(term)
            case terms.Covers(have=have, need=need):
                return _covers(self._parts(have), self._parts(need))

    def _all(self, found: Sequence[Term]) -> list[Closure]:
        return [self.compile(term) for term in found]

    def _value(self, term: terms.Derived) -> Closure:
        name = term.text
        if name not in self._derived:
            self._derived[name] = self.compile(term.body)
        body = self._derived[name]

        def value(run: Run, _row: Row | None, _who: str) -> State:
            if name not in run.derived:
                run.derived[name] = body(run, None, "")
            return run.derived[name]

        return value

    def _membership(self, term: terms.Membership) -> Closure:
        match term:
            case terms.Membership(
                item=terms.Answer(question=question), collection=terms.Constant(value=value)
            ) if not question.ask_each:
                return _answer_within(question.id, value, negated=term.negated)
        item, collection = self.compile(term.item), self.compile(term.collection)
        negated = term.negated

        def membership(run: Run, row: Row | None, who: str) -> State:
            found = numbers.member(item(run, row, who), collection(run, row, who))
            return not found if negated and isinstance(found, bool) else found

        return membership

    def _arithmetic(self, term: terms.Arithmetic) -> Closure:
        left, right, symbol = self.compile(term.left), self.compile(term.right), term.operator

        def arithmetic(run: Run, row: Row | None, who: str) -> State:
            pair = left(run, row, who), right(run, row, who)
            return numbers.calculate(symbol, *pair, _no_fault)

        return arithmetic

    def _over(self, term: terms.Over) -> Closure:
        parts, function = self._parts(term), term.function
        arguments = self._all(term.arguments)

        def over(run: Run, row: Row | None, who: str) -> State:
            found = parts(run, row, who)
            if not isinstance(found, list):
                return found
            given = [argument(run, row, who) for argument in arguments]
            return gathering.gather(function, found, given, _no_fault)

        return over

    def _parts(self, term: terms.Over) -> Closure:
        part, group = self.compile(term.part), term.group
        table = None if term.table is None else self.compile(term.table)

        def each(run: Run, row: Row | None, _who: str) -> State:
            everyone = run.case.groups[group]
            return [part(run, row, one) for one in everyone] or UNKNOWN

        def rows(run: Run, row: Row | None, who: str) -> State:
            assert table is not None
            found = table(run, row, who)
            if not isinstance(found, tuple):
                return found
            return [part(run, one, who) for one in found]

        return each if table is None else rows


def _answer(question: str, *, each: bool) -> Closure:
    if each:
        return lambda run, _row, who: run.case.each[question].get(who, UNKNOWN)
    return lambda run, _row, _who: run.case.single.get(question, UNKNOWN)


def _not(part: Closure) -> Closure:
    def turned(run: Run, row: Row | None, who: str) -> State:
        state = part(run, row, who)
        return not state if isinstance(state, bool) else state

    return turned


def _junction(decisive: bool, parts: Sequence[Closure]) -> Closure:
    """`any` where `decisive` is True, `all` where it is False."""

    def junction(run: Run, row: Row | None, who: str) -> State:
        outcome: State = NOT_APPLICABLE
        for part in parts:
            state = part(run, row, who)
            if state is decisive:
                return decisive
            if state is UNKNOWN or outcome is NOT_APPLICABLE:
                outcome = state
        return outcome

    return junction


def _at_least(least: int, parts: Sequence[Closure]) -> Closure:
    def counted(run: Run, row: Row | None, who: str) -> State:
        states = [part(run, row, who) for part in parts]
        left = len(states) - states.count(NOT_APPLICABLE)
        if not left:
            return NOT_APPLICABLE
        held = sum(state is True for state in states)
        short = min(least, left) - held
        if short <= 0:
            return True
        return UNKNOWN if states.count(UNKNOWN) >= short else False

    return counted


def _comparison(operator: str, left: Closure, right: Closure) -> Closure:
    def comparison(run: Run, row: Row | None, who: str) -> State:
        return numbers.compare(operator, left(run, row, who), right(run, row, who))

    return comparison


def _answer_compared(operator: str, question: str, value: State) -> Closure:
    """By far the most leaves: one closure for them, instead of three that call each other."""

    def comparison(run: Run, _row: Row | None, _who: str) -> State:
        return numbers.compare(operator, run.case.single.get(question, UNKNOWN), value)

    return comparison


def _answer_within(question: str, values: State, *, negated: bool) -> Closure:
    def membership(run: Run, _row: Row | None, _who: str) -> State:
        found = numbers.member(run.case.single.get(question, UNKNOWN), values)
        return not found if negated and isinstance(found, bool) else found

    return membership


def _apply(function: str, arguments: Sequence[Closure]) -> Closure:
    def applied(run: Run, row: Row | None, who: str) -> State:
        return apply(function, [argument(run, row, who) for argument in arguments], run.case)

    return applied


def _covers(have: Closure, need: Closure) -> Closure:
    def covers(run: Run, row: Row | None, who: str) -> State:
        sides = have(run, row, who), need(run, row, who)
        if NOT_APPLICABLE in sides:
            return NOT_APPLICABLE
        return UNKNOWN if UNKNOWN in sides else gathering.covered(*sides)

    return covers
