"""Numbers as the decimals they were written as.

A number is an `int`, a `float` or a `Decimal`. A float stands for the shortest decimal that is that
float and no other, its `repr`: 0.1 is one tenth. So floats and whole numbers compare as they are,
and only decimals with more digits than a float carries are a `Decimal`.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import TypeAlias

from readiness.documents.reading import LARGEST_EXACT

Number: TypeAlias = int | float | Decimal
NUMBERS = (int, float, Decimal)

# Every decimal with up to this number of digits is the shortest one of some float.
_DIGITS_OF_A_FLOAT = 15


def as_written(text: str) -> float | Decimal:
    """Return the number that a decimal text means, with all its digits."""
    number = float(text)
    if len(text) <= _DIGITS_OF_A_FLOAT:
        return number
    written = Decimal(text)
    return number if written == Decimal(repr(number)) else written


@lru_cache(maxsize=10_000)
def _of_float(number: float) -> Decimal:
    return Decimal(repr(number))


def exact(number: Number) -> int | Decimal:
    """Return the decimal that a number means; whole numbers are returned as they are."""
    return _of_float(number) if number.__class__ is float else number  # type: ignore[return-value]


def shortest(number: Number) -> int | float:
    """Return the number as JSON shows it: the nearest that a double can carry."""
    if isinstance(number, int) and abs(number) <= LARGEST_EXACT:
        return number
    return float(number)


def negative(number: Number) -> Number:
    """Return a number with its sign turned, whatever the number of its digits."""
    return number.copy_negate() if isinstance(number, Decimal) else -number
