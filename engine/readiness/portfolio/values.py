"""Terms evaluated for all rows of a block together, as far as columns can express them.

Whatever cannot be said in columns, such as what respondents say, raises `NotColumnar` and is
evaluated row by row. Nothing that is evaluated here has bounds as its value.

Arithmetic is done in doubles, with a limit to how far each result may be off. Where two sides of a
comparison are nearer to each other than that, the row is calculated exactly.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import reduce
from itertools import pairwise
from operator import and_, or_
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from readiness.conditions import terms
from readiness.conditions.terms import Cell, Over, Term, questions_of, walk
from readiness.documents.decimals import NUMBERS
from readiness.evaluation.algebra import Algebra, Three
from readiness.evaluation.compiler import Closure, Run
from readiness.evaluation.numbers import COMPARISONS
from readiness.evaluation.states import NOT_APPLICABLE, UNKNOWN, Case, State
from readiness.portfolio.segments import (
    EPS,
    EXACT,
    LARGE,
    LEAST,
    Coded,
    Flags,
    Leaf,
    NotColumnar,
    Numbers,
    Plane,
    Segments,
    Table,
    Truths,
    Vector,
    covered,
    empty,
    equality_codes,
    full,
    internal_rate,
    leaf_of,
    least_passing,
    net_present_value,
    pack_flags,
    take_rows,
    unpack_flags,
    without,
)

_Operation: TypeAlias = Callable[[Any, Any], Any]

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
    by_row: RowFallback | Doubts
    leaves: Callable[[Term], Leaf | None] = leaf_of
    respondents: Mapping[str, Table] = field(default_factory=dict)
    _segments: dict[str, Segments] = field(init=False, default_factory=dict)
    # For each leaf being evaluated, the rows that doubles cannot decide.
    _doubtful: list[list[Flags]] = field(init=False, default_factory=list)

    def truths(self, term: Term) -> Truths:
        """A leaf as the rows in which it is known, does not apply, and is true."""
        self._doubtful.append([])
        try:
            found = self._truths(term)
        finally:
            doubtful = self._doubtful.pop()
        if not doubtful:
            return found
        return self._settled(term, found, np.flatnonzero(np.logical_or.reduce(doubtful)))

    def _truths(self, term: Term) -> Truths:
        leaf = self.leaves(term)
        if leaf is not None:
            found = self.vector(leaf.subject)
            if isinstance(found, Numbers) and found.error is not None:
                return self._of_calculated(term, found)
            return Truths(found.known, found.inapplicable, leaf.test(found))
        if isinstance(term, terms.Over) and term.function in ("every", "some"):
            return self._quantified(term)
        if isinstance(term, terms.Over) and term.function == "agree":
            return self._agreed(term)
        if isinstance(term, terms.Covers):
            return covered(*self._text_parts(term.have), *self._text_parts(term.need))
        if not isinstance(term, terms.Comparison):
            raise NotColumnar
        left, right = term.left, term.right
        if isinstance(left, terms.Constant) or isinstance(right, terms.Constant):
            raise NotColumnar
        one, other = self.vector(left), self.vector(right)
        if term.operator in ("==", "!=") and type(one) is type(other) is not Numbers:
            left_codes, right_codes = equality_codes(one, other, rows=self.rows)
            true = pack_flags(COMPARISONS[term.operator](left_codes, right_codes))
            return Truths(one.known & other.known, one.inapplicable | other.inapplicable, true)
        if not isinstance(one, Numbers) or not isinstance(other, Numbers):
            raise NotColumnar
        if one.error is not None or other.error is not None:
            return self._compare(term, term.operator, one, [other])
        true = pack_flags(COMPARISONS[term.operator](one.values, other.values))
        return Truths(one.known & other.known, one.inapplicable | other.inapplicable, true)

    def vector(self, term: Term) -> Vector:
        """What a term other than a literal comes to in every row."""
        if isinstance(term, terms.Answer):
            return _of_kind(self.vectors.get(term.question.id), term.question.kind)
        match term:
            case terms.Over():
                return self._over(term)
            case terms.Derived(body=body) if not isinstance(body, terms.Constant):
                return self.vector(body)
            case terms.Arithmetic(operator=symbol, left=left, right=right):
                return self._arithmetic(symbol, self.number(left), self.number(right))
            case terms.Apply(function="min" | "max" as function, arguments=arguments):
                return _least_or_most(function, [self.number(one) for one in arguments])
            case terms.Apply(function="band", arguments=(number, *others)):
                return self._band(number, others)
            case terms.Apply(function="days_until", arguments=(argument,)):
                return self._days_until(self.vector(argument))
            case terms.Apply(function="comparable", arguments=(argument,)):
                return _comparable(self.vector(argument))
            case terms.Apply(function="count", arguments=(argument,)):
                return _sizes(self.vector(argument))
            case terms.Apply(function="days_since", arguments=(argument,)):
                until = self._days_until(self.vector(argument))
                return until._replace(values=-until.values)
        raise NotColumnar

    def number(self, term: Term) -> Numbers:
        """What a term of type number comes to in every row."""
        if isinstance(term, terms.Derived) and isinstance(term.body, terms.Constant):
            term = term.body
        if isinstance(term, terms.Constant):
            if isinstance(term.value, bool) or not isinstance(term.value, NUMBERS):
                raise NotColumnar
            values = np.broadcast_to(float(term.value), self.rows)
            if isinstance(term.value, Decimal):
                error = np.abs(values[:1]) * EPS
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
        others = [self.number(one) for one in literals]
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
            true |= COMPARISONS[symbol](one.doubles, other.doubles)
            close |= _is_close(term, one, other)
            known, inapplicable = known & other.known, inapplicable | other.inapplicable
        close &= unpack_flags(known, self.rows)
        found = Truths(known, inapplicable, pack_flags(true ^ is_negated))
        return self._settled(term, found, np.flatnonzero(close))

    def _settled(self, term: Term, found: Truths, places: npt.NDArray[np.int64]) -> Truths:
        """Return a leaf that is calculated exactly in some rows; where it applies stays."""
        if not len(places):
            return found
        exact = self.by_row.exactly(term, places)
        known, true = (unpack_flags(one, self.rows).copy() for one in (found.known, found.true))
        known[places] = unpack_flags(exact.known, len(places))
        true[places] = unpack_flags(exact.true, len(places))
        return found._replace(known=pack_flags(known), true=pack_flags(true))

    # Tables

    def _parts(self, term: terms.Over) -> PartValues:
        """Return the evaluator of a term's part for each row of its table, or respondent."""
        if term.table is None:
            return self._of_each(term.group)
        table = self.vector(term.table)
        if not isinstance(table, Table):
            raise NotColumnar
        return self._parts_of(term.table.question.id, table)

    def _of_each(self, group: str) -> PartValues:
        if group not in self.respondents:
            raise NotColumnar
        return self._parts_of(group, self.respondents[group])

    def _parts_of(self, name: str, table: Table) -> PartValues:
        held = self._segments.get(name)
        if held is None or held.table is not table:
            held = self._segments[name] = Segments(table, self.rows)
        return PartValues(
            {}, held.count, self.as_of, Doubts(held), self.leaves, outer=self, segments=held
        )

    def condition_of_each(
        self, term: Term, group: str, by_row: Callable[[Term, str], Truths]
    ) -> Three[Plane]:
        """The planes of a condition for each respondent; `by_row` evaluates other leaves."""

        def leaf(one: Term) -> Three[Plane]:
            parts = self._of_each(group)
            try:
                found = parts.truths(one)
            except NotColumnar:
                return by_row(one, group).three
            return (by_row(one, group) if parts.by_row.rows.any() else found).three

        return self._of_each(group).joined(term, leaf)

    def _quantified(self, term: terms.Over) -> Truths:
        parts = self._parts(term)
        found = parts.segments.quantified(term.function, parts.condition(term.part))
        return self._settled(term, found, np.flatnonzero(parts.by_row.rows))

    def _agreed(self, term: terms.Over) -> Truths:
        parts, part = self._parts(term), term.part
        if part.type.kind == "truth":
            three = parts.condition(part)
            found: Vector = Truths(three.true | three.false, three.inapplicable, three.true)
        elif terms.is_calculated(part):
            raise NotColumnar
        else:
            found = parts.number(part) if part.type.kind == "number" else parts.vector(part)
        if isinstance(found, Numbers) and found.error is not None:
            raise NotColumnar
        settled = parts.segments.agreed(found)
        return self._settled(term, settled, np.flatnonzero(parts.by_row.rows))

    def _over(self, term: terms.Over) -> Numbers:
        if term.function in ("count", "share"):
            parts = self._parts(term)
            planes = parts.condition(term.part)
            return parts.segments.tallied(term.function, planes, parts.by_row.rows)
        if term.function in ("sum", "mean", "min", "max"):
            parts = self._parts(term)
            return parts.segments.reduced(term.function, parts.number(term.part))
        if term.function == "npv":
            parts, (rate,) = self._parts(term), term.arguments
            return net_present_value(parts.segments, parts.number(term.part), self.number(rate))
        if term.function == "irr" and not terms.is_calculated(term.part):
            parts = self._parts(term)
            return internal_rate(parts.segments, parts.number(term.part))
        raise NotColumnar

    def _text_parts(self, term: terms.Over) -> tuple[Segments, Coded]:
        parts = self._parts(term)
        found = parts.vector(term.part)
        if not isinstance(found, Coded) or term.part.type.kind == "number":
            raise NotColumnar
        return parts.segments, found

    # Numbers

    def _arithmetic(self, symbol: str, left: Numbers, right: Numbers) -> Numbers:
        """Doubles, and how far each may be off the decimal that the result is."""
        known = left.known & right.known
        a, b = left.doubles, right.doubles
        off_a, off_b = left.off, right.off
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
            if not (is_whole and size.max(initial=0) < EXACT):
                rounding = size * EPS + LEAST
                if symbol != "/":
                    whole = (off_a == 0) & (off_b == 0) & (size < EXACT)
                    rounding = np.where(whole, 0.0, rounding)
                error = error + rounding
                # Whatever is not certainly a number is settled exactly, too.
                doubtful = ~(size < LARGE) | ~(error < LARGE)
                values[doubtful] = 0
                error[doubtful] = np.inf
        inapplicable = left.inapplicable | right.inapplicable
        return Numbers(known, inapplicable, values, error=error)

    def _band(self, term: Term, others: Sequence[Term]) -> Coded:
        """The first class whose limit is above the number, or the last.

        Rows in which a calculated number is too close to a limit are marked as doubtful.
        """
        number = self.number(term)
        plain: list[Any] = [one.value for one in others if isinstance(one, terms.Constant)]
        classes, limits = plain[::2], np.array([least_passing(one) for one in plain[1::2]])
        places = np.searchsorted(limits, number.doubles, side="right")
        if number.error is not None:
            margin = 2 * (number.error + np.abs(number.doubles) * EPS + _ROUNDED)
            if not self._doubtful:  # the row cannot be settled by its leaf
                raise NotColumnar
            for limit in limits:
                close = np.abs(number.doubles - limit) <= margin + np.abs(limit) * EPS
                self._doubtful[-1].append(close & unpack_flags(number.known, self.rows))
        return Coded(number.known, number.inapplicable, places, tuple(classes))

    def _days_until(self, days: Vector) -> Numbers:
        if not isinstance(days, Numbers) or not days.is_date:
            raise NotColumnar
        values = days.values.astype(np.float64) - self.as_of.toordinal()
        return Numbers(days.known, days.inapplicable, values)


class Doubts:
    """Marks the rows with parts that doubles cannot decide; the whole leaf is calculated there."""

    def __init__(self, segments: Segments) -> None:
        self._owner = segments.owner
        self.rows: Flags = np.zeros(segments.rows, np.bool_)

    def exactly(self, _term: Term, places: npt.NDArray[np.int64]) -> Truths:
        """Anything that is known, as the rows of these parts are marked."""
        self.rows[self._owner[places]] = True
        count = len(places)
        return Truths(full(count), empty(count), full(count))


@dataclass(frozen=True)
class PartValues(Values):
    """Works terms out for each row of a table, in the rows of a block that `outer` works for."""

    by_row: Doubts
    outer: Values = field(kw_only=True)
    segments: Segments = field(kw_only=True)

    def condition(self, term: Term) -> Three[Plane]:
        """The planes of a condition on the parts."""
        return self.joined(term, lambda one: self.truths(one).three)

    def joined(self, term: Term, leaf: Callable[[Term], Three[Plane]]) -> Three[Plane]:
        """The planes of a condition, from those of its leaves."""
        nowhere = empty(self.rows)
        return Algebra(nowhere, full(self.rows), or_, and_, without, leaf).condition(term)

    def _is_own(self, term: Term) -> bool:
        """Whether a term reads what is at hand: a cell, or the answer of a respondent."""
        if isinstance(term, terms.Answer):
            return self.segments.table is self.outer.respondents.get(term.question.ask_each)
        return isinstance(term, terms.Cell)

    def truths(self, term: Term) -> Truths:
        """A leaf, for each part."""
        if any(map(self._is_own, terms.walk(term))):
            return super().truths(term)
        found = self.segments.spread(self.outer.truths(term))
        assert isinstance(found, Truths)
        return found

    def vector(self, term: Term) -> Vector:
        """What a term other than a literal comes to, for each part."""
        if self._is_own(term):
            key = term.column if isinstance(term, terms.Cell) else questions_of(term)[0]
            return _of_kind(self.segments.table.cells.get(key), term.type.kind)
        match term:
            case terms.Answer() | terms.Derived() | terms.Over():
                return self.segments.spread(self.outer.vector(term))
        return super().vector(term)


def _of_kind(found: Vector | None, kind: str) -> Vector:
    """Return what is found if it is a vector as its kind has it."""
    if found is None or (kind in ("number", "date") and not isinstance(found, Numbers)):
        raise NotColumnar
    return found


def _is_close(term: Term, one: Numbers, other: Numbers) -> Flags:
    """Where two numbers are too near to each other to tell which is the greater."""
    margin = one.off + other.off
    if any(map(terms.is_calculated, terms.parts(term))):
        margin = margin + _ROUNDED
    with np.errstate(invalid="ignore"):  # of two that are infinite
        close: Flags = np.abs(one.doubles - other.doubles) < 2 * margin
    return close


def _comparable(vector: Vector) -> Vector:
    """Return texts as they are compared."""
    if not isinstance(vector, Coded):
        raise NotColumnar
    return vector._replace(values=tuple(terms.comparable(one) for one in vector.values))


def _sizes(vector: Vector) -> Numbers:
    """Return how many options are chosen."""
    if not isinstance(vector, Coded):
        raise NotColumnar
    sizes = np.array(list(map(len, vector.values)), np.float64)
    values = sizes.take(vector.codes, mode="clip")
    return Numbers(vector.known, vector.inapplicable, values)


def _least_or_most(function: str, operands: Sequence[Numbers]) -> Numbers:
    choose: _Operation = np.minimum if function == "min" else np.maximum
    is_calculated = any(one.error is not None for one in operands)
    return Numbers(
        reduce(and_, (one.known for one in operands)),
        reduce(or_, (one.inapplicable for one in operands)),
        reduce(choose, (one.doubles for one in operands)),
        error=reduce(np.maximum, [one.off for one in operands]) if is_calculated else None,
    )


# What columns cannot express is evaluated row by row, once for rows with equal answers.

RowIndexes: TypeAlias = npt.NDArray[np.int64]

_MOST_KEYS = 2**60


@dataclass(frozen=True, slots=True)
class Distinct:
    """For each row the place of what it holds among `values`; without places all hold the one."""

    places: RowIndexes | None
    values: Sequence[Any]


def distinct(vector: Vector, rows: int, columns: Collection[str] | None = None) -> Distinct:
    """The different states of a vector; of a table, as far as some of its columns go."""
    if not (vector.known.any() or vector.inapplicable.any()):
        return Distinct(None, [UNKNOWN])
    places, values = _places(vector, rows, columns)
    places = np.where(unpack_flags(vector.known, rows), places, len(values))
    places = np.where(unpack_flags(vector.inapplicable, rows), len(values) + 1, places)
    return Distinct(places, [*values, UNKNOWN, NOT_APPLICABLE])


def _places(
    vector: Vector, rows: int, columns: Collection[str] | None
) -> tuple[RowIndexes, list[State]]:
    match vector:
        case Truths(true=true):
            return unpack_flags(true, rows).astype(np.int64), [False, True]
        case Coded(codes=codes, values=values):
            return np.clip(codes.astype(np.int64), 0, len(values) - 1), list(values)
        case Numbers(values=numbers, is_date=is_date):
            known = unpack_flags(vector.known, rows)
            found, inverse = np.unique(np.where(known, numbers, 0), return_inverse=True)
            plain: list[State] = found.tolist()
            if is_date:  # where nothing is known, 0 stands
                plain = [datetime.date.fromordinal(one) if one > 0 else None for one in plain]
            return inverse.astype(np.int64), plain
        case Table(offsets=offsets, cells=cells):
            count = int(offsets[-1])
            names = [name for name in cells if columns is None or name in columns]
            return _tables(offsets, {name: distinct(cells[name], count) for name in names})


def _tables(
    offsets: npt.NDArray[np.int64], cells: Mapping[str, Distinct]
) -> tuple[RowIndexes, list[State]]:
    """The different tables, each as its rows; equal ones have the same places of their cells."""
    count = int(offsets[-1])
    held = np.zeros((count, 1 + len(cells)), np.int64)  # one column at least tells the length
    for number, cell in enumerate(cells.values(), 1):
        held[:, number] = 0 if cell.places is None else cell.places
    plain = held.tobytes()
    width = held.itemsize * held.shape[1]
    seen: dict[bytes, int] = {}
    places = np.array(
        [
            seen.setdefault(plain[first:end], len(seen))
            for first, end in pairwise((offsets * width).tolist())
        ],
        np.int64,
    )
    tables: list[State] = [
        tuple(
            {
                name: value
                for (name, cell), place in zip(cells.items(), row[1:], strict=True)
                if (value := cell.values[place]) is not UNKNOWN
            }
            for row in np.frombuffer(key, np.int64).reshape(-1, 1 + len(cells)).tolist()
        )
        for key in seen
    ]
    return places, tables


def alike(held: Sequence[Any]) -> Distinct:
    """Group equal values; a value without a hash, such as a table's rows, is a separate group."""
    seen: dict[Any, int] = {}
    values: list[Any] = []
    places: list[int] = []
    for one in held:
        try:
            place = seen.setdefault(one, len(values))
        except TypeError:
            place = len(values)
        if place == len(values):
            values.append(one)
        places.append(place)
    return Distinct(np.array(places, np.int64) if len(values) > 1 else None, values or [UNKNOWN])


def evaluate_distinct(
    parts: Sequence[Distinct], rows: int, work: Callable[[Sequence[Any]], Any]
) -> Distinct:
    """What `work` makes of each combination that occurs among the rows; each is made once."""
    varying = [(part.places, len(part.values)) for part in parts if part.places is not None]
    if not varying:
        return Distinct(None, [work([part.values[0] for part in parts])])
    # The same key for rows that are alike in all parts so far.
    keys: RowIndexes = np.zeros(rows, np.int64)
    size = 1
    for part_places, values in varying:
        if size * values > _MOST_KEYS:
            keys = number_keys(keys)[1]
            size = int(keys.max(initial=0)) + 1
        keys = keys * values + part_places
        size *= values
    firsts, places = number_keys(keys)
    found = [
        work([one.values[0 if one.places is None else one.places[row]] for one in parts])
        for row in firsts.tolist()
    ]
    return Distinct(places, found)


def number_keys(keys: RowIndexes) -> tuple[RowIndexes, RowIndexes]:
    """Return a row for each key that occurs, and each row's position among them."""
    _, rows, places = np.unique(keys, return_index=True, return_inverse=True)
    return rows, places.astype(np.int64)


@dataclass
class RowFallback:
    """The rows of one block as cases; `respondents` has those of each group, with their answers."""

    vectors: Mapping[str, Vector]
    rows: int
    as_of: datetime.date
    respondents: Mapping[str, Table]
    compiled: Callable[[Term], Closure]
    evaluated: set[str] = field(default_factory=set)
    """The conditions that columns cannot express."""
    _distinct: dict[str, tuple[Vector, Distinct]] = field(init=False, default_factory=dict)

    def truths(self, term: Term) -> Truths:
        """A leaf as the rows in which it is known, does not apply, and is true."""
        closure = self.compiled(term)
        found = self._evaluate(term, lambda case: closure(Run(case)))
        return _truths(found.values, found.places, self.rows)

    def truths_of_each(self, term: Term, group: str) -> Truths:
        """A leaf for each respondent of a group in each row."""
        closure = self.compiled(term)
        self.evaluated.add(term.text)
        found = self._evaluate(
            term, lambda case: [closure(Run(case, who)) for who in case.groups[group]], group
        )
        places = np.zeros(self.rows, np.int64) if found.places is None else found.places
        states = [state for place in places.tolist() for state in found.values[place]]
        return _truths(states, np.arange(len(states)), len(states))

    def exactly(self, term: Term, places: RowIndexes) -> Truths:
        """A leaf in some of the rows alone."""
        vectors = {
            key: take_rows(self.vectors[key], places, self.rows)
            for key in questions_of(term)
            if key in self.vectors
        }
        taken = {one: take_rows(self.respondents[one], places, self.rows) for one in _groups(term)}
        respondents = {group: one for group, one in taken.items() if isinstance(one, Table)}
        some = RowFallback(vectors, len(places), self.as_of, respondents, self.compiled)
        return some.truths(term)

    def _evaluate(self, term: Term, work: Callable[[Case], Any], *more: str) -> Distinct:
        """What `work` makes of the rows, as far as a term reads them, and of `more` groups."""
        columns = {one.column for one in walk(term) if isinstance(one, Cell)}
        asked = questions_of(term)
        single = [key for key in asked if key in self.vectors]
        cells = {
            group: [key for key in asked if key in self.respondents[group].cells]
            for group in _groups(term).union(more)
        }
        parts = [self._of(key, columns) for key in single]
        parts += [
            Distinct(*_places(self.respondents[group], self.rows, keys))
            for group, keys in cells.items()
        ]

        def of_case(values: Sequence[Any]) -> Any:
            each: dict[str, Mapping[str, State]] = {}
            groups: dict[str, tuple[str, ...]] = {}
            for (group, keys), said in zip(cells.items(), values[len(single) :], strict=True):
                people = tuple(map(str, range(len(said))))  # what they are called does not matter
                groups[group] = people
                for key in keys:
                    states = (own.get(key, UNKNOWN) for own in said)
                    each[key] = dict(zip(people, states, strict=True))
            answers = dict(zip(single, values, strict=False))
            return work(Case(answers, each, groups, self.as_of))

        return evaluate_distinct(parts, self.rows, of_case)

    def _of(self, key: str, columns: Collection[str] | None) -> Distinct:
        """Return the different answers to a question; recalculated if it was masked meanwhile."""
        vector = self.vectors[key]
        if isinstance(vector, Table):
            return distinct(vector, self.rows, columns)
        held = self._distinct.get(key)
        if held is None or held[0] is not vector:
            held = self._distinct[key] = vector, distinct(vector, self.rows)
        return held[1]


def _groups(term: Term) -> set[str]:
    """Return the groups over whose respondents a term goes."""
    return {one.group for one in walk(term) if isinstance(one, Over) and one.group}


def _truths(states: Sequence[State], places: RowIndexes | None, rows: int) -> Truths:
    """Return states, and the place of the one of each row among them, as planes."""

    def plane(flags: list[bool]) -> Plane:
        if places is None:
            return full(rows) if flags[0] else empty(rows)
        return pack_flags(np.array(flags, np.bool_).take(places))

    known = [state is not UNKNOWN and state is not NOT_APPLICABLE for state in states]
    inapplicable = [state is NOT_APPLICABLE for state in states]
    return Truths(plane(known), plane(inapplicable), plane([state is True for state in states]))
