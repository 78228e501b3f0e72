"""The questions on which respondents differ, as data, and the words that settle them."""

from __future__ import annotations

from typing import Any

from readiness.documents.emitting import flow_text
from readiness.model.answers import Given
from readiness.model.engagement import Resolution
from readiness.model.value import Value
from readiness.reports.report_model import ConflictEntry, Report
from readiness.result.reason import evidence_dict, plain


def conflicts(report: Report) -> list[ConflictEntry]:
    """The conflicts of an assessment, those that are not settled first."""
    open_ = set(report.assessment.conflicts)
    return sorted(report.conflicts, key=lambda one: one.question.id not in open_)


def conflict_dict(conflict: ConflictEntry) -> dict[str, Any]:
    """A conflict as plain values that JSON can hold."""
    resolution = conflict.resolution
    return {
        "question": conflict.question.id,
        "ask": conflict.question.label,
        "answers": [
            {"respondent": one.respondent or None, **_plain(one, why=one.reason, note=one.note)}
            for one in conflict.given
        ],
        "settled": resolution
        and {
            "by": resolution.by or None,
            **_plain(resolution, why=resolution.inapplicable, reason=resolution.reason),
        },
        "can_be_settled": conflict.can_be_settled,
        "checks": list(conflict.checks),
    }


def _plain(one: Given | Resolution, **remarks: str) -> dict[str, Any]:
    found: dict[str, Any] = {"state": one.state}
    if one.state == "answered":
        found["value"] = plain(one.value)
    found |= {name: text for name, text in remarks.items() if text}
    if one.evidence:
        found["evidence"] = [evidence_dict(item) for item in one.evidence]
    if one.place.line:
        found |= {"file": one.sheet, "line": one.place.line}
    return found


def settling_words(choice: Given) -> tuple[str, str]:
    """The option of `readiness resolve` with its value that lets an answer count."""
    if choice.state == "not_applicable":
        return "--not-applicable", choice.reason
    return "--value", spell_value(choice.value)


def spell_value(value: Value | None) -> str:
    """A value as `--value` takes it."""
    return value if isinstance(value, str) else flow_text(writable(value))


def writable(value: Value | None) -> object:
    """Return a value as it is written into a document."""
    if not isinstance(value, tuple):
        return value
    return [one if isinstance(one, str) else _row(one) for one in value]


def _row(row: Any) -> dict[str, object]:
    return {key: writable(cell) for key, cell in row.items()}
