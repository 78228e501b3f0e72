"""The plan that a person reads in a terminal: how long, until when, what decides it, and whose."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.text import Text

from readiness.evaluation.formatting import join_names
from readiness.planning.plan import Activity, Load, Milestone, Plan
from readiness.reports import phrasing
from readiness.reports.terminal.assessment import print_verdicts, print_work
from readiness.reports.terminal.page import (
    BAD,
    QUIET,
    STRONG,
    Column,
    Page,
    print_plain,
    print_table,
)

ESTIMATES = {
    "likely": "likely: the most likely effort for each check",
    "expected": "expected: (low + 4 * likely + high) / 6 for each check",
    "low": "low: the lowest effort for each check",
    "high": "high: the highest effort for each check",
}
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_LABEL = 15
_MOST_NAMES = 3
_ACTIVITIES = (
    Column("Wave", is_number=True),
    Column(""),
    Column("Open check", wraps=True),
    Column("Owner", wraps=True),
    Column("Days", is_number=True),
    Column("Start"),
    Column("Finish"),
    Column("Slack", is_number=True),
)
_OWNERS = (
    Column("Owner", wraps=True),
    Column("Days", is_number=True),
    Column("Checks", is_number=True),
    Column("Start"),
    Column("Finish"),
    Column("In parallel", is_number=True),
    Column("Since"),
)


def plan_as_text(plan: Plan) -> str:
    """The plan as plain text."""
    return print_plain(lambda console: print_plan(plan, console))


def print_plan(plan: Plan, console: Console) -> None:
    """Print a plan: dates and gates, then every activity, the owners, and what is not estimated.

    Texts of documents are shown as they are, never as markup.
    """
    page = Page(console)
    _print_head(page, plan)
    if plan.activities:
        for print_part in (_print_gates, _print_activities, _print_owners, _print_unestimated):
            print_part(page, plan)
    print_work(page, plan.assessment)


def _print_head(page: Page, plan: Plan) -> None:
    page.title(plan.assessment)
    page.blank()
    if not plan.activities:
        is_part = len(plan.gates) < len(plan.assessment.gates)
        whose = " that these gates wait for" if is_part else ""
        page.write(f"There is nothing to plan: no check{whose} is open.")
        return
    for label, said in _head(plan):
        page.field(label, said, width=_LABEL)


def _head(plan: Plan) -> Iterator[tuple[str, str]]:
    yield "Starts", _day(plan.start)
    least = "at least " if plan.unestimated else ""
    ends = f"{_day(plan.finishes_on)}, after {least}{phrasing.working_days(plan.days)}"
    yield "Ends", ends if plan.is_estimated else "not estimated"
    yield "Estimate", ESTIMATES[plan.estimate]
    if plan.days_off:
        yield "Days off", join_names([day.isoformat() for day in plan.days_off])
    yield "Open", _open(plan)
    if plan.critical_path:
        yield "Critical path", phrasing.check_titles(plan.assessment, plan.critical_path)


def _day(day: datetime.date) -> str:
    return f"{_WEEKDAYS[day.weekday()]}, {day.isoformat()}"


def _open(plan: Plan) -> str:
    """How much there is to do, and how much of it an answer may make needless."""
    found = phrasing.count_noun(len(plan.activities), "check")
    found += f" with {phrasing.working_days(sum(load.days for load in plan.owners))} of work"
    unknown = sum(_is_undetermined(activity) for activity in plan.activities)
    return f"{found}; {unknown} undetermined" if unknown else found


def _is_undetermined(activity: Activity) -> bool:
    return activity.result.status == "undetermined"


def _print_gates(page: Page, plan: Plan) -> None:
    if not plan.gates:
        return
    page.heading("Earliest date for each gate")
    gates = [(one, one.title, one.id, _gate_lines(plan, one)) for one in plan.gates]
    print_verdicts(page, gates)


def _gate_lines(plan: Plan, gate: Milestone) -> Iterator[str]:
    if not gate.activities:
        yield "waits for no open check"
        return
    if gate.is_estimated:
        least = "at least " if gate.unestimated else ""
        yield f"{gate.falls_on.isoformat()}, after {least}{_span(plan, gate)}"
    else:
        yield "not estimated"
    waits_for = phrasing.count_noun(len(gate.activities), "open check")
    yield f"waits for {waits_for}{_count_open(plan, gate)}"
    if gate.critical_path:
        titles = phrasing.check_titles(plan.assessment, gate.critical_path, _MOST_NAMES)
        yield f"critical path: {titles}"


def _count_open(plan: Plan, gate: Milestone) -> str:
    """How many of its open checks an answer may close."""
    activities = [activity for one in gate.activities if (activity := plan.activity(one))]
    unknown = sum(map(_is_undetermined, activities))
    if unknown < len(activities):
        return f", {unknown} of them undetermined" if unknown else ""
    return ", undetermined" if unknown == 1 else ", all undetermined"


def _span(plan: Plan, gate: Milestone) -> str:
    """How long by the estimate of the plan, and what the other estimates say."""
    found = phrasing.working_days(gate.days)
    low, likely, high = (phrasing.figure(days) for days in (gate.low, gate.likely, gate.high))
    others = [f"likely {likely}"] if plan.estimate != "likely" else []
    others += [f"{low} to {high}"] if low != high else []
    return f"{found} ({', '.join(others)})" if others else found


def _print_activities(page: Page, plan: Plan) -> None:
    page.heading("Schedule")
    if plan.critical_path:
        meaning = "on the critical path: any delay here delays the end of the plan"
        page.hang(_critical(page) + Text(" "), meaning)
    statuses = {activity.result.status for activity in plan.activities}
    if "unmet" in statuses:
        page.hang(page.mark("unmet"), "unmet")
    if "undetermined" in statuses:
        meaning = "undetermined: an answer may make the work unnecessary"
        page.hang(page.mark("undetermined"), meaning)
    page.blank()
    today = plan.assessment.as_of
    print_table(page, _ACTIVITIES, [_activity(page, one, today) for one in plan.activities])


def _critical(page: Page) -> Text:
    return page.text((page.marks.critical, f"{STRONG} {BAD}"))


def _activity(page: Page, activity: Activity, today: datetime.date) -> Sequence[str | Text]:
    critical = _critical(page) if activity.is_critical else Text(" ")
    mark = page.mark(activity.result.status)
    title = page.text((activity.check.title, STRONG if activity.is_critical else ""))
    lines = [title, page.text((activity.id, QUIET))]
    if reported := phrasing.describe_progress(activity.progress, today):
        lines.append(page.text(reported))
    return (
        str(activity.wave),
        critical + Text(" ") + mark,
        Text("\n").join(lines),
        phrasing.name_owner(activity.owner),
        page.marks.none if activity.effort is None else phrasing.figure(activity.days),
        activity.starts_on.isoformat(),
        activity.finishes_on.isoformat(),
        phrasing.figure(activity.times.slack),
    )


def _print_owners(page: Page, plan: Plan) -> None:
    page.heading("Workload by owner")
    print_table(page, _OWNERS, [_owner(load) for load in plan.owners])
    if any(load.most_at_once > 1 for load in plan.owners):
        page.blank()
        page.write(
            "In parallel: how many checks are worked on at the same time from that day on, if "
            "each starts as early as possible. More than one takes more than one full-time "
            "person; with fewer people the work takes longer than planned here."
        )


def _owner(load: Load) -> Sequence[str]:
    return (
        phrasing.name_owner(load.name) or "no owner",
        phrasing.figure(load.days),
        str(len(load.activities)),
        load.starts_on.isoformat(),
        load.finishes_on.isoformat(),
        str(load.most_at_once),
        load.busiest_from.isoformat(),
    )


def _print_unestimated(page: Page, plan: Plan) -> None:
    unestimated = [activity for activity in plan.activities if activity.effort is None]
    for activity in page.section("Not estimated, counted as 0 days", unestimated):
        page.bullet(page.text(activity.check.title, (f" ({activity.id})", QUIET)))
