"""What an answer, a number or a condition can come to.

A state is a value, or `UNKNOWN`, or `NOT_APPLICABLE`, or, of a number that is known in part,
`Bounds`. That of a condition is a `Truth`.
"""

from __future__ import annotations

import datetime
import enum
from collections.abc import Mapping as Map
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from readiness.documents.decimals import Number


class Missing(enum.Enum):
    """What stands where there is no value."""

    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"

    # There is one of each; `Enum` would look up a name in every dictionary.
    if not TYPE_CHECKING:
        __hash__ = object.__hash__


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


def mask(asked: Truth, state: State) -> State:
    """An answer as far as its question is asked: not applicable where it is not."""
    if asked is True:
        return state
    return UNKNOWN if asked is UNKNOWN else NOT_APPLICABLE
