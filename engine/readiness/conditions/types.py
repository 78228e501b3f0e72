"""The types of the condition language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from readiness.model.question_types import QUESTION_TYPES
from readiness.model.questionnaire import Field


@dataclass(frozen=True, slots=True)
class Type:
    """A type: `kind`, the unit of a number, the options of a choice."""

    kind: str
    unit: str = ""
    options: tuple[str, ...] = ()

    def __str__(self) -> str:
        return _IN_WORDS[self.kind] + (f" of {self.unit}" if self.unit else "")


TRUTH = Type("truth")
NUMBER = Type("number")
TEXT = Type("text")
DATE = Type("date")
TABLE = Type("table")
WRONG = Type("wrong")  # of a term whose problem has been told: fits everywhere

_IN_WORDS = {
    "truth": "a yes or no",
    "number": "a number",
    "text": "a text",
    "date": "a date",
    "choice": "a choice",
    "choices": "a set of choices",
    "table": "a table",
    "list": "a list",
    "wrong": "something wrong",
}


def type_of(field: Field) -> Type:
    """The type of the answers to a question or in a column."""
    if field.type not in QUESTION_TYPES:
        return WRONG  # its questionnaire has been told of
    match field.kind:
        case "truth":
            return TRUTH
        case "number":
            return Type("number", field.unit)
        case "choice" | "choices":
            return Type(field.kind, options=tuple(field.options)) if field.options else WRONG
        case "date":
            return DATE
        case "text":
            return TEXT
        case "table":
            return TABLE
    assert_never(field.kind)
