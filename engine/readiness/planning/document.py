"""The plan as a document: plain values that JSON can hold."""

from __future__ import annotations

import datetime
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from readiness.documents.schemas import FORMATS
from readiness.model.ruleset import Effort
from readiness.result.document import origin

if TYPE_CHECKING:
    from readiness.planning.activity import Activity, Load
    from readiness.planning.network import Times
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
        "days": json_value(plan.days),
        "critical_path": list(plan.critical_path),
        "activities": [_activity(activity) for activity in plan.activities],
        "gates": [fields_of(gate) for gate in plan.gates],
        "owners": [fields_of(load) | {"name": load.name or None} for load in plan.owners],
        "unestimated": list(plan.unestimated),
    }


def _activity(activity: Activity) -> dict[str, Any]:
    check, effort = activity.check, activity.effort
    return {
        "check": activity.id,
        "title": check.title,
        "owner": activity.owner or None,
        "action": check.remedy.action or None,
        "status": activity.result.status,
        "standing": activity.result.standing,
        "wave": activity.wave,
        "effort": None if effort is None else fields_of(effort),
        "days": json_value(activity.days),
        **fields_of(activity.times),
        "critical": activity.is_critical,
        "starts_on": json_value(activity.starts_on),
        "finishes_on": json_value(activity.finishes_on),
        "waits_for": json_value(activity.waits_for),
        "gates": json_value(activity.result.gates),
    }


def fields_of(record: Effort | Times | Milestone | Load) -> dict[str, Any]:
    """Each field of a record by its name, as JSON can hold it."""
    return {field.name: json_value(getattr(record, field.name)) for field in fields(record)}


def json_value(value: object) -> Any:
    """A day as its text, a tuple as a list, a whole number without a decimal point; else itself."""
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value)
    return int(value) if isinstance(value, float) and value.is_integer() else value
