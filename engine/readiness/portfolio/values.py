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
from readiness.portfolio.planes import Flags, Plane, empty, full, packed
from readiness.portfolio.vectors import Coded, Numbers, Objects, Truths, Vector

Scalar: TypeAlias = "bool | float | str | datetime.date"
_Operation: TypeAlias = Callable[[Any, Any], Any]

_COMPARISONS: dict[str, _Operation] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt,
    "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_ARITHMETIC: dict[str, _Operation] = {
    "+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide,
}  # fmt: skip


class NotColumnar(Exception):
    """A term that has to be worked out row by row."""


class Values:
    """Works terms out for the rows of one block, from the vectors of its questions."""

    def __init__(self, vectors: Mapping[str, Vector], rows: int, as_of: datetime.date) -> None:
        self.vectors = vectors
        self.rows = rows
        self.as_of = as_of

    def truths(self, term: Term) -> Truths:
        """A leaf as the rows in which it is known, does not apply, and is true."""
        match term:
            case terms.Answer():
                found = self.vector(term)
                if isinstance(found, Truths):
                    return found
            case terms.Comparison(operator=symbol, left=left, right=right):
                return self._comparison(symbol, left, right)
            case terms.Membership(item=item, collection=terms.Constant(value=tuple() as held)):
                return self._membership(self.vector(item), held, negated=term.negated)
            case terms.Apply(function="stated", arguments=(argument,)):
                return _stated(self.vector(argument))
            case terms.Apply(function="covers", arguments=(have, terms.Constant(value=needed))):
                return _covers(self.vector(have), needed)
        raise NotColumnar

    def vector(self, term: Term) -> Vector:
        """What a term other than a literal comes to in every row."""
        match term:
            case terms.Answer(question=question):
                found = self.vectors.get(question.id)
                if found is None or isinstance(found, Objects):
                    raise NotColumnar
                return found
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

    # Comparisons

    def _comparison(self, symbol: str, left: Term, right: Term) -> Truths:
        if isinstance(left, terms.Constant):
            if isinstance(right, terms.Constant):
                raise NotColumnar
            left, right, symbol = right, left, _MIRRORED.get(symbol, symbol)
        found = self.vector(left)
        if isinstance(right, terms.Constant):
            if isinstance(right.value, tuple):
                raise NotColumnar
            return _against(symbol, found, right.value)
        other = self.vector(right)
        if not isinstance(found, Numbers) or not isinstance(other, Numbers):
            raise NotColumnar
        known = found.known & other.known
        true = packed(_COMPARISONS[symbol](found.values, other.values))
        return Truths(known, found.inapplicable | other.inapplicable, true)

    def _membership(self, item: Vector, held: Sequence[Any], *, negated: bool) -> Truths:
        if isinstance(item, Coded):
            found = _chosen(item, [(value in held) != negated for value in item.values])
        elif isinstance(item, Numbers):
            plain = [value.toordinal() if item.is_date else value for value in held]
            flags = np.isin(item.values, np.array(plain, np.float64))
            found = packed(flags != negated)
        else:
            raise NotColumnar
        return _truths(item, found)

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


def _truths(vector: Vector, true: Plane) -> Truths:
    """Known where the vector is, and true of those rows where `true` is set."""
    return Truths(vector.known, vector.inapplicable, true)


def _doubles(number: Numbers) -> npt.NDArray[np.float64]:
    return number.values.astype(np.float64, copy=False)


def _against(symbol: str, vector: Vector, value: Any) -> Truths:
    """A comparison with a literal."""
    compare = _COMPARISONS[symbol]
    if isinstance(vector, Numbers):
        plain = value.toordinal() if isinstance(value, datetime.date) else value
        found = packed(compare(vector.values, plain))
    elif isinstance(vector, Coded):
        found = _chosen(vector, [bool(compare(one, value)) for one in vector.values])
    elif isinstance(vector, Truths):
        where_true, where_false = compare(True, value), compare(False, value)
        if where_true == where_false:
            found = vector.known if where_true else np.zeros_like(vector.known)
        else:
            found = vector.true if where_true else vector.true ^ vector.known
    else:
        raise NotColumnar
    return _truths(vector, found)


def _chosen(vector: Coded, wanted: Sequence[bool]) -> Plane:
    """The rows whose code is wanted, or whatever stands where nothing is known."""
    chosen = [code for code, is_wanted in enumerate(wanted) if is_wanted]
    codes = vector.codes
    if len(chosen) == 1:
        return packed(codes == chosen[0])
    if len(chosen) == len(wanted) - 1:
        return packed(codes != wanted.index(False))
    if not chosen:
        return np.zeros_like(vector.known)
    table: Flags = np.array(wanted, np.bool_)
    return packed(table.take(codes, mode="clip"))


def _least_or_most(function: str, operands: Sequence[Numbers]) -> Numbers:
    choose: _Operation = np.minimum if function == "min" else np.maximum
    return Numbers(
        reduce(operator.and_, (one.known for one in operands)),
        reduce(operator.or_, (one.inapplicable for one in operands)),
        reduce(choose, (_doubles(one) for one in operands)),
    )


def _covers(vector: Vector, needed: Any) -> Truths:
    """Whether all needed options are chosen."""
    if not isinstance(vector, Coded):
        raise NotColumnar
    return _truths(vector, _chosen(vector, [set(needed) <= set(one) for one in vector.values]))


def _stated(vector: Vector) -> Truths:
    """Whether there is an answer with something in it."""
    if isinstance(vector, Coded):
        true = _chosen(vector, [bool(value) for value in vector.values])
    else:
        true = vector.known
    return _truths(vector, true)
