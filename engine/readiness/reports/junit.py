"""The report for pipelines: gates and checks as cases of JUnit XML.

It is red, with a failure or an error in it, exactly when a gate asked about is not passed; that is
when `readiness assess` ends with the exit status 1. So an open check that no gate waits for is
skipped: it says what is open, and stops nothing.

| what | is |
| --- | --- |
| a gate that is go, or conditional go | passed; the output of the latter says by which waivers |
| a gate that is no go | a failure |
| a gate that is undetermined | an error: it could not be decided |
| a gate that is out of scope | skipped; a failure where it was asked for by name |
| a check that is met | passed |
| a check that is unmet or undetermined, and waived | passed; its output says by which waiver |
| a check that is unmet, and that a gate waits for | a failure |
| a check that is undetermined, and that a gate waits for | an error |
| a check that is open, and that no gate waits for | skipped |
| a check that does not apply, or is out of scope | skipped |

The XML keeps to the schema of the Jenkins xUnit plugin, which Jenkins, GitLab and GitHub's actions
read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from xml.etree import ElementTree as ET

from readiness.documents.sanitize import lines_of, one_line
from readiness.reports.phrasing import VERDICTS
from readiness.reports.report_model import CheckEntry, GateEntry, Report

_OUTCOMES = {
    "no_go": "failure", "unmet": "failure", "undetermined": "error", "out_of_scope": "skipped",
}  # fmt: skip
_COUNTED = {"failures": "failure", "errors": "error", "skipped": "skipped"}


def junit_report(report: Report) -> str:
    """The gates asked about, then the checks they wait for area by area, as JUnit XML."""
    ruleset = report.assessment.ruleset
    suites = [suite("Gates", [_gate(report, entry) for entry in report.gates], _facts(report))]
    areas: dict[str, list[CheckEntry]] = {}
    for entry in report.checks:
        areas.setdefault(entry.result.check.area, []).append(entry)
    for area, entries in areas.items():
        cases = [_check(f"{ruleset.id}.{area}", entry) for entry in entries]
        suites.append(suite(ruleset.areas[area].title, cases))
    return junit_xml(suites)


def _facts(report: Report) -> Iterator[tuple[str, str]]:
    """What the cases rest on."""
    yield "title", report.title
    for label, fact in report.facts:
        yield label.lower().replace(" ", "_"), fact
    yield "sha256", report.document["sha256"]
    yield from (("warning", warning) for warning in report.warnings)


def _gate(report: Report, entry: GateEntry) -> ET.Element:
    gate, verdict = entry.result.gate, entry.result.verdict
    is_unusable = not (entry.result.is_in_scope or report.is_whole)  # it was asked for by name
    is_plain = entry.verdict == VERDICTS["go"]
    checks = report.assessment.checks
    open_ = (f"{key}: {checks[key].check.title}" for key in entry.result.waits_for)
    return case(
        group=f"{report.assessment.ruleset.id}.gates",
        name=f"{gate.id}: {gate.title}",
        outcome="failure" if is_unusable else _OUTCOMES.get(verdict, ""),
        kind=verdict,
        message=f"{entry.verdict}: {'; '.join(entry.sentences)}",
        text="" if is_plain else "\n".join([entry.verdict, *entry.sentences, *open_]),
    )


def _check(group: str, entry: CheckEntry) -> ET.Element:
    outcome, message = _outcome(entry)
    return case(
        group=group,
        name=f"{entry.id}: {entry.title}",
        outcome=outcome,
        kind=entry.result.status,
        message=message,
        text="\n".join(_text(entry)),
    )


def _outcome(entry: CheckEntry) -> tuple[str, str]:
    """What becomes of a check, and why."""
    result = entry.result
    found = "; ".join(finding.text for finding in entry.findings)
    if entry.out_of_scope:
        return "skipped", f"{entry.status}, out of scope: {entry.out_of_scope}"
    if result.status == "not_applicable":
        return "skipped", found or "does not apply"
    if not result.is_open:
        return "", ""
    status = entry.status if result.gates else f"{entry.status}, but no gate waits for it"
    outcome = _OUTCOMES[result.status] if result.gates else "skipped"
    return outcome, f"{status}: {found}" if found else status


def _text(entry: CheckEntry) -> Iterator[str]:
    """Yield the text of a check: its waiver, what is open, its notes and evidence."""
    result = entry.result
    if result.closed_by == "waived" and result.waived:
        yield f"{entry.status}, waived: {result.waived.reason}"
        yield entry.approval
    if result.standing == "premature":
        yield f"done too early: a prerequisite is still open: {entry.prerequisites}"
    if result.is_open:
        yield from (f"{entry.found}: {finding.text}" for finding in entry.findings)
        yield from (f"{label}: {said}" for label, said in entry.remedy)
        if entry.waits_for:
            yield f"Waits for: {entry.prerequisites}"
        if entry.held_back:
            yield f"Blocks: {entry.held_back}"
    yield from (f"Note: {note}" for note in entry.notes)
    yield from (f"Evidence: {item}" for item in entry.evidence)


def case(
    group: str, name: str, *, outcome: str = "", kind: str = "", message: str = "", text: str = ""
) -> ET.Element:
    """One case.

    `outcome` is failure, error, skipped, or empty where it passed. `kind` says which sort of that
    it is, `message` says why in one line, `text` in full; of a passed case `text` is what readers
    should know anyway.
    """
    found = ET.Element("testcase", {"classname": one_line(group), "name": one_line(name)})
    said = "\n".join(lines_of(text))
    if outcome:
        facts = {"message": one_line(message)} | ({"type": kind} if kind else {})
        ET.SubElement(found, outcome, facts).text = said or None
    elif said:
        ET.SubElement(found, "system-out").text = said
    return found


def suite(
    name: str, cases: Sequence[ET.Element], properties: Iterable[tuple[str, str]] = ()
) -> ET.Element:
    """Cases under a name; `properties` are facts about them all."""
    counts = Counter(told.tag for held in cases for told in held)
    figures = {figure: str(counts[tag]) for figure, tag in _COUNTED.items()}
    found = ET.Element("testsuite", {"name": one_line(name), "tests": str(len(cases)), **figures})
    if facts := [{"name": key, "value": one_line(value)} for key, value in properties]:
        held = ET.SubElement(found, "properties")
        held.extend(ET.Element("property", fact) for fact in facts)
    found.extend(cases)
    return found


def junit_xml(suites: Iterable[ET.Element]) -> str:
    """Suites as JUnit XML; what XML cannot hold is left out of their texts."""
    root = ET.Element("testsuites")
    root.extend(suites)
    for key in ("tests", "failures", "errors"):
        root.set(key, str(sum(int(held.get(key, "0")) for held in root)))
    ET.indent(root)
    written = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{written}\n'
