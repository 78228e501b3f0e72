"""Typed conditions as JSON; a leaf that stands in several of them is written once, in a line.

A condition is a list: its kind, the number of its type, its text, and its further fields. A number
in the place of a condition is that of the line it stands in.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping as Map
from decimal import Decimal
from typing import Any, cast

from readiness.conditions import terms
from readiness.conditions.terms import Term
from readiness.conditions.types import Type
from readiness.loading.cache.lines import LinesRead, LinesWritten
from readiness.model.questionnaire import Question


class ConditionsWritten:
    """Writes conditions; `types` are theirs, in the order in which they came up."""

    def __init__(self, lines: LinesWritten) -> None:
        self._lines = lines
        self._types: dict[Type, int] = {}

    @property
    def types(self) -> list[Any]:
        """The types as JSON."""
        return [[one.kind, one.unit, list(one.options)] for one in self._types]

    def condition(self, term: Term) -> Any:
        """A condition, its leaves in lines of their own."""
        if terms.is_leaf(term):
            return self.leaf(term)
        match term:
            case terms.Junction(kind=kind, parts=parts):
                return self._of("junction", term, kind, [self.condition(part) for part in parts])
            case terms.AtLeast(least=least, parts=parts):
                return self._of("at least", term, least, [self.condition(part) for part in parts])
            case terms.Not(part=part):
                return self._of("not", term, self.condition(part))
            case _:
                return self._term(term)

    def leaf(self, term: Term) -> int:
        """The line of a leaf."""
        return self._lines.add(self._term(term))

    def _of(self, kind: str, term: Term, *fields: Any) -> Any:
        number = self._types.setdefault(term.type, len(self._types))
        return [kind, number, term.text, *fields]

    def _all(self, parts: tuple[Term, ...]) -> list[Any]:
        return [self._term(part) for part in parts]

    def _term(self, term: Term) -> Any:
        match term:
            case terms.Constant(value=value):
                return self._of("constant", term, _value(value))
            case terms.Answer(question=question):
                return self._of("answer", term, question.id)
            case terms.Cell(column=column):
                return self._of("cell", term, column)
            case terms.Derived():
                return self._of("derived", term)
            case terms.Junction(kind=kind, parts=parts):
                return self._of("junction", term, kind, self._all(parts))
            case terms.Not(part=part):
                return self._of("not", term, self._term(part))
            case terms.AtLeast(least=least, parts=parts):
                return self._of("at least", term, least, self._all(parts))
            case terms.Comparison(operator=operator, left=left, right=right):
                sides = self._term(left), self._term(right)
                return self._of("comparison", term, operator, *sides)
            case terms.Membership(item=item, collection=collection, negated=negated):
                sides = self._term(item), self._term(collection)
                return self._of("membership", term, *sides, negated)
            case terms.Arithmetic(operator=operator, left=left, right=right):
                sides = self._term(left), self._term(right)
                return self._of("arithmetic", term, operator, *sides)
            case terms.Apply(function=function, arguments=arguments):
                return self._of("apply", term, function, self._all(arguments))
            case terms.Over(function=function, table=table, group=group, part=part):
                of = None if table is None else self._term(table)
                rest = self._term(part), self._all(term.arguments)
                return self._of("over", term, function, of, group, *rest)
            case terms.Covers(have=have, need=need):
                return self._of("covers", term, self._term(have), self._term(need))


def _value(value: Any) -> Any:
    """A literal as JSON: a date or a long decimal as an object, a tuple as a list."""
    if isinstance(value, tuple):
        return [_value(one) for one in value]
    if isinstance(value, Decimal):
        return {"decimal": str(value)}
    return {"date": value.isoformat()} if isinstance(value, datetime.date) else value


def _literal(written: Any) -> Any:
    if type(written) is list:
        return tuple([_literal(one) for one in written])
    if type(written) is dict:
        if "decimal" in written:
            return Decimal(written["decimal"])
        return datetime.date.fromisoformat(written["date"])
    return written


class ConditionsRead:
    """Reads what `ConditionsWritten` wrote; a leaf that was read is one object from then on."""

    def __init__(self, lines: LinesRead, types: list[Any], questions: Map[str, Question]) -> None:
        self._lines = lines
        self._types = [Type(kind, unit, tuple(options)) for kind, unit, options in types]
        self._questions = questions
        self._leaves: dict[int, Term] = {}
        self.values: Map[str, Term] = {}

    def leaf(self, number: int) -> Term:
        """The leaf in a line."""
        try:
            return self._leaves[number]
        except KeyError:
            return self._leaves.setdefault(number, self.term(self._lines[number]))

    def _all(self, written: list[Any]) -> tuple[Term, ...]:
        return tuple([self.term(part) for part in written])

    def term(self, written: Any) -> Term:
        """The condition, or a part of one, that was written."""
        if type(written) is int:
            return self.leaf(written)
        name, number, text, *rest = written
        kind, term = self._types[number], self.term
        match name, rest:
            case "answer", (question,):
                return terms.Answer(kind, text, self._questions[question])
            case "constant", (value,):
                return terms.Constant(kind, text, _literal(value))
            case "comparison", (operator, left, right):
                return terms.Comparison(kind, text, operator, term(left), term(right))
            case "junction", (joint, parts):
                return terms.Junction(kind, text, joint, self._all(parts))
            case "membership", (item, collection, negated):
                return terms.Membership(kind, text, term(item), term(collection), negated)
            case "not", (part,):
                return terms.Not(kind, text, term(part))
            case "at least", (least, parts):
                return terms.AtLeast(kind, text, least, self._all(parts))
            case "derived", ():
                return terms.Derived(kind, text, self.values[text])
            case "cell", (column,):
                return terms.Cell(kind, text, column)
            case "arithmetic", (operator, left, right):
                return terms.Arithmetic(kind, text, operator, term(left), term(right))
            case "apply", (function, arguments):
                return terms.Apply(kind, text, function, self._all(arguments))
            case "over", (function, table, group, part, arguments):
                of = None if table is None else cast("terms.Answer", term(table))
                rest = self._all(arguments)
                return terms.Over(kind, text, function, of, group, term(part), rest)
            case "covers", (have, need):
                both = term(have), term(need)
                return terms.Covers(kind, text, *cast("tuple[terms.Over, terms.Over]", both))
        msg = f"there is no condition of the kind {name!r}"
        raise ValueError(msg)
