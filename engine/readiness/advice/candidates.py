"""Answers to try: what a respondent might say to a question."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Iterator
from typing import assert_never

from readiness.conditions import terms
from readiness.conditions.terms import Term
from readiness.evaluation.states import State
from readiness.model.questionnaire import Field, Question
from readiness.model.value import day_to_come
from readiness.problems.values import FrozenDict

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
