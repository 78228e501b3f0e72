"""Terms compiled to functions of one case.

The functions keep no reasons; why something is unknown is the reference interpreter's to say.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Mapping as Map
from decimal import Decimal
from typing import Any, TypeAlias

from readiness.conditions import terms
from readiness.conditions.terms import Term, is_calculated
from readiness.evaluation import aggregates, numbers
from readiness.evaluation.interpreter import apply, at_least, negate
from readiness.evaluation.states import NOT_APPLICABLE, UNKNOWN, Bounds, Case, Missing, State
from readiness.model.value import Row

# Numbers that do not compare as Python compares them.
_NOT_AS_IT_IS = frozenset({Bounds, Decimal})


class Run:
    """One case being evaluated: its answers, the derived values so far, the row and respondent."""

    __slots__ = ("case", "derived", "row", "single", "who")

    def __init__(self, case: Case, who: str = "") -> None:
        self.case = case
        self.single = case.single
        self.derived: dict[str, State] = {}
        self.row: Row | None = None
        self.who = who


Closure: TypeAlias = Callable[[Run], State]


def _no_fault(_reason: str) -> None:
    """Ignore a fault; the reference interpreter reports it."""


class Compiler:
    """Compiles the terms of one ruleset, each once; it may be shared between threads."""

    def __init__(self) -> None:
        # Two threads may both compile a term; either function will do.
        self._compiled: dict[Term, Closure] = {}

    def compile(self, term: Term) -> Closure:
        """The function that evaluates the term for the case, row and respondent of a run."""
        if (found := self._compiled.get(term)) is None:
            found = self._compiled[term] = self._function(term)
        return found

    def _function(self, term: Term) -> Closure:
        return _COMPILERS[type(term)](self, term)

    def _junction(self, term: terms.Junction) -> Closure:
        return _junction(term.kind == "any", self._all(term.parts))

    def _not(self, term: terms.Not) -> Closure:
        part = self.compile(term.part)
        return lambda run: negate(part(run))

    def _at_least(self, term: terms.AtLeast) -> Closure:
        least, parts = term.least, self._all(term.parts)
        return lambda run: at_least(least, [part(run) for part in parts])

    def _all(self, found: Sequence[Term]) -> list[Closure]:
        return [self.compile(term) for term in found]

    def _value(self, term: terms.Derived) -> Closure:
        name, body = term.text, self.compile(term.body)

        def value(run: Run) -> State:
            held = run.derived
            if name not in held:
                row, who, run.row, run.who = run.row, run.who, None, ""
                held[name] = body(run)
                run.row, run.who = row, who
            return held[name]

        return value

    def _comparison(self, term: terms.Comparison) -> Closure:
        operator, left, right = term.operator, term.left, term.right
        if is_calculated(left) or is_calculated(right):
            return _compared(operator, self.compile(left), self.compile(right), calculated=True)
        match left, right:
            case terms.Answer(question=question), terms.Constant(value=value) if not (
                question.ask_each or isinstance(value, tuple | Decimal)
            ):
                return _answer_compared(operator, question.id, value)
            case _, terms.Constant(value=value) if not isinstance(value, tuple | Decimal):
                return _compare_with(operator, self.compile(left), value)
        return _compared(operator, self.compile(left), self.compile(right))

    def _membership(self, term: terms.Membership) -> Closure:
        match term:
            case terms.Membership(
                item=terms.Answer(question=question),
                collection=terms.Constant(value=tuple() as held),
            ) if not question.ask_each and question.kind != "number":
                return _answer_within(question.id, held, negated=term.negated)
        item, collection = self.compile(term.item), self.compile(term.collection)
        negated, calculated = term.negated, is_calculated(term.item)

        def membership(run: Run) -> State:
            found = numbers.member(item(run), collection(run), calculated=calculated)
            return negate(found) if negated else found

        return membership

    def _arithmetic(self, term: terms.Arithmetic) -> Closure:
        left, right, symbol = self.compile(term.left), self.compile(term.right), term.operator
        return lambda run: numbers.calculate(symbol, left(run), right(run), _no_fault)

    def _apply(self, term: terms.Apply) -> Closure:
        function, arguments = term.function, self._all(term.arguments)
        if function == "stated" and isinstance(term.arguments[0], terms.Answer | terms.Cell):
            return _stated(*arguments)
        if function == "comparable":
            return _comparable(*arguments)
        return _apply(function, arguments, calculated=is_calculated(term.arguments[0]))

    def _over(self, term: terms.Over) -> Closure:
        if term.function in ("every", "some") and term.table is not None:
            return _quantify(
                term.function == "some", self.compile(term.table), self.compile(term.part)
            )
        parts, function = self._parts(term), term.function
        arguments, calculated = self._all(term.arguments), is_calculated(term.part)

        def over(run: Run) -> State:
            found = parts(run)
            if not isinstance(found, list):
                return found
            given = [argument(run) for argument in arguments]
            return aggregates.gather(function, found, given, _no_fault, calculated=calculated)

        return over

    def _covers(self, term: terms.Covers) -> Closure:
        have, need = self._parts(term.have), self._parts(term.need)
        calculated = is_calculated(term.have) or is_calculated(term.need)
        return lambda run: aggregates.is_covered(have(run), need(run), calculated=calculated)

    def _parts(self, term: terms.Over) -> Closure:
        """The function that lists the states of a part, one for each row or respondent."""
        part, group = self.compile(term.part), term.group
        table = None if term.table is None else self.compile(term.table)

        def each(run: Run) -> State:
            before, found = run.who, []
            for respondent in run.case.groups[group]:
                run.who = respondent
                found.append(part(run))
            run.who = before
            return found or UNKNOWN

        def rows(run: Run) -> State:
            assert table is not None
            held = table(run)
            if not isinstance(held, tuple):
                return held
            before, found = run.row, []
            for row in held:
                run.row = row
                found.append(part(run))
            run.row = before
            return found

        return each if table is None else rows


# By the type of a term, which is found sooner than by trying one after the other.
_COMPILERS: Map[type, Callable[[Compiler, Any], Closure]] = {
    terms.Answer: lambda _, term: _answer(term.question.id, each=bool(term.question.ask_each)),
    terms.Apply: Compiler._apply,
    terms.Arithmetic: Compiler._arithmetic,
    terms.AtLeast: Compiler._at_least,
    terms.Cell: lambda _, term: _cell(term.column),
    terms.Comparison: Compiler._comparison,
    terms.Constant: lambda _, term: _constant(term.value),
    terms.Covers: Compiler._covers,
    terms.Derived: Compiler._value,
    terms.Junction: Compiler._junction,
    terms.Membership: Compiler._membership,
    terms.Not: Compiler._not,
    terms.Over: Compiler._over,
}


def _constant(value: State) -> Closure:
    return lambda _run: value


def _cell(column: str) -> Closure:
    return lambda run: run.row.get(column, UNKNOWN)  # type: ignore[union-attr]


def _answer(question: str, *, each: bool) -> Closure:
    if each:
        return lambda run: run.case.each[question].get(run.who, UNKNOWN)
    return lambda run: run.single.get(question, UNKNOWN)


def _junction(decisive: bool, parts: Sequence[Closure]) -> Closure:
    """`any` where `decisive` is True, `all` where it is False."""

    def junction(run: Run) -> State:
        outcome: State = NOT_APPLICABLE
        for part in parts:
            state = part(run)
            if state is decisive:
                return decisive
            if state is UNKNOWN or outcome is NOT_APPLICABLE:
                outcome = state
        return outcome

    return junction


def _compared(operator: str, left: Closure, right: Closure, *, calculated: bool = False) -> Closure:
    return lambda run: numbers.compare(operator, left(run), right(run), calculated=calculated)


def _compare_with(symbol: str, part: Closure, value: Any) -> Closure:
    compare = numbers.COMPARISONS[symbol]

    def comparison(run: Run) -> State:
        state = part(run)
        if state.__class__ is Missing:
            return state
        if state.__class__ in _NOT_AS_IT_IS:
            return numbers.compare(symbol, state, value)
        return compare(state, value)

    return comparison


def _answer_compared(symbol: str, question: str, value: Any) -> Closure:
    """By far the most leaves: one function for them, instead of three that call each other."""
    compare = numbers.COMPARISONS[symbol]

    def comparison(run: Run) -> State:
        state = run.single.get(question, UNKNOWN)
        if state.__class__ is Missing:
            return state
        if state.__class__ is Decimal:
            return numbers.compare(symbol, state, value)
        return compare(state, value)

    return comparison


def _answer_within(question: str, values: Any, *, negated: bool) -> Closure:
    def membership(run: Run) -> State:
        state = run.single.get(question, UNKNOWN)
        return state if state.__class__ is Missing else (state in values) is not negated

    return membership


def _stated(answer: Closure) -> Closure:
    def stated(run: Run) -> State:
        state = answer(run)
        if state.__class__ is Missing:
            return state
        return bool(state) if isinstance(state, str | tuple) else True

    return stated


def _comparable(text: Closure) -> Closure:
    def comparable(run: Run) -> State:
        state = text(run)
        return state if state.__class__ is Missing else terms.comparable(state)

    return comparable


def _quantify(decisive: bool, table: Closure, part: Closure) -> Closure:
    """`some` of the rows where `decisive` is True, `every` one where it is False."""

    def quantified(run: Run) -> State:
        rows = table(run)
        if rows.__class__ is not tuple:
            return rows
        before, outcome = run.row, NOT_APPLICABLE if rows else not decisive
        for run.row in rows:
            state = part(run)
            if state is decisive:
                outcome = decisive
                break
            if state is UNKNOWN or outcome is NOT_APPLICABLE:
                outcome = state
        run.row = before
        return outcome

    return quantified


def _apply(function: str, arguments: Sequence[Closure], *, calculated: bool) -> Closure:
    def applied(run: Run) -> State:
        states = [argument(run) for argument in arguments]
        return apply(function, states, run.case, calculated=calculated)

    return applied
