"""Answers, numbers and dates as people say them."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal

from readiness.documents.decimals import NUMBERS, Number, exact
from readiness.evaluation.states import State
from readiness.model.questionnaire import Field
from readiness.problems import join_words

# How many decimals of a calculated number are usually shown, and at most.
USUAL_PLACES, _MOST_PLACES = 4, 40


def format_answer(question: Field, value: State) -> str:
    """An answer in words: the label of an option, an amount with its unit, rows by number."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        if question.kind == "choices":
            chosen = [question.options[key] for key in value]
            separator = "; " if any("," in label for label in chosen) else ", "
            return separator.join(chosen) or "none of them"
        return "1 row" if len(value) == 1 else f"{len(value)} rows"
    if isinstance(value, NUMBERS):
        shown = format_number(value, places=None)
        return f"{shown} {question.unit_or_usual}".strip()
    if isinstance(value, datetime.date):
        return value.isoformat()
    return question.options.get(value, value) if isinstance(value, str) else str(value)


NOT_ANSWERED = {"unknown": "not known", "not_applicable": "does not apply"}
"""What is shown in place of an answer that has no value, by its state."""


def format_given(question: Field, state: str, value: State, reason: str) -> str:
    """An answer in words, or why there is none: `state` is that of the answer."""
    if state == "answered":
        return format_answer(question, value)
    if state == "unreadable":  # by the question as it is now
        return str(value)
    said = NOT_ANSWERED.get(state, "no answer")
    return f"{said}: {reason}" if reason else said


MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def format_day(day: datetime.date) -> str:
    """A day in a sentence: 14 December 2026."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def join_names(names: Sequence[str], most: int = 0) -> str:
    """Return names as a sentence lists them, after `most` of them only how many more there are."""
    shown = list(names)
    if 0 < most < len(shown):
        shown[most:] = [f"{len(shown) - most:,} more"]
    return join_words(shown, "and")


def format_number(number: Number, places: int | None = USUAL_PLACES) -> str:
    """Format a number with thousands separators and at most `places` decimals; all if None."""
    if number == (whole := int(number)):
        return f"{whole:,}"
    if places is None:
        places = max(USUAL_PLACES, -int(Decimal(exact(number)).as_tuple().exponent))
    if places > _MOST_PLACES or abs(float(number)) < 10**-places:
        return f"{float(number):g}"
    return f"{exact(number):,.{places}f}".rstrip("0").rstrip(".")


def places_apart(one: Number, other: Number) -> int:
    """How many decimals it takes to tell two numbers apart, at least those usually shown."""
    if exact(one) == exact(other):
        return USUAL_PLACES
    ways = range(USUAL_PLACES, _MOST_PLACES)
    return next((n for n in ways if format_number(one, n) != format_number(other, n)), _MOST_PLACES)


def month_in_words(month: str) -> str:
    """Return a month that is written as 2026-12, such as December 2026."""
    year, number = month.split("-")
    return f"{MONTHS[int(number) - 1]} {year}"


def day_in_words(day: datetime.date, language: str) -> str:
    """Return a date in the long form of a language, such as 14 December 2026.

    Languages other than English need Babel, which the extra `readiness[paper]` installs. Raises
    `ModuleNotFoundError` without it, and `LookupError` for a language that it does not know.
    """
    if language == "en-US":
        return f"{MONTHS[day.month - 1]} {day.day}, {day.year}"
    if language.partition("-")[0] == "en":
        return format_day(day)
    from babel import Locale, UnknownLocaleError
    from babel.dates import format_date

    try:
        return format_date(day, "long", locale=Locale.parse(language, sep="-"))
    except (UnknownLocaleError, ValueError) as fault:
        raise LookupError(language) from fault
