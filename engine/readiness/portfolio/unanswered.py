"""How many questions nobody has answered in each row, as `Assessment.unanswered` lists them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from readiness.loading.plain_answers import plain_sheet
from readiness.model.questionnaire import Question
from readiness.portfolio.arrow_types import is_text
from readiness.portfolio.block_reader import CaseBlock
from readiness.portfolio.cell import cell_texts
from readiness.portfolio.respondents import NAMES
from readiness.portfolio.segments import Segments
from readiness.portfolio.vectors import Coded, Flags, Table, Vector, unpack_flags
from readiness.problems import Problems


def count_unanswered(
    questions: Mapping[str, Question],
    vectors: Mapping[str, Vector],
    respondents: Mapping[str, Table],
    block: CaseBlock,
) -> npt.NDArray[np.int32]:
    """Return the number of questions without an answer in each row.

    `vectors` and `respondents` have the answers without those to questions that are not asked.
    Anything given is an answer, even if it says that the answer is not known.
    """
    found = np.zeros(block.rows, np.int32)
    for key, question in questions.items():
        column = block.columns.get(key)
        if question.ask_each:
            found += _lacking_of_each(question, respondents[question.ask_each], column)
            continue
        known, inapplicable, *_ = vectors[key]
        lacking = ~unpack_flags(known | inapplicable, block.rows)
        if column is not None and lacking.any():
            lacking &= ~_given(question, column, lacking)
        found += lacking
    return found


def _given(question: Question, column: Any, rows: Flags) -> Flags:
    """Return in which of some rows something is given."""
    kind = None if isinstance(column, list) else column.type
    if kind is None or pa.types.is_nested(kind):
        found = np.zeros(len(rows), np.bool_)
        for row, cell in _cells(column, rows):
            found[row] = bool(_heard(question, cell))
        return found
    if is_text(kind):
        column = pc.utf8_trim_whitespace(column.cast(pa.string()))
        return np.asarray(pc.fill_null(pc.not_equal(column, ""), fill_value=False), np.bool_)
    return ~np.asarray(pc.is_null(column, nan_is_null=True), np.bool_)


def _cells(column: Any, rows: Flags) -> Iterator[tuple[int, Any]]:
    """Yield some rows of a column, each with what it holds."""
    places = np.flatnonzero(rows)
    if isinstance(column, list):
        yield from ((row, column[row]) for row in places.tolist())
    else:
        held = cell_texts("", column.take(pa.array(places)), [])
        yield from zip(places.tolist(), held, strict=True)


def _heard(question: Question, held: Any) -> set[str]:
    """Return the respondents who give something in a cell, one without a name as ''."""
    if held is None:
        return set()
    sheet = plain_sheet({question.id: held}, {question.id: question}, Problems())
    return {one.respondent for one in sheet.given}


def _lacking_of_each(question: Question, respondents: Table, column: Any) -> Flags:
    """Return the rows in which somebody has not answered a question that is asked of each."""
    offsets, states = respondents.offsets, respondents.cells[question.id]
    people = respondents.cells[NAMES]
    assert isinstance(people, Coded)
    parts = Segments(respondents, len(offsets) - 1)
    is_open = ~parts.flags(states.known | states.inapplicable)
    lacking: Flags = parts.counted(is_open) > 0
    for row, cell in _cells(column, lacking) if column is not None else ():
        own = slice(offsets[row], offsets[row + 1])
        unknown = {people.values[code] for code in people.codes[own][is_open[own]].tolist()}
        lacking[row] = bool(unknown - _heard(question, cell))
    lacking |= parts.lengths == 0
    return lacking
