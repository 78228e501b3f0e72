"""Reading plain answers straight into their states, each by a reader made once for its question.

A reader takes what is plainly an answer, as most are. Whatever else it is handed may be an answer
all the same, written in another way, or none: `model.value` reads that with care, and says what is
wrong with it.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from typing import Any, assert_never

from readiness.documents.from_python import plain
from readiness.documents.reading import LARGEST_EXACT
from readiness.documents.validation import is_certainly
from readiness.evaluation.states import NOT_APPLICABLE, UNKNOWN, State
from readiness.model.questionnaire import TODAY, Field, Question

AnswerReader = Callable[[object, datetime.date], State | None]
"""Returns the state of an answer on a day; None where it has to be read with care."""

RespondentsReader = Callable[[object, Sequence[str], datetime.date], dict[str, State] | None]
"""Returns the state of each expected respondent; None where answers have to be read with care."""

MOST_ROWS = 10_000
_VALUE_AND_NOTE = {"value", "note"}


def _unread(_value: object, _today: datetime.date) -> None:
    """Leave everything to be read with care."""


def answer_reader(question: Question) -> AnswerReader:
    """Return the reader of one answer: the value alone, or a mapping with what goes with it."""

    def read_mapping(answer: object, today: datetime.date) -> State | None:
        if answer.__class__ is not dict:
            return None
        held: dict[str, object] = answer
        if not _is_well_formed(held):
            return None
        if "value" in held:
            value = held["value"]
            return None if value.__class__ is dict else read(value, today)
        if "unknown" in held:
            return UNKNOWN
        return NOT_APPLICABLE if question.may_not_apply else None

    read = value_reader(question, read_mapping)
    return read


def respondents_reader(question: Question) -> RespondentsReader:
    """Return the reader of the answers of several respondents: `{"by": {"sales": True}}`."""
    read = answer_reader(question)

    def reader(
        answer: object, expected: Sequence[str], today: datetime.date
    ) -> dict[str, State] | None:
        if answer.__class__ is not dict or answer.keys() != {"by"}:
            return None
        given = answer["by"]
        if given.__class__ is not dict or not given:
            return None
        states: dict[str, State] = dict.fromkeys(expected, UNKNOWN)
        for respondent, own in given.items():
            if respondent not in states or (state := read(own, today)) is None:
                return None
            states[respondent] = state
        return states

    return reader


def _is_well_formed(answer: dict[str, object]) -> bool:
    """Whether a mapping, its value apart, plainly is what an answers document may have."""
    if "value" in answer and answer.keys() <= _VALUE_AND_NOTE:
        return "note" not in answer or _text(answer["note"]) is not None
    if "by" in answer:
        return False
    rest = plain({**answer, "value": None} if "value" in answer else answer)
    return is_certainly(_with_days_written(rest), "answers", "entry")


def _with_days_written(held: Any) -> Any:
    """What `plain` returns, with its days as a document has them."""
    if held.__class__ is dict:
        return {key: _with_days_written(one) for key, one in held.items()}
    if held.__class__ is list:
        return list(map(_with_days_written, held))
    return held.isoformat() if held.__class__ is datetime.date else held


def value_reader(field: Field, otherwise: AnswerReader = _unread) -> AnswerReader:
    """Return the reader of a value alone: of an answer, or of a cell in a table.

    It leaves what is not plainly a value to `otherwise`.
    """
    match field.kind:
        case "truth":
            return lambda value, today: (
                value if value is True or value is False else otherwise(value, today)
            )
        case "choice":
            return _choice_reader(field, otherwise)
        case "choices":
            return _choices_reader(field, otherwise)
        case "number":
            return _number_reader(field, otherwise)
        case "date":
            return _date_reader(field, otherwise)
        case "text":
            return _text_reader(field, otherwise)
        case "table":
            return _table_reader(field, otherwise) if isinstance(field, Question) else _unread
    assert_never(field.kind)


def _choice_reader(field: Field, otherwise: AnswerReader) -> AnswerReader:
    options = frozenset(field.options)

    def reader(value: object, today: datetime.date) -> State | None:
        if value.__class__ is str and value in options:
            return value
        return otherwise(value, today)

    return reader


def _choices_reader(field: Field, otherwise: AnswerReader) -> AnswerReader:
    options = tuple(field.options)
    known = frozenset(options)

    def reader(value: object, today: datetime.date) -> State | None:
        if value.__class__ is not list:
            return otherwise(value, today)
        chosen: list[Any] = value
        if all(one.__class__ is str and one in known for one in chosen):
            return tuple(option for option in options if option in chosen)
        return None

    return reader


def limits(field: Field) -> tuple[float, float]:
    """Return the numbers between which an answer to a question of numbers lies."""
    low, high = field.minimum, field.maximum
    return (
        max(low, -LARGEST_EXACT) if isinstance(low, int | float) else -LARGEST_EXACT,
        min(high, LARGEST_EXACT) if isinstance(high, int | float) else LARGEST_EXACT,
    )


def _number_reader(field: Field, otherwise: AnswerReader) -> AnswerReader:
    least, most = limits(field)
    is_whole = field.question_type.is_whole

    def reader(value: Any, today: datetime.date) -> State | None:
        if value.__class__ is int or (value.__class__ is float and not is_whole):
            return value if least <= value <= most else None
        return otherwise(value, today)

    return reader


def _date_reader(field: Field, otherwise: AnswerReader) -> AnswerReader:
    least, most = _day(field.minimum), _day(field.maximum)
    if (field.minimum and not least) or (field.maximum not in (None, TODAY) and not most):
        return _unread  # its questionnaire has been told of
    ends_today = field.maximum == TODAY

    def reader(value: Any, today: datetime.date) -> State | None:
        day = value if value.__class__ is datetime.date else _day(value)
        if day is None:
            return otherwise(value, today)
        if (least and day < least) or (most and day > most):
            return None
        return None if ends_today and day > today else day

    return reader


def _day(text: object) -> datetime.date | None:
    """The day that a text plainly is, such as 2026-11-21."""
    if not (isinstance(text, str) and len(text) == 10 and text.isascii() and text[4] == "-"):
        return None
    try:
        return datetime.date.fromisoformat(text) if text[7] == "-" else None
    except ValueError:
        return None


def _text_reader(field: Field, otherwise: AnswerReader) -> AnswerReader:
    is_valid = field.question_type.is_valid

    def reader(value: object, today: datetime.date) -> State | None:
        text = _text(value)
        if text is None:
            return otherwise(value, today)
        return text if is_valid(text) else None

    return reader


def _text(value: object) -> str | None:
    """A text without the blanks around it; None where there is nothing left, or half a letter."""
    if value.__class__ is not str:
        return None
    text: str = value.strip()
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            return None
    return text or None


def _table_reader(table: Question, otherwise: AnswerReader) -> AnswerReader:
    columns: Mapping[object, AnswerReader] = {
        name: value_reader(column) for name, column in table.columns.items()
    }

    def reader(value: object, today: datetime.date) -> State | None:
        if value.__class__ is not list:
            return otherwise(value, today)
        if len(value) > MOST_ROWS:
            return None
        rows = []
        for held in value:
            if held.__class__ is not dict:
                return None
            row: dict[object, State] = {}
            for name, cell in held.items():
                if (read := columns.get(name)) is None:
                    return None
                if cell is None or (cell.__class__ is str and not cell.strip()):
                    continue  # as good as left out
                if (state := read(cell, today)) is None:
                    return None
                row[name] = state
            rows.append(row)
        return tuple(rows)

    return reader
