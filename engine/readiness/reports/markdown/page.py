"""The page: its parts in order."""

from __future__ import annotations

from readiness.reports.markdown.checks import checks
from readiness.reports.markdown.head import gates, head, scores
from readiness.reports.markdown.records import digests, premature, sources, waivers, warnings
from readiness.reports.markdown.responses import answers, conflicts, unanswered
from readiness.reports.markdown.work import first, graph, schedule
from readiness.reports.report_model import Report

# What decides comes first; from `checks` on stands what it rests on.
_PARTS = (
    head,
    gates,
    first,
    graph,
    schedule,
    conflicts,
    premature,
    waivers,
    warnings,
    unanswered,
    scores,
    checks,
    answers,
    sources,
    digests,
)


def markdown_report(report: Report) -> str:
    """The report in GitHub-flavoured Markdown; texts of documents show as they are written."""
    lines: list[str] = []
    for part in _PARTS:
        for line in part(report):
            if line or (lines and lines[-1]):  # one empty line at most
                lines.append(line)
    return "\n".join(lines).rstrip("\n") + "\n"
