"""Terms evaluated for all rows of a block together, as far as columns can express them.

Whatever cannot be said in columns - tables, respondents, sets of choices - raises `NotColumnar`
and is evaluated row by row. Nothing that is evaluated here has bounds as its value.

Arithmetic is done in doubles, with a limit to how far each result may be off. Where two sides of a
comparison are nearer to each other than that, the row is calculated exactly.
"""

from __future__ import annotations

import datetime
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from readiness.conditions import terms
from readiness.conditions.terms import Term
from readiness.documents.decimals import NUMBERS
from readiness.evaluation.numbers import COMPARISONS
from readiness.portfolio.leaves import Leaf, NotColumnar, leaf_of, least_passing
from readiness.portfolio.row_fallback import RowFallback
from readiness.portfolio.vectors import (
    Coded,
    Flags,
    Numbers,
    Truths,
    Vector,
    empty,
    full,
    pack_flags,
    unpack_flags,
)

_Operation: TypeAlias = Callable[[Any, Any], Any]

_EPS = 2.0**-52  # a step between doubles, of the number itself
_LEAST = 2.0**-1000  # more than what is lost at the lower end of all doubles
_EXACT, _LARGE = 2.0**53, 1e300
_ROUNDED = 1e-12  # how near numbers are that are rounded alike

_ARITHMETIC: dict[str, _Operation] = {
    "+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide,
}  # fmt: skip


@dataclass(frozen=True)
class Values:
    """Works terms out for the rows of one block, from the vectors of its questions."""

    vectors: Mapping[str, Vector]
    rows: int
    as_of: datetime.date
    by_row: RowFallback
    leaves: Callable[[Term], Leaf | None] = leaf_of

    def truths(self, term: Term) -> Truths:
        """A leaf as the rows in which it is known, does not apply, and is true."""
        leaf = self.leaves(term)
        if leaf is not None:
            found = self.vector(leaf.subject)
            if isinstance(found, Numbers) and found.error is not None:
                return self._of_calculated(term, found)
            return Truths(found.known, found.inapplicable, leaf.test(found))
        if not isinstance(term, terms.Comparison):
            raise NotColumnar
        left, right = term.left, term.right
        if isinstance(left, terms.Constant) or isinstance(right, terms.Constant):
            raise NotColumnar
        one, other = self.vector(left), self.vector(right)
        if not isinstance(one, Numbers) or not isinstance(other, Numbers):
            raise NotColumnar
        if one.error is not None or other.error is not None:
            return self._compare(term, term.operator, one, [other])
        true = pack_flags(COMPARISONS[term.operator](one.values, other.values))
        return Truths(one.known & other.known, one.inapplicable | other.inapplicable, true)

    def vector(self, term: Term) -> Vector:
        """What a term other than a literal comes to in every row."""
        if isinstance(term, terms.Answer):
            found = self.vectors.get(term.question.id)
            is_number = term.question.kind in ("number", "date")
            if found is None or (is_number and not isinstance(found, Numbers)):
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
            case terms.Apply(function="comparable", arguments=(argument,)):
                return _comparable(self.vector(argument))
            case terms.Apply(function="days_since", arguments=(argument,)):
                until = self._days_until(self.vector(argument))
                return until._replace(values=-until.values)
        raise NotColumnar

    def _number(self, term: Term) -> Numbers:
        if isinstance(term, terms.Derived) and isinstance(term.body, terms.Constant):
            term = term.body
        if isinstance(term, terms.Constant):
            if isinstance(term.value, bool) or not isinstance(term.value, NUMBERS):
                raise NotColumnar
            values = np.broadcast_to(float(term.value), self.rows)
            if isinstance(term.value, Decimal):
                error = np.abs(values[:1]) * _EPS
                return Numbers(full(self.rows), empty(self.rows), values, error=error)
            return Numbers(full(self.rows), empty(self.rows), values)
        found = self.vector(term)
        if not isinstance(found, Numbers) or found.is_date:
            raise NotColumnar
        return found

    def _of_calculated(self, term: Term, found: Numbers) -> Truths:
        """A calculated number held against literals."""
        match term:
            case terms.Comparison():
                mirrored = term.literal_last()
                symbol, literals, is_negated = mirrored.operator, [mirrored.right], False
            case terms.Membership(collection=terms.Constant(value=tuple() as held)):
                literals = [terms.Constant(term.item.type, "", one) for one in held]
                symbol, is_negated = "==", term.negated
            case _:
                raise NotColumnar
        others = [self._number(one) for one in literals]
        return self._compare(term, symbol, found, others, is_negated=is_negated)

    def _compare(
        self,
        term: Term,
        symbol: str,
        one: Numbers,
        others: Sequence[Numbers],
        *,
        is_negated: bool = False,
    ) -> Truths:
        """Compare a number with some others, one of which has to fit; some are calculated.

        Rows in which two are too close to tell are calculated exactly.
        """
        true, close = np.zeros(self.rows, np.bool_), np.zeros(self.rows, np.bool_)
        known, inapplicable = one.known, one.inapplicable
        for other in others:
            true |= COMPARISONS[symbol](_doubles(one), _doubles(other))
            close |= _is_close(term, one, other)
            known, inapplicable = known & other.known, inapplicable | other.inapplicable
        is_known = unpack_flags(known, self.rows)
        true ^= is_negated
        close &= is_known
        if close.any():
            places = np.flatnonzero(close)
            exact = self.by_row.exactly(term, places)
            is_known = is_known.copy()
            is_known[places] = unpack_flags(exact.known, len(places))
            true[places] = unpack_flags(exact.true, len(places))
            known = pack_flags(is_known)
        return Truths(known, inapplicable, pack_flags(true))

    # Numbers

    def _arithmetic(self, symbol: str, left: Numbers, right: Numbers) -> Numbers:
        """Doubles, and how far each may be off the decimal that the result is."""
        known = left.known & right.known
        a, b = _doubles(left), _doubles(right)
        off_a, off_b = _error(left), _error(right)
        with np.errstate(all="ignore"):
            values = _ARITHMETIC[symbol](a, b)
            if symbol == "/":
                known = known & pack_flags((b != 0) | (off_b != 0))
                error = (off_a + np.abs(values) * off_b) / np.maximum(np.abs(b) - off_b, 0)
            elif symbol == "*":
                error = np.abs(a) * off_b + np.abs(b) * off_a + off_a * off_b
            else:
                error = off_a + off_b
            size = np.abs(values)
            is_whole = symbol != "/" and not (off_a.any() or off_b.any())
            if not (is_whole and size.max(initial=0) < _EXACT):
                rounding = size * _EPS + _LEAST
                if symbol != "/":
                    whole = (off_a == 0) & (off_b == 0) & (size < _EXACT)
                    rounding = np.where(whole, 0.0, rounding)
                error = error + rounding
                # Whatever is not certainly a number is settled exactly, too.
                doubtful = ~(size < _LARGE) | ~(error < _LARGE)
                values[doubtful] = 0
                error[doubtful] = np.inf
        inapplicable = left.inapplicable | right.inapplicable
        return Numbers(known, inapplicable, values, error=error)

    def _band(self, number: Numbers, others: Sequence[Term]) -> Coded:
        """The first class whose limit is above the number, or the last."""
        if number.error is not None:
            raise NotColumnar
        plain: list[Any] = [one.value for one in others if isinstance(one, terms.Constant)]
        classes, limits = plain[::2], np.array([least_passing(one) for one in plain[1::2]])
        places = np.searchsorted(limits, _doubles(number), side="right")
        return Coded(number.known, number.inapplicable, places, tuple(classes))

    def _days_until(self, days: Vector) -> Numbers:
        if not isinstance(days, Numbers) or not days.is_date:
            raise NotColumnar
        values = days.values.astype(np.float64) - self.as_of.toordinal()
        return Numbers(days.known, days.inapplicable, values)


def _doubles(number: Numbers) -> npt.NDArray[np.float64]:
    return number.values.astype(np.float64, copy=False)


def _error(number: Numbers) -> npt.NDArray[np.float64]:
    """How far each number may be off the decimal that it stands for; one figure where all agree."""
    if number.error is not None:
        return number.error
    if number.values.dtype.kind != "f":
        return np.zeros(1)
    values = _doubles(number)
    if values.strides == (0,):  # a literal
        values = values[:1]
    # Whole numbers are doubles; other decimals lie within half a step of theirs.
    return np.where(np.trunc(values) == values, 0.0, np.abs(values) * _EPS)


def _is_close(term: Term, one: Numbers, other: Numbers) -> Flags:
    """Where two numbers are too near to each other to tell which is the greater."""
    margin = _error(one) + _error(other)
    if any(map(terms.is_calculated, terms.parts(term))):
        margin = margin + _ROUNDED
    close: Flags = np.abs(_doubles(one) - _doubles(other)) < 2 * margin
    return close


def _comparable(vector: Vector) -> Vector:
    """Return texts as they are compared."""
    if not isinstance(vector, Coded):
        raise NotColumnar
    return vector._replace(values=tuple(terms.comparable(one) for one in vector.values))


def _least_or_most(function: str, operands: Sequence[Numbers]) -> Numbers:
    choose: _Operation = np.minimum if function == "min" else np.maximum
    is_calculated = any(one.error is not None for one in operands)
    return Numbers(
        reduce(operator.and_, (one.known for one in operands)),
        reduce(operator.or_, (one.inapplicable for one in operands)),
        reduce(choose, (_doubles(one) for one in operands)),
        error=reduce(np.maximum, map(_error, operands)) if is_calculated else None,
    )
