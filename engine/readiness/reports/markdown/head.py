"""The head of the page: what was assessed, on what it rests, what may begin, how far things are."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.evaluation.wording import figure
from readiness.planning.plan import Milestone
from readiness.reports.labels import score_range
from readiness.reports.markdown.blocks import field, heading, sign, table, unfolding
from readiness.reports.markdown.escaping import code, escaped
from readiness.reports.report_model import GateEntry, Report


def head(report: Report) -> Iterator[str]:
    """Title and facts."""
    yield from (f"# {escaped(report.title)}", "")
    for label, fact in report.facts:
        yield field(label, escaped(fact))


def gates(report: Report) -> Iterator[str]:
    """The verdict of each gate, what it waits for, and when it can be passed."""
    yield from heading("Gates")
    if not report.gates:
        yield "The ruleset has no gates, so there is no verdict."
        return
    titles = ("Verdict", "Gate", "Why", "Working days", "At the earliest")
    yield from table(titles, (_gate(entry) for entry in report.gates))
    yield (
        "Working days are the likely ones, with the fewest and the most in brackets, for closing "
        "all that the gate and those before it wait for, if no work has to wait for want of people."
    )
    described = [one.result.gate for one in report.gates if one.result.gate.description]
    if described:
        about = (field(escaped(one.title), escaped(one.description)) for one in described)
        yield from unfolding("What each gate decides", about)


def _gate(entry: GateEntry) -> tuple[str, ...]:
    verdict, gate = entry.result.verdict, entry.result.gate
    said = "<br>".join(escaped(sentence) for sentence in entry.sentences)
    days, day = _times(entry.milestone)
    return (
        f"{sign(verdict)} **{entry.verdict}**",
        f"{escaped(gate.title)} ({code(gate.id)})",
        said,
        days,
        day,
    )


def _times(milestone: Milestone | None) -> tuple[str, str]:
    """How long it takes to pass a gate, and the day; nothing where nothing is to be done."""
    if milestone is None or not milestone.activities:
        return "–", "–"
    if not milestone.is_estimated:
        return "not estimated", "–"
    least = "at least " if milestone.unestimated else ""
    days = f"{least}{_days(milestone.days)}"
    if milestone.low != milestone.high:
        days += f" ({_days(milestone.low)} to {_days(milestone.high)})"
    return days, milestone.falls_on.isoformat()


def _days(days: float) -> str:
    return figure(round(days, 2))


def scores(report: Report) -> Iterator[str]:
    """The score of each area; not for some gates only, since areas are of all checks."""
    assessment = report.assessment
    found = assessment.area_scores
    if not found or not report.is_whole:
        return
    yield from heading("Scores by area")
    areas = assessment.ruleset.areas
    rows = ((escaped(areas[key].title), score_range(score)) for key, score in found.items())
    yield from table(("Area", "Score"), rows)
    yield "What is met of what applies, by weight: critical 3, major 2, minor 1."
