"""The shapes of texts that the schemas ask for, and how to get them right; words that mean ours."""

from __future__ import annotations

import datetime
import json
import re
import unicodedata
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, partial

from readiness.problems.packaged import packaged

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_OTHER = re.compile(r"[^a-z0-9]+")
# Behind one mark three digits may be thousands or decimals; nobody writes 0.125 for a thousand.
_TWO_FOLD = re.compile(r"[-+]?[1-9]\d{0,2}[.,]\d{3}", re.ASCII)
_NUMBERS = re.compile(r"v?(\d+)(?:\.(\d+))?(?:\.(\d+))?")
# Letters whose accents are no accents, as people spell them without.
_SPELLED = str.maketrans(
    {
        "ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "o", "å": "a", "œ": "oe",
        "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h", "&": " and ", "’": "", "'": "",
    }
)  # fmt: skip

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

_ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_ADDRESS = re.compile(rf"{_ATOM}(\.{_ATOM})*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")

DATE = r"^\d{4}-\d{2}-\d{2}$"
DATE_OR_TODAY = r"^(\d{4}-\d{2}-\d{2}|today)$"
ID = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
"""That of the ids of documents, checks, gates, areas and respondents."""
KEY = r"^[a-z][a-z0-9_]*$"
"""That of the keys of sections, questions and columns."""
QUESTION = r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$"
"""That of the ids of questions and values: section.name."""
REFERENCE = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*(@\S+| +\S.*)?$"
"""That of the id of another document, with or without versions."""


@dataclass(frozen=True, slots=True)
class Shape:
    """`rule` says what the text must look like, `correct` turns a near miss into it, or fails."""

    rule: str
    correct: Callable[[str], str]


def correction(pattern: str, text: str) -> str:
    """`text` in the shape of `pattern`; empty when there is no obvious way to get there."""
    corrected = SHAPES[pattern].correct(text)
    return corrected if matches(pattern, corrected) else ""


def advice(pattern: str, text: str) -> str:
    """The hint that says what to write in the place of `text`; empty when that is not certain."""
    days = days_in(text) if pattern in (DATE, DATE_OR_TODAY) else ()
    corrected = list(days) or list(filter(None, [correction(pattern, text)]))
    return "write " + " or ".join(f"'{one}'" for one in corrected) if corrected else ""


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


def is_two_fold(number: str) -> bool:
    """Return whether a number as it is written may mean two: 1.040 may be 1040 or 1.04."""
    return _TWO_FOLD.fullmatch(number) is not None


def certain(number: str) -> str:
    """Return a number so that nobody takes its point for a mark between thousands."""
    return f"{number}0" if is_two_fold(number) else number


def matches(pattern: str, text: str) -> bool:
    """Whether `text` has the shape, where `$` is the very end as in JSON Schema.

    In Python's own `re.search`, `$` lets a line break pass at the end.
    """
    return matching(pattern)(text)


@cache
def matching(pattern: str) -> Callable[[str], bool]:
    """The same of one pattern, for many texts."""
    search = re.compile(pattern).search
    if pattern.endswith("$"):
        return lambda text: search(text) is not None and not text.endswith("\n")
    return lambda text: search(text) is not None


def _words(text: str, separator: str) -> str:
    """The words of a text in small letters of English; empty where some have none like them."""
    spelled = unicodedata.normalize("NFC", _HUMP.sub(separator, text)).lower().translate(_SPELLED)
    letters = unicodedata.normalize("NFKD", spelled)
    plain = "".join(one for one in letters if not unicodedata.combining(one))
    if any(one.isalnum() and not one.isascii() for one in plain):
        return ""
    words = _OTHER.sub(separator, plain).strip(separator)
    return f"c{separator}{words}" if words[:1].isdigit() else words


_kebab = partial(_words, separator="-")
_snake = partial(_words, separator="_")


def _join_path(text: str) -> str:
    section, _, name = text.partition(".")
    return f"{_snake(section)}.{_snake(name)}"


def _reference(text: str) -> str:
    name, versions, rest = re.split(r"([<>=~^]|$)", text, maxsplit=1)
    return f"{_kebab(name)} {versions}{rest}".strip()


def _citation(text: str) -> str:
    source, _, clause = text.strip().partition(" ")
    return f"{_kebab(source)} {clause}".strip()


def _version(text: str) -> str:
    found = _NUMBERS.fullmatch(text.strip())
    return ".".join(part or "0" for part in found.groups()) if found else ""


def _date(text: str) -> str:
    days = days_in(text)
    return days[0] if len(days) == 1 else ""


def _date_or_today(text: str) -> str:
    return "today" if text.strip().lower() == "today" else _date(text)


def _address(text: str) -> str:
    found = _ADDRESS.search(text)
    return found[0] if found else ""


def _none(_text: str) -> str:
    return ""


SHAPES: Mapping[str, Shape] = {
    r"\S": Shape("the text is blank", _none),
    ID: Shape("an id has small letters, digits and hyphens, such as 'executive-sponsor'", _kebab),
    REFERENCE: Shape(
        "expected an id of small letters and hyphens, with or without versions: 'crm-base >=1.2'",
        _reference,
    ),
    KEY: Shape(
        "this key has small letters, digits and underscores, such as 'sources_known'", _snake
    ),
    QUESTION: Shape(
        "the id of a question or value is section.name, such as 'sponsor.identified'", _join_path
    ),
    r"^([a-z][a-z0-9_]*\.[a-z][a-z0-9_]*|consistency\.[a-z][a-z0-9]*(-[a-z0-9]+)*)$": Shape(
        "a resolution is for a question, such as 'sponsor.identified', or for the contradiction of "
        "a consistency rule, such as 'consistency.cost-covered'",
        _join_path,
    ),
    r"^\S(.*\S)?$": Shape(
        "an option's key is a text on one line, without blanks around it", str.strip
    ),
    r"^[a-z][a-z0-9]*(-[a-z0-9]+)*( +\S.*)?$": Shape(
        "a source is named by its id, alone or with a clause, such as 'gdpr Art. 32'", _citation
    ),
    r"^\d+\.\d+\.\d+$": Shape("a version is three numbers, such as '1.0.0'", _version),
    DATE: Shape("a date is written year-month-day, such as 2026-11-21", _date),
    DATE_OR_TODAY: Shape(
        "a date is written year-month-day, such as 2026-11-21, or today", _date_or_today
    ),
    r"^https?://\S+$": Shape("a URL starts with https:// or http:// and has no blanks", _none),
    rf"^{_ATOM}(\.{_ATOM})*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$": Shape(
        "expected one e-mail address, such as ann@example.com", _address
    ),
    r"\.([sS][vV][gG]|[pP][nN][gG]|[jJ][pP][eE]?[gG])$": Shape(
        "a logo is a file whose name ends in .svg, .png or .jpg", _none
    ),
    r"\.[dD][oO][cC][xX]$": Shape("a template is a Word document, such as firm.docx", _none),
    r"^#[0-9a-fA-F]{6}$": Shape(
        "a colour is # and six hexadecimal digits, in quotation marks, such as '#004a7f'", _none
    ),
    r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$": Shape(
        "a language is written as a tag such as en-GB or de-DE", _none
    ),
    r"^[0-9a-f]{64}$": Shape("a SHA-256 is 64 characters of 0-9 and a-f", str.lower),
}
"""Every pattern of the schemas."""


@cache
def _table(kind: str) -> Mapping[str, Iterable[str]]:
    found: Mapping[str, Iterable[str]] = json.loads(
        packaged("readiness.documents", "synonyms.json")
    )[kind]
    return found


def meant(kind: str, word: str, allowed: Container[str]) -> str:
    """Return the first allowed word that a word means; empty if there is none.

    `kind` is keys, values or answers.
    """
    spelled = word.strip().casefold()
    found = (ours for ours, others in _table(kind).items() if spelled in others)
    return next((ours for ours in found if ours in allowed), "")
