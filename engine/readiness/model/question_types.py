"""Question types: the properties in which each type differs from the others.

The `kind` of a type determines how an answer is stored, compared, and written to a column or a
form; each stage handles each kind in one place. A new type of an existing kind only needs a record
here and its name in the schema of questionnaires.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from readiness.problems.values import FrozenDict

Kind = Literal["truth", "choice", "choices", "number", "date", "text", "table"]


@dataclass(frozen=True, slots=True)
class QuestionType:
    """The properties of the answers of one question type.

    `wanted` describes an answer in messages, `how` says in a form how to give one, and `example` is
    an answer as written in a document.

    For numbers, `noun` is what a number is called, `joint` is the word between the noun and the
    unit, and `unit` is the default unit. `minimum` and `maximum` are the default limits. `is_whole`
    marks numbers without a fraction.

    For texts, `is_valid` says whether a text is a valid answer, and `meant` returns the answer that
    an invalid text probably means, or an empty text.
    """

    kind: Kind
    wanted: str
    how: str
    example: str = ""
    noun: str = ""
    joint: str = ""
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    is_whole: bool = False
    is_valid: Callable[[str], bool] = lambda _text: True
    meant: Callable[[str], str] = lambda _text: ""

    @property
    def is_percentage(self) -> bool:
        """Return whether answers are percentages, that is, 85 means 0.85."""
        return self.unit == "%"


_LOCAL, _LABEL = r"[^\s@<>()\[\],;:\"]+", r"[^\W_](?:[\w-]*[^\W_])?"
_EMAIL = re.compile(rf"(?!\.){_LOCAL}(?<!\.)@(?:{_LABEL}\.)+{_LABEL}")
_EMAIL_WITHIN = re.compile(rf"(?:.*<|mailto:)?\s*({_EMAIL.pattern})\s*>?", re.IGNORECASE)
_BARE_LINK = re.compile(rf"(?:{_LABEL}\.)+[^\W\d_]{{2,}}(?:[:/?#]\S*)?")


def _is_url(text: str) -> bool:
    """Return whether a text is the URL of a page: http:// or https://, a host, and no spaces."""
    if not re.fullmatch(r"https?://\S+", text, re.IGNORECASE):
        return False
    try:
        return bool(urlsplit(text).hostname)
    except ValueError:  # such as brackets that are not an address
        return False


def _url_meant(text: str) -> str:
    bare = text.strip("<> ").removeprefix("//")
    found = f"https://{bare}" if _BARE_LINK.fullmatch(bare) else bare
    return found if _is_url(found) else ""


def _is_email(text: str) -> bool:
    return _EMAIL.fullmatch(text) is not None


def _email_meant(text: str) -> str:
    found = _EMAIL_WITHIN.fullmatch(text)
    return found[1] if found else ""


QUESTION_TYPES: Mapping[str, QuestionType] = FrozenDict(
    {
        "yes_no": QuestionType("truth", "yes or no", "yes or no", "yes"),
        "choice": QuestionType("choice", "one of its options", "choose one"),
        "choices": QuestionType(
            "choices", "a list of its options", "an x next to each that applies"
        ),
        "number": QuestionType(
            "number", "a number", "a number", "12.5", noun="number", joint="of"
        ),
        "integer": QuestionType(
            "number", "a whole number", "a whole number", "12",
            noun="whole number", joint="of", is_whole=True,
        ),
        "money": QuestionType(
            "number", "an amount of money", "an amount", "12.5", noun="amount", joint="in"
        ),
        "percent": QuestionType(
            "number", "a percentage as a number", "a percentage without the % sign", "12.5",
            noun="number", joint="of", unit="%", minimum=0, maximum=100,
        ),
        "date": QuestionType(
            "date", "a date such as 2026-11-21", "a date such as 2026-11-21", "2026-11-21"
        ),
        "text": QuestionType("text", "a text", "in your own words", "something"),
        "url": QuestionType(
            "text", "a link with https:// or http://", "a link such as https://example.com",
            "https://example.com", is_valid=_is_url, meant=_url_meant,
        ),
        "email": QuestionType(
            "text", "an e-mail address", "an e-mail address such as ann@example.com",
            "ann@example.com", is_valid=_is_email, meant=_email_meant,
        ),
        "table": QuestionType("table", "a list of rows", "one row for each entry"),
    }
)  # fmt: skip
"""The question types by name, in the order in which they are listed."""
