"""The log: one run, its rules and results, and on what they rest."""

from __future__ import annotations

from typing import Any

from readiness.documents.json_files import json_file_text
from readiness.reports.report_model import Report
from readiness.reports.sanitize import one_line
from readiness.reports.sarif.messages import message
from readiness.reports.sarif.places import NO_FILES, Places, relative_address
from readiness.reports.sarif.results import Results
from readiness.reports.sarif.rules import rule
from readiness.version import __version__

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
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
                "rules": [rule(report, entry) for entry in report.checks],
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
