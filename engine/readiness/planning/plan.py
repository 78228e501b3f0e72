"""The plan: what is to be done when, by whom, and how long until each gate."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from readiness.model.ruleset import Check, Effort
from readiness.planning.estimates import ESTIMATES
from readiness.planning.network import Network, Times
from readiness.planning.workdays import Workdays
from readiness.result.assessment import Assessment, CheckResult


@dataclass(frozen=True, slots=True, eq=False)
class Activity:
    """Closing one open check.

    `times` are in working days from the start of the plan, `starts_on` and `finishes_on` the days
    of the calendar of its earliest times. `days` is 0 where `effort` is None: then nobody has
    estimated it. `waits_for` are the activities that have to be finished right before. For a check
    that is undetermined the work may turn out not to be needed.
    """

    result: CheckResult
    wave: int
    days: float
    times: Times
    is_critical: bool
    waits_for: tuple[str, ...]
    starts_on: datetime.date
    finishes_on: datetime.date

    @property
    def id(self) -> str:
        """The check's id."""
        return self.result.id

    @property
    def check(self) -> Check:
        """The check that it closes."""
        return self.result.check

    @property
    def owner(self) -> str:
        """Whose work it is; empty where the ruleset does not say."""
        return self.check.remedy.owner

    @property
    def effort(self) -> Effort | None:
        """The estimate; None where there is none."""
        return self.check.remedy.effort_days


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


@dataclass(frozen=True, slots=True, eq=False)
class Load:
    """What one owner has to do; `name` is empty for what has no owner.

    `days` is the effort in all. `most_at_once` is how many activities are under way at the same
    time when each starts as early as it can, first on `busiest_from`: more than one means that
    the plan asks for more than one full-time person.
    """

    name: str
    activities: tuple[str, ...]
    days: float
    starts_on: datetime.date
    finishes_on: datetime.date
    most_at_once: int
    busiest_from: datetime.date


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """The schedule of an assessment's open checks.

    `estimate` names the figure that durations go by, see `ESTIMATES`. `days` is how many working
    days the whole takes if nothing waits for want of people, `critical_path` what decides that.
    Activities are in the order of the assessment, wave by wave; gates in their order; owners
    those with the most work first.
    """

    assessment: Assessment
    estimate: str
    start: datetime.date
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

    def activity(self, check: str) -> Activity | None:
        """The activity that closes a check; None where there is none."""
        return next((one for one in self.activities if one.id == check), None)


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
    except on `days_off`. Raises `KeyError` for an estimate or a gate that there is not.
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
        self.start = self.workdays.begins(0)
        self.gates = self._gates(gates)
        self.wave = {key: n for n, wave in enumerate(assessment.order, 1) for key in wave}
        self.open = self._open()
        self.nearest = {key: self._nearest(key) for key in self.open}
        self.times = self._network(estimate).times()

    def _gates(self, asked: Sequence[str]) -> tuple[str, ...]:
        """The gates asked about and all that they come after, in their order."""
        every = self.assessment.gates
        wanted: set[str] = set()
        rest = [every[key].id for key in asked]
        while rest:
            gate = rest.pop()
            if gate not in wanted:
                wanted.add(gate)
                rest.extend(every[gate].gate.after)
        return tuple(key for key in every if not asked or key in wanted)

    def _open(self) -> tuple[str, ...]:
        """The checks to close, in order."""
        everything = tuple(self.wave)
        if len(self.gates) == len(self.assessment.gates):
            return everything
        awaited = {key for gate in self.gates for key in self.assessment.gates[gate].waits_for}
        return tuple(key for key in everything if key in awaited)

    def _nearest(self, check: str) -> tuple[str, ...]:
        """The open checks that it waits for and that none of the others waits for in turn."""
        checks = self.assessment.checks
        awaited = checks[check].waits_for
        deeper = {key for other in awaited for key in checks[other].waits_for}
        return tuple(key for key in awaited if key not in deeper)

    def _network(self, estimate: str) -> Network:
        durations = {key: self._days(key, estimate) for key in self.open}
        return Network(self.open, durations, self.nearest)

    def _days(self, check: str, estimate: str) -> float:
        effort = self.assessment.checks[check].check.remedy.effort_days
        return 0.0 if effort is None else ESTIMATES[estimate](effort)

    def plan(self) -> Plan:
        days = max((times.earliest_finish for times in self.times.values()), default=0.0)
        activities = tuple(self._activity(key) for key in self.open)
        return Plan(
            assessment=self.assessment,
            estimate=self.estimate,
            start=self.start,
            activities=activities,
            gates=tuple(self._milestones()),
            owners=self._owners(activities),
            days=days,
            finishes_on=self.workdays.ends(days),
            critical_path=self._network(self.estimate).critical_path(self.open),
        )

    def _activity(self, check: str) -> Activity:
        times = self.times[check]
        return Activity(
            result=self.assessment.checks[check],
            wave=self.wave[check],
            days=self._days(check, self.estimate),
            times=times,
            is_critical=times.slack == 0,
            waits_for=self.nearest[check],
            starts_on=self.workdays.begins(times.earliest_start),
            finishes_on=max(
                self.workdays.begins(times.earliest_start),
                self.workdays.ends(times.earliest_finish),
            ),
        )

    def _milestones(self) -> Iterable[Milestone]:
        networks = {name: self._network(name) for name in ESTIMATES}
        finish = {
            name: {key: times.earliest_finish for key, times in network.times().items()}
            for name, network in networks.items()
        }
        awaited: dict[str, set[str]] = {}
        for key in self.gates:
            result = self.assessment.gates[key]
            held = set(result.waits_for).union(*(awaited[one] for one in result.gate.after))
            awaited[key] = held
            activities = tuple(one for one in self.open if one in held)
            days = {
                name: max((finish[name][one] for one in activities), default=0.0)
                for name in ESTIMATES
            }
            yield Milestone(
                id=key,
                title=result.gate.title,
                verdict=result.verdict,
                days=days[self.estimate],
                **days,
                falls_on=self.workdays.ends(days[self.estimate]),
                activities=activities,
                critical_path=networks[self.estimate].critical_path(activities),
                unestimated=tuple(one for one in activities if self._effort(one) is None),
            )

    def _effort(self, check: str) -> Effort | None:
        return self.assessment.checks[check].check.remedy.effort_days

    def _owners(self, activities: Sequence[Activity]) -> tuple[Load, ...]:
        held: dict[str, list[Activity]] = {}
        for activity in activities:
            held.setdefault(activity.owner, []).append(activity)
        loads = [self._load(owner, own) for owner, own in held.items()]
        return tuple(sorted(loads, key=lambda load: (-load.days, load.name)))

    def _load(self, owner: str, own: Sequence[Activity]) -> Load:
        most, since = _busiest(own)
        return Load(
            name=owner,
            activities=tuple(activity.id for activity in own),
            days=sum(activity.days for activity in own),
            starts_on=min(activity.starts_on for activity in own),
            finishes_on=max(activity.finishes_on for activity in own),
            most_at_once=most,
            busiest_from=self.workdays.begins(since),
        )


def _busiest(own: Sequence[Activity]) -> tuple[int, float]:
    """How many activities are under way at once at the most, and from when on."""
    most, since = 0, min(activity.times.earliest_start for activity in own)
    for moment in sorted({activity.times.earliest_start for activity in own}):
        at_once = sum(
            activity.times.earliest_start <= moment < activity.times.earliest_finish
            for activity in own
        )
        if at_once > most:
            most, since = at_once, moment
    return most, since
