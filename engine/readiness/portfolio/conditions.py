"""Conditions over the rows of a block: in which rows each is true, false, not applicable."""

from __future__ import annotations

from readiness.conditions.terms import Term
from readiness.dependencies.ruleset import Ruleset
from readiness.evaluation.algebra import Algebra, Three
from readiness.portfolio.leaves import NotColumnar
from readiness.portfolio.row_fallback import RowFallback
from readiness.portfolio.values import Values
from readiness.portfolio.vectors import Plane, Truths, Vector, empty, full, masked


class Conditions(Algebra[Plane]):
    """Works out conditions for the rows of one block.

    Making it settles which questions are asked, and hides in `vectors` what was answered though
    it is not asked.
    """

    def __init__(
        self, ruleset: Ruleset, vectors: dict[str, Vector], values: Values, by_row: RowFallback
    ) -> None:
        super().__init__(empty(values.rows), full(values.rows))
        self.values = values
        self.by_row = by_row
        for key in ruleset.asking_order:
            if key in ruleset.ask_when:
                self._hide(key, ruleset, vectors)

    def _hide(self, key: str, ruleset: Ruleset, vectors: dict[str, Vector]) -> None:
        """What is not asked does not apply; what may not be asked is unknown."""
        ask_when = ruleset.ask_when[key]
        if ruleset.questions[key].ask_each:
            self.by_row.mask_each(key, ask_when)
            return
        asked = self.condition(ask_when)
        vectors[key] = masked(vectors[key], asked.true, asked.false | asked.inapplicable)

    def truths(self, term: Term) -> Truths:
        """Where a condition that reads answers itself is true, known, and not applicable."""
        try:
            return self.values.truths(term)
        except NotColumnar:
            return self.by_row.truths(term)

    def leaf(self, term: Term) -> Three[Plane]:
        """Return the planes of such a condition."""
        found = self.truths(term)
        true = found.true & found.known
        return Three(true, found.known ^ true, found.inapplicable)

    def either(self, left: Plane, right: Plane) -> Plane:
        """Return where one plane or the other is set."""
        return left | right

    def both(self, left: Plane, right: Plane) -> Plane:
        """Return where both planes are set."""
        return left & right

    def without(self, left: Plane, right: Plane) -> Plane:
        """Return where `left` is set and `right` is not."""
        return left & ~right
