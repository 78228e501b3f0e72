"""The program of a ruleset over the rows of a block."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from readiness.conditions.terms import Term, questions_of
from readiness.dependencies.ruleset import Ruleset
from readiness.evaluation.bulk import Bulk
from readiness.portfolio.block_reader import Block
from readiness.portfolio.conditions import Conditions
from readiness.portfolio.leaves import Leaf, leaf_of
from readiness.portfolio.optimizer import Matrix, OptimizedProgram
from readiness.portfolio.row_fallback import RowFallback
from readiness.portfolio.values import Values
from readiness.portfolio.vectors import Truths, empty, full

# For how many kinds of blocks a program is kept: which leaves always apply may differ.
_KEPT = 8


@dataclass(frozen=True)
class Judged:
    """What a block comes to, in planes: for checks by their position, for gates in their order.

    Three planes of a check say its status and its standing: `readiness.portfolio.assessed_block`
    says how. Those of a gate are the low and the high bit of a code that numbers its verdict as
    `VERDICTS` does.
    """

    rows: int
    neither: Matrix
    """Where each check is neither met nor unmet."""
    held_up: Matrix
    """Where each check applies, and something upstream of it is open."""
    open: Matrix
    """Where each check is open."""
    verdicts: tuple[Matrix, Matrix]


class Columnar:
    """A ruleset compiled for columns; it may be shared between threads."""

    def __init__(self, bulk: Bulk) -> None:
        self.ruleset: Ruleset = bulk.ruleset
        self.program = bulk.program
        self._by_question = _by_question(self.program.leaves)
        self._compiled = bulk.compiler.compile
        self._leaves: dict[int, Leaf | None] = {}
        self._optimized: dict[frozenset[int], OptimizedProgram] = {}

    def _leaf(self, term: Term) -> Leaf | None:
        """A leaf made ready; terms live as long as their ruleset."""
        key = id(term)
        if key not in self._leaves:
            self._leaves[key] = leaf_of(term)
        return self._leaves[key]

    def judge(self, block: Block, as_of: datetime.date) -> Judged:
        """Statuses, standings and verdicts of every row."""
        rows = block.rows
        vectors = dict(block.vectors)
        by_row = RowFallback(vectors, rows, as_of, block.respondents, self._compiled)
        values = Values(vectors, rows, as_of, self._leaf, by_row.exactly)
        conditions = Conditions(self.ruleset, vectors, values, by_row)
        found = {number: conditions.leaf(leaf) for number, leaf in self._by_question}
        leaves = [found[number] for number in range(len(found))]
        program = self._made_for(leaves, rows)
        planes = program.run(
            [plane for one in leaves for plane in (one.true, one.known, one.inapplicable)],
            full(rows),
        )
        return _judged(rows, planes, len(self.program.check_ids), len(self.program.gate_ids))

    def _made_for(self, leaves: Sequence[Truths], rows: int) -> OptimizedProgram:
        """The program for leaves some of which apply everywhere."""
        nowhere = empty(rows)
        always = frozenset(
            number
            for number, leaf in enumerate(leaves)
            if leaf.inapplicable is nowhere or not leaf.inapplicable.any()
        )
        if always not in self._optimized:
            if len(self._optimized) >= _KEPT:
                always = frozenset()  # the program that serves all
            if always not in self._optimized:
                self._optimized[always] = OptimizedProgram(self.ruleset, always)
        return self._optimized[always]


def _by_question(leaves: Sequence[Term]) -> list[tuple[int, Term]]:
    """The leaves and their numbers, so that those follow one another that read the same columns.

    What one of them has read is then still in the processor's cache.
    """
    return sorted(enumerate(leaves), key=lambda one: questions_of(one[1]))


def _judged(rows: int, planes: Matrix, checks: int, gates: int) -> Judged:
    ends = np.cumsum([checks, checks, checks, gates]).tolist()
    neither, held_up, open_, *verdicts = np.split(planes, ends)
    return Judged(rows, neither, held_up, open_, (verdicts[0], verdicts[1]))
