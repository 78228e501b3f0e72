"""A block of rows read: what every question was answered in each of them."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from readiness.dependencies.ruleset import Ruleset
from readiness.evaluation.reconciliation import Answers, settle
from readiness.evaluation.states import NOT_APPLICABLE, UNKNOWN, State
from readiness.loading.plain_answers import plain_sheet
from readiness.model.engagement import Circumstances
from readiness.model.questionnaire import TODAY, Question
from readiness.portfolio.cell import RefusedCell, as_plain, reason, told, written
from readiness.portfolio.column_reader import ColumnReader, blank, reader_of
from readiness.portfolio.row_fallback import Distinct, RowRespondents, alike
from readiness.portfolio.vectors import Coded, Numbers, Vector, packed
from readiness.problems import Problems


@dataclass(frozen=True)
class CaseBlock:
    """The answers in some rows; rows with a refused answer are judged, and left out later."""

    rows: int
    vectors: dict[str, Vector]
    respondents: RowRespondents
    refused: tuple[RefusedCell, ...]


class BlockReader:
    """Reads blocks of answers to a ruleset's questions; it may be shared between threads."""

    def __init__(self, ruleset: Ruleset) -> None:
        self.ruleset = ruleset
        self._readers: dict[tuple[str, bool], tuple[Any, ColumnReader | None]] = {}

    def read(
        self,
        columns: Mapping[str, Any],
        rows: int,
        circumstances: Circumstances,
        *,
        as_text: bool = False,
    ) -> CaseBlock:
        """The answers in some rows, by question: each an Arrow array, or a list of plain values."""
        vectors: dict[str, Vector] = {}
        refused: list[RefusedCell] = []
        mixed: dict[str, list[Any]] = {}
        for key, question in self.ruleset.questions.items():
            column = columns.get(key)
            if isinstance(column, list):
                mixed[key] = column
            elif column is None or column.null_count == rows:
                if not question.ask_each:
                    vectors[key] = blank(question, rows)
            elif (reader := self._reader(question, column.type, as_text)) is None:
                held = written(key, column, refused)
                if as_text:
                    held = [None if text is None else as_plain(question, text) for text in held]
                mixed[key] = held
            else:
                vector, aside = reader(column)
                vectors[key] = _until(vector, question, circumstances.as_of)
                refused += aside
        row_by_row = _RowByRow(self.ruleset, rows, mixed, circumstances, as_text)
        return row_by_row.block(vectors, refused)

    def _reader(self, question: Question, kind: Any, as_text: bool) -> ColumnReader | None:
        """What reads a question's columns of a type: those of one block and the next mostly are."""
        key = question.id, as_text
        last = self._readers.get(key)
        if last is None or last[0] != kind:
            last = self._readers[key] = kind, reader_of(question, kind, as_text=as_text)
        return last[1]


@dataclass(frozen=True)
class _RowByRow:
    """Reads what is written as in answers documents, a row at a time."""

    ruleset: Ruleset
    rows: int
    columns: Mapping[str, Sequence[Any]]
    circumstances: Circumstances
    as_text: bool

    @cached_property
    def questions(self) -> dict[str, Question]:
        """Those with a column here, and all that are asked of each."""
        questions = self.ruleset.questions
        asked_each = {key: one for key, one in questions.items() if one.ask_each}
        return {**{key: questions[key] for key in self.columns}, **asked_each}

    def block(self, vectors: dict[str, Vector], refused: list[RefusedCell]) -> CaseBlock:
        """The block with these vectors and what is read here."""
        numbers = range(self.rows if self.columns and self.rows else 1)
        found = [self._row(number, refused) for number in numbers]
        for key in self.columns:
            if not self.ruleset.questions[key].ask_each:
                vectors[key] = _coded([one.single.get(key, UNKNOWN) for one in found[: self.rows]])
        refused.sort(key=lambda one: one.row)
        return CaseBlock(self.rows, vectors, self._respondents(found), tuple(refused))

    def _respondents(self, found: Sequence[Answers]) -> RowRespondents:
        """Who is expected in each row, and what they say."""
        each = [key for key, question in self.questions.items() if question.ask_each]
        places = None if len(found) == 1 else np.arange(len(found))
        held = {key: Distinct(places, [one.each[key] for one in found]) for key in each}
        return RowRespondents(Distinct(places, [one.groups for one in found]), held)

    def _row(self, number: int, refused: list[RefusedCell]) -> Answers:
        answers: dict[str, object] = {}
        for key, column in self.columns.items():
            if column and column[number] is not None:
                answers[key] = column[number]
        problems = Problems()
        sheet = plain_sheet(answers, self.questions, problems)
        if len(problems):
            for key, value in answers.items():
                alone = Problems()
                plain_sheet({key: value}, self.questions, alone)
                if len(alone):
                    question = self.questions[key]
                    why = reason(question, value, as_text=True) if self.as_text else told(alone)
                    refused.append(RefusedCell(number, key, why))
            sheet = plain_sheet({}, self.questions, Problems())
        return settle(self.questions, (sheet,), self.circumstances)


def _until(vector: Vector, question: Question, today: datetime.date) -> Vector:
    """The vector without the days after `today` where the questionnaire allows none."""
    if question.maximum != TODAY or not isinstance(vector, Numbers):
        return vector
    return vector._replace(known=vector.known & packed(vector.values <= today.toordinal()))


def _coded(states: Sequence[State]) -> Coded:
    """The vector of any states at all, one for each row."""
    known = [one is not UNKNOWN and one is not NOT_APPLICABLE for one in states]
    inapplicable = [one is NOT_APPLICABLE for one in states]
    held = alike([one if is_known else "" for one, is_known in zip(states, known, strict=True)])
    codes = np.zeros(len(states), np.int64) if held.places is None else held.places
    return Coded(
        packed(np.array(known, np.bool_)),
        packed(np.array(inapplicable, np.bool_)),
        codes,
        tuple(held.values),
    )
