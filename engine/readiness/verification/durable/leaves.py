"""The values of terms for one set of answers: each leaf of a condition is compared once.

Within a leaf, conditions for each row or respondent are also joined here. The rules join the
leaves.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from functools import partial
from typing import TypeAlias

from readiness.conditions import terms
from readiness.conditions.terms import Term
from readiness.verification.durable.values import (
    UNKNOWN,
    VOID,
    Interval,
    TableRow,
    TreeValue,
    aggregate,
    among,
    band,
    calculate,
    compare,
    extreme,
    is_covered,
    point,
    round_value,
    strictly,
    value_of,
)

NOBODY = ""

TruthTerm: TypeAlias = (
    terms.Comparison | terms.Membership | terms.Not | terms.Junction | terms.AtLeast | terms.Covers
)


@dataclass
class TermReader:
    """Reads the values of terms; `answers` is filled as it becomes known which questions are asked.

    `answers` holds values by question and respondent; the respondent is empty for a question that
    has one answer for all. `respondents` lists who is asked in each group.
    """

    as_of: datetime.date
    respondents: Callable[[str], Sequence[str]]
    answers: dict[tuple[str, str], TreeValue] = field(default_factory=dict)
    _values: dict[str, TreeValue] = field(default_factory=dict)

    def evaluate(self, term: Term, row: TableRow | None = None, who: str = NOBODY) -> TreeValue:
        """Return the value of a term, for the current row and respondent."""
        match term:
            case terms.Constant():
                return _literal(term)
            case terms.Answer(question=question):
                return self.answers.get(
                    (question.id, who if question.ask_each else NOBODY), UNKNOWN
                )
            case terms.Cell(column=column):
                return UNKNOWN if row is None else row.get(column, UNKNOWN)
            case terms.Derived(text=name, body=body):
                if name not in self._values:
                    self._values[name] = self.evaluate(body)
                return self._values[name]
            case terms.Arithmetic(operator=symbol, left=left, right=right):
                sides = [self.evaluate(left, row, who), self.evaluate(right, row, who)]
                return strictly(partial(calculate, symbol), sides)
            case terms.Apply():
                operands = [self.evaluate(operand, row, who) for operand in term.arguments]
                if term.function == "band":
                    operands = _as_compared(operands, term.arguments[0])
                return strictly(partial(self._apply, term.function), operands)
            case terms.Over():
                return self._over(term, row, who)
        return self._truth(term, row, who)

    def _truth(self, term: TruthTerm, row: TableRow | None, who: str) -> TreeValue:
        """Return the value of a term that is true or false."""
        match term:
            case terms.Comparison(operator=symbol, left=left, right=right):
                sides = [self.evaluate(left, row, who), self.evaluate(right, row, who)]
                return strictly(partial(compare, symbol), _as_compared(sides, left, right))
            case terms.Membership(item=item, collection=collection, negated=negated):
                sides = [self.evaluate(item, row, who), self.evaluate(collection, row, who)]
                found = strictly(among, _as_compared(sides, item))
                return _negate(found) if negated else found
            case terms.Not(part=part):
                return _negate(self.evaluate(part, row, who))
            case terms.Junction(kind=kind):
                parts = [self.evaluate(part, row, who) for part in term.parts]
                return aggregate("every" if kind == "all" else "some", parts)
            case terms.AtLeast(least=least):
                parts = [self.evaluate(part, row, who) for part in term.parts]
                wanted = point(min(least, len(parts) - parts.count(VOID)))
                return strictly(partial(compare, ">="), [aggregate("count", parts), wanted])
            case terms.Covers(have=have, need=need):
                sides = [self._parts(have, row, who), self._parts(need, row, who)]
                return strictly(is_covered, _as_compared(sides, have.part, need.part))

    def _apply(self, function: str, *operands: TreeValue) -> TreeValue:
        """Return the value of a function applied to single values."""
        if function in ("min", "max"):
            return extreme(min if function == "min" else max, operands)
        if function == "band":
            return band(operands[0], operands[1::2], operands[2::2])
        first = operands[0]
        if function in ("days_until", "days_since"):
            days = (first - self.as_of).days
            return point(days if function == "days_until" else -days)
        if function == "comparable":
            return first.strip().casefold()
        if function == "count":
            return point(len(first))
        if function == "covers":
            return set(operands[1]) <= first
        return _is_stated(first)

    def _over(self, term: terms.Over, row: TableRow | None, who: str) -> TreeValue:
        parts = self._parts(term, row, who)
        if not isinstance(parts, list):
            return parts
        if term.function in ("agree", "irr", "payback"):
            parts = _as_compared(parts, term.part)
        rate = self.evaluate(term.arguments[0], row, who) if term.arguments else None
        return aggregate(term.function, parts, rate)

    def _parts(self, term: terms.Over, row: TableRow | None, who: str) -> TreeValue:
        """Return a part's values for all rows or respondents; a missing value if there are none."""
        if term.table is None:
            everyone = self.respondents(term.group)
            return [self.evaluate(term.part, row, one) for one in everyone] or UNKNOWN
        rows = self.evaluate(term.table, row, who)
        if rows in (UNKNOWN, VOID):
            return rows
        return [self.evaluate(term.part, one, who) for one in rows]


def _divides(term: Term) -> bool:
    """Return whether a number results from a division or an inexact function."""
    match term:
        case (
            terms.Arithmetic(operator="/")
            | terms.Over(function="mean" | "share" | "npv" | "irr" | "payback")
        ):
            return True
        case terms.Arithmetic(left=left, right=right):
            return _divides(left) or _divides(right)
        case terms.Derived(body=body) | terms.Over(function="sum" | "min" | "max", part=body):
            return _divides(body)
        case terms.Apply(function="min" | "max", arguments=arguments):
            return any(map(_divides, arguments))
    return False


def _as_compared(values: list[TreeValue], *of: Term) -> list[TreeValue]:
    """Return values ready for comparison: rounded if one of the terms results from a division."""
    return round_value(values) if any(map(_divides, of)) else values


def _literal(term: terms.Constant) -> TreeValue:
    if not isinstance(term.value, tuple):
        return value_of(term.value)
    items = [value_of(item) for item in term.value]
    return frozenset(items) if term.type.kind == "choices" else items


def _negate(truth: TreeValue) -> TreeValue:
    return truth if truth in (UNKNOWN, VOID) else not truth


def _is_stated(answer: TreeValue) -> TreeValue:
    """Return whether an answer is stated; unknown for a number that is only known within limits."""
    if isinstance(answer, Interval):
        return True if answer.is_point else UNKNOWN
    if isinstance(answer, str | tuple | frozenset | Map):
        return len(answer) > 0
    return True
