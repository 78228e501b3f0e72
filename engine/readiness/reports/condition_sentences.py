"""Conditions in sentences, for people who decide about rules and read no formulas."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from readiness.conditions import terms
from readiness.conditions.terms import Term
from readiness.documents.decimals import NUMBERS, exact
from readiness.evaluation.formatting import format_answer, format_day, format_number, join_names
from readiness.model.questionnaire import Field, Question
from readiness.problems import join_words
from readiness.reports.phrasing import capitalise, count_noun

_NUMBERS = {
    "==": "is", "!=": "is not", "<": "is less than", "<=": "is at most", ">": "is more than",
    ">=": "is at least",
}  # fmt: skip
_DAYS = {
    "==": "is", "!=": "is not", "<": "is before", "<=": "is on or before", ">": "is after",
    ">=": "is on or after",
}  # fmt: skip
_SIGNS = {"+": "plus", "-": "minus", "*": "times", "/": "divided by"}
_OVER = {
    "sum": "the total of", "min": "the smallest of", "max": "the largest of",
    "mean": "the average of", "npv": "the net present value of",
    "irr": "the internal rate of return of", "payback": "the payback period of",
}  # fmt: skip


@dataclass(frozen=True)
class Sentences:
    """Words conditions; `name_question` says how a question is called in them.

    If `expands`, conditions that a ruleset has named are worded, too, and not called by name.
    """

    name_question: Callable[[Question], str]
    expands: bool = False

    def lines(self, term: Term) -> list[tuple[int, str]]:
        """Return a condition line by line, each with its depth in the whole."""
        return [(depth, capitalise(text)) for depth, text in self._lines(term, 0)]

    def _lines(self, term: Term, depth: int) -> Iterator[tuple[int, str]]:
        match term:
            case terms.Junction(parts=(part,)):
                yield from self._lines(part, depth)
            case terms.Junction(kind="all", parts=parts) if not depth:
                for part in parts:
                    yield from self._lines(part, depth)
            case terms.Junction(kind=kind, parts=parts) if _is_long(parts):
                least = "all" if kind == "all" else "at least one"
                yield from self._list(least, parts, depth)
            case terms.AtLeast(least=number, parts=parts) if _is_long(parts):
                yield from self._list(f"at least {number}", parts, depth)
            case _:
                yield depth, self.clause(term)

    def _list(self, least: str, parts: tuple[Term, ...], depth: int) -> Iterator[tuple[int, str]]:
        yield depth, f"{least} of these:"
        for part in parts:
            yield from self._lines(part, depth + 1)

    def clause(self, term: Term, table: Question | None = None) -> str:
        """Return a condition as a clause; `table` is the table in whose rows it is read."""
        match term:
            case terms.Constant(value=bool() as value):
                return "always" if value else "never"
            case terms.Derived(body=body):
                return self.clause(body) if self.expands else f"{self.noun(term)} is true"
            case terms.Answer() | terms.Cell():
                return f"{self.noun(term, table)} is answered yes"
            case terms.Not(part=part):
                return self._negation(part, table)
            case terms.Junction(parts=(part,)):
                return self.clause(part, table)
            case terms.Junction(kind=kind, parts=parts):
                said = [self.clause(part, table) for part in parts]
                return " and ".join(said) if kind == "all" else f"either {' or '.join(said)}"
            case terms.AtLeast(least=least, parts=parts):
                held = "; ".join(self.clause(part, table) for part in parts)
                return f"at least {least} of these: {held}"
            case terms.Comparison():
                return self._comparison(term.literal_last(), table)
            case terms.Membership():
                return self._membership(term, table)
            case terms.Apply(function="stated", arguments=(part,)):
                return f"{self.noun(part, table)} is answered"
            case terms.Apply(function="covers", arguments=(chosen, terms.Constant(value=tuple()))):
                needed = self._value(term.arguments[1], chosen, table)
                return f"{self._answer(chosen, table)} includes {needed}"
            case terms.Covers(have=have, need=need):
                return f"{self.noun(have, table)} has every value of {self.noun(need, table)}"
            case terms.Over(function="every" | "some" | "agree"):
                return self._over(term, table)
            case _:
                return term.text

    def _negation(self, part: Term, table: Question | None) -> str:
        match part:
            case terms.Answer() | terms.Cell():
                return f"{self.noun(part, table)} is answered no"
            case terms.Apply(function="stated", arguments=(asked,)):
                return f"{self.noun(asked, table)} is not answered"
            case _:
                return f"it is not true that {self.clause(part, table)}"

    def _over(self, term: terms.Over, table: Question | None) -> str:
        if term.function == "agree":
            named = self.noun(term.part, table)
            return f"all {_group(term.group)} give the same answer to {named}"
        if term.table is None:
            return self._among("all" if term.function == "every" else "at least one of the", term)
        row = "every row" if term.function == "every" else "at least one row"
        return f"{self.clause(term.part, term.table.question)} in {row} of {self.noun(term.table)}"

    def _among(self, number: str, term: terms.Over) -> str:
        """Return a condition with how many rows or respondents it has to hold for."""
        if term.table is None:
            word = "by" if isinstance(term.part, terms.Answer | terms.Not) else "for"
            return f"{self.clause(term.part)} {word} {number} {_group(term.group)}"
        condition = self.clause(term.part, term.table.question)
        return f"{condition} in {number} of the rows of {self.noun(term.table)}"

    def _comparison(self, term: terms.Comparison, table: Question | None) -> str:
        left, right = term.left, term.right
        is_day = left.type.kind == "date"
        sign = (_DAYS if is_day else _NUMBERS)[term.operator]
        value = self._value(right, left, table)
        number = {"is": "exactly", "is not": "any number but"}.get(sign, sign.removeprefix("is "))
        match left:
            case terms.Over(function="share") if isinstance(right, terms.Constant):
                return self._among(f"{number} {value}{'' if left.table else ' of the'}", left)
            case terms.Over(function="count", part=terms.Constant(value=True)):
                return f"the number of rows of {self.noun(left.table)} {sign} {value}"
            case terms.Over(function="count"):
                return self._among(f"{number} {value}{'' if left.table else ' of the'}", left)
        if isinstance(right, terms.Answer):
            value = self._answer(right, table)
        return f"{self._answer(left, table)} {sign} {value}"

    def _membership(self, term: terms.Membership, table: Question | None) -> str:
        if isinstance(term.item, terms.Constant):
            chosen = self._value(term.item, term.collection, table)
            word = "does not include" if term.negated else "includes"
            return f"{self._answer(term.collection, table)} {word} {chosen}"
        joined = join_words(self._values(term.collection, term.item, table))
        return f"{self._answer(term.item, table)} is {'none of ' if term.negated else ''}{joined}"

    def _answer(self, term: Term, table: Question | None) -> str:
        """Return what a value is called where it is compared: of a question, its answer."""
        named = self.noun(term, table)
        return f"the answer to {named}" if isinstance(term, terms.Answer) else named

    def noun(self, term: Term | None, table: Question | None = None) -> str:
        """Return what a term is called in a clause."""
        match term:
            case terms.Answer(question=question):
                return self.name_question(question)
            case terms.Cell(column=column):
                return f"“{table.columns[column].label if table else column}”"
            case terms.Derived(text=text):
                return f"the value “{text}”"
            case terms.Constant():
                return self._value(term, term, table)
            case terms.Arithmetic(operator=operator, left=left, right=right):
                return f"{self.noun(left, table)} {_SIGNS[operator]} {self.noun(right, table)}"
            case terms.Apply(function="comparable", arguments=(part,)):
                return self.noun(part, table)
            case terms.Apply(function="days_since", arguments=(part,)):
                return f"the number of days since {self.noun(part, table)}"
            case terms.Apply(function="days_until", arguments=(part,)):
                return f"the number of days until {self.noun(part, table)}"
            case terms.Apply(function="count", arguments=(part,)):
                return f"the number of answers to {self.noun(part, table)}"
            case terms.Apply(function="min" | "max" as function, arguments=arguments):
                held = join_names([self.noun(part, table) for part in arguments])
                return f"{_OVER[function]} {held}"
            case terms.Over(function="column", table=held, part=part) if held:
                return f"{self.noun(part, held.question)} in {self.noun(held)}"
            case terms.Over(function=function, table=held, part=part) if held and function in _OVER:
                return f"{_OVER[function]} {self.noun(part, held.question)} in {self.noun(held)}"
            case _:
                return term.text if term else ""

    def _value(self, term: Term, of: Term, table: Question | None) -> str:
        values = self._values(term, of, table)
        return join_names(values)

    def _values(self, term: Term, of: Term, table: Question | None) -> list[str]:
        """Return literals as people read them, by what they are compared with."""
        if not isinstance(term, terms.Constant):
            return [self.noun(term, table)]
        field = _field(of, table)
        values = term.value if isinstance(term.value, tuple) else (term.value,)
        found = []
        for value in values:
            if isinstance(value, datetime.date):
                found.append(format_day(value))
            elif isinstance(of, terms.Over) and of.function in ("share", "irr"):
                shown = format_number(exact(value) * 100) if isinstance(value, NUMBERS) else value
                found.append(f"{shown} %")
            elif isinstance(value, str):
                found.append(f"“{field.options.get(value, value) if field else value}”")
            elif field is not None:
                found.append(format_answer(field, value))
            elif isinstance(of, terms.Apply) and of.function.startswith("days_"):
                found.append(count_noun(int(value), "day"))
            else:
                found.append(format_number(value))
        return found


def _field(term: Term, table: Question | None) -> Field | None:
    match term:
        case terms.Answer(question=question):
            return question
        case terms.Cell(column=column) if table:
            return table.columns[column]
        case terms.Apply(function="comparable", arguments=(part,)):
            return _field(part, table)
        case terms.Derived(body=body):
            return _field(body, table)
        case terms.Over(function="sum" | "min" | "max" | "mean", table=held, part=part) if held:
            return _field(part, held.question)
        case _:
            return None


def _group(group: str) -> str:
    return group.replace("-", " ")


def _is_long(parts: tuple[Term, ...]) -> bool:
    """Return whether a group is better read line by line."""
    return len(parts) > 2 or any(not terms.is_leaf(part) for part in parts)
