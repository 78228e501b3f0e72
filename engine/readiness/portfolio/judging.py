"""The program of a ruleset over the rows of a block."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from readiness.conditions.terms import Term
from readiness.dependencies.ruleset import Ruleset
from readiness.evaluation.closures import Closure, Compiler
from readiness.evaluation.native import Native
from readiness.evaluation.statements import FIRST_WAIVER
from readiness.portfolio.block import Block
from readiness.portfolio.byrow import ByRow
from readiness.portfolio.conditions import Conditions, Three
from readiness.portfolio.narrowing import Matrix, Narrowed
from readiness.portfolio.planes import empty, full
from readiness.portfolio.values import Values

# For how many kinds of blocks a program is kept: which leaves always apply may differ.
_KEPT = 8


@dataclass(frozen=True)
class Judged:
    """What a block comes to, in planes: for checks by their position, for gates in their order.

    Codes of two bits, `low` and `high`, number statuses, standings and verdicts as the tuples
    `STATUSES`, `STANDINGS` and `VERDICTS` do.
    """

    rows: int
    statuses: tuple[Matrix, Matrix]
    standings: tuple[Matrix, Matrix]
    verdicts: tuple[Matrix, Matrix]

    @property
    def open(self) -> Matrix:
        """Where each check is open."""
        return self.standings[1]

    @property
    def held_up(self) -> Matrix:
        """Where something upstream of a check that applies is open."""
        return self.standings[0]


class Columnar:
    """A ruleset compiled for columns; it may be shared between threads."""

    def __init__(self, native: Native) -> None:
        self.ruleset: Ruleset = native.ruleset
        self.program = native.program
        self._compiler = Compiler()
        self._closures: dict[int, Closure] = {}
        self._narrowed: dict[frozenset[int], Narrowed] = {}

    def _compiled(self, term: Term) -> Closure:
        """The closure of a term; terms live as long as their ruleset."""
        found = self._closures.get(id(term))
        if found is None:
            found = self._closures[id(term)] = self._compiler.compile(term)
        return found

    def judge(self, block: Block, as_of: datetime.date) -> Judged:
        """Statuses, standings and verdicts of every row."""
        rows = block.rows
        vectors = dict(block.vectors)
        values = Values(vectors, rows, as_of)
        by_row = ByRow(vectors, rows, as_of, block.respondents, self._compiled)
        conditions = Conditions(self.ruleset, vectors, values, by_row)
        leaves = [conditions.leaf(leaf) for leaf in self.program.leaves]
        program = self._made_for(leaves, rows)
        planes = program.run([plane for leaf in leaves for plane in leaf], full(rows))
        return _judged(rows, planes, len(self.program.check_ids), len(self.program.gate_ids))

    def _made_for(self, leaves: Sequence[Three], rows: int) -> Narrowed:
        """The program for leaves some of which apply everywhere."""
        nowhere = empty(rows)
        first = FIRST_WAIVER + len(self.program.check_ids)
        always = frozenset(
            first + 3 * number + 2
            for number, leaf in enumerate(leaves)
            if leaf.inapplicable is nowhere or not leaf.inapplicable.any()
        )
        if always not in self._narrowed:
            if len(self._narrowed) >= _KEPT:
                always = frozenset()  # the program that serves all
            if always not in self._narrowed:
                self._narrowed[always] = Narrowed(self.program.statements, always)
        return self._narrowed[always]


def _judged(rows: int, planes: Matrix, checks: int, gates: int) -> Judged:
    ends = np.cumsum([checks, checks, checks, checks, gates]).tolist()
    parts = np.split(planes, ends)
    return Judged(rows, (parts[0], parts[1]), (parts[2], parts[3]), (parts[4], parts[5]))
