"""Conflicts that a person reads in a terminal, each with what would settle it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import assert_never

from rich.console import Console
from rich.text import Text

from readiness.assessing import Change
from readiness.evaluation.formatting import join_names
from readiness.model.answers import Given, differing
from readiness.model.consistency import PREFIX
from readiness.reports import phrasing
from readiness.reports.report_model import ConflictEntry, Report
from readiness.reports.respondents.conflicts import conflicts, settling_words
from readiness.reports.terminal.assessment import print_contradiction
from readiness.reports.terminal.page import QUIET, STRONG, Page

_LONGEST = 60  # of a value in a command line; a longer one is left for the assessor to write


def print_conflicts(report: Report, console: Console) -> None:
    """Print who says what about each question, and the command lines that would settle it."""
    page, found = Page(console), conflicts(report)
    open_ = sum(conflict.resolution is None for conflict in found)
    disputed = sum(len(differing(one.given)) > 1 for one in found)  # others just do not apply
    disagree = f"disagree on {phrasing.count_noun(disputed, 'question')}; {open_} not resolved"
    page.write(f"Respondents {disagree if disputed else 'agree on every question'}.")
    for conflict in found:
        page.blank()
        _print_conflict(page, conflict)
        if conflict.can_be_settled and conflict.resolution is None:
            page.write(page.text(("Resolve it with one of these commands:", QUIET)), 2)
            for choice in differing(conflict.given):
                page.print_line(Text("    ") + page.text(_command_line(report, choice)))
    for entry in page.section(phrasing.CONTRADICTIONS, report.contradictions):
        print_contradiction(page, entry)
        if entry.contradiction.accepted is None:
            page.write(page.text(("If both are right, accept it with this command:", QUIET)), 2)
            key = f"{PREFIX}{entry.contradiction.id}"
            proposed = report.proposed("accept-contradiction", question=key)
            page.print_line(Text("    ") + page.text(proposed))


def _print_conflict(page: Page, conflict: ConflictEntry) -> None:
    question = conflict.question
    page.write(page.text((question.label, STRONG), (f" ({question.id})", QUIET)))
    for answer in conflict.answers:
        place = f" ({answer.place})" if answer.place else ""
        page.write(page.text(f"{answer.who}: ", (answer.said, STRONG), (place, QUIET)), 2)
        if answer.response.note:
            page.write(f"note: {answer.response.note}", 4)
        for item in answer.evidence:
            page.write(f"evidence: {item.text}", 4)
    if differs := conflict.difference:
        page.write(differs, 2)
    if conflict.checks:
        page.write(page.text(("Used by  ", QUIET), join_names(conflict.checks)), 2)
    if not conflict.can_be_settled:
        page.write(
            "asked of each respondent: a respondent who gave two answers must correct one", 2
        )
        return
    page.write(conflict.settled, 2)


def _command_line(report: Report, choice: Given) -> str:
    """The command that lets one of the answers count."""
    option, value = settling_words(choice)
    name = "resolve-by-value" if option == "--value" else "resolve-not-applicable"
    value = value if len(value) <= _LONGEST else ""
    return report.proposed(name, question=choice.question, value=value)


def print_changes(said: str, changes: Sequence[Change], console: Console) -> None:
    """Print what was done, and what it changed: verdicts, statuses, standings and blockers."""
    page = Page(console)
    page.write(said)
    if not any(change.kind in ("verdict", "status") for change in changes):
        page.write("No verdict and no status changes.")
    moved: Counter[str] = Counter()
    blockers: dict[str, list[str]] = {}
    for change in changes:
        match change.kind:
            case "verdict":
                _print_turn(page, "gate", change, phrasing.VERDICTS)
            case "status":
                _print_turn(page, "check", change, phrasing.STATUSES)
            case "standing":
                moved[change.after] += 1
            case "blocker":
                blockers.setdefault(change.after, []).append(change.id)
            case "question":  # only sessions tell which questions are shown
                pass
            case _:
                assert_never(change.kind)
    if moved:
        parts = [f"{number} now {phrasing.PROGRESS[key]}" for key, number in moved.most_common()]
        page.bullet(
            f"the progress of {phrasing.count_noun(moved.total(), 'check')}: {join_names(parts)}"
        )
    for after, checks in blockers.items():
        page.bullet(page.text(f"{phrasing.BLOCKERS[after]}: ", (join_names(checks), STRONG)))


def _print_turn(page: Page, noun: str, change: Change, words: Mapping[str, str]) -> None:
    turn = f": {words[change.before]} {page.marks.turns} "
    page.bullet(page.text(f"{noun} ", (change.id, STRONG), turn, (words[change.after], STRONG)))
