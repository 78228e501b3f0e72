"""Conditions over the rows of a block: in which rows each is true, false, not applicable."""

from __future__ import annotations

from operator import and_, or_

from readiness.conditions.terms import Term
from readiness.dependencies.ruleset import Ruleset
from readiness.evaluation.algebra import Algebra, Three
from readiness.portfolio.leaves import NotColumnar
from readiness.portfolio.row_fallback import RowFallback
from readiness.portfolio.values import Values
from readiness.portfolio.vectors import Plane, Truths, Vector, empty, full, masked


class Conditions:
    """Works out conditions for the rows of one block.

    Making it settles which questions are asked, and hides in `vectors` what was answered though
    it is not asked.
    """

    def __init__(
        self, ruleset: Ruleset, vectors: dict[str, Vector], values: Values, by_row: RowFallback
    ) -> None:
        self.values = values
        self.by_row = by_row
        nowhere, everywhere = empty(values.rows), full(values.rows)
        algebra = Algebra(nowhere, everywhere, or_, and_, _but, self._planes)
        for key in ruleset.asking_order:
            if (ask_when := ruleset.ask_when.get(key)) is None:
                continue
            if ruleset.questions[key].ask_each:
                by_row.mask_each(key, ask_when)
            else:  # what is not asked does not apply; what may not be asked is unknown
                asked = algebra.condition(ask_when)
                vectors[key] = masked(vectors[key], asked.true, asked.false | asked.inapplicable)

    def leaf(self, term: Term) -> Truths:
        """Where a condition that reads answers itself is true, known, and not applicable."""
        try:
            return self.values.truths(term)
        except NotColumnar:
            return self.by_row.truths(term)

    def _planes(self, term: Term) -> Three[Plane]:
        found = self.leaf(term)
        true = found.true & found.known
        return Three(true, found.known ^ true, found.inapplicable)


def _but(left: Plane, right: Plane) -> Plane:
    return left & ~right
