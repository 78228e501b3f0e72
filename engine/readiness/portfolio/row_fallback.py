"""Evaluates row by row what columns cannot express, once for rows with equal answers."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from readiness.conditions.terms import Cell, Over, Term, questions_of, walk
from readiness.evaluation.compiler import Closure, Run
from readiness.evaluation.states import NOT_APPLICABLE, UNKNOWN, Case, State
from readiness.portfolio.segments import (
    Coded,
    Numbers,
    Plane,
    Table,
    Truths,
    Vector,
    empty,
    full,
    pack_flags,
    take_rows,
    unpack_flags,
)

RowIndexes: TypeAlias = npt.NDArray[np.int64]

# Up to this number of combinations a table of all of them is quicker than sorting.
_TABLE = 2**20
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
            keys = number_keys(keys, size)[1]
            size = int(keys.max(initial=0)) + 1
        keys = keys * values + part_places
        size *= values
    firsts, places = number_keys(keys, size)
    found = [
        work([one.values[0 if one.places is None else one.places[row]] for one in parts])
        for row in firsts.tolist()
    ]
    return Distinct(places, found)


def number_keys(keys: RowIndexes, size: int) -> tuple[RowIndexes, RowIndexes]:
    """Return a row for each key that occurs, and each row's position among them; keys < `size`."""
    if size > _TABLE:
        _, rows, places = np.unique(keys, return_index=True, return_inverse=True)
        return rows, places.astype(np.int64)
    row_of = np.full(size, -1, np.int64)
    row_of[keys] = np.arange(len(keys))
    occurring = np.flatnonzero(row_of >= 0)
    place_of = np.empty(size, np.int64)
    place_of[occurring] = np.arange(len(occurring))
    return row_of[occurring], place_of.take(keys)


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
