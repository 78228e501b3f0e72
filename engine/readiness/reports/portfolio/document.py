"""The summary as a document: plain values that JSON can hold."""

from __future__ import annotations

from typing import Any

from readiness.documents.json_files import json_file_text
from readiness.documents.schemas import FORMATS
from readiness.reports.portfolio.summary import AreaEntry, CheckEntry, GateEntry, Summary
from readiness.result.digest import digest_of
from readiness.version import __version__


def json_summary(summary: Summary) -> str:
    """The summary document as JSON text; all areas and checks are in it."""
    return json_file_text(document(summary))


def document(summary: Summary) -> dict[str, Any]:
    """The summary document; the same tally gives the same one. All figures are numbers of cases."""
    checklist = summary.ruleset.checklist
    return {
        "format": FORMATS["portfolio"],
        "ruleset": {
            "id": checklist.id,
            "version": checklist.version,
            "sha256": digest_of(checklist.node),
        },
        "as_of": summary.as_of.isoformat(),
        "engine": {"name": "readiness", "version": __version__},
        "cases": summary.cases,
        "refused": summary.tally.refused,
        "without_column": list(summary.missing),
        "gates": [_gate(entry) for entry in summary.gates],
        "areas": [_area(entry) for entry in summary.areas],
        "checks": [_check(entry) for entry in summary.checks],
        "blockers": [{"number": number, "cases": cases} for number, cases in summary.numbers],
    }


def _gate(entry: GateEntry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "title": entry.gate.title,
        "verdicts": dict(entry.verdicts),
        "areas": [{"id": one.area.id, "cases": one.held[entry.id]} for one in entry.areas],
        "checks": [{"id": one.id, "cases": one.open} for one in entry.checks],
    }


def _area(entry: AreaEntry) -> dict[str, Any]:
    return {"id": entry.area.id, "title": entry.area.title, "blocks": entry.blocks}


def _check(entry: CheckEntry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "title": entry.check.title,
        "area": entry.area.id,
        "severity": entry.check.severity,
        "statuses": dict(entry.statuses),
        "open": entry.open,
        "blocker": entry.blocker,
        "root_blocker": entry.root_blocker,
        "first_root_blocker": entry.first,
    }
