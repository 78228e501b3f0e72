"""The result document: an assessment as plain JSON values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Map
from typing import TYPE_CHECKING, Any

from readiness.documents.merging import Merged
from readiness.documents.nodes import Mapping, digest_of
from readiness.model.answers import Given, Sheet
from readiness.model.engagement import Engagement, Exclusion, Waiver
from readiness.model.fields import text, version_of
from readiness.model.questionnaire import Questionnaire
from readiness.model.ruleset import Checklist
from readiness.result.digest import digest, sealed_text
from readiness.result.reason import evidence_dict, plain
from readiness.version import __version__

if TYPE_CHECKING:
    from readiness.result.assessment import Assessment, CheckResult, GateResult


def document(
    assessment: Assessment, *, compact: bool = False, since: Map[str, Any] | None = None
) -> dict[str, Any]:
    """Return the result document; its last field is the digest of all the others.

    `compact` omits fields that follow from other fields, as described in the schema. `since` is the
    document of a comparison with an earlier result, which is added.
    """
    fields = _fields(assessment, compact=compact) | ({"since": since} if since else {})
    found = {
        key: list(held) if isinstance(held, Iterator) else held for key, held in fields.items()
    }
    return found | {"sha256": digest(found)}


def facts(assessment: Assessment) -> dict[str, Any]:
    """Return the result document without reasons and digest, which takes a fraction of the time."""
    found = _fields(assessment, compact=False)
    checks = [_check(check, compact=False) for check in assessment.checks.values()]
    return found | {"checks": checks, "responses": list(found["responses"])}


def document_text(
    assessment: Assessment, *, compact: bool = False, since: Map[str, Any] | None = None
) -> Iterator[str]:
    """Yield the JSON text of the result document piece by piece, never holding all of it."""
    fields = _fields(assessment, compact=compact) | ({"since": since} if since else {})
    return sealed_text(fields, indented=not compact)


def _fields(assessment: Assessment, *, compact: bool) -> dict[str, Any]:
    """Return the fields of the result document without its digest; long lists are iterators."""
    checklist = assessment.ruleset.checklist
    checks = assessment.checks.values()
    return {
        "format": "readiness/assessment/1",
        **({"compact": True} if compact else {}),
        "ruleset": identity(checklist),
        "questionnaires": [identity(held) for held in assessment.ruleset.questionnaires],
        "answers": [
            {
                "respondent": _name_respondent(sheet, assessment) or None,
                "file": sheet.name or None,
                "sha256": digest_of(sheet.node),
            }
            for sheet in assessment.sheets
        ],
        "engagement": _engagement(assessment.engagement),
        "as_of": assessment.as_of.isoformat(),
        "assurance": assessment.assurance,
        "engine": {"name": "readiness", "version": __version__},
        **({"plugins": list(assessment.plugins)} if assessment.plugins else {}),
        "gates": [_gate(gate, compact=compact) for gate in assessment.gates.values()],
        "checks": (check_document(check, compact=compact) for check in checks),
        "blockers": list(assessment.blockers),
        "root_blockers": list(assessment.root_blockers),
        "order": [list(wave) for wave in assessment.order],
        "out_of_scope": list(assessment.out_of_scope),
        "score": _scores(assessment),
        "responses": (response.to_dict() for response in assessment.responses),
        "waivers": [_accept(assessment, w) for w in _waivers(assessment)],
        "scope": [_exclusion(assessment, one) for one in assessment.circumstances.scope],
        "conflicts": [_conflict(assessment, key) for key in assessment.disputed],
        "contradictions": [one.to_dict() for one in assessment.contradictions],
        "warnings": list(assessment.warnings),
        "unanswered": list(assessment.unanswered),
    }


def identity(held: Checklist | Questionnaire) -> dict[str, Any]:
    """Return a ruleset or questionnaire by id, version and digest, with what it extends."""
    parts = held.node.documents if isinstance(held.node, Merged) else ()
    return {**names_of(held), "extends": [_part(part) for part in parts]}


def names_of(held: Checklist | Questionnaire) -> dict[str, Any]:
    """Return a ruleset or questionnaire by id, version and digest."""
    return {"id": held.id, "version": held.version, "sha256": digest_of(held.node)}


def origin(assessment: Assessment) -> dict[str, Any]:
    """Return the ruleset and the circumstances that documents derived from an assessment state."""
    return {
        "ruleset": names_of(assessment.ruleset.checklist),
        "as_of": assessment.as_of.isoformat(),
        "assurance": assessment.assurance,
        "engine": {"name": "readiness", "version": __version__},
    }


def _part(written: Mapping) -> dict[str, str]:
    """Return one of the documents that a ruleset or questionnaire is combined from."""
    return {
        "id": text(written.get("id")),
        "version": version_of(written),
        "sha256": digest_of(written),
    }


def _name_respondent(sheet: Sheet, assessment: Assessment) -> str:
    """Return whose sheet it is; empty if its respondent is anonymous, as the file says who."""
    known = assessment.circumstances.people.respondents.get(sheet.respondent)
    return "" if known and known.anonymous else sheet.respondent


def _engagement(engagement: Engagement | None) -> dict[str, str] | None:
    if engagement is None:
        return None
    return {"id": engagement.id, "title": engagement.title, "sha256": digest_of(engagement.node)}


def _gate(gate: GateResult, *, compact: bool) -> dict[str, Any]:
    found: dict[str, Any] = {"id": gate.id, "title": gate.gate.title, "verdict": gate.verdict}
    if compact:
        found |= {"requires": list(gate.gate.requires) if gate.is_in_scope else []}
    else:
        found |= {"waits_for": list(gate.waits_for)}
    found |= {"questions": list(gate.questions), "out_of_scope": list(gate.out_of_scope)}
    return found | ({"held_by": list(gate.held_by)} if gate.held_by else {})


def check_document(check: CheckResult, *, compact: bool = False) -> dict[str, Any]:
    """Return one check of the result document."""
    return _check(check, compact=compact) | {"because": check.because.to_dict()}


def _check(check: CheckResult, *, compact: bool) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": check.id,
        "title": check.check.title,
        "area": check.check.area,
        "severity": check.check.severity,
        "status": check.status,
        "standing": check.standing,
        "waived": _waiver(check.waived),
    }
    if compact:
        found |= {"requires": list(check.check.requires)}
    else:
        found |= {
            "waits_for": list(check.waits_for),
            "root_blockers": list(check.root_blockers),
            "holds": list(check.holds),
            "gates": list(check.gates),
        }
    if cited := check.check.citations:
        found["cites"] = [one.to_dict() for one in cited]
    if remedy := check.check.remedy.to_dict():
        found["remedy"] = remedy
    return found


def _waiver(waiver: Waiver | None) -> dict[str, str | None] | None:
    if waiver is None:
        return None
    return {
        "reason": waiver.reason,
        "approved_by": waiver.approved_by,
        "approved_on": waiver.approved_on or None,
        "expires": waiver.expires or None,
    }


def _waivers(assessment: Assessment) -> Iterable[Waiver]:
    """Return the waivers of the engagement, in force or not, in the order of the checks."""
    held = assessment.answers.circumstances.waivers
    return (held[key] for key in assessment.ruleset.checks if key in held)


def _accept(assessment: Assessment, waiver: Waiver) -> dict[str, Any]:
    return {
        "check": waiver.check,
        **(_waiver(waiver) or {}),
        "in_force": waiver.holds_on(assessment.as_of),
    }


def _exclusion(assessment: Assessment, one: Exclusion) -> dict[str, Any]:
    """Return what the engagement takes out of scope, with the checks and questions it takes out."""
    scope = assessment.ruleset.scope
    return {
        "kind": one.kind,
        "id": one.id,
        "reason": one.reason,
        "by": one.by,
        "on": one.on or None,
        "in_force": one.holds_on(assessment.as_of),
        "checks": [key for key, held in scope.checks.items() if held == one],
        "questions": [key for key, held in scope.questions.items() if held == one],
    }


def _scores(assessment: Assessment) -> dict[str, Any]:
    areas = assessment.area_scores.items()
    return {
        "low": assessment.score.low,
        "high": assessment.score.high,
        "areas": {key: {"low": held.low, "high": held.high} for key, held in areas},
    }


def _conflict(assessment: Assessment, key: str) -> dict[str, Any]:
    answers = assessment.answers
    resolution = answers.circumstances.resolutions.get(key)
    settled: dict[str, Any] | None = None
    if resolution is not None:
        settled = {"value": plain(resolution.value)}
        if resolution.state == "not_applicable":
            settled = {"not_applicable": resolution.inapplicable}
        settled |= {"reason": resolution.reason, "by": resolution.by}
        if resolution.evidence:
            settled["evidence"] = [evidence_dict(item) for item in resolution.evidence]
    return {
        "question": key,
        "answers": [_describe(one) for one in answers.given.get(key, ())],
        "resolution": settled,
    }


def _describe(one: Given) -> dict[str, Any]:
    found: dict[str, Any] = {"respondent": one.respondent or None}
    if one.state == "answered":
        return found | {"value": plain(one.value)}
    return found | {one.state: one.reason}
