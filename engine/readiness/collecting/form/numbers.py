"""Numbers as people type them into cells."""

from __future__ import annotations

import re
from decimal import Decimal

from readiness.model.questionnaire import Field

# Of more digits than these a spreadsheet keeps only the first.
KEPT_DIGITS = 15

_PLAIN = re.compile(r"[-+]?\d+(?:[.,]\d+)?(?:[eE][-+]?\d+)?")
# Thousands set apart by one mark, decimals by the other.
_PARTED = re.compile(
    r"([-+]?\d{1,3})([,.' \u00a0\u202f’_])(\d{3}(?:\2\d{3})*)(?:(?!\2)([.,])(\d+))?"
)
_THREE_BEHIND = re.compile(r"[-+]?[1-9]\d{0,2}[.,]\d{3}")


def number_in(text: str, field: Field) -> int | float | None:
    """The number that a text can only mean; None where there is none, or where it may be two.

    It may have the unit of the field before or behind it. `1.200` may be 1200 or 1.2.
    """
    bare = _without_unit(text.strip(), field)
    if _THREE_BEHIND.fullmatch(bare):
        return None
    if _PLAIN.fullmatch(bare):
        return _value(bare.replace(",", "."))
    parted = _PARTED.fullmatch(bare)
    if parted is None:
        return None
    whole, mark, rest, _, decimals = parted.groups()
    plain = whole + rest.replace(mark, "")
    return _value(f"{plain}.{decimals}" if decimals else plain)


def is_two_fold(text: str, field: Field) -> bool:
    """Whether a text may mean two numbers."""
    return bool(_THREE_BEHIND.fullmatch(_without_unit(text.strip(), field)))


def _without_unit(text: str, field: Field) -> str:
    unit = field.unit or ("%" if field.type == "percent" else "")
    if unit and text.casefold().endswith(unit.casefold()):
        return text[: -len(unit)].rstrip()
    if unit and text.casefold().startswith(unit.casefold()):
        return text[len(unit) :].lstrip()
    return text


def _value(text: str) -> int | float:
    return float(text) if re.search(r"[.eE]", text) else int(text)


def of_share(number: float) -> int | float:
    """A number that a cell shows as a percentage, as the percentage: 85 of 0.85."""
    value = Decimal(repr(number)) * 100
    return int(value) if value == value.to_integral_value() else float(value)


def written(number: float) -> str:
    """A number as a text that means nothing else, with all its digits."""
    if isinstance(number, int) or (number.is_integer() and abs(number) < 1e15):
        return str(int(number))
    text = format(Decimal(repr(number)), "f")
    return f"{text}0" if _THREE_BEHIND.fullmatch(text) else text


def is_kept(number: float) -> bool:
    """Whether a spreadsheet keeps all digits of a number."""
    digits = Decimal(repr(number)).normalize().as_tuple().digits
    return len(digits) <= KEPT_DIGITS and abs(number) < 10**KEPT_DIGITS
