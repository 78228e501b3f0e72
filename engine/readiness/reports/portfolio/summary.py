"""What a tally says of a ruleset: its gates, areas and checks, what blocks most first."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from readiness.dependencies.graph import members
from readiness.dependencies.ruleset import Ruleset
from readiness.evaluation.verdicts import STATUSES, VERDICTS
from readiness.model.ruleset import Area, Check, Gate
from readiness.portfolio.tally import Tally


@dataclass(frozen=True, slots=True, eq=False)
class CheckEntry:
    """A check, the gates that wait for it, and in how many cases it came out how."""

    check: Check
    area: Area
    gates: tuple[str, ...]
    statuses: Mapping[str, int]
    open: int
    blocker: int
    root_blocker: int
    first: int

    @property
    def id(self) -> str:
        """The check's id."""
        return self.check.id


@dataclass(frozen=True, slots=True, eq=False)
class AreaEntry:
    """An area, in how many cases it blocks, and in how many it holds each gate.

    `held` has the gates that wait for some check of the area.
    """

    area: Area
    blocks: int
    held: Mapping[str, int]


@dataclass(frozen=True, slots=True, eq=False)
class GateEntry:
    """A gate, its verdicts, and what it waits for: what holds it most first."""

    gate: Gate
    verdicts: Mapping[str, int]
    areas: tuple[AreaEntry, ...]
    checks: tuple[CheckEntry, ...]

    @property
    def id(self) -> str:
        """The gate's id."""
        return self.gate.id


@dataclass(frozen=True, slots=True)
class Bin:
    """In how many cases there are `low` to `high` blockers."""

    low: int
    high: int
    cases: int


@dataclass(frozen=True)
class Summary:
    """A tally of a ruleset, as of a day.

    Gates are in their order, areas and checks are ranked: what blocks in the most cases first,
    in the order of the ruleset where as many. `missing` are the questions without a column.
    """

    tally: Tally
    ruleset: Ruleset
    as_of: datetime.date
    missing: tuple[str, ...] = ()

    @property
    def cases(self) -> int:
        """How many cases were assessed."""
        return self.tally.cases

    @cached_property
    def checks(self) -> tuple[CheckEntry, ...]:
        """All checks: those that are a root blocker in the most cases first."""
        found = sorted(
            self._entries.values(), key=lambda one: (-one.root_blocker, -one.blocker, -one.open)
        )
        return tuple(found)

    @cached_property
    def areas(self) -> tuple[AreaEntry, ...]:
        """All areas: those that block in the most cases first."""
        gates = list(self.ruleset.ranking.gates)
        concerned = {key: {entry.area.id for entry in self._waited_for(key)} for key in gates}
        found = [
            AreaEntry(
                area,
                self.tally.areas[place],
                {
                    gate: held[place]
                    for gate, held in zip(gates, self.tally.held, strict=True)
                    if key in concerned[gate]
                },
            )
            for place, (key, area) in enumerate(self.ruleset.areas.items())
        ]
        return tuple(sorted(found, key=lambda one: -one.blocks))

    @cached_property
    def gates(self) -> tuple[GateEntry, ...]:
        """All gates, in their order."""
        return tuple(
            GateEntry(
                self.ruleset.gates[key],
                dict(zip(VERDICTS, counts, strict=True)),
                self._areas_holding(key),
                self._checks_holding(key),
            )
            for key, counts in zip(self.ruleset.gate_order, self.tally.verdicts, strict=True)
        )

    def _areas_holding(self, gate: str) -> tuple[AreaEntry, ...]:
        held = [entry for entry in self.areas if gate in entry.held]
        return tuple(sorted(held, key=lambda one: -one.held[gate]))

    def _checks_holding(self, gate: str) -> tuple[CheckEntry, ...]:
        found = self._waited_for(gate)
        return tuple(sorted(found, key=lambda one: (-one.open, -one.root_blocker)))

    @cached_property
    def numbers(self) -> tuple[tuple[int, int], ...]:
        """How many blockers there are in how many cases, without those that none has."""
        return tuple((number, cases) for number, cases in enumerate(self.tally.numbers) if cases)

    @cached_property
    def median(self) -> int:
        """At least half of the cases have so many blockers or fewer; 0 without cases."""
        seen = 0
        for number, cases in self.numbers:
            seen += cases
            if 2 * seen >= self.cases:
                return number
        return 0

    def bins(self, most: int) -> tuple[Bin, ...]:
        """The numbers of blockers in at most so many classes, besides none at all."""
        largest = max((number for number, _ in self.numbers), default=0)
        width = next(one for one in _widths() if one * most >= largest)
        found = [Bin(0, 0, self.tally.numbers[0])]
        for low in range(1, largest + 1, width):
            high = low + width - 1
            found.append(Bin(low, high, sum(self.tally.numbers[low : high + 1])))
        return tuple(found)

    def _waited_for(self, gate: str) -> list[CheckEntry]:
        """The checks that a gate waits for, in the order of the ruleset."""
        return [entry for entry in self._entries.values() if gate in entry.gates]

    @cached_property
    def _entries(self) -> dict[str, CheckEntry]:
        """The checks by id, in the order of the ruleset."""
        waiting: dict[int, list[str]] = {}
        for gate, bits in self.ruleset.ranking.gates.items():
            for position in members(bits):
                waiting.setdefault(position, []).append(gate)
        return {
            key: self._entry(check, self.ruleset.graph.position[key], waiting)
            for key, check in self.ruleset.checks.items()
        }

    def _entry(self, check: Check, position: int, waiting: Mapping[int, list[str]]) -> CheckEntry:
        tally = self.tally
        return CheckEntry(
            check=check,
            area=self.ruleset.areas[check.area],
            gates=tuple(waiting.get(position, ())),
            statuses=dict(zip(STATUSES, tally.statuses[position], strict=True)),
            open=tally.open[position],
            blocker=tally.blockers[position],
            root_blocker=tally.root_blockers[position],
            first=tally.first[position],
        )


def _widths() -> Iterator[int]:
    """Widths of classes: 1, 2, 5, 10, 20, 50 and so on."""
    power = 1
    while True:
        yield from (power, 2 * power, 5 * power)
        power *= 10
