"""The block reader: reads the answers to every question in a block of rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from readiness.dependencies.ruleset import Ruleset
from readiness.evaluation.states import NOT_APPLICABLE, UNKNOWN, Missing, State
from readiness.model.engagement import Circumstances
from readiness.model.questionnaire import Question
from readiness.portfolio.answers_by_row import AnswerByRow, RefusedAnswer, vector_of
from readiness.portfolio.arrow_types import plain_type_of
from readiness.portfolio.cell import RefusedCell, answers_in, cell_texts
from readiness.portfolio.column_reader import ColumnReader, blank, reader_of, until
from readiness.portfolio.nested_columns import nested_reader
from readiness.portfolio.respondents import RespondentsReader
from readiness.portfolio.vectors import Table, Vector, pack_flags, unpack_flags


@dataclass(frozen=True)
class CaseBlock:
    """The answers in some rows; rows with a refused answer are judged too, and left out later.

    `columns` are the answers as they were given, `respondents` those of each group, with theirs.
    """

    rows: int
    columns: Mapping[str, Any]
    vectors: dict[str, Vector]
    respondents: dict[str, Table]
    refused: tuple[RefusedCell, ...]


class BlockReader:
    """Reads blocks of answers to a ruleset's questions; it may be shared between threads."""

    def __init__(self, ruleset: Ruleset) -> None:
        self.ruleset = ruleset
        self._readers: dict[tuple[str, bool], tuple[Any, ColumnReader | None]] = {}
        questions = ruleset.questions
        self._by_row = {key: AnswerByRow(one) for key, one in questions.items() if not one.ask_each}
        self._respondents = RespondentsReader(questions)

    def read(
        self,
        columns: Mapping[str, Any],
        rows: int,
        circumstances: Circumstances,
        *,
        as_text: bool = False,
    ) -> CaseBlock:
        """Read the answers in some rows by question, from Arrow arrays or lists of plain values."""
        vectors: dict[str, Vector] = {}
        refused: list[RefusedCell] = []
        mixed: dict[str, list[Any]] = {}
        each: dict[str, Any] = {}
        for key, question in self.ruleset.questions.items():
            column = _plainly(columns.get(key), is_within=bool(question.ask_each))
            if isinstance(column, list):
                mixed[key] = column
            elif column is None or column.null_count == rows:
                if not question.ask_each:
                    vectors[key] = blank(question, rows)
            elif question.ask_each:
                each[key] = column
            elif (found := self._whole(question, column, circumstances, refused, as_text)) is None:
                mixed[key] = answers_in(question, column, refused, as_text=as_text)
            else:
                vectors[key] = found
        for key, column in mixed.items():
            if (by_row := self._by_row.get(key)) is not None:
                states = [by_row.state(one, circumstances, as_text=as_text) for one in column]
                vectors[key] = vector_of(by_row.question, _accepted(key, states, refused))
        each |= mixed
        respondents = self._respondents.read(each, rows, circumstances, refused, as_text=as_text)
        refused.sort(key=lambda one: one.row)
        return CaseBlock(rows, columns, vectors, respondents, tuple(refused))

    def _whole(
        self,
        question: Question,
        column: Any,
        circumstances: Circumstances,
        refused: list[RefusedCell],
        as_text: bool,
    ) -> Vector | None:
        """Read a column in bulk except for irregular rows; None if all are read one by one."""
        reader = self._reader(question, column.type, as_text)
        if reader is not None:
            vector, aside = reader(column)
            refused += aside
            return until(vector, question, circumstances.as_of)
        nested = nested_reader(question, column.type)
        if nested is None:
            return None
        vector, odd = nested(column, circumstances.as_of)
        places = np.flatnonzero(odd)
        if not len(places):
            return vector
        by_row, own = self._by_row[question.id], list[RefusedCell]()
        held = cell_texts(question.id, column.take(pa.array(places)), own)
        if own:
            return None
        states = [by_row.with_care(one, circumstances) for one in held]
        if not all(isinstance(one, Missing | RefusedAnswer) for one in states):
            return None
        known, inapplicable = unpack_flags(vector.known, len(odd)) & ~odd, odd.copy()
        inapplicable[places] = [one is NOT_APPLICABLE for one in states]
        for place, one in zip(places.tolist(), states, strict=True):
            if isinstance(one, RefusedAnswer):
                refused.append(RefusedCell(place, question.id, str(one)))
        return vector._replace(known=pack_flags(known), inapplicable=pack_flags(inapplicable))

    def _reader(self, question: Question, kind: Any, as_text: bool) -> ColumnReader | None:
        """Return the reader of a question's columns of a type, kept from one block to the next."""
        key = question.id, as_text
        last = self._readers.get(key)
        if last is None or last[0] != kind:
            last = self._readers[key] = kind, reader_of(question, kind, as_text=as_text)
        return last[1]


def _plainly(column: Any, *, is_within: bool) -> Any:
    """Return a column without views of texts in its lists and structs, or in it, if `is_within`."""
    if not isinstance(column, pa.Array) or not (is_within or pa.types.is_nested(column.type)):
        return column
    kind = plain_type_of(column.type, is_within=is_within)
    return column if kind == column.type else column.cast(kind)


def _accepted(
    question: str, states: Sequence[State], refused: list[RefusedCell]
) -> Sequence[State]:
    """Return the states, with unknown for refused answers, which are added to `refused`."""
    wrong = {row: str(one) for row, one in enumerate(states) if isinstance(one, RefusedAnswer)}
    refused += [RefusedCell(row, question, why) for row, why in wrong.items()]
    return [UNKNOWN if row in wrong else one for row, one in enumerate(states)] if wrong else states
