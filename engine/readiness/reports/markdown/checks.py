"""Every check, area by area: why it is what it is, down to the answers, and its place."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.reports.labels import STANDINGS, TRUTHS, VERDICTS
from readiness.reports.markdown.blocks import field, heading, ids, item, sign, unfolding
from readiness.reports.markdown.conditions import ConditionList
from readiness.reports.markdown.escaping import address, code, escaped
from readiness.reports.markdown.work import remedy, state
from readiness.reports.phrasing import approval
from readiness.reports.report_model import CheckEntry, Report


def checks(report: Report) -> Iterator[str]:
    """All checks by area, each to unfold."""
    yield from heading("All checks")
    yield ", ".join(f"{sign(key)} {word}" for key, word in TRUTHS.items()) + "; ! waived"
    areas: dict[str, list[CheckEntry]] = {}
    for entry in report.checks:
        areas.setdefault(entry.area, []).append(entry)
    for area, entries in areas.items():
        yield from heading(escaped(area), 3)
        for entry in entries:
            summary = f"{state(entry)} – {entry.title} ({entry.id})"
            yield from unfolding(summary, _check(report, entry))


def _check(report: Report, entry: CheckEntry) -> Iterator[str]:
    result, assessment = entry.result, report.assessment
    yield item(f"{state(entry)} – {result.check.severity} – {code(entry.id)}")
    yield field("Standing", STANDINGS[entry.standing])
    if result.waived:
        yield field("Waiver", escaped(result.waived.reason))
        yield item(escaped(approval(result.waived, assessment.as_of)), 1)
    yield from remedy(entry)
    trees = ConditionList(assessment)
    if result.because.applies_when is not None:
        yield item("**Applies when:**")
        yield from trees.lines(result.because.applies_when, 1)
    yield item("**Met when:**")
    yield from trees.lines(result.because, 1)
    if entry.number:
        yield field("In order", f"number {entry.number}, wave {entry.wave}")
    yield field("Waits for", ids(result.waits_for, "no open check"))
    if result.root_blockers:
        yield field("Of these can be worked on at once", ids(result.root_blockers))
    yield field("Holds" if result.is_open else "Needed by", ids(result.holds, "no open check"))
    yield field("Gates", _gates(report, entry))
    yield from _sources(report, entry)
    yield field("Defined at", code(entry.place))


def _gates(report: Report, entry: CheckEntry) -> str:
    gates = report.assessment.gates
    found = (
        f"{sign(gates[key].verdict)} {VERDICTS[gates[key].verdict]} {code(key)}"
        for key in entry.result.gates
    )
    return ", ".join(found) or "none waits for it"


def _sources(report: Report, entry: CheckEntry) -> Iterator[str]:
    if entry.citations:
        yield item("**Sources:**")
    for key, citation in zip(entry.result.check.cites, entry.citations, strict=True):
        url = report.assessment.ruleset.sources[key].url
        yield item(f"{escaped(citation)} {address(url)}".strip(), 1)
