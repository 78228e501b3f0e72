"""The words of a form: how to answer, when a question is asked, and what options are called."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator
from collections.abc import Mapping as Map
from typing import Any, assert_never

from readiness.conditions import terms
from readiness.conditions.terms import Term, questions_of
from readiness.documents.sanitize import clean_text
from readiness.evaluation.formatting import format_number
from readiness.model.questionnaire import Field, Question

UNKNOWN = "don't know"
INAPPLICABLE = "does not apply"
NONE_OF_THEM = "None of these"
NO_ROWS = "no rows"
MARK = "x"
STATES = {"unknown": UNKNOWN, "not_applicable": INAPPLICABLE}
"""What a form shows instead of an answer, by the state of an entry."""
_MOST = 160  # characters of what an option is called
_MOST_TOLD = 80  # characters of a text that a remark quotes


def shorten(text: str) -> str:
    """Return a text on one line, shortened for a remark."""
    line = " ".join(text.split())
    return line if len(line) <= _MOST_TOLD else f"{line[: _MOST_TOLD - 1]}…"


def name_options(field: Field) -> dict[str, str]:
    """What the options of a field are called, by their keys; no two are called alike."""
    names = {
        key: " ".join(clean_text(label).split())[:_MOST] for key, label in field.options.items()
    }
    often = Counter(name.casefold() for name in names.values())
    keys = Counter(key.casefold() for key in names)
    shown = {}
    for key, name in names.items():
        others = keys[name.casefold()] - (name.casefold() == key.casefold())
        alone = name and often[name.casefold()] == 1 and not others
        shown[key] = name if alone else f"{name} ({key})".strip()
    return shown


def option_marks(field: Field, chosen: Any) -> Iterator[tuple[str, str, bool]]:
    """The key of each option, what it is called, and whether it is chosen.

    The last one, under an empty key, is that none of them is.
    """
    for key, name in {**name_options(field), "": NONE_OF_THEM}.items():
        is_marked = isinstance(chosen, tuple) and (key in chosen if key else not chosen)
        yield key, name, is_marked


def how(field: Field) -> str:
    """How a field is answered, in a few words."""
    held = field.question_type
    match field.kind:
        case "truth" | "choice" | "choices" | "text" | "table":
            return held.how
        case "date":
            return held.how + _limits(field, "later", "earlier")
        case "number":
            unit = f" {held.joint} {field.unit}" if field.unit and not held.is_percentage else ""
            return held.how + unit + _limits(field, "more", "less")
    assert_never(field.kind)


def _limits(field: Field, more: str, less: str) -> str:
    low, high = _limit(field.minimum), _limit(field.maximum)
    if low and high:
        return f", {low} to {high}"
    return f", {low} or {more}" if low else f", {high} or {less}" if high else ""


def _limit(limit: float | str | None) -> str:
    return "" if limit is None else limit if isinstance(limit, str) else format_number(limit)


def only_if(term: Term, numbers: Map[str, int]) -> str:
    """When a question is asked, as a sentence; `numbers` are those of the questions in the form."""
    words = _ConditionWording(numbers).condition(term)
    if words is None:
        named = [f"question {numbers[key]}" for key in questions_of(term) if key in numbers]
        see = f" (see {' and '.join(named)})" if named else ""
        words = f"this condition is met{see}: {terms.in_full(term)}"
    return f"Only if {words}."


class _ConditionWording:
    """A condition in words; None for what has none that are plain."""

    def __init__(self, numbers: Map[str, int]) -> None:
        self.numbers = numbers

    def condition(self, term: Term) -> str | None:
        match term:
            case terms.Answer(question=Question(kind="truth") as question):
                return f"the answer to {self.name_question(question)} is yes"
            case terms.Not(part=terms.Answer(question=Question(kind="truth") as question)):
                return f"the answer to {self.name_question(question)} is no"
            case terms.Junction(kind=kind, parts=parts):
                return self.describe_junction(kind, parts)
            case terms.Comparison(operator=operator, left=terms.Answer(question=question)):
                return self.describe_comparison(question, operator, term.right)
            case terms.Membership(item=item, collection=collection, negated=negated):
                return self.member(item, collection, "not " if negated else "")
            case _:
                return None

    def describe_junction(self, kind: str, parts: tuple[Term, ...]) -> str | None:
        if any(isinstance(part, terms.Junction) for part in parts):
            return None
        said = [self.condition(part) for part in parts]
        known = [part for part in said if part is not None]
        if len(known) < len(said):
            return None
        return (" and " if kind == "all" else " or ").join(known)

    def name_question(self, question: Question) -> str:
        number = self.numbers.get(question.id)
        return f"question {number}" if number else f"“{question.label}”"

    def describe_comparison(self, question: Question, operator: str, right: Term) -> str | None:
        if not isinstance(right, terms.Constant) or isinstance(right.value, tuple):
            return None
        day = isinstance(right.value, datetime.date)
        words = {
            "==": "is {}", "!=": "is not {}",
            ">": "is after {}" if day else "is more than {}",
            ">=": "is {} or later" if day else "is {} or more",
            "<": "is before {}" if day else "is less than {}",
            "<=": "is {} or earlier" if day else "is {} or less",
        }  # fmt: skip
        said = self.value(question, right.value)
        return f"the answer to {self.name_question(question)} {words[operator].format(said)}"

    def value(self, question: Question, value: object) -> str:
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, int | float):
            return format_number(value)
        if isinstance(value, datetime.date):
            return value.isoformat()
        return f"“{name_options(question).get(str(value), str(value))}”"

    def member(self, item: Term, collection: Term, negation: str) -> str | None:
        match item, collection:
            case terms.Answer(question=question), terms.Constant(value=tuple() as values):
                said = " or ".join(self.value(question, value) for value in values)
                return f"the answer to {self.name_question(question)} is {negation}{said}"
            case terms.Constant(value=str() as value), terms.Answer(question=question):
                said = self.value(question, value)
                return f"{said} is {negation}marked in {self.name_question(question)}"
            case _:
                return None
