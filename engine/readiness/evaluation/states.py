"""What an answer, a number or a condition can come to.

A state is a value, or `UNKNOWN`, or `NOT_APPLICABLE`, or, of a number that is known in part,
`Bounds`. Truths are a type of their own, so that none is taken for a value by mistake.
"""

from __future__ import annotations

import datetime
import enum
from collections.abc import Mapping as Map
from dataclasses import dataclass
from typing import Any, TypeAlias

from readiness.documents.decimals import Number


class Truth(enum.Enum):
    """What a condition comes to."""

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"


class Missing(enum.Enum):
    """What stands where there is no value."""

    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"


TRUE, FALSE = Truth.TRUE, Truth.FALSE
UNKNOWN, NOT_APPLICABLE = Missing.UNKNOWN, Missing.NOT_APPLICABLE


@dataclass(frozen=True, slots=True)
class Bounds:
    """A number of which only the limits are known; what is still to come moves it within them."""

    low: Number
    high: Number


State: TypeAlias = Any  # a `Value`, `Bounds` or `Missing`


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


def truth_of(state: State) -> Truth:
    """A yes or no as a truth."""
    if state is UNKNOWN:
        return Truth.UNKNOWN
    if state is NOT_APPLICABLE:
        return Truth.NOT_APPLICABLE
    return TRUE if state else FALSE


def state_of(truth: Truth) -> State:
    """A truth as the state of a yes or no."""
    if truth is Truth.UNKNOWN:
        return UNKNOWN
    if truth is Truth.NOT_APPLICABLE:
        return NOT_APPLICABLE
    return truth is TRUE
