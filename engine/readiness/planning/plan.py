"""The plan: a schedule of the open checks by owner, and the earliest date of each gate."""

from __future__ import annotations

import datetime
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from fractions import Fraction
from functools import cached_property
from typing import Any

from readiness.documents.schemas import FORMATS
from readiness.model.engagement import ReportedProgress
from readiness.model.ruleset import Check, Effort
from readiness.planning.network import ESTIMATES, Network, Times, Workdays, exactly
from readiness.problems import refuse_unknown
from readiness.problems.terminal_text import json_file_text
from readiness.problems.values import brief, by_content
from readiness.result.assessment import Assessment, CheckResult
from readiness.result.document import origin


@brief
@by_content()
@dataclass(frozen=True, slots=True, eq=False)
class Activity:
    """An activity: the work that closes one open check.

    `times` are in working days from the start of the plan; `starts_on` and `finishes_on` are the
    calendar dates of its earliest times. `owner` is who the engagement names, else the ruleset,
    or empty, and `progress` what is reported about the work. `days` is 0 if `effort` is None, that
    is, nobody has estimated it. `waits_for` are its immediate predecessors. If a check is
    undetermined, the work may turn out not to be needed.
    """

    id: str
    result: CheckResult
    check: Check
    owner: str
    progress: ReportedProgress
    effort: Effort | None
    wave: int
    days: float
    times: Times
    is_critical: bool
    waits_for: tuple[str, ...]
    starts_on: datetime.date
    finishes_on: datetime.date


@brief
@by_content()
@dataclass(frozen=True, slots=True, eq=False)
class Load:
    """The workload of one owner; `name` is empty for activities without an owner.

    `days` is the total effort. `most_at_once` is the largest number of activities under way at the
    same time if each starts as early as it can, first on `busiest_from`: more than one means that
    the plan needs more than one full-time person. It is 0 if nothing is estimated.
    """

    name: str
    activities: tuple[str, ...]
    days: float
    starts_on: datetime.date
    finishes_on: datetime.date
    most_at_once: int
    busiest_from: datetime.date


@brief
@by_content()
@dataclass(frozen=True, slots=True, eq=False)
class Milestone:
    """A milestone: a gate, and the earliest working day from the start on which it can be passed.

    `days` uses the estimate of the plan; `low`, `likely`, `expected` and `high` use the others. All
    of them include the gates before it. `critical_path` are the activities that determine the date,
    first one first. `unestimated` are the activities it depends on that nobody has estimated; if
    there are any, the figures are lower limits.
    """

    id: str
    title: str
    verdict: str
    out_of_scope: tuple[str, ...]
    held_by: tuple[str, ...]
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
        """Return whether at least half of the activities it depends on have an estimate."""
        return _are_estimated(self.activities, self.unestimated)


def _are_estimated(activities: Sequence[object], unestimated: Sequence[str]) -> bool:
    return bool(activities) and 2 * len(unestimated) <= len(activities)


@brief
@dataclass(frozen=True, eq=False)
class Plan:
    """The plan: a schedule of the open checks of an assessment.

    `estimate` names the figure used for durations, see `ESTIMATES`. `start` is the first day of
    work. `days` is the duration of the plan in working days if people are available when needed,
    and `critical_path` the activities that determine it. Activities are in the order of the
    assessment, wave by wave; gates in their order; owners with the most work first.
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
        """The activities without an estimate; the plan treats them as taking no time."""
        return tuple(activity.id for activity in self.activities if activity.effort is None)

    @property
    def is_estimated(self) -> bool:
        """Return whether at least half of the activities have an estimate."""
        return _are_estimated(self.activities, self.unestimated)

    @cached_property
    def _by_check(self) -> dict[str, Activity]:
        return {activity.id: activity for activity in self.activities}

    def activity(self, check: str) -> Activity | None:
        """Return the activity that closes a check; None if there is none."""
        return self._by_check.get(check)

    def to_dict(self) -> dict[str, Any]:
        """Return the plan as a document; the same input gives the same document."""
        return {
            "format": FORMATS["plan"],
            **origin(self.assessment),
            "start": self.start.isoformat(),
            "finishes_on": self.finishes_on.isoformat(),
            "days_off": [day.isoformat() for day in self.days_off],
            "estimate": self.estimate,
            "days": _json_value(self.days),
            "critical_path": list(self.critical_path),
            "activities": [_activity(one, self.assessment.as_of) for one in self.activities],
            "gates": [_fields_of(gate) for gate in self.gates],
            "owners": [_fields_of(load) | {"name": load.name or None} for load in self.owners],
            "unestimated": list(self.unestimated),
        }

    def to_json(self) -> str:
        """Return the plan as JSON text; the same input gives the same bytes."""
        return json_file_text(self.to_dict())


def plan(
    assessment: Assessment,
    *,
    gates: Sequence[str] = (),
    estimate: str = "likely",
    start: datetime.date | None = None,
    days_off: Collection[datetime.date] = (),
) -> Plan:
    """Return the plan of all open checks, or of those that `gates` and earlier gates depend on.

    Work starts on `start`, by default the day of the assessment, and is done from Monday to Friday
    except on `days_off`. Raises `DocumentError` for an unknown estimate or gate, and
    `OverflowError` for work that continues beyond the year 9999.
    """
    refuse_unknown("estimate", [estimate], list(ESTIMATES), "estimate")
    refuse_unknown("gate", gates, list(assessment.gates), "gates")
    workdays = Workdays(start or assessment.as_of, days_off)
    return _Planning(assessment, gates, estimate, workdays).plan()


class _Planning:
    def __init__(
        self, assessment: Assessment, gates: Sequence[str], estimate: str, workdays: Workdays
    ) -> None:
        self.assessment = assessment
        self.estimate = estimate
        self.workdays = workdays
        earlier = assessment.ruleset.earlier_gates
        wanted = set(gates).union(*(earlier[key] for key in gates))
        self.gates = tuple(key for key in assessment.gates if not gates or key in wanted)
        self.wave = {key: n for n, wave in enumerate(assessment.order, 1) for key in wave}
        awaited = {key for gate in self.gates for key in assessment.gates[gate].waits_for}
        self.open = tuple(key for key in self.wave if not gates or key in awaited)
        checks = assessment.ruleset.checks
        self.efforts = {key: checks[key].remedy.effort_days for key in self.open}
        self.nearest = {key: assessment.sequence.nearest(key) for key in self.open}
        self.networks = {name: self._network(figure) for name, figure in ESTIMATES.items()}
        self.network = self.networks[estimate]
        self.days = self.network.days(self.open)

    def _network(self, figure: Callable[[Effort], Fraction]) -> Network:
        durations = {
            key: Fraction(0) if effort is None else figure(effort)
            for key, effort in self.efforts.items()
        }
        return Network(self.open, durations, self.nearest)

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
            circumstances, result = self.assessment.circumstances, self.assessment.checks[key]
            yield Activity(
                id=key,
                result=result,
                check=result.check,
                owner=circumstances.owner_of(result.check),
                progress=circumstances.progress_of(key),
                effort=self.efforts[key],
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
        for key in self.gates:  # each after the gates before it
            gate = self.assessment.gates[key]
            before = gate.gate.after if gate.is_in_scope else ()
            awaited[key] = set(gate.waits_for).union(*(awaited[one] for one in before))
            activities = tuple(one for one in self.open if one in awaited[key])
            days = {name: network.days(activities) for name, network in self.networks.items()}
            yield Milestone(
                id=key,
                title=gate.gate.title,
                verdict=gate.verdict,
                out_of_scope=gate.out_of_scope,
                held_by=gate.held_by,
                days=days[self.estimate],
                **days,
                falls_on=self.workdays.ends(days[self.estimate]),
                activities=activities,
                critical_path=self.network.critical_path(activities),
                unestimated=tuple(one for one in activities if self.efforts[one] is None),
            )


def loads(activities: Iterable[Activity], workdays: Workdays) -> tuple[Load, ...]:
    """Return the workload of each owner, largest first."""
    held: dict[str, list[Activity]] = {}
    for activity in activities:
        held.setdefault(activity.owner, []).append(activity)
    found = [_load(owner, own, workdays) for owner, own in held.items()]
    return tuple(sorted(found, key=lambda load: (-load.days, load.name)))


def _load(owner: str, own: Sequence[Activity], workdays: Workdays) -> Load:
    most, since = busiest([(one.times.earliest_start, one.times.earliest_finish) for one in own])
    return Load(
        name=owner,
        activities=tuple(activity.id for activity in own),
        days=float(sum(exactly(activity.days) for activity in own)),
        starts_on=min(activity.starts_on for activity in own),
        finishes_on=max(activity.finishes_on for activity in own),
        most_at_once=most,
        busiest_from=workdays.begins(since),
    )


def busiest(spans: Sequence[tuple[float, float]]) -> tuple[int, float]:
    """Return the largest number of spans that overlap, and when that first happens.

    Spans of no length overlap with nothing; if there are no others the number is 0, from the first
    start on.
    """
    starts = sorted(start for start, finish in spans if start < finish)
    finishes = sorted(finish for start, finish in spans if start < finish)
    most, since = 0, min(start for start, _ in spans)
    for moment in starts:
        at_once = bisect_right(starts, moment) - bisect_right(finishes, moment)
        if at_once > most:
            most, since = at_once, moment
    return most, since


# ---- as a document -------------------------------------------------------------------------------


def _activity(activity: Activity, day: datetime.date) -> dict[str, Any]:
    check, effort = activity.check, activity.effort
    return {
        "check": activity.id,
        "title": check.title,
        "owner": activity.owner or None,
        "action": check.remedy.action or None,
        "status": activity.result.status,
        "standing": activity.result.standing,
        "wave": activity.wave,
        "effort": None if effort is None else _fields_of(effort),
        "cost": check.remedy.cost,
        "days": _json_value(activity.days),
        **_fields_of(activity.times),
        "critical": activity.is_critical,
        "starts_on": _json_value(activity.starts_on),
        "finishes_on": _json_value(activity.finishes_on),
        "waits_for": _json_value(activity.waits_for),
        "gates": _json_value(activity.result.gates),
        **activity.progress.to_dict(day),
    }


def _fields_of(record: Effort | Times | Milestone | Load) -> dict[str, Any]:
    """Return each field of a record by name, as JSON values."""
    return {field.name: _json_value(getattr(record, field.name)) for field in fields(record)}


def _json_value(value: object) -> Any:
    """Return a JSON value: a date as text, a tuple as a list, whole numbers without a point."""
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value)
    return int(value) if isinstance(value, float) and value.is_integer() else value
