"""Judging: runs the compiled program of a ruleset over the rows of a block."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from operator import and_, or_

import numpy as np
import numpy.typing as npt

from readiness.conditions.terms import Term, questions_of
from readiness.dependencies.ruleset import Ruleset
from readiness.evaluation.algebra import Algebra, Three
from readiness.evaluation.bulk import Bulk, Program
from readiness.portfolio.block_reader import CaseBlock
from readiness.portfolio.leaves import Leaf, NotColumnar, leaf_of
from readiness.portfolio.optimizer import OptimizedProgram
from readiness.portfolio.row_fallback import RowFallback
from readiness.portfolio.unanswered import count_unanswered
from readiness.portfolio.values import Values
from readiness.portfolio.vectors import (
    Matrix,
    Plane,
    Table,
    Truths,
    Vector,
    empty,
    full,
    mask_vector,
    without,
)

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
