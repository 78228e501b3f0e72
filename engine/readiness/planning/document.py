"""The plan as a document: plain values that JSON can hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from readiness.documents.schemas import FORMATS
from readiness.model.ruleset import Effort
from readiness.result.document import origin

if TYPE_CHECKING:
    from readiness.planning.activity import Activity
    from readiness.planning.owners import Load
    from readiness.planning.plan import Milestone, Plan


def document(plan: Plan) -> dict[str, Any]:
    """The plan document; the same input gives the same one."""
    return {
        "format": FORMATS["plan"],
        **origin(plan.assessment),
        "start": plan.start.isoformat(),
        "finishes_on": plan.finishes_on.isoformat(),
        "days_off": [day.isoformat() for day in plan.days_off],
        "estimate": plan.estimate,
        "days": number(plan.days),
        "critical_path": list(plan.critical_path),
        "activities": [_activity(activity) for activity in plan.activities],
        "gates": [_gate(gate) for gate in plan.gates],
        "owners": [_owner(load) for load in plan.owners],
        "unestimated": list(plan.unestimated),
    }


def number(days: float) -> float:
    """The figure itself, without a decimal point where it is whole."""
    return int(days) if days == int(days) else days


def _effort(effort: Effort | None) -> dict[str, float] | None:
    if effort is None:
        return None
    return {key: number(getattr(effort, key)) for key in ("low", "likely", "high")}


def _activity(activity: Activity) -> dict[str, Any]:
    times = activity.times
    return {
        "check": activity.id,
        "title": activity.check.title,
        "owner": activity.owner or None,
        "action": activity.check.remedy.action or None,
        "status": activity.result.status,
        "standing": activity.result.standing,
        "wave": activity.wave,
        "effort": _effort(activity.effort),
        "days": number(activity.days),
        "earliest_start": number(times.earliest_start),
        "earliest_finish": number(times.earliest_finish),
        "latest_start": number(times.latest_start),
        "latest_finish": number(times.latest_finish),
        "slack": number(times.slack),
        "critical": activity.is_critical,
        "starts_on": activity.starts_on.isoformat(),
        "finishes_on": activity.finishes_on.isoformat(),
        "waits_for": list(activity.waits_for),
        "gates": list(activity.result.gates),
    }


def _gate(gate: Milestone) -> dict[str, Any]:
    return {
        "id": gate.id,
        "title": gate.title,
        "verdict": gate.verdict,
        "days": number(gate.days),
        "low": number(gate.low),
        "likely": number(gate.likely),
        "expected": number(gate.expected),
        "high": number(gate.high),
        "falls_on": gate.falls_on.isoformat(),
        "activities": list(gate.activities),
        "critical_path": list(gate.critical_path),
        "unestimated": list(gate.unestimated),
    }


def _owner(load: Load) -> dict[str, Any]:
    return {
        "name": load.name or None,
        "activities": list(load.activities),
        "days": number(load.days),
        "starts_on": load.starts_on.isoformat(),
        "finishes_on": load.finishes_on.isoformat(),
        "most_at_once": load.most_at_once,
        "busiest_from": load.busiest_from.isoformat(),
    }
