"""Terms worked out for all rows of a block at once, as far as columns can say them.

Whatever cannot be said in columns - tables, respondents, sets of choices - raises `NotColumnar`
and is worked out row by row. None of what is worked out here ever comes to bounds.
"""

from __future__ import annotations

import datetime
import operator
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from readiness.conditions import terms
from readiness.conditions.terms import Term
from readiness.evaluation.numbers import COMPARISONS
from readiness.portfolio.leaves import Leaf, NotColumnar, leaf_of
from readiness.portfolio.planes import empty, full, packed
from readiness.portfolio.vectors import Coded, Numbers, Objects, Truths, Vector

_Operation: TypeAlias = Callable[[Any, Any], Any]

_ARITHMETIC: dict[str, _Operation] = {
    "+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide,
}  # fmt: skip


class Values:
    """Works terms out for the rows of one block, from the vectors of its questions."""

    def __init__(
        self,
        vectors: Mapping[str, Vector],
        rows: int,
        as_of: datetime.date,
        leaves: Callable[[Term], Leaf | None] = leaf_of,
    ) -> None:
        self.vectors = vectors
        self.rows = rows
        self.as_of = as_of
        self.leaves = leaves

    def truths(self, term: Term) -> Truths:
        """A leaf as the rows in which it is known, does not apply, and is true."""
        leaf = self.leaves(term)
        if leaf is not None:
            found = self.vector(leaf.subject)
            return Truths(found.known, found.inapplicable, leaf.test(found))
        if isinstance(term, terms.Comparison):
            return self._comparison(term.operator, term.left, term.right)
        raise NotColumnar

    def vector(self, term: Term) -> Vector:
        """What a term other than a literal comes to in every row."""
        if isinstance(term, terms.Answer):
            found = self.vectors.get(term.question.id)
            if found is None or isinstance(found, Objects):
                raise NotColumnar
            return found
        match term:
            case terms.Derived(body=body) if not isinstance(body, terms.Constant):
                return self.vector(body)
            case terms.Arithmetic(operator=symbol, left=left, right=right):
                return self._arithmetic(symbol, self._number(left), self._number(right))
            case terms.Apply(function="min" | "max" as function, arguments=arguments):
                return _least_or_most(function, [self._number(one) for one in arguments])
            case terms.Apply(function="band", arguments=(number, *others)):
                return self._band(self._number(number), others)
            case terms.Apply(function="days_until", arguments=(argument,)):
                return self._days_until(self.vector(argument))
        raise NotColumnar

    def _number(self, term: Term) -> Numbers:
        if isinstance(term, terms.Derived) and isinstance(term.body, terms.Constant):
            term = term.body
        if isinstance(term, terms.Constant):
            if isinstance(term.value, bool) or not isinstance(term.value, int | float):
                raise NotColumnar
            values = np.full(self.rows, float(term.value))
            return Numbers(full(self.rows), empty(self.rows), values)
        found = self.vector(term)
        if not isinstance(found, Numbers) or found.is_date:
            raise NotColumnar
        return found

    def _comparison(self, symbol: str, left: Term, right: Term) -> Truths:
        """Two columns against each other."""
        if isinstance(left, terms.Constant) or isinstance(right, terms.Constant):
            raise NotColumnar
        one, other = self.vector(left), self.vector(right)
        if not isinstance(one, Numbers) or not isinstance(other, Numbers):
            raise NotColumnar
        true = packed(COMPARISONS[symbol](one.values, other.values))
        return Truths(one.known & other.known, one.inapplicable | other.inapplicable, true)

    # Numbers

    def _arithmetic(self, symbol: str, left: Numbers, right: Numbers) -> Numbers:
        """Doubles, as all admissible numbers are held exactly; no result where it is not finite."""
        known = left.known & right.known
        if symbol == "/":
            known = known & packed(right.values != 0)
        with np.errstate(all="ignore"):
            values = _ARITHMETIC[symbol](_doubles(left), _doubles(right))
        finite = np.isfinite(values)
        if not finite.all():
            known = known & packed(finite)
        return Numbers(known, left.inapplicable | right.inapplicable, values)

    def _band(self, number: Numbers, others: Sequence[Term]) -> Coded:
        """The first class whose limit is above the number, or the last."""
        plain = [one.value for one in others if isinstance(one, terms.Constant)]
        classes, limits = plain[::2], np.array(plain[1::2], np.float64)
        places = np.searchsorted(limits, _doubles(number), side="right")
        return Coded(number.known, number.inapplicable, places, tuple(classes))

    def _days_until(self, days: Vector) -> Numbers:
        if not isinstance(days, Numbers) or not days.is_date:
            raise NotColumnar
        values = days.values.astype(np.float64) - self.as_of.toordinal()
        return Numbers(days.known, days.inapplicable, values)


def _doubles(number: Numbers) -> npt.NDArray[np.float64]:
    return number.values.astype(np.float64, copy=False)


def _least_or_most(function: str, operands: Sequence[Numbers]) -> Numbers:
    choose: _Operation = np.minimum if function == "min" else np.maximum
    return Numbers(
        reduce(operator.and_, (one.known for one in operands)),
        reduce(operator.or_, (one.inapplicable for one in operands)),
        reduce(choose, (_doubles(one) for one in operands)),
    )
