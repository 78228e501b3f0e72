"""The head of the report: what may begin, how far things are, and on whose word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from rich.text import Text

from readiness.reports.terminal.marks import QUIET, STRONG
from readiness.reports.terminal.page import Page
from readiness.reports.terminal.scores import bar
from readiness.reports.terminal.selection import Selection
from readiness.reports.words import (
    ASSURANCES,
    STATUSES,
    VERDICTS,
    counted,
    listed,
    score_range,
)
from readiness.result.assessment import GateResult

_LABEL = 13
_FEW = 3


def print_head(page: Page, selection: Selection) -> None:
    """Title, verdicts, score, date, assurance, respondents."""
    assessment = selection.assessment
    ruleset = f"{assessment.ruleset.title} {assessment.ruleset.version}"
    page.write((assessment.title or ruleset, STRONG))
    if assessment.title:
        page.write((ruleset, QUIET))
    page.blank()
    _print_gates(page, selection)
    page.blank()
    _print_score(page, selection)
    page.field("As of", assessment.as_of.isoformat(), width=_LABEL)
    page.field("Assurance", ASSURANCES[assessment.assurance], width=_LABEL)
    page.field("Respondents", _respondents(selection), width=_LABEL)


def _print_gates(page: Page, selection: Selection) -> None:
    if not selection.gates:
        page.write("The ruleset has no gates, so there is no verdict.")
    width = 2 + max((len(VERDICTS[gate.verdict]) for gate in selection.gates), default=0)
    for gate in selection.gates:
        verdict = page.state(gate.verdict, VERDICTS[gate.verdict])
        verdict.pad_right(width + 2 - verdict.cell_len)
        page.hang(verdict, page.text((gate.gate.title, STRONG), (f" ({gate.id})", QUIET)))
        below = Text(" " * verdict.cell_len)
        for line in _briefly(selection, gate):
            page.hang(below, line)


def _briefly(selection: Selection, gate: GateResult) -> Iterator[str]:
    """What a gate waits for, a line for each kind of thing."""
    yield _checks_of(selection, gate)
    assessment = selection.assessment
    for earlier in gate.gate.after:
        before = assessment.gates[earlier]
        if before.verdict != "go":
            yield f"comes after {earlier}, which is {VERDICTS[before.verdict]}"
    if gate.questions:
        few = f": {listed(gate.questions)}" if len(gate.questions) <= _FEW else ""
        yield f"{counted(len(gate.questions), 'question')} could still decide it{few}"
    advised = [key for key in gate.gate.advises if assessment.checks[key].is_open]
    if advised:
        yield f"advised though not required, and open: {listed(advised)}"


def _checks_of(selection: Selection, gate: GateResult) -> str:
    """How many of its checks are open, or how they were closed."""
    assessment = selection.assessment
    checks = [check for check in assessment.checks.values() if gate.id in check.gates]
    if not checks:
        return "waits for no check"
    if gate.waits_for:
        whole = counted(len(checks), "check")
        return f"{len(gate.waits_for)} of {whole} open{_kinds(selection, gate)}"
    closed = f"{len(checks)} of {counted(len(checks), 'check')} closed"
    waived = [c.id for c in checks if c.waived and c.status in ("unmet", "undetermined")]
    return f"{closed}, by waiver only: {listed(waived)}" if waived else closed


def _kinds(selection: Selection, gate: GateResult) -> str:
    """How many of its open checks are unmet, and how many undetermined."""
    statuses = Counter(selection.assessment.checks[key].status for key in gate.waits_for)
    if len(statuses) == 1:
        return f", {'' if statuses.total() == 1 else 'all '}{STATUSES[next(iter(statuses))]}"
    return ": " + listed([f"{statuses[key]} {STATUSES[key]}" for key in STATUSES if statuses[key]])


def _print_score(page: Page, selection: Selection) -> None:
    score = selection.assessment.score
    whose = "" if selection.is_whole else ", over all checks of the ruleset"
    figures = f" {score_range(score)}{whose}"
    page.field("Score", page.text(bar(page, score), figures), width=_LABEL)


def _respondents(selection: Selection) -> str:
    sheets = selection.assessment.sheets
    names = dict.fromkeys(one.respondent for sheet in sheets for one in sheet.given)
    names |= dict.fromkeys(sheet.respondent for sheet in sheets if sheet.respondent)
    named = [name for name in names if name]
    unnamed = ["one who is not named"] if "" in names else []
    return listed(named + unnamed) or "none yet"
