"""Conditions over the rows of a block: in which rows each is true, false, not applicable."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from functools import reduce
from typing import NamedTuple

from readiness.conditions import terms
from readiness.conditions.terms import Term, is_leaf
from readiness.dependencies.ruleset import Ruleset
from readiness.portfolio.byrow import ByRow
from readiness.portfolio.leaves import NotColumnar
from readiness.portfolio.planes import Plane, empty, full
from readiness.portfolio.values import Values
from readiness.portfolio.vectors import Truths, Vector, masked


class Three(NamedTuple):
    """The planes of a condition; it is unknown where none of them is set."""

    true: Plane
    false: Plane
    inapplicable: Plane


class Conditions:
    """Works out conditions for the rows of one block.

    Making it settles which questions are asked, and hides in `vectors` what was answered though
    it is not asked.
    """

    def __init__(
        self, ruleset: Ruleset, vectors: dict[str, Vector], values: Values, by_row: ByRow
    ) -> None:
        self.rows = values.rows
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
        asked = self.planes(ask_when)
        vectors[key] = masked(vectors[key], asked.true, asked.false | asked.inapplicable)

    def leaf(self, term: Term) -> Truths:
        """Where a condition that reads answers itself is true, known, and not applicable."""
        try:
            return self.values.truths(term)
        except NotColumnar:
            return self.by_row.truths(term)

    def planes(self, term: Term) -> Three:
        """The planes of any condition."""
        if isinstance(term, terms.Constant):
            ends = full(self.rows), empty(self.rows)
            true, false = ends if term.value else reversed(ends)
            return Three(true, false, empty(self.rows))
        if is_leaf(term):
            found = self.leaf(term)
            true = found.true & found.known
            return Three(true, found.known ^ true, found.inapplicable)
        match term:
            case terms.Derived(body=body):
                return self.planes(body)
            case terms.Not(part=part):
                return _turned(self.planes(part))
            case terms.Junction(kind="all", parts=parts):
                return _all([self.planes(part) for part in parts])
            case terms.Junction(parts=parts):
                return _turned(_all([_turned(self.planes(part)) for part in parts]))
            case terms.AtLeast(least=least, parts=parts):
                return self._at_least(least, [self.planes(part) for part in parts])
            case _:
                raise TypeError(term)

    def _at_least(self, least: int, parts: Sequence[Three]) -> Three:
        """True with `least` true parts, or with all that are left; false when neither can be."""
        whole = _all(parts)
        can_be = [full(self.rows) & ~(part.false | part.inapplicable) for part in parts]
        enough = self._counted(least, [part.true for part in parts])
        reachable = self._counted(least, can_be)
        return Three(enough | whole.true, whole.false & ~reachable, whole.inapplicable)

    def _counted(self, least: int, planes: Sequence[Plane]) -> Plane:
        """In which rows at least `least` of the planes are set; counted in unary."""
        held = [full(self.rows), *(empty(self.rows) for _ in range(least))]
        for plane in planes:
            for count in range(least, 0, -1):
                held[count] = held[count] | held[count - 1] & plane
        return held[least]


def _turned(found: Three) -> Three:
    return Three(found.false, found.true, found.inapplicable)


def _all(parts: Sequence[Three]) -> Three:
    none_left = reduce(operator.and_, [part.inapplicable for part in parts])
    held = reduce(operator.and_, [part.true | part.inapplicable for part in parts])
    false = reduce(operator.or_, [part.false for part in parts])
    return Three(held & ~none_left, false, none_left)
