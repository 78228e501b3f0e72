"""What the answers to one question are in every row of a block."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from readiness.evaluation.states import State
from readiness.portfolio.planes import Plane, packed, unpacked


class Truths(NamedTuple):
    """Yes or no; what `true` is where none is known means nothing."""

    known: Plane
    inapplicable: Plane
    true: Plane


class Numbers(NamedTuple):
    """Numbers, or days as their ordinals; what stands where none is known means nothing.

    Numbers that were calculated have an `error`: how far each may be off. Without one they are what
    was written, each the double that its decimal is the shortest spelling of.
    """

    known: Plane
    inapplicable: Plane
    values: npt.NDArray[Any]
    is_date: bool = False
    error: npt.NDArray[np.float64] | None = None


class Coded(NamedTuple):
    """Any values that repeat: for each row its place in `values`."""

    known: Plane
    inapplicable: Plane
    codes: npt.NDArray[np.integer[Any]]
    values: tuple[Any, ...]


class Objects(NamedTuple):
    """Any states at all, one for each row."""

    known: Plane
    inapplicable: Plane
    states: Sequence[State]


Vector: TypeAlias = Truths | Numbers | Coded | Objects


def masked(vector: Vector, asked: Plane, unasked: Plane) -> Vector:
    """The vector as far as its question is asked; `asked` is where it is, `unasked` where not.

    Where it is neither, it is unknown whether the question is asked, and so the answer.
    """
    return vector._replace(
        known=vector.known & asked,
        inapplicable=unasked | (vector.inapplicable & asked),
    )


def taken(vector: Vector, places: npt.NDArray[np.int64], rows: int) -> Vector:
    """The vector of some of its rows alone."""

    def of(plane: Plane) -> Plane:
        return packed(unpacked(plane, rows).take(places))

    found = vector._replace(known=of(vector.known), inapplicable=of(vector.inapplicable))
    match found:
        case Truths(true=true):
            return found._replace(true=of(true))
        case Numbers(values=values):
            return found._replace(values=values.take(places))
        case Coded(codes=codes):
            return found._replace(codes=codes.take(places))
        case Objects(states=states):
            return found._replace(states=[states[place] for place in places.tolist()])


def day(ordinal: int) -> datetime.date | None:
    """The day of an ordinal; None for what stands where there is none."""
    return datetime.date.fromordinal(ordinal) if ordinal > 0 else None
