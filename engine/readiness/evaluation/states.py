"""What an answer, a number or a condition can come to.

A state is a value, or `UNKNOWN`, or `NOT_APPLICABLE`, or, of a number that is known in part,
`Bounds`. That of a condition is a `Truth`.
"""

from __future__ import annotations

import datetime
import enum
from collections.abc import Callable
from collections.abc import Mapping as Map
from dataclasses import dataclass
from typing import Any, TypeAlias

from readiness.documents.decimals import Number
from readiness.documents.reading import LARGEST_EXACT
from readiness.model.questionnaire import Question


class Missing(enum.Enum):
    """What stands where there is no value."""

    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"


UNKNOWN, NOT_APPLICABLE = Missing.UNKNOWN, Missing.NOT_APPLICABLE


@dataclass(frozen=True, slots=True)
class Bounds:
    """A number of which only the limits are known; what is still to come moves it within them."""

    low: Number
    high: Number


State: TypeAlias = Any  # a `Value`, `Bounds` or `Missing`
Truth: TypeAlias = bool | Missing


@dataclass(frozen=True, slots=True)
class Case:
    """The answers of one assessment as conditions read them.

    `single` holds the state of each question that has one answer (a question left out is
    unknown), `each` the state for each expected respondent of a question asked of each, `groups`
    the expected respondents of each group.
    """

    single: Map[str, State]
    each: Map[str, Map[str, State]]
    groups: Map[str, tuple[str, ...]]
    as_of: datetime.date


def in_words(truth: Truth) -> str:
    """What a condition comes to: true, false, unknown or not_applicable."""
    if isinstance(truth, Missing):
        return truth.value
    return "true" if truth else "false"


def masked(asked: Truth, state: State) -> State:
    """An answer as far as its question is asked: not applicable where it is not."""
    if asked is True:
        return state
    return UNKNOWN if asked is UNKNOWN else NOT_APPLICABLE


# Of these a plain answer is its own state; the others have to be read.
_PLAIN_KINDS = frozenset({"truth", "choice", "number"})

Fits = Callable[[object], bool]


def limits(question: Question) -> tuple[float, float]:
    """Between which numbers an answer to a question of numbers lies."""
    low, high = question.minimum, question.maximum
    return (
        max(low, -LARGEST_EXACT) if isinstance(low, int | float) else -LARGEST_EXACT,
        min(high, LARGEST_EXACT) if isinstance(high, int | float) else LARGEST_EXACT,
    )


def fitting(question: Question) -> Fits:
    """Says whether a value is a valid answer and its own state; never so where it has to be read.

    What it says no to may be valid all the same, written in another way.
    """
    if question.kind not in _PLAIN_KINDS or question.ask_each:
        return lambda _value: False
    if question.kind == "truth":
        return lambda value: value is True or value is False
    if question.kind == "choice":
        options = frozenset(question.options)
        return lambda value: value.__class__ is str and value in options
    least, most = limits(question)
    if question.question_type.is_whole:
        return lambda value: value.__class__ is int and least <= value <= most

    def is_within(value: object) -> bool:
        return (value.__class__ is int or value.__class__ is float) and least <= value <= most

    return is_within
