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

The XML keeps to the schema of the Jenkins xUnit plugin, which Jenkins, GitLab and GitHub's actions
read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from readiness.documents.sanitize import lines_of, one_line
from readiness.evaluation.wording import listed
from readiness.reports.phrasing import approval
from readiness.reports.report_model import CheckEntry, GateEntry, Report

_OUTCOMES = {"no_go": "failure", "unmet": "failure", "undetermined": "error"}
_COUNTED = ("failures", "errors", "skipped")
_TAGS = {"failure": "failures", "error": "errors", "skipped": "skipped"}


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


@dataclass(frozen=True, slots=True)
class JunitCase:
    """One case.

    `outcome` is failure, error, skipped, or empty where it passed. `kind` says which sort of that
    it is, `message` says why in a line, `text` in full; of a passed case `text` is what is to be
    known all the same.
    """

    group: str
    name: str
    outcome: str = ""
    kind: str = ""
    message: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class JunitSuite:
    """Cases under a name; `properties` are facts about them all."""

    name: str
    cases: Sequence[JunitCase]
    properties: Sequence[tuple[str, str]] = ()


def junit_xml(suites: Iterable[JunitSuite]) -> str:
    """Suites as JUnit XML; what XML cannot hold is left out of their texts."""
    root = ET.Element("testsuites")
    total: Counter[str] = Counter()
    for suite in suites:
        counts = Counter(_TAGS[case.outcome] for case in suite.cases if case.outcome)
        total += counts + Counter(tests=len(suite.cases))
        root.append(_suite(suite, counts))
    for key in ("tests", "failures", "errors"):
        root.set(key, str(total[key]))
    ET.indent(root)
    written = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{written}\n'


def _suite(suite: JunitSuite, counts: Counter[str]) -> ET.Element:
    figures = {key: str(counts[key]) for key in _COUNTED}
    facts = {"name": one_line(suite.name), "tests": str(len(suite.cases)), **figures}
    found = ET.Element("testsuite", facts)
    if suite.properties:
        held = ET.SubElement(found, "properties")
        for name, value in suite.properties:
            ET.SubElement(held, "property", {"name": name, "value": one_line(value)})
    found.extend(_case(case) for case in suite.cases)
    return found


def _case(case: JunitCase) -> ET.Element:
    found = ET.Element("testcase", {"classname": one_line(case.group), "name": one_line(case.name)})
    text = "\n".join(lines_of(case.text))
    if case.outcome:
        facts = {"type": case.kind} if case.kind else {}
        told = ET.SubElement(found, case.outcome, {"message": one_line(case.message), **facts})
        told.text = text or None
    elif text:
        ET.SubElement(found, "system-out").text = text
    return found
