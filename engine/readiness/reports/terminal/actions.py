"""What to do: the root blockers in full, and what comes after them in brief."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from readiness.model.ruleset import Remedy
from readiness.reports.gaps import Gap, gaps
from readiness.reports.selection import Selection
from readiness.reports.sentences import held_back, introduction
from readiness.reports.terminal.brief import print_check
from readiness.reports.terminal.marks import QUIET, STRONG
from readiness.reports.terminal.page import Page
from readiness.reports.words import STATUSES, effort_in_days, listed
from readiness.result.assessment import CheckResult

_MOST_GAPS = 4


def print_first(page: Page, selection: Selection) -> None:
    """The root blockers in order: what to do about each, and why."""
    page.heading("What to do first, and why")
    page.write(introduction(selection))
    width = len(f"{len(selection.first)}. ")
    for number, check in enumerate(selection.first, 1):
        page.blank()
        page.hang(Text(f"{number}. ".rjust(width), STRONG), (check.check.title, STRONG))
        _print_blocker(page, selection, check, width)


def _print_blocker(page: Page, selection: Selection, check: CheckResult, indent: int) -> None:
    state = page.state(check.status, STATUSES[check.status])
    page.write(page.joined([state, check.check.severity, check.id]), indent)
    is_unknown = check.status == "undetermined"
    if is_unknown:  # what is missing has to be found out before anything is done
        _print_gaps(page, selection, check, indent)
    for label, line in _remedy(check.check.remedy, "If unmet" if is_unknown else "Do"):
        page.field(label, line, indent)
    if check.check.why:
        page.field("Why", check.check.why, indent)
    if not is_unknown:
        _print_gaps(page, selection, check, indent)
    if held := held_back(selection.assessment, check):
        page.field("Holds", held, indent)


def _remedy(remedy: Remedy, to_do: str) -> Iterator[tuple[str, str]]:
    if remedy.action:
        yield to_do, remedy.action
    effort = effort_in_days(remedy.effort_days) if remedy.effort_days else ""
    if remedy.owner:
        yield "Owner", remedy.owner + (f", effort {effort}" if effort else "")
    elif effort:
        yield "Effort", effort


def _print_gaps(page: Page, selection: Selection, check: CheckResult, indent: int) -> None:
    found = gaps(selection.assessment, check)
    label, style = ("Missing", STRONG) if check.status == "undetermined" else ("Found", "")
    for gap in found[:_MOST_GAPS]:
        page.field(label, _in_words(page, gap, style), indent)
        label = ""
    if len(found) > _MOST_GAPS:
        page.field("", (f"and {len(found) - _MOST_GAPS} more", QUIET), indent)


def _in_words(page: Page, gap: Gap, style: str) -> Text:
    """The question with what was said, or what is missing."""
    if gap.question is None:
        return page.text(gap.said)
    return page.text(gap.question.label, (f" {page.marks.dash} {gap.said}", style))


def _print_fault(page: Page, selection: Selection, check: CheckResult) -> None:
    """Why a later check is undetermined where no answer is missing, such as a division by zero."""
    if check.status == "undetermined":
        for gap in gaps(selection.assessment, check):
            if gap.question is None:
                page.write((f"unknown because: {gap.said}", QUIET), 2)


def print_later(page: Page, selection: Selection) -> None:
    """The later waves, and what is open and holds nothing back."""
    if selection.later:
        page.heading("Then, wave by wave")
    for position, (number, wave) in enumerate(selection.later):
        if position:
            page.blank()
        page.write((f"Wave {number}", STRONG))
        for check in wave:
            print_check(page, check, f"waits for {listed(selection.nearest(check))}")
            _print_fault(page, selection, check)
    if selection.aside:
        page.heading("At any time: open, and holding nothing back")
    for check in selection.aside:
        print_check(page, check, check.check.remedy.action)
