"""What an answer or a term is worth: a value, unknown, or not applicable.

A yes or no is a bool, a text or an option a str, a day a date, a set of choices a frozenset, a
table a tuple of rows, a list of literals a list. Every number is a `Span`.
"""

from __future__ import annotations

import datetime
import enum
from collections.abc import Mapping as Map
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias


class Lack(enum.Enum):
    """Why there is no value."""

    UNKNOWN = "unknown"
    VOID = "not applicable"


UNKNOWN, VOID = Lack.UNKNOWN, Lack.VOID


@dataclass(frozen=True, slots=True)
class Span:
    """A number by its lower and its upper limit; both are the same where it is known.

    A limit is a fraction, or infinite.
    """

    low: Fraction | float
    high: Fraction | float

    @property
    def is_point(self) -> bool:
        """Whether the number is known."""
        return self.low == self.high


Worth: TypeAlias = Any
Row: TypeAlias = Map[str, Worth]


def point(number: float | Decimal | Fraction) -> Span:
    """A number that is known; a float is the decimal by which it is written."""
    exact = Fraction(repr(number)) if isinstance(number, float) else Fraction(number)
    return Span(exact, exact)


def worth_of(value: object) -> Worth:
    """A value as a document holds it: sets of choices as sets, tables as rows, numbers as spans."""
    if isinstance(value, bool | str | datetime.date):
        return value
    if isinstance(value, int | float | Decimal):
        return point(value)
    assert isinstance(value, tuple)
    if value and isinstance(value[0], Map):
        return tuple({key: worth_of(cell) for key, cell in row.items()} for row in value)
    return frozenset(value)
