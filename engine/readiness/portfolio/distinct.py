"""The different states among the rows of a block, so that each is looked at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from readiness.evaluation.states import NOT_APPLICABLE, UNKNOWN, State
from readiness.portfolio.planes import Plane, unpacked
from readiness.portfolio.vectors import Coded, Numbers, Objects, Truths, Vector, day

Places: TypeAlias = npt.NDArray[np.int64]

# Up to so many combinations it is quicker to go by a table of all of them than to sort.
_TABLE = 2**20
_MOST_KEYS = 2**60


@dataclass(frozen=True, slots=True)
class Distinct:
    """For each row the place of what it holds among `values`; without places all hold the one."""

    places: Places | None
    values: Sequence[Any]


def distinct(vector: Vector, rows: int) -> Distinct:
    """The different states of a vector."""
    if not (vector.known.any() or vector.inapplicable.any()):
        return Distinct(None, [UNKNOWN])
    if isinstance(vector, Objects):
        return _of_objects(vector, rows)
    places, values = _places(vector, rows)
    places = _where(places, ~(vector.known | vector.inapplicable), rows, len(values))
    places = _where(places, vector.inapplicable, rows, len(values) + 1)
    return Distinct(places, [*values, UNKNOWN, NOT_APPLICABLE])


def _places(vector: Truths | Numbers | Coded, rows: int) -> tuple[Places, list[State]]:
    match vector:
        case Truths(true=true):
            return unpacked(true, rows).astype(np.int64), [False, True]
        case Coded(codes=codes, values=values):
            return np.clip(codes.astype(np.int64), 0, len(values) - 1), list(values)
        case Numbers(values=numbers, is_date=is_date):
            known = unpacked(vector.known, rows)
            found, inverse = np.unique(np.where(known, numbers, 0), return_inverse=True)
            plain = found.tolist()
            return inverse.astype(np.int64), [day(one) for one in plain] if is_date else plain


def _where(places: Places, plane: Plane, rows: int, place: int) -> Places:
    """The places, with another one where a plane is set."""
    return np.where(unpacked(plane, rows), place, places)


def _of_objects(vector: Objects, rows: int) -> Distinct:
    known = unpacked(vector.known, rows).tolist()
    inapplicable = unpacked(vector.inapplicable, rows).tolist()
    held = [
        state if is_known else NOT_APPLICABLE if is_out else UNKNOWN
        for state, is_known, is_out in zip(vector.states, known, inapplicable, strict=True)
    ]
    return alike(held)


def alike(held: Sequence[Any]) -> Distinct:
    """What is equal at one place; what has no hash, as the rows of a table, at one of its own."""
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


def worked_out(
    parts: Sequence[Distinct], rows: int, work: Callable[[Sequence[Any]], Any]
) -> Distinct:
    """What `work` makes of each combination that occurs among the rows; each is made once."""
    varying = [part for part in parts if part.places is not None]
    if not varying:
        return Distinct(None, [work([part.values[0] for part in parts])])
    keys = _Keys(rows)
    for part in varying:
        keys.add(part)
    firsts, inverse = keys.first_rows()
    found = [
        work([one.values[0 if one.places is None else one.places[row]] for one in parts])
        for row in firsts
    ]
    return Distinct(inverse, found)


class _Keys:
    """A number for each row, the same for those that are alike in everything added so far."""

    def __init__(self, rows: int) -> None:
        self._keys: Places = np.zeros(rows, np.int64)
        self._size = 1

    def add(self, part: Distinct) -> None:
        """Tell rows apart by one thing more."""
        assert part.places is not None
        if self._size * len(part.values) > _MOST_KEYS:
            _, self._keys = np.unique(self._keys, return_inverse=True)
            self._size = int(self._keys.max()) + 1
        self._keys = self._keys * len(part.values) + part.places
        self._size *= len(part.values)

    def first_rows(self) -> tuple[list[int], Places]:
        """A row for each combination, and for each row the place of its own."""
        if self._size > _TABLE:
            _, firsts, inverse = np.unique(self._keys, return_index=True, return_inverse=True)
            return firsts.tolist(), inverse.astype(np.int64)
        row_of = np.full(self._size, -1, np.int64)
        row_of[self._keys] = np.arange(len(self._keys))
        occurring = np.flatnonzero(row_of >= 0)
        place_of = np.empty(self._size, np.int64)
        place_of[occurring] = np.arange(len(occurring))
        return row_of[occurring].tolist(), place_of.take(self._keys)
