"""The plan: what is to be done when, by whom, and how long until each gate."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from readiness.documents.json_files import json_file_text
from readiness.planning.activity import Activity, Load, loads
from readiness.planning.network import ESTIMATES, Network
from readiness.planning.workdays import Workdays
from readiness.result.assessment import Assessment


@dataclass(frozen=True, slots=True, eq=False)
class Milestone:
    """A gate, and how many working days from the start it can be passed at the earliest.

    `days` goes by the plan's own estimate, `low`, `likely`, `expected` and `high` by the others;
    all of them count the gates that it comes after. `critical_path` are the activities that
    decide it, first one first. `unestimated` are those it waits for that nobody has estimated:
    with any, the figures are the least it takes.
    """

    id: str
    title: str
    verdict: str
    days: float
    low: float
    likely: float
    expected: float
    high: float
    falls_on: datetime.date
    activities: tuple[str, ...]
    critical_path: tuple[str, ...]
    unestimated: tuple[str, ...]

    @property
    def is_estimated(self) -> bool:
        """Whether its figures mean anything: some work that it waits for has an estimate."""
        return len(self.unestimated) < len(self.activities)


@dataclass(frozen=True, eq=False)
class Plan:
    """The schedule of an assessment's open checks.

    `estimate` names the figure that durations go by, see `ESTIMATES`. `start` is the first day of
    work. `days` is how many working days the whole takes if nothing waits for want of people,
    `critical_path` what decides that. Activities are in the order of the assessment, wave by wave;
    gates in their order; owners those with the most work first.
    """

    assessment: Assessment
    estimate: str
    start: datetime.date
    days_off: tuple[datetime.date, ...]
    activities: tuple[Activity, ...]
    gates: tuple[Milestone, ...]
    owners: tuple[Load, ...]
    days: float
    finishes_on: datetime.date
    critical_path: tuple[str, ...]

    @property
    def unestimated(self) -> tuple[str, ...]:
        """The activities that nobody has estimated; they count as taking no time."""
        return tuple(activity.id for activity in self.activities if activity.effort is None)

    @cached_property
    def _by_check(self) -> dict[str, Activity]:
        return {activity.id: activity for activity in self.activities}

    def activity(self, check: str) -> Activity | None:
        """The activity that closes a check; None where there is none."""
        return self._by_check.get(check)

    def to_dict(self) -> dict[str, Any]:
        """The plan as a document."""
        from readiness.planning.document import document

        return document(self)

    def to_json(self) -> str:
        """The plan as JSON text; the same input gives the same bytes."""
        return json_file_text(self.to_dict())


def plan(
    assessment: Assessment,
    *,
    gates: Sequence[str] = (),
    estimate: str = "likely",
    start: datetime.date | None = None,
    days_off: Collection[datetime.date] = (),
) -> Plan:
    """The plan of what is open: all of it, or what `gates` and those before them wait for.

    Work starts on `start`, left out: the day of the assessment, and is done from Monday to Friday
    except on `days_off`. Raises `KeyError` for an estimate or a gate that there is not, and
    `OverflowError` for work that goes on beyond the year 9999.
    """
    if estimate not in ESTIMATES:
        raise KeyError(estimate)
    return _Planning(assessment, gates, estimate, days_off, start).plan()


class _Planning:
    def __init__(
        self,
        assessment: Assessment,
        gates: Sequence[str],
        estimate: str,
        days_off: Collection[datetime.date],
        start: datetime.date | None,
    ) -> None:
        self.assessment = assessment
        self.estimate = estimate
        self.workdays = Workdays(start or assessment.as_of, days_off)
        self.gates = self._gates(gates)
        self.wave = {key: n for n, wave in enumerate(assessment.order, 1) for key in wave}
        self.open = self._open() if gates else tuple(self.wave)
        self.nearest = {key: assessment.sequence.nearest(key) for key in self.open}
        self.networks = {name: self._network(name) for name in ESTIMATES}
        self.network = self.networks[estimate]
        self.days = self.network.days(self.open)

    def _gates(self, asked: Sequence[str]) -> tuple[str, ...]:
        """The gates asked about and all that they come after, in their order."""
        every = self.assessment.gates
        wanted: set[str] = set()
        rest = list(asked)
        while rest:
            gate = every[rest.pop()]
            if gate.id not in wanted:
                wanted.add(gate.id)
                rest.extend(gate.gate.after)
        return tuple(key for key in every if not asked or key in wanted)

    def _open(self) -> tuple[str, ...]:
        """The checks to close for the gates, in order."""
        awaited = {key for gate in self.gates for key in self.assessment.gates[gate].waits_for}
        return tuple(key for key in self.wave if key in awaited)

    def _network(self, estimate: str) -> Network:
        durations = {key: self._duration(key, estimate) for key in self.open}
        return Network(self.open, durations, self.nearest)

    def _duration(self, check: str, estimate: str) -> Fraction:
        effort = self.assessment.ruleset.checks[check].remedy.effort_days
        return Fraction(0) if effort is None else ESTIMATES[estimate](effort)

    def plan(self) -> Plan:
        activities = tuple(self._activities())
        return Plan(
            assessment=self.assessment,
            estimate=self.estimate,
            start=self.workdays.begins(0),
            days_off=tuple(sorted(self.workdays.days_off)),
            activities=activities,
            gates=tuple(self._milestones()),
            owners=loads(activities, self.workdays),
            days=self.days,
            finishes_on=self.workdays.ends(self.days),
            critical_path=self.network.critical_path(self.open),
        )

    def _activities(self) -> Iterator[Activity]:
        for key, times in self.network.times().items():
            starts_on = self.workdays.begins(times.earliest_start)
            yield Activity(
                result=self.assessment.checks[key],
                wave=self.wave[key],
                days=float(self.network.durations[key]),
                times=times,
                is_critical=times.slack == 0 and self.days > 0,
                waits_for=self.nearest[key],
                starts_on=starts_on,
                finishes_on=max(starts_on, self.workdays.ends(times.earliest_finish)),
            )

    def _milestones(self) -> Iterator[Milestone]:
        awaited: dict[str, set[str]] = {}
        for key in self.gates:  # each after those it comes after
            gate = self.assessment.gates[key]
            awaited[key] = set(gate.waits_for).union(*(awaited[one] for one in gate.gate.after))
            activities = tuple(one for one in self.open if one in awaited[key])
            days = {name: network.days(activities) for name, network in self.networks.items()}
            yield Milestone(
                id=key,
                title=gate.gate.title,
                verdict=gate.verdict,
                days=days[self.estimate],
                **days,
                falls_on=self.workdays.ends(days[self.estimate]),
                activities=activities,
                critical_path=self.network.critical_path(activities),
                unestimated=tuple(one for one in activities if self._is_unestimated(one)),
            )

    def _is_unestimated(self, check: str) -> bool:
        return self.assessment.ruleset.checks[check].remedy.effort_days is None
