"""The tally of a portfolio: counts of the results of many cases, in constant size.

It has plain numbers only, so that summaries can be displayed, and tallies added, without numpy.
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
    """The number of cases with each result; cases with a refused answer are only counted as such.

    Everything is in the order of the ruleset: checks by position in its graph, gates by
    `gate_order`, areas as in the document.
    """

    cases: int
    refused: int
    verdicts: tuple[Counts, ...]
    """For each gate, the number of cases with each of the `VERDICTS`."""
    statuses: tuple[Counts, ...]
    """For each check, the number of cases with each of the `STATUSES`."""
    open: Counts
    """For each check, the number of cases in which it is open, and so holds its gates."""
    blockers: Counts
    """For each check, the number of cases in which it is a blocker: open, and waited for."""
    root_blockers: Counts
    """For each check, the number of cases in which it is a root blocker."""
    first: Counts
    """For each check, the number of cases in which it is the first root blocker."""
    areas: Counts
    """For each area, the number of cases in which at least one of its checks is a blocker."""
    held: tuple[Counts, ...]
    """For each gate and area, the number of cases in which a check of the area holds the gate."""
    numbers: Counts
    """The number of cases with no blocker, one, two, and so on up to all checks."""
    by_row: frozenset[str] = frozenset()
    """The conditions that were evaluated row by row, as columns cannot express them."""

    @classmethod
    def none(cls, ruleset: Ruleset) -> Tally:
        """Return the tally of no cases."""
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
        """Return the tally of the cases of both; raises `ValueError` for one of another ruleset."""
        if self._shape() != other._shape():
            msg = "these tallies are for different rulesets"
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
    if isinstance(one, frozenset):
        return one | two
    add = operator.add if one and isinstance(one[0], int) else _sum
    return tuple(map(add, one, two))
