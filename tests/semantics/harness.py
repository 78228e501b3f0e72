"""Builds a ruleset, an assessment and its outcome from the short form of a case."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from readiness.assessing import Assessor
from readiness.dependencies.ruleset import Ruleset, build_ruleset
from readiness.dependencies.scope import scoped
from readiness.documents.from_python import build
from readiness.documents.reading import decode, read
from readiness.documents.validation import validate
from readiness.evaluation.interpreter import Interpreter
from readiness.evaluation.judging import Judging
from readiness.evaluation.reconciliation import settle
from readiness.evaluation.verdicts import Judgement
from readiness.model.answers import FindEvidence, Sheet, read_sheet
from readiness.model.engagement import Circumstances, read_circumstances
from readiness.model.questionnaire import read_questionnaire
from readiness.model.ruleset import read_checklist
from readiness.problems import Problems, Source
from readiness.result.assessment import Assessment

CASES = Path(__file__).parent / "cases"


def load_cases() -> list[dict[str, Any]]:
    """Return every case of the tables, with its file."""
    found: list[dict[str, Any]] = []
    for path in sorted(CASES.glob("*.yaml")):
        cases = read(decode(path.read_bytes(), path.name)).plain()
        found.extend({"file": path.stem, **case} for case in cases)
    return found


def ruleset_of(case: dict[str, Any]) -> Ruleset:
    """Return the ruleset that a case describes in short form."""
    problems = Problems()
    roots = {}
    for kind, plain in documents_of(case).items():
        roots[kind] = build(plain, Source(kind, ""))
        validate(roots[kind], kind, problems)
    held_questions = read_questionnaire(roots["questionnaire"], problems)
    found = build_ruleset(read_checklist(roots["ruleset"], problems), [held_questions], problems)
    problems.raise_if_any()
    return found


def documents_of(case: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the ruleset and questionnaire documents that a case describes, by kind."""
    asked: dict[str, dict[str, Any]] = {}
    for key, written in case.get("questions", {}).items():
        section, name = key.split(".")
        question = {"type": written} if isinstance(written, str) else dict(written)
        held = asked.setdefault(section, {"title": section, "questions": {}})
        held["questions"][name] = {"ask": key, **question}
    for section, keys in case.get("sections", {}).items():
        asked[section] |= keys
    head = {"id": "case", "version": "1.0.0", "title": "Case"}
    questionnaire = {"format": "readiness/questionnaire/1", **head, "sections": asked}
    checks = {key: _check(key, written) for key, written in case["checks"].items()}
    areas = {check["area"]: {"title": check["area"]} for check in checks.values()}
    gates = {key: {"title": key, **gate} for key, gate in case.get("gates", {}).items()}
    ruleset = {
        "format": "readiness/ruleset/1", **head, "questionnaire": "case",
        "areas": areas, "values": case.get("values", {}), "gates": gates, "checks": checks,
    }  # fmt: skip
    return {"questionnaire": questionnaire, "ruleset": ruleset}


def _check(key: str, written: dict[str, Any]) -> dict[str, Any]:
    return {"title": key, "area": "general", "severity": "major", **written}


def sheets_of(case: dict[str, Any], ruleset: Ruleset, problems: Problems) -> list[Sheet]:
    """Return the answer sheets of a case."""
    written = case.get("sheets") or {"": case.get("answers", {})}
    sheets = []
    for respondent, answers in written.items():
        plain = {"format": "readiness/answers/1", "answers": answers}
        if respondent:
            plain["respondent"] = respondent
        root = build(plain, Source(respondent or "answers", ""))
        validate(root, "answers", problems)
        sheets.append(read_sheet(root, "", ruleset.questions, problems, found_in(case)))
    return sheets


def found_in(case: dict[str, Any]) -> FindEvidence:
    """Finds every evidence file except those that the case names as absent."""
    absent = case.get("absent_files", ())
    return lambda file: None if file in absent else ""


def circumstances_of(case: dict[str, Any], ruleset: Ruleset, problems: Problems) -> Circumstances:
    """Return the circumstances of a case."""
    keys = ("groups", "resolutions", "waivers", "scope", "assurance")
    plain = {
        "format": "readiness/engagement/1", "id": "case", "ruleset": "case", "answers": ["x"],
        "as_of": case.get("as_of", "2026-11-21"),
        **{key: case[key] for key in keys if key in case},
    }  # fmt: skip
    root = build(plain, Source("engagement", ""))
    validate(root, "engagement", problems)
    return read_circumstances(root, ruleset.names, problems, found_in(case))


def assess(case: dict[str, Any]) -> Assessment:
    """Return the assessment of a case by the compiled ruleset."""
    problems = Problems()
    ruleset = ruleset_of(case)
    sheets = sheets_of(case, ruleset, problems)
    circumstances = circumstances_of(case, ruleset, problems)
    problems.raise_if_any()
    ruleset = scoped(ruleset, circumstances.excluded())
    settled = settle(ruleset.questions, sheets, circumstances)
    judgement = Assessor(ruleset).evaluator.judge_answers(settled)
    given = tuple(sheets), settled
    return Assessment(ruleset, settled.circumstances, judgement, lambda: given)


def judged_by_reference(assessment: Assessment) -> Judgement:
    """Return the outcome of the same case in the reference interpreter."""
    reference = Interpreter(assessment.ruleset, assessment.answers)
    waived = assessment.answers.circumstances.waived()
    return Judging(assessment.ruleset, reference, waived).judgement()
