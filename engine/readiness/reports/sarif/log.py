"""The log: one run, its rules and results, and on what they rest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from readiness.documents.json_files import json_file_text
from readiness.documents.sanitize import one_line
from readiness.reports.markdown.escaping import is_address, without_html
from readiness.reports.report_model import CheckEntry, Report
from readiness.reports.sarif.places import NO_FILES, Places, message, relative_address
from readiness.reports.sarif.results import LEVELS, Results
from readiness.version import __version__

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
# What GitHub sorts rules by.
_SEVERITIES = {"critical": "error", "major": "warning", "minor": "recommendation"}
# Where a line ends in YAML; lines are counted by that.
_LINE_ENDS = ["\r\n", "\n", "\r", "\x85", "\u2028", "\u2029"]


def sarif_report(report: Report) -> str:
    """The open checks, and those that only a waiver closes, as a log in SARIF 2.1.0.

    What is unmet is of the kind `fail`, its level by severity; what is undetermined is `open`,
    without a level. A waiver is a suppression. What is met or does not apply is not told.
    """
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(report)]}
    return json_file_text(log)


def _run(report: Report) -> dict[str, Any]:
    places = Places()
    for sheet in report.assessment.sheets:
        if sheet.node.line and sheet.node.source.name not in NO_FILES:
            places.file(sheet.node.source.name, "analysisTarget")
    results = Results(report, places).all()
    return {
        "tool": {
            "driver": {
                "name": "readiness",
                "version": __version__,
                "semanticVersion": __version__,
                "rules": [_rule(report, entry) for entry in report.checks],
            }
        },
        "invocations": [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": [
                    {"level": "warning", "message": message(warning)} for warning in report.warnings
                ],
            }
        ],
        "automationDetails": {"id": _category(report)},
        "originalUriBaseIds": places.bases,
        "artifacts": places.artifacts,
        "results": results,
        "columnKind": "unicodeCodePoints",
        "newlineSequences": _LINE_ENDS,
        "properties": _facts(report),
    }


def _category(report: Report) -> str:
    """What keeps apart the results of several assessments in one repository."""
    parts = ["readiness", report.assessment.ruleset.id]
    if report.path not in NO_FILES:
        parts.append(relative_address(report.path))
    return "/".join(parts) + "/"


def _facts(report: Report) -> dict[str, Any]:
    """What was assessed, the gates, and the digests, which are of canonical JSON, not of files."""
    assessment = report.assessment
    return {
        "title": one_line(report.title),
        "asOf": assessment.as_of.isoformat(),
        "assurance": assessment.assurance,
        "score": {"low": assessment.score.low, "high": assessment.score.high},
        "gates": [
            {
                "id": entry.result.id,
                "title": one_line(entry.result.gate.title),
                "verdict": entry.result.verdict,
                "sentences": [one_line(sentence) for sentence in entry.sentences],
            }
            for entry in report.gates
        ],
        "digestsOfCanonicalJson": [
            {
                "kind": digest.kind,
                "name": one_line(digest.name),
                "version": digest.version,
                "sha256": digest.sha256,
            }
            for digest in report.digests
        ],
    }


def _rule(report: Report, entry: CheckEntry) -> dict[str, Any]:
    """What a check is about, why it matters, and what closes it."""
    check = entry.result.check
    found: dict[str, Any] = {
        "id": entry.id,
        "shortDescription": {"text": one_line(entry.title)},
        "fullDescription": {"text": one_line(check.why or entry.title)},
        "help": {
            "text": "\n".join(f"{label}: {one_line(said)}" for label, said in _help(report, entry)),
            "markdown": "\n".join(
                f"- **{label}:** {f'<{said}>' if is_address(said) else without_html(said)}"
                for label, said in _help(report, entry)
            ),
        },
        "defaultConfiguration": {"level": LEVELS[check.severity]},
        "properties": {
            "tags": list(dict.fromkeys((check.area, check.severity))),
            "area": one_line(entry.area),
            "severity": check.severity,
            "problem.severity": _SEVERITIES[check.severity],
        },
    }
    urls = (report.assessment.ruleset.sources[key].url for key in check.cites)
    if url := next((url for url in urls if is_address(url)), ""):
        found["helpUri"] = url
    return found


def _help(report: Report, entry: CheckEntry) -> Iterator[tuple[str, str]]:
    """What to do, whose work it is, why, and on what the check rests."""
    check = entry.result.check
    yield "Check", entry.title
    if entry.action:
        yield "Do", entry.action
    if entry.owner:
        yield "Owner", entry.owner
    if entry.effort:
        yield "Effort", entry.effort
    if check.why:
        yield "Why", check.why
    for key, citation in zip(check.cites, entry.citations, strict=True):
        yield "Source", citation
        if url := report.assessment.ruleset.sources[key].url:
            yield "Address", url
