"""Scores as bars."""

from __future__ import annotations

from rich.text import Text

from readiness.reports.selection import Selection
from readiness.reports.terminal.marks import GOOD, OPEN, QUIET
from readiness.reports.terminal.page import Page
from readiness.reports.words import score_range
from readiness.result.score import Score

_CELLS = 20


def print_areas(page: Page, selection: Selection) -> None:
    """The score of each area with a bar; not for some gates only, since areas are of all checks."""
    assessment = selection.assessment
    scores = assessment.area_scores
    if not scores or not selection.is_whole:
        return
    page.heading("Scores by area")
    width = max(len(score_range(score)) for score in scores.values())
    for area, score in scores.items():
        figures = score_range(score).rjust(width)
        head = Text.assemble(bar(page, score), f"  {figures}  ")
        page.hang(head, assessment.ruleset.areas[area].title)
    key = f"{page.marks.full} met, {page.marks.part} undetermined, {page.marks.empty} unmet"
    page.write((f"{key}; weighted: critical 3, major 2, minor 1", QUIET))


def bar(page: Page, score: Score) -> Text:
    """What is met, what may still be, and what is not, as a bar."""
    low, high = (_cells(share or 0.0) for share in (score.low, score.high))
    return Text.assemble(
        (page.marks.full * low, GOOD),
        (page.marks.part * (high - low), OPEN),
        (page.marks.empty * (_CELLS - high), QUIET),
    )


def _cells(share: float) -> int:
    """As many cells as the share fills; all and none stand for exactly that."""
    cells = round(share * _CELLS)
    return min(max(cells, 1), _CELLS - 1) if 0 < share < 1 else cells
