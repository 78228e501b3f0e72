"""What comes out over many cases, counted: a value of the same size however many there are.

Plain numbers only, so that a summary can be laid out, and tallies added up, without numpy.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, TypeAlias

from readiness.dependencies.ruleset import Ruleset
from readiness.evaluation.verdicts import STATUSES, VERDICTS

Counts: TypeAlias = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """In how many cases what came out; cases with a refused answer are only counted as such.

    Everything is in the order of the ruleset it was counted for: checks by their position in its
    graph, gates by `gate_order`, areas as in the document.
    """

    cases: int
    refused: int
    verdicts: tuple[Counts, ...]
    """For each gate, in the order of `VERDICTS`."""
    statuses: tuple[Counts, ...]
    """For each check, in the order of `STATUSES`."""
    open: Counts
    """For each check. An open check holds every gate that waits for it."""
    blockers: Counts
    """For each check: open, and some gate or open check waits for it."""
    root_blockers: Counts
    """For each check: a blocker that is ready to start."""
    first: Counts
    """For each check: the first of the root blockers."""
    areas: Counts
    """For each area: at least one of its checks is a blocker."""
    held: tuple[Counts, ...]
    """For each gate and each area: at least one open check of the area holds the gate."""
    numbers: Counts
    """How many cases have no blocker, one, two, and so on up to all checks."""

    @classmethod
    def none(cls, ruleset: Ruleset) -> Tally:
        """The tally of no cases."""
        checks, areas = (0,) * len(ruleset.graph.ids), (0,) * len(ruleset.areas)
        return cls(
            cases=0,
            refused=0,
            verdicts=((0,) * len(VERDICTS),) * len(ruleset.gate_order),
            statuses=((0,) * len(STATUSES),) * len(checks),
            open=checks,
            blockers=checks,
            root_blockers=checks,
            first=checks,
            areas=areas,
            held=(areas,) * len(ruleset.gate_order),
            numbers=(0, *checks),
        )

    def __add__(self, other: Tally) -> Tally:
        """The tally of the cases of both; raises `ValueError` for one of another ruleset."""
        if self._shape() != other._shape():
            msg = "these tallies are not of the same ruleset"
            raise ValueError(msg)
        mine, theirs = self._values(), other._values()
        return Tally(*(_sum(one, two) for one, two in zip(mine, theirs, strict=True)))

    def _shape(self) -> tuple[int, ...]:
        return len(self.open), len(self.verdicts), len(self.areas)

    def _values(self) -> Iterator[Any]:
        return (getattr(self, field.name) for field in fields(self))


def _sum(one: Any, two: Any) -> Any:
    if isinstance(one, int):
        return one + two
    add = operator.add if one and isinstance(one[0], int) else _sum
    return tuple(map(add, one, two))
