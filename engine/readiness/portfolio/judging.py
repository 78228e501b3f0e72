"""Judging: runs the compiled program of a ruleset over the rows of a block.

A table has no waivers, and most leaves always apply: the consequences are calculated in advance.
The rest runs in a few planes of memory, which stay in the processor's cache.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from operator import and_, or_
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from readiness.conditions.terms import Term, questions_of
from readiness.dependencies.ruleset import Ruleset
from readiness.evaluation.algebra import Algebra, Three
from readiness.evaluation.bulk import (
    AND,
    BUT,
    EMPTY,
    FIRST_WAIVER,
    FULL,
    OR,
    Assembler,
    Bulk,
    Program,
)
from readiness.loading.plain_answers import plain_sheet
from readiness.model.questionnaire import Question
from readiness.portfolio.block_reader import NAMES, CaseBlock
from readiness.portfolio.column_reader import cell_texts
from readiness.portfolio.row_fallback import RowFallback
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
    room,
    unpack_flags,
    without,
)
from readiness.portfolio.values import Values
from readiness.problems import Problems

# The number of kinds of blocks whose program is kept; they differ in which leaves always apply.
_KEPT = 8


@dataclass(frozen=True)
class JudgedBlock:
    """The outcomes of a block as bit planes: for checks by position, for gates in gate order.

    `STATUSES`, `STANDINGS` and `VERDICTS` are numbered by codes of two bits, with one plane for the
    low bit and one for the high bit.
    """

    rows: int
    neither: Matrix
    """The rows in which each check is neither met nor unmet."""
    held_up: Matrix
    """The rows in which each check applies, and something upstream of it is open."""
    open: Matrix
    """The rows in which each check is open."""
    verdicts: tuple[Matrix, Matrix]
    without_waivers: Matrix | None = None
    """The rows in which each check would be open without its waiver; None if there are none."""
    unanswered: Callable[[], npt.NDArray[np.int32]] = field(default=lambda: np.zeros(0, np.int32))
    """Returns the number of questions without an answer in each row."""
    by_row: frozenset[str] = frozenset()
    """The conditions that columns cannot express, which were evaluated row by row."""

    @property
    def statuses(self) -> tuple[Matrix, Matrix]:
        """The bits of the statuses of all checks.

        A check that is neither met nor unmet is undetermined while it is open, and otherwise does
        not apply; a waiver does not change that.
        """
        open_ = self.open if self.without_waivers is None else self.without_waivers
        return self.neither ^ open_, self.neither

    @property
    def standings(self) -> tuple[Matrix, Matrix]:
        """The bits of the standings of all checks."""
        return self.held_up, self.open


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
        self._optimized: dict[frozenset[int], OptimizedProgram] = {}

    def _leaf(self, term: Term) -> Leaf | None:
        """Return the compiled leaf; terms live as long as their ruleset."""
        key = id(term)
        if key not in self._ready:
            self._ready[key] = leaf_of(term)
        return self._ready[key]

    def judge(self, block: CaseBlock, as_of: datetime.date) -> JudgedBlock:
        """Return the statuses, standings and verdicts of every row."""
        rows, vectors = block.rows, dict(block.vectors)
        respondents = block.respondents.copy()
        by_row = RowFallback(vectors, rows, as_of, respondents, self._compiled)
        values = Values(vectors, rows, as_of, by_row, self._leaf, respondents)
        self._hide_unasked(values, by_row, vectors, respondents)
        found = {number: _truths(values, by_row, leaf) for number, leaf in self._leaves}
        leaves = [found[number] for number in range(len(found))]
        program = self._program_for(leaves, rows)
        planes = program.run(
            [plane for one in leaves for plane in (one.true, one.known, one.inapplicable)],
            full(rows),
        )
        checks, gates = len(self.program.check_ids), len(self.program.gate_ids)
        ends = np.cumsum([checks, checks, checks, gates]).tolist()
        neither, held_up, open_, *verdicts = np.split(planes, ends)
        missing = partial(count_unanswered, self.ruleset.questions, vectors, respondents, block)
        outcomes = neither, held_up, open_, (verdicts[0], verdicts[1])
        seen = frozenset(by_row.evaluated)
        return JudgedBlock(rows, *outcomes, unanswered=missing, by_row=seen)

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

    def _program_for(self, leaves: Sequence[Truths], rows: int) -> OptimizedProgram:
        """Return the program for the case that some of the leaves apply in every row."""
        nowhere = empty(rows)
        always = frozenset(
            number
            for number, leaf in enumerate(leaves)
            if leaf.inapplicable is nowhere or not leaf.inapplicable.any()
        )
        if always not in self._optimized:
            if len(self._optimized) >= _KEPT:
                always = frozenset()  # the program for all other cases
            if always not in self._optimized:
                self._optimized[always] = OptimizedProgram(self.ruleset, always)
        return self._optimized[always]


def _truths(values: Values, by_row: RowFallback, term: Term) -> Truths:
    """Return the planes in which a leaf condition is true, known, and not applicable."""
    try:
        return values.truths(term)
    except NotColumnar:
        by_row.evaluated.add(term.text)
        return by_row.truths(term)


_OFF = BUT + 1  # `left & ~right` where `right` lies within `left`

_Move: TypeAlias = tuple[Callable[[Plane, Plane, Plane], object], int, int, int]


class OptimizedProgram(Assembler):
    """The optimized program of a ruleset, given the leaves that apply in every row.

    It returns for all checks where they are neither met nor unmet, then where they are blocked
    and apply, then where they are open; for all gates the low bits of the codes that number what
    `VERDICTS` names, then the high ones.
    """

    def __init__(self, ruleset: Ruleset, applying: Collection[int]) -> None:
        self._applying = applying
        super().__init__(ruleset, has_waivers=False)
        outputs = list(self._final_planes())
        self._outputs, self._slots = len(outputs), 0
        self._moves = list(self._place(outputs))

    def run(self, leaves: Sequence[Plane], full: Plane) -> Matrix:
        """Return the result planes; `full` has all rows.

        `leaves` has three planes for each leaf: true, known, and not applicable. Of the first, only
        the known rows count.
        """
        found = room((self._outputs, len(full)), np.uint8)
        slots = room((self._slots, len(full)), np.uint8)
        planes = [np.zeros_like(full), full, *leaves, *found, *slots]
        for operation, left, right, target in self._moves:
            operation(planes[left], planes[right], planes[target])
        return found

    def leaf(self, term: Term) -> Three[int]:
        """Return the planes of `run` in which a leaf is true, false and not applicable."""
        first, known, inapplicable = super().leaf(term)
        true = self.both(first, known)
        is_applying = (first - self.first_leaf) // 3 in self._applying
        return Three(true, self._off(known, true), EMPTY if is_applying else inapplicable)

    def _final_planes(self) -> Iterator[int]:
        """Yield the result planes, joined from those of checks and gates."""
        met, unmet, inapplicable, open_, held_up = (self.checks[n::5] for n in range(5))
        yield from map(self._neither, met, unmet, inapplicable)
        yield from map(self.without, held_up, inapplicable)
        yield from open_
        no_go, undetermined, conditional = (self.gates[n::3] for n in range(3))
        yield from map(self.either, conditional, undetermined)
        yield from map(self.either, no_go, undetermined)

    def _neither(self, met: int, unmet: int, inapplicable: int) -> int:
        if inapplicable == EMPTY:  # without waivers, what is not met is open: that plane exists
            return self._off(self.without(FULL, met), unmet)
        return self.without(FULL, self.either(met, unmet))

    def _off(self, left: int, right: int) -> int:
        """Return `without` for the case that `right` lies within `left`."""
        if EMPTY in (left, right) or right in (FULL, left):
            return self.without(left, right)
        return self._join(_OFF, left, right)

    def _place(self, outputs: Sequence[int]) -> Iterator[_Move]:
        """Yield the statements in order: an operation, two planes, and the plane that it fills.

        Outputs have separate rows; the other planes share as few rows as possible.
        """
        joins = list(self._joins)
        last = dict.fromkeys(outputs, len(joins))  # the last statement that reads each plane
        for number in reversed(range(len(joins))):
            if -1 - number in last:  # no result depends on the other planes
                for plane in joins[number][1:]:
                    last.setdefault(plane, number)
        first_output = FIRST_WAIVER + 3 * len(self.leaves)
        first_slot = first_output + len(outputs)
        place = {plane: plane for plane in (EMPTY, FULL)}
        place |= {self.first_leaf + n: FIRST_WAIVER + n for n in range(3 * len(self.leaves))}
        for number, plane in enumerate(outputs):
            if plane < 0:
                place.setdefault(plane, first_output + number)
        free: list[int] = []
        for number, (operation, left, right) in enumerate(joins):
            plane = -1 - number
            if plane not in last:
                continue
            if plane not in place:
                if not free:
                    free.append(first_slot + self._slots)
                    self._slots += 1
                place[plane] = free.pop()
            yield (
                _OPERATIONS[_OFF if left == FULL else operation],
                place[left],
                place[right],
                place[plane],
            )
            done = [place[one] for one in {left, right} if last[one] == number]
            free += [one for one in done if one >= first_slot]
        for number, plane in enumerate(outputs, first_output):
            if place[plane] != number:
                yield _copy, place[plane], place[plane], number


def _but(left: Plane, right: Plane, target: Plane) -> None:
    np.bitwise_and(left, right, target)
    np.bitwise_xor(left, target, target)


def _copy(plane: Plane, _: Plane, target: Plane) -> None:
    np.copyto(target, plane)


_OPERATIONS: dict[int, Any] = {
    OR: np.bitwise_or, AND: np.bitwise_and, BUT: _but, _OFF: np.bitwise_xor,
}  # fmt: skip


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
