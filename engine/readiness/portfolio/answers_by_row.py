"""Answers read one at a time: each by the reader made for its question, the odd ones with care."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

import numpy as np

from readiness.evaluation.answer_readers import answer_reader, respondents_reader
from readiness.evaluation.reconciliation import Answers, settle
from readiness.evaluation.states import NOT_APPLICABLE, UNKNOWN, State
from readiness.loading.plain_answers import plain_sheet
from readiness.model.engagement import Circumstances
from readiness.model.questionnaire import Field, Question
from readiness.portfolio.cell import as_plain, join_problems, reason
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
from readiness.problems import Problems


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
