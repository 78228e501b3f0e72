"""Answers read one at a time: each by the reader made for its question, the odd ones with care."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np

from readiness.evaluation.answer_readers import answer_reader, respondents_reader
from readiness.evaluation.reconciliation import settle
from readiness.evaluation.states import NOT_APPLICABLE, UNKNOWN, State
from readiness.loading.plain_answers import plain_sheet
from readiness.model.engagement import Circumstances
from readiness.model.questionnaire import Field, Question
from readiness.portfolio.cell import RefusedCell, join_problems, reason
from readiness.portfolio.row_fallback import Distinct, RowRespondents, alike
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
        key, problems = self.question.id, Problems()
        questions = {key: self.question}
        sheet = plain_sheet({key: held}, questions, problems)
        if len(problems):
            return RefusedAnswer(_why(self.question, held, problems, as_text=as_text))
        return settle(questions, (sheet,), circumstances).single.get(key, UNKNOWN)


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


class RespondentsByRow:
    """Reads the answers to questions that are asked of each; it may be shared between threads."""

    def __init__(self, questions: Mapping[str, Question]) -> None:
        self.every = questions
        self.questions = {key: one for key, one in questions.items() if one.ask_each}
        self._groups = tuple(dict.fromkeys(one.ask_each for one in self.questions.values()))
        self._readers = {key: respondents_reader(one) for key, one in self.questions.items()}
        self._is_name = lru_cache(maxsize=4_096)(self._is_plain_name)

    def read(
        self,
        columns: Mapping[str, Sequence[Any]],
        rows: int,
        circumstances: Circumstances,
        refused: list[RefusedCell],
        *,
        as_text: bool,
    ) -> RowRespondents:
        """Return who is expected to answer in each row, and their answers.

        Respondents named in an answer of the row are expected to answer each of these questions.
        """
        spoken = {
            key: column
            for key, column in columns.items()
            if key in self.questions or any(map(_names_respondents, column))
        }
        found: list[_Said] = []
        for number in range(rows if spoken and rows else 1):
            given = {key: column[number] for key, column in spoken.items() if column}
            given = {key: held for key, held in given.items() if held is not None}
            said = None if circumstances.groups else self._quickly(given, circumstances.as_of)
            if said is None:
                said, wrong = self._with_care(given, circumstances, as_text=as_text)
                refused += [RefusedCell(number, key, why) for key, why in wrong.items()]
            found.append(said)
        groups = alike([expected for expected, _ in found])
        everyone = [dict(zip(self._groups, held, strict=True)) for held in groups.values]
        each: dict[str, Distinct] = {}
        for key, question in self.questions.items():
            place = self._groups.index(question.ask_each)
            held = alike([(expected[place], states.get(key)) for expected, states in found])
            said_by = [
                dict(zip(expected, states or [UNKNOWN] * len(expected), strict=True))
                for expected, states in held.values
            ]
            each[key] = Distinct(held.places, said_by)
        return RowRespondents(Distinct(groups.places, everyone), each)

    def _quickly(self, given: Mapping[str, Any], today: datetime.date) -> _Said | None:
        """What plainly are answers of respondents; None where they have to be read with care."""
        names: set[str] = set()
        for held in given.values():
            if held.__class__ is dict and held.get("by").__class__ is dict:
                names.update(held["by"])
        if not all(map(self._is_name, names)):
            return None
        expected = tuple(sorted(names)) or ("",)
        states: dict[str, tuple[State, ...]] = {}
        for key, held in given.items():
            if (read := self._readers.get(key)) is not None:
                found = read(held, expected, today)
                if found is None:
                    return None
                states[key] = tuple(found.values())
        return (expected,) * len(self._groups), states

    def _is_plain_name(self, name: object) -> bool:
        """Whether it names a respondent as it is written."""
        key, problems = next(iter(self.questions), ""), Problems()
        if not (key and isinstance(name, str)):
            return False
        answer = {"by": {name: {"unknown": "so far"}}}
        sheet = plain_sheet({key: answer}, self.questions, problems)
        return not len(problems) and sheet.speaks_for == (name,)

    def _with_care(
        self, given: Mapping[str, Any], circumstances: Circumstances, *, as_text: bool
    ) -> tuple[_Said, dict[str, str]]:
        problems, refused = Problems(), {}
        sheet = plain_sheet(given, self.every, problems)
        if len(problems):
            for key in [key for key in given if key in self.questions]:
                alone = Problems()
                plain_sheet({key: given[key]}, self.every, alone)
                if len(alone):
                    refused[key] = _why(self.questions[key], given[key], alone, as_text=as_text)
            sheet = plain_sheet({}, self.every, Problems())
        found = settle(self.questions, (sheet,), circumstances)
        expected = tuple(found.groups[group] for group in self._groups)
        return (expected, {key: tuple(held.values()) for key, held in found.each.items()}), refused


def _why(question: Question, held: Any, problems: Problems, *, as_text: bool) -> str:
    """Why an answer does not fit; `as_text` says that it comes from a file of texts."""
    return reason(question, held, as_text=True) if as_text else join_problems(problems)


# Who is expected to answer, group by group, and the states of what they answered.
_Said: TypeAlias = tuple[tuple[tuple[str, ...], ...], dict[str, tuple[State, ...]]]


def _names_respondents(held: object) -> bool:
    return held.__class__ is dict and "by" in held
