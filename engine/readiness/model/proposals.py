"""Proposals for answers that cannot be read: the exact value to write, if it is certain."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from fractions import Fraction

from readiness.documents.shapes import certain, days_in, is_two_fold
from readiness.model.questionnaire import Field

# Returns why a value is refused; an empty text if it is accepted.
WhyNot = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Proposal:
    """The values that an answer may mean, as they should be written; `hint` words the proposal."""

    values: tuple[str, ...]
    hint: str


def proposal(field: Field, text: str, why_not: WhyNot) -> Proposal:
    """Return the value to write, in the field's unit, instead of a text that is no number or date.

    `why_not` returns why the field refuses a value; refused values are not proposed.
    """
    if field.kind == "date":
        means, otherwise = days_in(text), "give the year, the month and the day as YYYY-MM-DD"
    elif field.kind == "number":
        means, otherwise = _Amount(field, text).read()
        if field.question_type.is_whole:
            means = _whole(means)
    else:
        return Proposal((), "")
    return one_of(means, otherwise, why_not)


def one_of(values: Sequence[str], otherwise: str, why_not: WhyNot) -> Proposal:
    """Return a proposal of the values that are not refused; `otherwise` if there are none."""
    refused = {value: reason for value in values if (reason := why_not(value))}
    taken = tuple(value for value in values if value not in refused)
    if taken:
        return Proposal(taken, "write " + " or ".join(taken))
    if refused:
        value, reason = next(iter(refused.items()))
        value = value if len(value) <= _MOST else f"{value[: _MOST - 1]}…"
        return Proposal((), f"it seems to mean {value}, but {reason}")
    return Proposal((), otherwise)


_MOST = 40  # the number of characters of a text that messages quote

# Patterns of numbers in a text.

_PLAIN = re.compile(r"[-+]?\d+(?:[.,]\d+)?(?:[eE][-+]?\d+)?", re.ASCII)
# One mark separates thousands, the other decimals.
_PARTED = re.compile(
    r"([-+]?\d{1,3})([,.' \u00a0\u202f’_])(\d{3}(?:\2\d{3})*)(?:(?!\2)([.,])(\d+))?", re.ASCII
)
_WITH_WORDS = re.compile(
    r"(?P<before>[^\d.,+-]*?)\s*(?P<number>[-+]?\d(?:[\d.,'’_ \u00a0\u202f]*\d)?)"
    r"\s*(?P<after>[^\d.,+-][^\d]*)?\.?",
    re.ASCII,
)
_COUNTED = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)?")  # such as the people of 12 people
_ZEROS = re.compile(r"^([-+]?)0+(?=\d)")


def numbers_in(bare: str) -> tuple[str, ...]:
    """Return the numbers that a text without a unit may mean, as people write numbers.

    `1.200` may be 1200 or 1.2; any other text means one number or none.
    """
    text = bare.strip()
    if is_two_fold(text):
        point = text.replace(",", ".")
        return re.sub("[.,]", "", text).lstrip("+"), _write_number(Fraction(point))
    if _PLAIN.fullmatch(text):
        return (certain(_ZEROS.sub(r"\1", text.replace(",", ".")).lstrip("+")),)
    parted = _PARTED.fullmatch(text)
    if parted is None:
        return ()
    whole, mark, rest, _, decimals = parted.groups()
    plain = (whole + rest.replace(mark, "")).lstrip("+")
    return (f"{plain}.{decimals}" if decimals else plain,)


def without_unit(text: str, field: Field) -> str:
    """Return the text without the unit of the field, which may precede or follow the number."""
    unit = field.unit_or_usual
    found = _WITH_WORDS.fullmatch(text.strip()) if unit else None
    words = [found["before"], found["after"] or ""] if found else []
    named = [word.strip() for word in words if word.strip()]
    if found and len(named) == 1 and _same_unit(named[0], unit):
        return found["number"]
    return text.strip()


# Units that can be converted: for each, its dimension and its size in the smallest unit.
_UNITS: dict[str, tuple[str, int]] = {
    name: (kind, size)
    for kind, size, names in (
        ("months", 12, "year years yr yrs y"), ("months", 3, "quarter quarters"),
        ("months", 1, "month months mo mth mths"),
        ("seconds", 604_800, "week weeks wk wks"), ("seconds", 86_400, "day days d"),
        ("seconds", 3_600, "hour hours hr hrs h"), ("seconds", 60, "minute minutes min mins"),
        ("seconds", 1, "second seconds sec secs s"),
        ("%", 1, "% percent percents pct"),
        ("EUR", 1, "eur € euro euros"), ("USD", 1, "usd $ us$"), ("GBP", 1, "gbp £"),
        ("JPY", 1, "jpy ¥ yen"), ("CHF", 1, "chf sfr"),
    )
    for name in names.split()
}  # fmt: skip
_SCALES = {
    name: size
    for size, names in (
        (1_000, "k thousand thousands tsd"), (1_000_000, "million millions mio mn mill"),
        (1_000_000_000, "billion billions bn"),
    )
    for name in names.split()
}  # fmt: skip
_ABOUT = frozenset({"about", "approx", "approximately", "around", "ca", "circa", "roughly", "~"})


def _same_unit(one: str, other: str) -> bool:
    """Return whether two units are the same: the same name, or its singular and plural."""
    here, there = (" ".join(unit.casefold().split()) for unit in (one, other))
    known = _UNITS.get(here)
    is_known = known is not None and known == _UNITS.get(there)
    return here == there or is_known or f"{here}s" == there or here == f"{there}s"


class _Amount:
    """An amount: a number with words around it, as the field asks for it."""

    def __init__(self, field: Field, text: str) -> None:
        self.field = field
        self.text = " ".join(text.split())
        self.unit = field.unit_or_usual

    def read(self) -> tuple[tuple[str, ...], str]:
        """Return the numbers that may be meant, and a hint if the amount is ambiguous."""
        found = _WITH_WORDS.fullmatch(self.text)
        if found is None:
            return (), self._in_digits()
        unit, factor = self._unit_and_factor(found)
        numbers = numbers_in(found["number"])
        if unit and not (self.unit and _same_unit(unit, self.unit)):
            is_behind = not found["before"].strip()
            share = self._conversion(unit, is_behind=is_behind)
            if share is None:
                return (), self._not_known(unit)
            factor *= share
        if factor == 1:
            return numbers, self._in_digits()
        turned = [_write_number(Fraction(number) * factor) for number in numbers]
        return tuple(filter(None, turned)), self._not_known(unit)

    def _unit_and_factor(self, found: re.Match[str]) -> tuple[str, Fraction]:
        factor, unit = Fraction(1), []
        for word in f"{found['before']} {found['after'] or ''}".split():
            bare = word.strip(".,;()").casefold()
            if self.unit and _same_unit(word, self.unit):
                unit.append(word)
            elif bare in _SCALES:
                factor *= _SCALES[bare]
            elif bare and bare not in _ABOUT:
                unit.append(word.strip(",;()"))
        return " ".join(unit).removesuffix("."), factor

    def _conversion(self, unit: str, *, is_behind: bool) -> Fraction | None:
        """Return one unit converted to the unit of the field; None if no conversion is known."""
        known, wanted = (_UNITS.get(one.casefold()) for one in (unit, self.unit))
        if not self.unit:
            is_count = is_behind and _COUNTED.fullmatch(unit) is not None
            return Fraction(1) if is_count and known is None else None
        if known is None or wanted is None or known[0] != wanted[0]:
            return None
        return Fraction(known[1], wanted[1])

    def _in_digits(self) -> str:
        unit, held = self.field.unit, self.field.question_type
        if unit:
            return f"give one {held.noun} {held.joint} {unit}, in digits"
        return f"give one {'whole number' if held.is_whole else 'number'}, in digits"

    def _not_known(self, unit: str) -> str:
        if not self.unit:
            return (
                f"give the number alone: what '{unit}' is here cannot be known, as the question "
                "names no unit"
            )
        held = self.field.question_type
        what = f"{f'the {held.noun}' if held.joint == 'in' else 'it'} in {self.unit}"
        return f"write {what}: how much '{self.text[:_MOST]}' is in {self.unit} cannot be known"


def _whole(numbers: Iterable[str]) -> tuple[str, ...]:
    """Return the whole numbers among some numbers; if there are none, the neighbours of each."""
    exact = {text: Decimal(text) for text in numbers if "e" not in text.lower()}
    whole = [text for text, number in exact.items() if number == number.to_integral_value()]
    around = (
        str(int(number.to_integral_value(rounding)))
        for number in exact.values()
        for rounding in (ROUND_FLOOR, ROUND_CEILING)
    )
    return tuple(whole or around)


def _write_number(number: Fraction) -> str:
    """Return a number written without an exponent, so that it cannot be misread.

    Empty if it has more than six decimals or does not terminate.
    """
    if number.denominator == 1:
        return str(number.numerator)
    scaled = number * 10**6
    if scaled.denominator != 1:
        return ""
    sign, digits = "-" if number < 0 else "", str(abs(scaled.numerator)).rjust(7, "0")
    return certain(f"{sign}{digits[:-6]}.{digits[-6:].rstrip('0')}")
