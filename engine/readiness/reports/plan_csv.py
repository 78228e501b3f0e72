"""The plan as comma-separated values: a row for each activity."""

from __future__ import annotations

from readiness.planning.activity import Activity
from readiness.planning.plan import Plan
from readiness.reports.separated import Cell, comma_separated, items

_HEAD = (
    "wave", "check", "title", "action", "owner", "area", "severity", "status", "standing",
    "effort_low", "effort_likely", "effort_high", "days",
    "earliest_start", "earliest_finish", "latest_start", "latest_finish", "slack", "critical",
    "starts_on", "finishes_on", "waits_for", "gates",
)  # fmt: skip


def plan_as_csv(plan: Plan) -> str:
    """The plan's activities in their order below a row of names; see `comma_separated`.

    What is not known is empty; the items of a list are set apart by "; ".
    """
    return comma_separated(_HEAD, (_row(plan, activity) for activity in plan.activities))


def _row(plan: Plan, activity: Activity) -> tuple[Cell, ...]:
    check, times, effort = activity.check, activity.times, activity.effort
    efforts = (effort.low, effort.likely, effort.high) if effort else ("", "", "")
    return (
        activity.wave,
        activity.id,
        check.title,
        check.remedy.action,
        activity.owner,
        plan.assessment.ruleset.areas[check.area].title,
        check.severity,
        activity.result.status,
        activity.result.standing,
        *efforts,
        activity.days,
        times.earliest_start,
        times.earliest_finish,
        times.latest_start,
        times.latest_finish,
        times.slack,
        "yes" if activity.is_critical else "no",
        activity.starts_on.isoformat(),
        activity.finishes_on.isoformat(),
        items(activity.waits_for),
        items(activity.result.gates),
    )
