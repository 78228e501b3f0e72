"""The head of the report: what may begin, how far things are, and on whose word."""

from __future__ import annotations

from rich.text import Text

from readiness.reports.selection import Selection
from readiness.reports.sentences import gate_lines, respondents
from readiness.reports.terminal.marks import QUIET, STRONG
from readiness.reports.terminal.page import Page
from readiness.reports.terminal.scores import bar
from readiness.reports.words import (
    ASSURANCES,
    VERDICTS,
    score_range,
)

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
    page.field("Respondents", respondents(selection), width=_LABEL)


def _print_gates(page: Page, selection: Selection) -> None:
    if not selection.gates:
        page.write("The ruleset has no gates, so there is no verdict.")
    width = 2 + max((len(VERDICTS[gate.verdict]) for gate in selection.gates), default=0)
    for gate in selection.gates:
        verdict = page.state(gate.verdict, VERDICTS[gate.verdict])
        verdict.pad_right(width + 2 - verdict.cell_len)
        page.hang(verdict, page.text((gate.gate.title, STRONG), (f" ({gate.id})", QUIET)))
        below = Text(" " * verdict.cell_len)
        for line in gate_lines(selection, gate):
            page.hang(below, line)


def _print_score(page: Page, selection: Selection) -> None:
    score = selection.assessment.score
    whose = "" if selection.is_whole else ", over all checks of the ruleset"
    figures = f" {score_range(score)}{whose}"
    page.field("Score", page.text(bar(page, score), figures), width=_LABEL)
