"""What the answers to one question are in every row of a block."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from readiness.evaluation.states import State
from readiness.portfolio.planes import Plane


@dataclass(frozen=True, slots=True, eq=False)
class Truths:
    """Yes or no; `true` is set only where `known` is."""

    known: Plane
    inapplicable: Plane
    true: Plane


@dataclass(frozen=True, slots=True, eq=False)
class Numbers:
    """Numbers, or days as their ordinals; what stands where none is known means nothing."""

    known: Plane
    inapplicable: Plane
    values: npt.NDArray[Any]
    is_date: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """Any values that repeat: for each row its place in `values`."""

    known: Plane
    inapplicable: Plane
    codes: npt.NDArray[np.integer[Any]]
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Objects:
    """Any states at all, one for each row."""

    known: Plane
    inapplicable: Plane
    states: Sequence[State]


Vector: TypeAlias = Truths | Numbers | Coded | Objects


def masked(vector: Vector, asked: Plane, unasked: Plane) -> Vector:
    """The vector as far as its question is asked; `asked` is where it is, `unasked` where not.

    Where it is neither, it is unknown whether the question is asked, and so the answer.
    """
    found: Vector = replace(
        vector,
        known=vector.known & asked,
        inapplicable=unasked | (vector.inapplicable & asked),
    )
    return replace(found, true=found.true & asked) if isinstance(found, Truths) else found


def day(ordinal: int) -> datetime.date | None:
    """The day of an ordinal; None for what stands where there is none."""
    return datetime.date.fromordinal(ordinal) if ordinal > 0 else None
