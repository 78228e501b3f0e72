"""What to do: the root blockers in full, the graph, and every open check with its days."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.evaluation.wording import figure
from readiness.planning.plan import Plan
from readiness.reports.graph.drawing import draw_assessment
from readiness.reports.graph.mermaid import to_mermaid
from readiness.reports.markdown.blocks import field, heading, ids, item, sign, table
from readiness.reports.markdown.escaping import code, escaped, fence_around
from readiness.reports.report_model import CheckEntry, Report

_LONGEST_DRAWING = 50_000  # characters; Mermaid shows no longer one unless it is set up to
_MOST_EDGES = 500


def first(report: Report) -> Iterator[str]:
    """What to do first, in order: what, whose, why, what was found, what it holds."""
    yield from heading("What to do first, and why")
    yield escaped(report.introduction)
    for number, entry in enumerate(report.first, 1):
        yield from heading(f"{number}. {escaped(entry.title)}", 3)
        yield item(f"{state(entry)} – {entry.result.check.severity} – {code(entry.id)}")
        yield from remedy(entry)
        if entry.held_back:
            yield field("Holds", escaped(entry.held_back))


def state(entry: CheckEntry) -> str:
    """The status of a check with its sign, and that only a waiver closes it."""
    waived = ", waived" if entry.is_accepted else ""
    mark = sign("conditional_go" if entry.is_accepted else entry.result.status)
    return f"{mark} {entry.status}{waived}"


def remedy(entry: CheckEntry) -> Iterator[str]:
    """What was found or is missing, what to do about it, whose work that is, and why it matters."""
    is_unknown = entry.result.status == "undetermined"
    if is_unknown:  # what is missing has to be found out before anything is done
        yield from _findings("Missing", entry)
    if entry.action:
        yield field(entry.does_what, escaped(entry.action))
    if entry.owner:
        yield field("Owner", escaped(entry.owner))
    if entry.effort:
        yield field("Effort", entry.effort)
    if entry.result.check.why:
        yield field("Why", escaped(entry.result.check.why))
    if not is_unknown:
        is_inapplicable = entry.result.status == "not_applicable"
        yield from _findings("Not applicable because" if is_inapplicable else "Found", entry)


def _findings(label: str, entry: CheckEntry) -> Iterator[str]:
    if len(entry.findings) == 1:
        yield field(label, escaped(entry.findings[0].text))
    elif entry.findings:
        yield item(f"**{label}:**")
        for finding in entry.findings:
            yield item(escaped(finding.text), 1)


def graph(report: Report) -> Iterator[str]:
    """What waits for what, as a flowchart."""
    if not report.open:
        return
    assessment, asked = report.assessment, report.asked
    critical = frozenset(report.plan.critical_path)
    drawing = draw_assessment(assessment, gates=asked, critical=critical)
    written = to_mermaid(drawing)
    yield from heading("What waits for what")
    if len(written) > _LONGEST_DRAWING or len(drawing.edges) > _MOST_EDGES:
        yield "The flowchart would be too large to be shown here."
        return
    fence = fence_around(written, 3)
    yield from (f"{fence}mermaid", *written.splitlines(), fence)


def schedule(report: Report) -> Iterator[str]:
    """Every open check in order, with its owner, its days and what it waits for."""
    if not report.open:
        return
    plan = report.plan
    yield from heading("Schedule")
    yield _span(plan)
    titles = ("#", "Wave", "Check", "State", "Severity", "Owner", "Effort", "Starts", "Finishes",
              "Waits for")  # fmt: skip
    yield from table(titles, (_row(entry) for entry in report.open))


def _span(plan: Plan) -> str:
    """When all of it is done at the earliest."""
    if not plan.days:
        return "Nobody has estimated the work, so there are no days to tell."
    least = "at least " if plan.unestimated else ""
    noun = "day" if plan.days == 1 else "days"
    return (
        f"Work that starts on {plan.start.isoformat()} ends on {plan.finishes_on.isoformat()} at "
        f"the earliest, after {least}{figure(round(plan.days, 2))} working {noun}, by the likely "
        "effort of each check. What is marked » is on the critical path: a day lost there is lost "
        "to the whole."
    )


def _row(entry: CheckEntry) -> tuple[str, ...]:
    activity = entry.activity
    mark = "» " if activity and activity.is_critical else ""
    return (
        str(entry.number),
        str(entry.wave),
        f"{mark}{escaped(entry.title)} ({code(entry.id)})",
        state(entry),
        entry.result.check.severity,
        escaped(entry.owner) or "–",
        entry.effort or "not estimated",
        activity.starts_on.isoformat() if activity else "–",
        activity.finishes_on.isoformat() if activity else "–",
        ids(entry.waits_for),
    )
