"""Numbers as people type them into cells."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal

from readiness.documents.decimals import Number, as_written, exact
from readiness.documents.shapes import certain
from readiness.model.proposals import numbers_in, without_unit
from readiness.model.questionnaire import Field

# Of more digits than these a spreadsheet keeps only the first.
KEPT_DIGITS = 15

# Spreadsheets count days; they disagree on those before March 1900.
_FIRST_DAY, _LAST_DAY = 61, 2_958_465


def number_in(text: str, field: Field) -> Number | None:
    """The number that a text can only mean; None where there is none, or where it may be two.

    It may have the unit of the field before or behind it. `1.200` may be 1200 or 1.2.
    """
    found = numbers_in(without_unit(text, field))
    if len(found) != 1:
        return None
    [number] = found
    return as_written(number) if re.search(r"[.eE]", number) else int(number)


def days_counted(number: object) -> tuple[str, ...]:
    """The day that a spreadsheet means by a number, as an ISO date; empty where it means none."""
    if not isinstance(number, int | float) or not _FIRST_DAY <= number <= _LAST_DAY:
        return ()
    return ((datetime.date(1899, 12, 30) + datetime.timedelta(days=int(number))).isoformat(),)


def of_share(number: float) -> int | float:
    """A number that a cell shows as a percentage, as the percentage: 85 of 0.85."""
    value = Decimal(repr(number)) * 100
    return int(value) if value == value.to_integral_value() else float(value)


def written(number: Number) -> str:
    """A number as a text that means nothing else, with all its digits."""
    is_whole = isinstance(number, float) and number.is_integer() and abs(number) < 1e15
    if isinstance(number, int) or is_whole:
        return str(int(number))
    return certain(format(Decimal(exact(number)), "f"))


def is_kept(number: Number) -> bool:
    """Whether a spreadsheet keeps all digits of a number."""
    digits = Decimal(exact(number)).normalize().as_tuple().digits
    return len(digits) <= KEPT_DIGITS and abs(number) < 10**KEPT_DIGITS
