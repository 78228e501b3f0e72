"""The plan as a calendar (iCalendar, RFC 5545): an event of whole days for each activity."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Iterator

from icalendar import Calendar, Event

from readiness.documents.nodes import digest_of
from readiness.documents.sanitize import clean_text, one_line
from readiness.planning.plan import Activity, Milestone, Plan
from readiness.reports import phrasing
from readiness.result.assessment import Assessment

_MAKER = "-//readiness//plan//EN"
_DAY = datetime.timedelta(days=1)


def plan_as_calendar(plan: Plan, identity: str = "") -> str:
    """The activities in their order, then the gates that wait for any, as milestones.

    Events keep their UID from one plan of a client to the next, and no two clients share any:
    `identity` says whose plan it is. Without it the engagement's id and title say so, or for single
    sheets the files they are in, or for answers that are in no file the answers themselves. The
    same plan gives the same text: events are stamped with the day of the assessment instead of the
    time of writing.
    """
    calendar = Calendar()
    calendar.add("prodid", _MAKER)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", one_line(plan.assessment.title or plan.assessment.ruleset.title))
    events = _Events(plan, identity)
    for activity in plan.activities:
        calendar.add_component(events.activity(activity))
    for gate in plan.gates:
        if gate.is_estimated:
            calendar.add_component(events.milestone(gate))
    written: bytes = calendar.to_ical()
    return written.decode("utf-8")


def _client(assessment: Assessment) -> list[str]:
    """Return what tells whose assessment it is."""
    engagement = assessment.engagement
    if engagement is not None:
        return [engagement.id, engagement.title]
    return [
        str(path.resolve()) if (path := sheet.node.source.path) else digest_of(sheet.node)
        for sheet in assessment.sheets
    ]


class _Events:
    def __init__(self, plan: Plan, identity: str) -> None:
        self.plan = plan
        midnight = datetime.time(tzinfo=datetime.UTC)
        self.stamp = datetime.datetime.combine(plan.assessment.as_of, midnight)
        whole = json.dumps([identity or _client(plan.assessment), plan.assessment.ruleset.id])
        self.origin = hashlib.sha256(whole.encode("utf-8")).hexdigest()[:16]

    def activity(self, activity: Activity) -> Event:
        area = self.plan.assessment.ruleset.areas[activity.check.area].title
        event = self._event(f"check-{activity.id}", activity.starts_on, activity.finishes_on)
        return self._fill(event, activity.check.title, self._of_activity(activity), area)

    def milestone(self, gate: Milestone) -> Event:
        event = self._event(f"gate-{gate.id}", gate.falls_on, gate.falls_on)
        return self._fill(event, f"Gate: {gate.title}", self._of_gate(gate), "Gate")

    def _event(self, name: str, first: datetime.date, last: datetime.date) -> Event:
        event = Event()
        event.add("uid", f"{name}-{self.origin}@readiness")
        event.add("dtstamp", self.stamp)
        event.add("dtstart", first)
        event.add("dtend", last + _DAY)  # the first day that it no longer takes up
        event.add("transp", "TRANSPARENT")  # nobody is shown as busy because of it
        return event

    def _fill(self, event: Event, title: str, lines: Iterator[str], category: str) -> Event:
        event.add("summary", one_line(title))
        event.add("description", clean_text("\n".join(lines)))
        event.add("categories", [one_line(category)])
        return event

    def _of_activity(self, activity: Activity) -> Iterator[str]:
        check, slack = activity.check, activity.times.slack
        if check.remedy.action:
            yield check.remedy.action
        if check.why:
            yield f"Why: {check.why}"
        if activity.owner:
            yield f"Owner: {phrasing.name_owner(activity.owner)}"
        if reported := phrasing.describe_progress(activity.progress, self.plan.assessment.as_of):
            yield f"Reported: {reported}"
        effort = activity.effort
        yield f"Effort: {phrasing.effort_in_days(effort) if effort else 'not estimated'}"
        yield "Slack: none" if not slack else f"Slack: {phrasing.working_days(slack)}"
        if activity.waits_for:
            yield f"Waits for: {self._titles(activity.waits_for)}"
        if activity.result.status == "undetermined":
            yield "Undetermined: an answer may make the work unnecessary."

    def _of_gate(self, gate: Milestone) -> Iterator[str]:
        least = "at least " if gate.unestimated else ""
        yield f"Today: {phrasing.verdict_of(gate)}"
        yield f"Waits for {phrasing.count_noun(len(gate.activities), 'open check')}."
        yield f"Earliest: after {least}{phrasing.working_days(gate.days)}."
        if gate.critical_path:
            yield f"Critical path: {self._titles(gate.critical_path)}"

    def _titles(self, checks: tuple[str, ...]) -> str:
        every = self.plan.assessment.ruleset.checks
        return "; ".join(f"{every[key].title} ({key})" for key in checks)
