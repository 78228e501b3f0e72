"""Judging: runs the program of a ruleset over the rows of a block."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from operator import and_, or_
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from readiness.conditions.terms import Term, questions_of
from readiness.dependencies.ruleset import Ruleset
from readiness.evaluation.algebra import Algebra, Three
from readiness.evaluation.bulk import Bulk, Program
from readiness.loading.plain_answers import plain_sheet
from readiness.model.questionnaire import Question
from readiness.portfolio.block_reader import NAMES, CaseBlock
from readiness.portfolio.column_reader import cell_texts
from readiness.portfolio.segments import (
    Coded,
    Flags,
    Leaf,
    Matrix,
    NotColumnar,
    Plane,
    Segments,
    Table,
    Truths,
    Vector,
    empty,
    full,
    is_text,
    leaf_of,
    mask_vector,
    unpack_flags,
    without,
)
from readiness.portfolio.values import RowFallback, Values
from readiness.problems import Problems


@dataclass(frozen=True)
class JudgedBlock:
    """The outcomes of a block as bit planes: for checks by position, for gates in gate order.

    `STATUSES`, `STANDINGS` and `VERDICTS` are numbered by codes of two bits, with one plane for the
    low bit and one for the high bit.
    """

    rows: int
    statuses: tuple[Matrix, Matrix]
    standings: tuple[Matrix, Matrix]
    verdicts: tuple[Matrix, Matrix]
    unanswered: Callable[[], npt.NDArray[np.int32]] = field(default=lambda: np.zeros(0, np.int32))
    """Returns the number of questions without an answer in each row."""
    by_row: frozenset[str] = frozenset()
    """The conditions that columns cannot express, which were evaluated row by row."""

    @property
    def held_up(self) -> Matrix:
        """The rows in which each check applies, and something upstream of it is open."""
        return self.standings[0]

    @property
    def open(self) -> Matrix:
        """The rows in which each check is open."""
        return self.standings[1]


class Columnar:
    """A ruleset compiled for columns; it may be shared between threads."""

    def __init__(self, bulk: Bulk) -> None:
        self.ruleset: Ruleset = bulk.ruleset
        self.program: Program = bulk.program
        # Leaves that read the same columns are adjacent, while the columns are still in the
        # processor's cache.
        self._leaves = sorted(enumerate(self.program.leaves), key=lambda one: questions_of(one[1]))
        self._compiled = bulk.compiler.compile
        self._ready: dict[int, Leaf | None] = {}

    def _leaf(self, term: Term) -> Leaf | None:
        """Return the compiled leaf; terms live as long as their ruleset."""
        key = id(term)
        if key not in self._ready:
            self._ready[key] = leaf_of(term)
        return self._ready[key]

    def judge(
        self, block: CaseBlock, as_of: datetime.date, waived: Sequence[Plane] = ()
    ) -> JudgedBlock:
        """Return the statuses, standings and verdicts of every row.

        `waived` has the rows in which the waiver of each check is in force; none means none.
        """
        rows, vectors = block.rows, dict(block.vectors)
        respondents = block.respondents.copy()
        by_row = RowFallback(vectors, rows, as_of, respondents, self._compiled)
        values = Values(vectors, rows, as_of, by_row, self._leaf, respondents)
        self._hide_unasked(values, by_row, vectors, respondents)
        found = {number: _truths(values, by_row, leaf) for number, leaf in self._leaves}
        nowhere, everywhere = empty(rows), full(rows)
        checks, gates = self.program.run(
            [found[number].three for number in range(len(found))],
            waived or [nowhere] * len(self.program.check_ids),
            everywhere,
        )

        def of(held: Sequence[tuple[Plane | int, ...]], number: int) -> Matrix:
            planes = [nowhere if isinstance(one[number], int) else one[number] for one in held]
            return np.array(planes, np.uint8).reshape(len(held), len(nowhere))

        met, unmet, inapplicable, open_, held_up = (of(checks, number) for number in range(5))
        no_go, undetermined, conditional = (of(gates, number) for number in range(3))
        missing = partial(count_unanswered, self.ruleset.questions, vectors, respondents, block)
        return JudgedBlock(
            rows,
            (unmet | inapplicable, everywhere & ~(met | unmet)),
            (held_up & ~inapplicable, open_),
            (conditional | undetermined, no_go | undetermined),
            missing,
            frozenset(by_row.evaluated),
        )

    def _hide_unasked(
        self,
        values: Values,
        by_row: RowFallback,
        vectors: dict[str, Vector],
        respondents: dict[str, Table],
    ) -> None:
        """Settle which questions are asked, and hide answers to questions that are not asked."""
        rows = values.rows

        def planes(term: Term) -> Three[Plane]:
            return _truths(values, by_row, term).three

        algebra = Algebra(empty(rows), full(rows), or_, and_, without, planes)
        for key in self.ruleset.asking_order:
            if (ask_when := self.ruleset.ask_when.get(key)) is None:
                continue
            # A question that is not asked does not apply; one that may be asked is unknown.
            group = self.ruleset.questions[key].ask_each
            if group:
                asked = values.condition_of_each(ask_when, group, by_row.truths_of_each)
                held = respondents[group].cells
            else:
                asked, held = algebra.condition(ask_when), vectors
            masked = mask_vector(held[key], asked.true, asked.false | asked.inapplicable)
            if group:
                respondents[group] = respondents[group]._replace(cells={**held, key: masked})
            else:
                vectors[key] = masked


def _truths(values: Values, by_row: RowFallback, term: Term) -> Truths:
    """Return the planes in which a leaf condition is true, known, and not applicable."""
    try:
        return values.truths(term)
    except NotColumnar:
        by_row.evaluated.add(term.text)
        return by_row.truths(term)


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
