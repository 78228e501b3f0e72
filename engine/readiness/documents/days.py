"""The days that a text may mean, however people write dates."""

from __future__ import annotations

import datetime
import re
import unicodedata

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar janvier", "february feb februar fevrier",
            "march mar marz maerz mars",
            "april apr avril", "may mai", "june jun juni juin", "july jul juli juillet",
            "august aug aout", "september sep sept septembre", "october oct oktober okt octobre",
            "november nov novembre", "december dec dezember dez decembre",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
_TIME = r"(?:[t ]+\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?\s*(?:z|utc|[ap]m|[-+]\d\d:?\d\d)?)?"
_ORDINAL = r"(\d{1,2})(?:st|nd|rd|th|\.)?"
_YEAR_FIRST = re.compile(rf"(\d{{4}})([-/. ])(\d{{1,2}})\2(\d{{1,2}}){_TIME}")
_DIGITS = re.compile(r"(\d{4})(\d\d)(\d\d)")
_YEAR_LAST = re.compile(rf"(\d{{1,2}})([-/. ]|\. )(\d{{1,2}})\2(\d{{4}}){_TIME}")
_DAY_MONTH = re.compile(
    rf"{_WEEKDAY}(?:the )?{_ORDINAL}[-/ ]*(?:of )?([a-z]+)\.?,?[-/ ]*(\d{{4}}){_TIME}"
)
_MONTH_DAY = re.compile(rf"{_WEEKDAY}([a-z]+)\.? (?:the )?{_ORDINAL},? (\d{{4}}){_TIME}")


def days_in(text: str) -> tuple[str, ...]:
    """The days that a text may mean, as ISO dates: one, or several where nobody can tell.

    Empty where it means no day, or leaves open the century. With points the day comes first
    everywhere; with other marks the month may.
    """
    letters = unicodedata.normalize("NFKD", text.strip().casefold())
    plain = " ".join("".join(one for one in letters if not unicodedata.combining(one)).split())
    if found := _YEAR_FIRST.fullmatch(plain):
        candidates = [(found[1], found[3], found[4])]
    elif found := _DIGITS.fullmatch(plain):
        candidates = [(found[1], found[2], found[3])]
    elif found := _YEAR_LAST.fullmatch(plain):
        candidates = [(found[4], found[3], found[1])]
        if not found[2].startswith("."):
            candidates.append((found[4], found[1], found[3]))
    elif found := _DAY_MONTH.fullmatch(plain):
        candidates = [(found[3], str(_MONTHS.get(found[2], 0)), found[1])]
    elif found := _MONTH_DAY.fullmatch(plain):
        candidates = [(found[3], str(_MONTHS.get(found[1], 0)), found[2])]
    else:
        candidates = []
    return tuple(dict.fromkeys(day for parts in candidates if (day := _day(*parts))))


def _day(year: str, month: str, day: str) -> str:
    """The ISO date; empty where the calendar has no such day."""
    try:
        return datetime.date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return ""
