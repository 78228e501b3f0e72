"""Terms compiled to functions of one case.

The functions keep no reasons; why something is unknown is the reference interpreter's to say.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Mapping as Map
from decimal import Decimal
from typing import Any, TypeAlias

from readiness.conditions import terms
from readiness.conditions.terms import Term, is_calculated
from readiness.evaluation import aggregates, numbers
from readiness.evaluation.interpreter import apply, at_least, negate
from readiness.evaluation.plugin_functions import apply_plugin
from readiness.evaluation.states import NOT_APPLICABLE, UNKNOWN, Bounds, Case, Missing, State
from readiness.model.questionnaire import Question
from readiness.model.value import Row

# Numbers that do not compare as Python compares them.
_NOT_AS_IT_IS = frozenset({Bounds, Decimal})
# Questions that have few possible answers.
_FEW = frozenset({"truth", "choice"})


class Run:
    """One case being evaluated: its answers, the derived values so far, the row and respondent.

    `single` has the state of every question that is read and has one answer.
    """

    __slots__ = ("as_of", "derived", "each", "groups", "row", "single", "who")

    def __init__(self, case: Case, who: str = "") -> None:
        self.single: Mapping[str, State] = case.single
        self.each: Mapping[str, Mapping[str, State]] = case.each
        self.groups: Mapping[str, tuple[str, ...]] = case.groups
        self.as_of: datetime.date = case.as_of
        self.derived: dict[str, State] = {}
        self.row: Row | None = None
        self.who: str = who


Closure: TypeAlias = Callable[[Run], State]
# A question with few possible answers, what a condition comes to for those it had so far, and the
# condition, which reads nothing else: calling it takes longer than all else.
_Listed: TypeAlias = tuple[str, dict[State, State], Closure]


def _no_fault(_reason: str) -> None:
    """Ignore a fault; the reference interpreter reports it."""


class Compiler:
    """Compiles the terms of one ruleset, each once; it may be shared between threads."""

    def __init__(self) -> None:
        # Two threads may both compile a term; either function will do.
        self._compiled: dict[Term, Closure] = {}
        # The question with few possible answers that a condition reads, where it reads no other.
        self._only: dict[Closure, str] = {}

    def compile(self, term: Term) -> Closure:
        """The function that evaluates the term for the case, row and respondent of a run."""
        if (found := self._compiled.get(term)) is None:
            found = self._compiled[term] = _COMPILERS[type(term)](self, term)
        return found

    def _answer(self, term: terms.Answer) -> Closure:
        key = term.question.id
        if term.question.ask_each:
            return lambda run: run.each[key].get(run.who, UNKNOWN)
        return self._of_one(term.question, lambda run: run.single[key])

    def _of_one(self, question: Question, closure: Closure) -> Closure:
        """Return the function of a condition that reads one question and nothing else."""
        if question.kind in _FEW:
            self._only[closure] = question.id
        return closure

    def _junction(self, term: terms.Junction) -> Closure:
        listed: list[_Listed] = []
        others = []
        for closure in self._all(term.parts):
            if (question := self._only.get(closure)) is not None:
                listed.append((question, {}, closure))
            else:
                others.append(closure)
        return _junction(term.kind == "any", listed, others)

    def _not(self, term: terms.Not) -> Closure:
        part = self.compile(term.part)

        def negated(run: Run) -> State:
            return negate(part(run))

        if part in self._only:
            self._only[negated] = self._only[part]
        return negated

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
                compared = _answer_compared(operator, question.id, value)
                return self._of_one(question, compared)
            case _, terms.Constant(value=value) if not isinstance(value, tuple | Decimal):
                return _compare_with(operator, self.compile(left), value)
        return _compared(operator, self.compile(left), self.compile(right))

    def _membership(self, term: terms.Membership) -> Closure:
        match term:
            case terms.Membership(
                item=terms.Answer(question=question),
                collection=terms.Constant(value=tuple() as held),
            ) if not question.ask_each and question.kind != "number":
                within = _answer_within(question.id, held, negated=term.negated)
                return self._of_one(question, within)
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
        if (plugin := term.plugin) is not None:
            return lambda run: apply_plugin(plugin, [one(run) for one in arguments], _no_fault)
        if function == "stated" and isinstance(term.arguments[0], terms.Answer | terms.Cell):
            return _stated(*arguments)
        if function == "comparable":
            return _comparable(*arguments)
        return _apply(function, arguments, calculated=is_calculated(term.arguments[0]))

    def _over(self, term: terms.Over) -> Closure:
        function, part = term.function, term.part
        if term.table is not None:
            table = self.compile(term.table)
            if function in ("every", "some"):
                return _quantify(function == "some", table, self.compile(part))
            if function == "count" and isinstance(part, terms.Constant) and part.value is True:
                return _count_rows(table)
        parts, arguments = self._parts(term), self._all(term.arguments)
        calculated = is_calculated(part)

        def over(run: Run) -> State:
            found = parts(run)
            if found.__class__ is not list:
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
        part = self.compile(term.part)
        if term.table is None:
            return _each(term.group, part)
        table = self.compile(term.table)
        if isinstance(term.part, terms.Cell):
            return _column(table, term.part.column)
        return _rows(table, part)


# By the type of a term, which is found sooner than by trying one after the other.
_COMPILERS: Map[type, Callable[[Compiler, Any], Closure]] = {
    terms.Answer: Compiler._answer,
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


def _junction(decisive: bool, listed: Sequence[_Listed], parts: Sequence[Closure]) -> Closure:
    """`any` where `decisive` is True, `all` where it is False."""

    def junction(run: Run) -> State:
        outcome: State = NOT_APPLICABLE
        single = run.single
        for question, states, part in listed:
            try:
                state = states[single[question]]
            except KeyError:
                state = states[single[question]] = part(run)
            if state is decisive:
                return decisive
            if state is UNKNOWN or outcome is NOT_APPLICABLE:
                outcome = state
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
        state = run.single[question]
        if state.__class__ is Missing:
            return state
        if state.__class__ is Decimal:
            return numbers.compare(symbol, state, value)
        return compare(state, value)

    return comparison


def _answer_within(question: str, values: Any, *, negated: bool) -> Closure:
    def membership(run: Run) -> State:
        state = run.single[question]
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


def _count_rows(table: Closure) -> Closure:
    def counted(run: Run) -> State:
        rows = table(run)
        return len(rows) if rows.__class__ is tuple else rows

    return counted


def _column(table: Closure, column: str) -> Closure:
    def cells(run: Run) -> State:
        rows = table(run)
        return [row.get(column, UNKNOWN) for row in rows] if rows.__class__ is tuple else rows

    return cells


def _rows(table: Closure, part: Closure) -> Closure:
    def states(run: Run) -> State:
        rows = table(run)
        if rows.__class__ is not tuple:
            return rows
        before = run.row
        found = [part(run) for run.row in rows]
        run.row = before
        return found

    return states


def _each(group: str, part: Closure) -> Closure:
    def states(run: Run) -> State:
        before = run.who
        found = [part(run) for run.who in run.groups[group]]
        run.who = before
        return found or UNKNOWN

    return states


def _apply(function: str, arguments: Sequence[Closure], *, calculated: bool) -> Closure:
    def applied(run: Run) -> State:
        states = [argument(run) for argument in arguments]
        return apply(function, states, run.as_of, calculated=calculated)

    return applied
