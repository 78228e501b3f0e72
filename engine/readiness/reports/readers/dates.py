"""Dates as people write them."""

from __future__ import annotations

import datetime

from readiness.evaluation.formatting import MONTHS, format_day


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
