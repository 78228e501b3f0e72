"""The progress of an engagement as a document: plain values that JSON can hold."""

from __future__ import annotations

from typing import Any

from readiness.collecting.progress import ANYONE, Lack, Progress, Row, Wanted
from readiness.documents.schemas import FORMATS
from readiness.result.assessment import GateResult
from readiness.result.document import origin


def document(progress: Progress) -> dict[str, Any]:
    """The status document; the same input gives the same one."""
    assessment = progress.assessment
    anyone = [_row(row) for row in progress.rows if row.name is ANYONE]
    return {
        "format": FORMATS["status"],
        **origin(assessment),
        "respondents": [_respondent(row) for row in progress.rows if row.name is not ANYONE],
        "anyone": anyone[0] if anyone else None,
        "gate": _gate(progress.gate),
        "wanted": [_wanted(one) for one in progress.wanted],
    }


def _respondent(row: Row) -> dict[str, Any]:
    head = {"name": row.name or None, "sheets": list(row.sheets)}
    return head | _row(row) | {"helped": list(row.helped)}


def _row(row: Row) -> dict[str, Any]:
    keys = ("put", "answered", "unknown", "not_applicable", "missing", "undecided", "conflicts")
    found: dict[str, Any] = {key: list(getattr(row, key)) for key in keys}
    return found | {"without_evidence": [_lack(lack) for lack in row.lacks]}


def _lack(lack: Lack) -> dict[str, Any]:
    given = lack.given
    found: dict[str, Any] = {
        "question": given.question,
        "respondent": given.respondent or None,
        "why": lack.why,
    }
    if lack.why == "no_file":
        found["evidence"] = lack.file
    if given.place.line:
        found |= {"file": given.sheet, "line": given.place.line}
    return found


def _gate(gate: GateResult | None) -> dict[str, Any] | None:
    if gate is None:
        return None
    return {"id": gate.id, "title": gate.gate.title, "verdict": gate.verdict}


def _wanted(one: Wanted) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "question": one.question.id,
        "ask": one.question.label,
        "of": [name or None for name in one.of],
        "could_decide": list(one.could_decide),
    }
