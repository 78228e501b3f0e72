"""The readers of a single cell: its answer as the question types it, with the usual messages.

Each is read by the reader made for its question, the odd ones with care.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa

from readiness.documents.from_python import build, plain
from readiness.documents.shapes import is_two_fold
from readiness.evaluation.answer_readers import answer_reader, respondents_reader
from readiness.evaluation.reconciliation import Answers, settle
from readiness.evaluation.states import NOT_APPLICABLE, UNKNOWN, State
from readiness.loading.plain_answers import plain_sheet
from readiness.model import value as model
from readiness.model.engagement import Circumstances
from readiness.model.questionnaire import Field, Question
from readiness.model.value import read_value
from readiness.portfolio.row_fallback import alike
from readiness.portfolio.vectors import (
    Coded,
    Numbers,
    Table,
    Truths,
    Vector,
    offsets_of,
    pack_flags,
)
from readiness.problems import Problems, Source

_NUMBER = re.compile(r"[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?", re.ASCII)
_WHOLE = re.compile(r"[-+]?\d+", re.ASCII)
_MOST_DIGITS = 20  # the length of a whole number that can be valid
SEPARATOR = ";"
"""The separator between chosen options in one text cell."""


@dataclass(frozen=True, slots=True)
class RefusedCell:
    """A refused answer and the reason; `row` counts from 0 within the rows read."""

    row: int
    question: str
    reason: str


def join_problems(problems: Problems, *, hints: bool = True) -> str:
    """Return problems as one line of text."""
    return "; ".join(
        f"{problem.message}: {problem.hint}" if problem.hint and hints else problem.message
        for problem in problems
    )


def reason(question: Field, held: Any, *, as_text: bool) -> str:
    """Return why the value of a cell is refused."""
    problems = Problems()
    _value(question, held, problems, as_text=as_text)
    if question.kind == "truth":  # a cell cannot say why an answer is not known
        return f"{join_problems(problems, hints=False)}: leave it empty if the answer is not known"
    return join_problems(problems)


def refusals(
    question: Field, rows: Sequence[int], held: Sequence[Any], *, as_text: bool = False
) -> list[RefusedCell]:
    """Return the refusals of the values in some rows; the reason is worded once for all of them."""
    reasons = {one: reason(question, one, as_text=as_text) for one in dict.fromkeys(held)}
    return [
        RefusedCell(row, question.id, reasons[one]) for row, one in zip(rows, held, strict=True)
    ]


@lru_cache(maxsize=4_096)
def value_of(question: Field, text: str, *, as_text: bool) -> Any:
    """Return the value that a text means; None if it is not a valid answer."""
    if question.kind == "choice":  # without searching for the intended option
        key = text.strip()
        return key if key in question.options else None
    problems = Problems()
    value = _value(question, text, problems, as_text=as_text)
    return None if len(problems) else value  # a set has no list of problems


def _value(question: Field, held: Any, problems: Problems, *, as_text: bool) -> Any:
    """Return the value of a cell as the question types it; None, and problems, if not valid."""
    if as_text and isinstance(held, str):
        held = as_plain(question, held)
    node = build(plain(held), Source("", ""))
    return None if model.is_blank(node) else read_value(question, node, problems)


def as_plain(question: Field, text: str) -> Any:
    """Return the value that a text cell means: a number, or a list of options, if asked for.

    None if the cell is blank.
    """
    text = text.strip()
    if not text:
        return None
    if question.kind == "number" and _NUMBER.fullmatch(text) and not is_two_fold(text):
        is_whole = len(text) <= _MOST_DIGITS and _WHOLE.fullmatch(text)
        return int(text) if is_whole else float(text)
    if question.kind == "choices":
        return [part.strip() for part in text.split(SEPARATOR) if part.strip()]
    return text


# Nested Arrow columns as Python values, in the form of answers documents.


def cell_texts(question: str, column: Any, refused: list[RefusedCell]) -> list[Any]:
    """Return the value of each cell of a column, None for a blank cell.

    A map has the respondents that it names; a struct has a field for each respondent of any row,
    and only those with an answer are returned. Values that Python cannot hold go to `refused`.
    """
    try:
        found = column.to_pylist(maps_as_pydicts="strict")
    except _UNREADABLE:
        found = [_cell(question, row, cell, refused) for row, cell in enumerate(column)]
    return [_speaking(one) for one in found] if _names_all(column.type) else found


def answers_in(
    question: Question, column: Any, refused: list[RefusedCell], *, as_text: bool
) -> list[Any]:
    """Return `cell_texts` as in an answers document; `as_text` if the column is from texts."""
    held = cell_texts(question.id, column, refused)
    return [None if one is None else as_plain(question, one) for one in held] if as_text else held


# A duplicate key in a map; dates beyond any calendar, and fractions of a microsecond.
_UNREADABLE = (KeyError, ValueError, OverflowError, pa.ArrowException)


def _cell(question: str, row: int, cell: Any, refused: list[RefusedCell]) -> Any:
    try:
        return cell.as_py(maps_as_pydicts="strict")
    except KeyError:
        why = f"a key is given twice in '{question}'"
    except _UNREADABLE:
        why = f"'{question}' contains a time that cannot be read"
    refused.append(RefusedCell(row, question, why))
    return None


def _names_all(kind: Any) -> bool:
    """Return whether answers by respondent are a struct, with all respondents in every row."""
    if pa.types.is_struct(kind):
        place = kind.get_field_index("by")
        return bool(place >= 0 and pa.types.is_struct(kind.field(place).type))
    return bool(pa.types.is_map(kind) and pa.types.is_struct(kind.item_type))


def _speaking(held: Any) -> Any:
    """Return answers by respondent without the respondents that gave none."""
    if not isinstance(held, dict) or not isinstance(by := held.get("by"), dict):
        return held
    return {**held, "by": {who: one for who, one in by.items() if _says(one)} or None}


def _says(held: object) -> bool:
    if isinstance(held, dict):
        return any(_says(one) for one in held.values())
    return held is not None


class AnswerByRow:
    """Reads the answers to one question that has one answer; it may be shared between threads."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self._read = answer_reader(question)

    def state(self, held: Any, circumstances: Circumstances, *, as_text: bool = False) -> State:
        """The state of an answer; a `RefusedAnswer` where it does not fit."""
        if held is None:
            return UNKNOWN
        found = self._read(held, circumstances.as_of)
        return found if found is not None else self.with_care(held, circumstances, as_text=as_text)

    def with_care(self, held: Any, circumstances: Circumstances, *, as_text: bool = False) -> State:
        """The state of an answer that is written in another way, or does not fit."""
        answers = _settle(self.question, held, circumstances, as_text=as_text)
        if isinstance(answers, RefusedAnswer):
            return answers
        return answers.single.get(self.question.id, UNKNOWN)


class RefusedAnswer(str):
    """Why an answer does not fit."""

    __slots__ = ()


def vector_of(field: Field, states: Sequence[State]) -> Vector:
    """The vector of states, one for each row."""
    known = [one.__class__ is not _MISSING for one in states]
    planes = (
        pack_flags(np.array(known, np.bool_)),
        pack_flags(np.array([one is NOT_APPLICABLE for one in states], np.bool_)),
    )
    held = [one for one, is_known in zip(states, known, strict=True) if is_known]
    if isinstance(field, Question) and field.kind == "table":
        rows = [row for table in held for row in table]
        cells = {
            name: vector_of(column, [row.get(name, UNKNOWN) for row in rows])
            for name, column in field.columns.items()
        }
        lengths = [len(one) if is_known else 0 for one, is_known in zip(states, known, strict=True)]
        return Table(*planes, offsets_of(lengths), cells)
    if field.kind == "truth":
        return Truths(*planes, pack_flags(np.array([one is True for one in states], np.bool_)))
    is_date = field.kind == "date"
    if is_date or (field.kind == "number" and Decimal not in map(type, held)):
        plain = [one.toordinal() for one in held] if is_date else held
        values = np.zeros(len(states), np.int64 if is_date else np.float64)
        values[np.array(known, np.bool_)] = plain
        return Numbers(*planes, values, is_date=is_date)
    found = alike([one if is_known else "" for one, is_known in zip(states, known, strict=True)])
    codes = np.zeros(len(states), np.int64) if found.places is None else found.places
    return Coded(*planes, codes, tuple(found.values) if states else ("",))


_MISSING = type(UNKNOWN)


class AnswersOfEach:
    """Reads the answers of a row to one question asked of a group; threads may share it."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self._read_one = answer_reader(question)
        self._read_each = respondents_reader(question)

    def states(
        self, held: Any, circumstances: Circumstances, *, as_text: bool = False
    ) -> Mapping[str, State] | RefusedAnswer:
        """The state of each respondent who is named; an answer without a name is that of ""."""
        if held.__class__ is dict:
            by = held.get("by")
            names = tuple(by) if by.__class__ is dict else ()
            if all(is_plain_name(self.question, name) for name in names):
                found = self._read_each(held, names, circumstances.as_of)
                if found is not None:
                    return found
        elif (state := self._read_one(held, circumstances.as_of)) is not None:
            return {"": state}
        answers = _settle(self.question, held, circumstances, as_text=as_text)
        if isinstance(answers, RefusedAnswer):
            return answers
        return answers.each[self.question.id]


@lru_cache(maxsize=4_096)
def is_plain_name(question: Question, name: object) -> bool:
    """Whether it names a respondent as it is written; the question is any one asked of a group."""
    if not isinstance(name, str):
        return False
    key, problems = question.id, Problems()
    sheet = plain_sheet({key: {"by": {name: {"unknown": "so far"}}}}, {key: question}, problems)
    return not len(problems) and sheet.speaks_for == (name,)


def _settle(
    question: Question, held: Any, circumstances: Circumstances, *, as_text: bool
) -> Answers | RefusedAnswer:
    """What an answer comes to that is read with care; `as_text` if it is from a file of texts."""
    questions, problems = {question.id: question}, Problems()
    sheet = plain_sheet({question.id: held}, questions, problems)
    if not len(problems):
        return settle(questions, (sheet,), circumstances)
    if as_text:
        return RefusedAnswer(reason(question, held, as_text=True))
    return RefusedAnswer(join_problems(problems))


def code_of(question: Question, held: Any, *, as_text: bool) -> str:
    """Return the code of the first problem with an answer that is refused."""
    problems = Problems()
    given = as_plain(question, held) if as_text and isinstance(held, str) else held
    plain_sheet({question.id: given}, {question.id: question}, problems)
    return next((one.code for one in problems), "invalid-answer")
