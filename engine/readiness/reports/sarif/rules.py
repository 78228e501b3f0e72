"""Checks as rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from readiness.reports.markdown.escaping import is_address, without_html
from readiness.reports.report_model import CheckEntry, Report
from readiness.reports.sanitize import one_line

LEVELS = {"critical": "error", "major": "warning", "minor": "note"}
# What GitHub sorts rules by.
_SEVERITIES = {"critical": "error", "major": "warning", "minor": "recommendation"}


def rule(report: Report, entry: CheckEntry) -> dict[str, Any]:
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
