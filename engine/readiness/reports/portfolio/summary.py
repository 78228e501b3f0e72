"""What a tally says of a ruleset: its gates, areas and checks, what blocks most first.

With the words that all formats share.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from readiness.dependencies.graph import members
from readiness.dependencies.ruleset import Ruleset
from readiness.documents.schemas import FORMATS
from readiness.evaluation.verdicts import STATUSES, VERDICTS
from readiness.model.ruleset import Area, Check, Gate
from readiness.portfolio.tally import Tally
from readiness.problems import listed
from readiness.reports.phrasing import counted, percent
from readiness.result.digest import digest_of
from readiness.version import __version__

MOST = 25
"""So many areas and checks are shown; the JSON has all."""
MOST_FOR_A_GATE = 10
MOST_CLASSES = 12
NONE = "–"
_LEAST = 0.005  # what rounds to one per cent

MEANINGS = {
    "blocker": "an open check, unmet or undetermined, that a gate or another open check waits for",
    "root blocker": "a blocker that itself waits for no open check: it can be worked on at once",
    "first root blocker": "the root blocker of a case that comes first in the order of work",
    "an area blocks": "at least one of its checks is a blocker",
    "an area holds a gate": "the gate waits for at least one open check of the area",
}


@dataclass(frozen=True, slots=True, eq=False)
class CheckSummary:
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

    def to_dict(self) -> dict[str, Any]:
        """The check in the summary document."""
        return {
            "id": self.id,
            "title": self.check.title,
            "area": self.area.id,
            "severity": self.check.severity,
            "statuses": dict(self.statuses),
            "open": self.open,
            "blocker": self.blocker,
            "root_blocker": self.root_blocker,
            "first_root_blocker": self.first,
        }


@dataclass(frozen=True, slots=True, eq=False)
class AreaSummary:
    """An area, in how many cases it blocks, and in how many it holds each gate.

    `held` has the gates that wait for some check of the area.
    """

    area: Area
    blocks: int
    held: Mapping[str, int]

    def to_dict(self) -> dict[str, Any]:
        """The area in the summary document."""
        return {"id": self.area.id, "title": self.area.title, "blocks": self.blocks}


@dataclass(frozen=True, slots=True, eq=False)
class GateSummary:
    """A gate, its verdicts, and what it waits for: what holds it most first."""

    gate: Gate
    verdicts: Mapping[str, int]
    areas: tuple[AreaSummary, ...]
    checks: tuple[CheckSummary, ...]

    @property
    def id(self) -> str:
        """The gate's id."""
        return self.gate.id

    def to_dict(self) -> dict[str, Any]:
        """The gate in the summary document."""
        return {
            "id": self.id,
            "title": self.gate.title,
            "verdicts": dict(self.verdicts),
            "areas": [{"id": one.area.id, "cases": one.held[self.id]} for one in self.areas],
            "checks": [{"id": one.id, "cases": one.open} for one in self.checks],
        }


@dataclass(frozen=True, slots=True)
class Bin:
    """In how many cases there are `low` to `high` blockers."""

    low: int
    high: int
    cases: int

    def __str__(self) -> str:
        """The numbers in words."""
        if self.low == self.high:
            return f"{self.low:,}" if self.low else "none"
        return f"{self.low:,} to {self.high:,}"


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
    def checks(self) -> tuple[CheckSummary, ...]:
        """All checks: those that are a root blocker in the most cases first."""
        found = sorted(
            self._entries.values(), key=lambda one: (-one.root_blocker, -one.blocker, -one.open)
        )
        return tuple(found)

    @cached_property
    def areas(self) -> tuple[AreaSummary, ...]:
        """All areas: those that block in the most cases first."""
        gates = list(self.ruleset.ranking.gates)
        concerned = {key: {entry.area.id for entry in self._waited_for(key)} for key in gates}
        found = [
            AreaSummary(
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
    def gates(self) -> tuple[GateSummary, ...]:
        """All gates, in their order."""
        return tuple(
            GateSummary(
                self.ruleset.gates[key],
                dict(zip(VERDICTS, counts, strict=True)),
                self._areas_holding(key),
                self._checks_holding(key),
            )
            for key, counts in zip(self.ruleset.gate_order, self.tally.verdicts, strict=True)
        )

    def _areas_holding(self, gate: str) -> tuple[AreaSummary, ...]:
        held = [entry for entry in self.areas if gate in entry.held]
        return tuple(sorted(held, key=lambda one: -one.held[gate]))

    def _checks_holding(self, gate: str) -> tuple[CheckSummary, ...]:
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

    def _waited_for(self, gate: str) -> list[CheckSummary]:
        """The checks that a gate waits for, in the order of the ruleset."""
        return [entry for entry in self._entries.values() if gate in entry.gates]

    @cached_property
    def _entries(self) -> dict[str, CheckSummary]:
        """The checks by id, in the order of the ruleset."""
        waiting: dict[int, list[str]] = {}
        for gate, bits in self.ruleset.ranking.gates.items():
            for position in members(bits):
                waiting.setdefault(position, []).append(gate)
        return {
            key: self._entry(check, self.ruleset.graph.position[key], waiting)
            for key, check in self.ruleset.checks.items()
        }

    def _entry(self, check: Check, position: int, waiting: Mapping[int, list[str]]) -> CheckSummary:
        tally = self.tally
        return CheckSummary(
            check=check,
            area=self.ruleset.areas[check.area],
            gates=tuple(waiting.get(position, ())),
            statuses=dict(zip(STATUSES, tally.statuses[position], strict=True)),
            open=tally.open[position],
            blocker=tally.blockers[position],
            root_blocker=tally.root_blockers[position],
            first=tally.first[position],
        )

    def to_dict(self) -> dict[str, Any]:
        """The summary document; the same tally gives the same one.

        All figures are numbers of cases; all areas and checks are in it.
        """
        checklist = self.ruleset.checklist
        return {
            "format": FORMATS["portfolio"],
            "ruleset": {
                "id": checklist.id,
                "version": checklist.version,
                "sha256": digest_of(checklist.node),
            },
            "as_of": self.as_of.isoformat(),
            "engine": {"name": "readiness", "version": __version__},
            "cases": self.cases,
            "refused": self.tally.refused,
            "without_column": list(self.missing),
            "gates": [entry.to_dict() for entry in self.gates],
            "areas": [entry.to_dict() for entry in self.areas],
            "checks": [entry.to_dict() for entry in self.checks],
            "blockers": [{"number": number, "cases": cases} for number, cases in self.numbers],
        }

    # Words

    def share(self, cases: int) -> str:
        """How many per cent of the cases that is; few are told from none, many from all."""
        if not self.cases:
            return NONE
        found = cases / self.cases
        if 0 < found < _LEAST:
            return "<1 %"
        return ">99 %" if 1 - _LEAST < found < 1 else percent(found)

    def figure(self, cases: int | None) -> str:
        """A number of cases, and how many per cent of all that is."""
        if cases is None:
            return NONE
        return f"{cases:,} ({self.share(cases)})" if self.cases else "0"

    def _in_cases(self, cases: int) -> str:
        return f"in {counted(cases, 'case')} ({self.share(cases)})"

    @property
    def assessed(self) -> str:
        """How many cases were assessed, and how many were not."""
        refused, found = self.tally.refused, f"{self.cases:,}"
        aside = f", and {refused:,} refused for an answer that does not fit"
        return f"{found}{aside}" if refused else found

    @property
    def highlights(self) -> list[tuple[str, str, str]]:
        """What a reader should know first: what it is, its name, and what is to be said of it."""
        found: list[tuple[str, str, str]] = []
        if self.missing:
            number = f"{len(self.missing):,} of {len(self.ruleset.questions):,}"
            named = f"questions have no answer in any case: {listed(self.missing, joint='and')}"
            found.append(("Without a column", number, named))
        if not self.cases:
            return found
        if self.areas and (area := self.areas[0]).blocks:
            said = f"blocks {self._in_cases(area.blocks)}"
            found.append(("Area that blocks most", area.area.title, said))
        if self.checks and (check := self.checks[0]).root_blocker:
            said = f"is a root blocker {self._in_cases(check.root_blocker)}"
            found.append(("Check that blocks most", check.check.title, said))
        without = self.figure(self.tally.numbers[0])
        usual = f"in half of the cases; none in {without}"
        found.append(("Blockers in a case", f"{self.median} or fewer", usual))
        return found


def _widths() -> Iterator[int]:
    """Widths of classes: 1, 2, 5, 10, 20, 50 and so on."""
    power = 1
    while True:
        yield from (power, 2 * power, 5 * power)
        power *= 10
