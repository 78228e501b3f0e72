"""The report for pipelines: gates and checks as cases of JUnit XML.

It is red, with a failure or an error in it, exactly when a gate asked about is not passed; that is
when `readiness assess` ends with the exit status 1. So an open check that no gate waits for is
skipped: it says what is open, and stops nothing.

| what | is |
| --- | --- |
| a gate that is go, or conditional go | passed; the output of the latter says by which waivers |
| a gate that is no go | a failure |
| a gate that is undetermined | an error: it could not be decided |
| a check that is met | passed |
| a check that is unmet or undetermined, and waived | passed; its output says by which waiver |
| a check that is unmet, and that a gate waits for | a failure |
| a check that is undetermined, and that a gate waits for | an error |
| a check that is open, and that no gate waits for | skipped |
| a check that does not apply | skipped |
"""

from __future__ import annotations

from collections.abc import Iterator

from readiness.reports.junit_xml import JunitCase, JunitSuite, junit_xml
from readiness.reports.labels import listed
from readiness.reports.phrasing import approval
from readiness.reports.report_model import CheckEntry, GateEntry, Report

_OUTCOMES = {"no_go": "failure", "unmet": "failure", "undetermined": "error"}


def junit_report(report: Report) -> str:
    """The gates asked about, then the checks they wait for area by area, as JUnit XML."""
    return junit_xml(_suites(report))


def _suites(report: Report) -> Iterator[JunitSuite]:
    ruleset = report.assessment.ruleset
    facts = tuple(_facts(report))
    yield JunitSuite("Gates", [_gate(report, entry) for entry in report.gates], facts)
    areas: dict[str, list[CheckEntry]] = {}
    for entry in report.checks:
        areas.setdefault(entry.result.check.area, []).append(entry)
    for area, entries in areas.items():
        group = f"{ruleset.id}.{area}"
        yield JunitSuite(ruleset.areas[area].title, [_check(report, group, e) for e in entries])


def _facts(report: Report) -> Iterator[tuple[str, str]]:
    """What the cases rest on."""
    yield "title", report.title
    for label, fact in report.facts:
        yield label.lower().replace(" ", "_"), fact
    yield "sha256", report.document["sha256"]
    yield from (("warning", warning) for warning in report.warnings)


def _gate(report: Report, entry: GateEntry) -> JunitCase:
    gate, verdict = entry.result.gate, entry.result.verdict
    outcome = _OUTCOMES.get(verdict, "")
    open_ = (f"{key}: {report.check[key].title}" for key in entry.result.waits_for)
    return JunitCase(
        group=f"{report.assessment.ruleset.id}.gates",
        name=f"{gate.id}: {gate.title}",
        outcome=outcome,
        kind=verdict if outcome else "",
        message=f"{entry.verdict}: {'; '.join(entry.sentences)}",
        text="" if verdict == "go" else "\n".join([entry.verdict, *entry.sentences, *open_]),
    )


def _check(report: Report, group: str, entry: CheckEntry) -> JunitCase:
    outcome, message = _outcome(entry)
    return JunitCase(
        group=group,
        name=f"{entry.id}: {entry.title}",
        outcome=outcome,
        kind=entry.result.status if outcome else "",
        message=message,
        text="\n".join(_text(report, entry)),
    )


def _outcome(entry: CheckEntry) -> tuple[str, str]:
    """What becomes of a check, and why."""
    result = entry.result
    found = "; ".join(finding.text for finding in entry.findings)
    if result.status == "not_applicable":
        return "skipped", found or "does not apply"
    if not result.is_open:
        return "", ""
    status = entry.status if result.gates else f"{entry.status}, but no gate waits for it"
    outcome = _OUTCOMES[result.status] if result.gates else "skipped"
    return outcome, f"{status}: {found}" if found else status


def _text(report: Report, entry: CheckEntry) -> Iterator[str]:
    """What is to be said of a check: its waiver, what is open, and what was noted and shown."""
    yield from _work(report, entry)
    yield from (f"Note: {note}" for note in entry.notes)
    yield from (f"Evidence: {item}" for item in entry.evidence)


def _work(report: Report, entry: CheckEntry) -> Iterator[str]:
    result = entry.result
    if entry.is_accepted and result.waived:
        yield f"{entry.status}, waived: {result.waived.reason}"
        yield approval(result.waived, report.assessment.as_of)
    if result.standing == "premature":
        yield f"premature: closed before what it rests on, {listed(entry.waits_for)}"
    if not result.is_open:
        return
    label = "Missing" if result.status == "undetermined" else "Found"
    yield from (f"{label}: {finding.text}" for finding in entry.findings)
    if entry.action:
        yield f"{entry.does_what}: {entry.action}"
    if entry.owner:
        yield f"Owner: {entry.owner}"
    if entry.effort:
        yield f"Effort: {entry.effort}"
    if result.check.why:
        yield f"Why: {result.check.why}"
    if entry.waits_for:
        yield f"Waits for: {listed(entry.waits_for)}"
    if entry.held_back:
        yield f"Holds: {entry.held_back}"
