"""What a tally says of a ruleset: its gates, areas and checks, what blocks most first.

With the words that all formats share.
"""

from __future__ import annotations

import datetime
import importlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from readiness.dependencies.ruleset import Ruleset
from readiness.documents import schemas
from readiness.evaluation.verdicts import STATUSES, VERDICTS
from readiness.model.ruleset import Area, Check, Gate
from readiness.portfolio.tally import Tally
from readiness.problems import quote_names
from readiness.problems.terminal_text import json_file_text
from readiness.reports.phrasing import count_noun, percent
from readiness.result.document import names_of
from readiness.version import __version__

MOST = 25
"""How many areas and checks are shown; the JSON has all."""
MOST_FOR_A_GATE = 10
MOST_CLASSES = 12
NONE = "–"
_LEAST = 0.005  # what rounds to one per cent

FORMATS: Mapping[str, tuple[str, str]] = {
    "text": ("text", "text_summary"),
    "json": ("summary", "json_summary"),
    "html": ("pages", "html_summary"),
    "markdown": ("pages", "markdown_summary"),
}
"""The formats by name, each with its module and the function that lays a summary out in it."""

MEANINGS = {
    "blocker": "an open check (unmet or undetermined) that a gate or another open check waits for",
    "root blocker": "a blocker that waits for no open check, so work on it can start now",
    "first root blocker": "the root blocker with the highest priority in a case",
    "an area blocks": "at least one check in the area is a blocker",
    "an area blocks a gate": "the gate waits for at least one open check in the area",
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


@dataclass(frozen=True, slots=True, eq=False)
class AreaSummary:
    """An area, in how many cases it blocks, and in how many it holds each gate.

    `held` has the gates that wait for some check of the area.
    """

    area: Area
    blocks: int
    held: Mapping[str, int]


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
        found = sorted(self._checks, key=lambda one: (-one.root_blocker, -one.blocker, -one.open))
        return tuple(found)

    @cached_property
    def areas(self) -> tuple[AreaSummary, ...]:
        """All areas: those that block in the most cases first."""
        concerned = {(one.area.id, gate) for one in self._checks for gate in one.gates}
        held = dict(zip(self.ruleset.ranking.gates, self.tally.held, strict=True))
        found = [
            AreaSummary(
                area,
                self.tally.areas[place],
                {gate: held[gate][place] for gate in held if (key, gate) in concerned},
            )
            for place, (key, area) in enumerate(self.ruleset.areas.items())
        ]
        return tuple(sorted(found, key=lambda one: -one.blocks))

    @cached_property
    def gates(self) -> tuple[GateSummary, ...]:
        """All gates, in their order."""
        order, counts = self.ruleset.gate_order, self.tally.verdicts
        return tuple(self._gate(key, held) for key, held in zip(order, counts, strict=True))

    def _gate(self, key: str, verdicts: Sequence[int]) -> GateSummary:
        areas = [one for one in self.areas if key in one.held]
        checks = [one for one in self._checks if key in one.gates]
        return GateSummary(
            self.ruleset.gates[key],
            dict(zip(VERDICTS, verdicts, strict=True)),
            tuple(sorted(areas, key=lambda one: -one.held[key])),
            tuple(sorted(checks, key=lambda one: (-one.open, -one.root_blocker))),
        )

    @cached_property
    def _checks(self) -> list[CheckSummary]:
        """The checks in the order of the ruleset."""
        tally, ruleset = self.tally, self.ruleset
        found = []
        for key, check in ruleset.checks.items():
            place = ruleset.graph.position[key]
            waiting = [gate for gate, bits in ruleset.ranking.gates.items() if bits >> place & 1]
            found.append(
                CheckSummary(
                    check=check,
                    area=ruleset.areas[check.area],
                    gates=tuple(waiting),
                    statuses=dict(zip(STATUSES, tally.statuses[place], strict=True)),
                    open=tally.open[place],
                    blocker=tally.blockers[place],
                    root_blocker=tally.root_blockers[place],
                    first=tally.first[place],
                )
            )
        return found

    @cached_property
    def numbers(self) -> tuple[tuple[int, int], ...]:
        """How many blockers there are in how many cases, without those that none has."""
        return tuple((number, cases) for number, cases in enumerate(self.tally.numbers) if cases)

    @cached_property
    def median(self) -> int:
        """The median number of blockers of a case; 0 without cases."""
        seen = 0
        for number, cases in self.numbers:
            seen += cases
            if 2 * seen >= self.cases:
                return number
        return 0

    def bins(self, most: int) -> tuple[Bin, ...]:
        """Return the numbers of blockers in at most `most` classes, besides the class of none."""
        largest = max((number for number, _ in self.numbers), default=0)
        width = next(one for one in _widths() if one * most >= largest)
        found = [Bin(0, 0, self.tally.numbers[0])]
        for low in range(1, largest + 1, width):
            high = low + width - 1
            found.append(Bin(low, high, sum(self.tally.numbers[low : high + 1])))
        return tuple(found)

    def to_dict(self) -> dict[str, Any]:
        """The summary document; the same tally gives the same one.

        All figures are numbers of cases; all areas and checks are in it.
        """
        used = self.ruleset.plugin_functions
        return {
            "format": schemas.FORMATS["portfolio"],
            "ruleset": names_of(self.ruleset.checklist),
            "as_of": self.as_of.isoformat(),
            "engine": {"name": "readiness", "version": __version__},
            **({"plugins": [one.to_dict() for one in used]} if used else {}),
            "cases": self.cases,
            "refused": self.tally.refused,
            "without_column": list(self.missing),
            "by_row": sorted(self.tally.by_row),
            "gates": [
                {
                    "id": gate.id,
                    "title": gate.gate.title,
                    "verdicts": dict(gate.verdicts),
                    "areas": [
                        {"id": one.area.id, "cases": one.held[gate.id]} for one in gate.areas
                    ],
                    "checks": [{"id": one.id, "cases": one.open} for one in gate.checks],
                }
                for gate in self.gates
            ],
            "areas": [
                {"id": one.area.id, "title": one.area.title, "blocks": one.blocks}
                for one in self.areas
            ],
            "checks": [
                {
                    "id": one.id,
                    "title": one.check.title,
                    "area": one.area.id,
                    "severity": one.check.severity,
                    "statuses": dict(one.statuses),
                    "open": one.open,
                    "blocker": one.blocker,
                    "root_blocker": one.root_blocker,
                    "first_root_blocker": one.first,
                }
                for one in self.checks
            ],
            "blockers": [{"number": number, "cases": cases} for number, cases in self.numbers],
        }

    # Words

    def share(self, cases: int) -> str:
        """Return a share in per cent that distinguishes few cases from none, and many from all."""
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
        return f"in {count_noun(cases, 'case')} ({self.share(cases)})"

    @property
    def assessed(self) -> str:
        """How many cases were assessed, and how many were not."""
        refused, found = self.tally.refused, f"{self.cases:,}"
        aside = f", and {refused:,} refused because of invalid answers"
        return f"{found}{aside}" if refused else found

    @property
    def highlights(self) -> list[tuple[str, str, str]]:
        """Return what a reader should know first: its kind, its name, and a remark on it."""
        found: list[tuple[str, str, str]] = []
        if self.missing:
            number = f"{len(self.missing):,} of {len(self.ruleset.questions):,}"
            named = (
                f"questions have no answer in any case: {quote_names(self.missing, joint='and')}"
            )
            found.append(("Without a column", number, named))
        if by_row := sorted(self.tally.by_row):
            said = f"by row, which takes longer: {quote_names(by_row, joint='and')}"
            found.append(("Evaluated", count_noun(len(by_row), "condition"), said))
        if not self.cases:
            return found
        if self.areas and (area := self.areas[0]).blocks:
            said = f"blocks {self._in_cases(area.blocks)}"
            found.append(("Top blocking area", area.area.title, said))
        if self.checks and (check := self.checks[0]).root_blocker:
            said = f"is a root blocker {self._in_cases(check.root_blocker)}"
            found.append(("Top blocking check", check.check.title, said))
        without = self.figure(self.tally.numbers[0])
        usual = f"in half of the cases; none in {without}"
        found.append(("Blockers per case", f"{self.median} or fewer", usual))
        return found


def _widths() -> Iterator[int]:
    """Widths of classes: 1, 2, 5, 10, 20, 50 and so on."""
    power = 1
    while True:
        yield from (power, 2 * power, 5 * power)
        power *= 10


def json_summary(summary: Summary) -> str:
    """The summary document as JSON text."""
    return json_file_text(summary.to_dict())


def write_summary(
    tally: Tally, ruleset: Ruleset, as_of: datetime.date, name: str, missing: Sequence[str] = ()
) -> str:
    """What came out over the cases of a tally, in the format of that name.

    `missing` are the questions without a column. Raises `KeyError` for a format there is not.
    """
    module, function = FORMATS[name]
    found = importlib.import_module(f"readiness.reports.portfolio.{module}")
    text: str = getattr(found, function)(Summary(tally, ruleset, as_of, tuple(missing)))
    return text
