"""The JSON Schemas (draft 2020-12) of the documents, as data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from readiness.problems.packaged import packaged

__all__ = ["FORMATS", "KINDS", "schema"]

FORMATS: Mapping[str, str] = {
    "questionnaire": "readiness/questionnaire/1",
    "ruleset": "readiness/ruleset/1",
    "answers": "readiness/answers/1",
    "engagement": "readiness/engagement/1",
    "cases": "readiness/cases/1",
    "result": "readiness/assessment/1",
    "plan": "readiness/plan/1",
    "status": "readiness/status/1",
    "receipt": "readiness/receipt/1",
    "progress": "readiness/progress/1",
    "comparison": "readiness/comparison/1",
    "receipts": "readiness/receipts/1",
    "reminders": "readiness/reminders/1",
    "bundle": "readiness/bundle/1",
    "portfolio": "readiness/portfolio-summary/1",
    "report": "readiness/report/1",
    "dated": "readiness/dated/1",
    "rename": "readiness/rename/1",
    "update": "readiness/update/1",
    "lint": "readiness/lint/1",
    "coverage": "readiness/coverage/1",
    "mutants": "readiness/mutants/1",
    "difference": "readiness/difference/1",
    "upgrade": "readiness/upgrade/1",
}
"""What stands under `format` in a document of each kind."""

KINDS: tuple[str, ...] = tuple(FORMATS)
"""The kinds of documents, by the names that the command line uses."""


def schema(kind: str) -> dict[str, Any]:
    """The schema of one of `KINDS`, a fresh copy; raises `KeyError` for any other name."""
    name = FORMATS[kind].split("/")[1]
    loaded: dict[str, Any] = json.loads(packaged(__name__, f"{name}.schema.json"))
    return loaded
