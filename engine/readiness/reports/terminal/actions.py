"""What to do: the root blockers in full, and what comes after them in brief."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.text import Text

from readiness.model.ruleset import Remedy
from readiness.reports.terminal.brief import print_check
from readiness.reports.terminal.gaps import Gap, gaps
from readiness.reports.terminal.marks import QUIET, STRONG
from readiness.reports.terminal.page import Page
from readiness.reports.terminal.selection import Selection
from readiness.reports.words import STATUSES, counted, effort_in_days, listed
from readiness.result.assessment import Assessment, CheckResult

_MOST_GAPS = 4


def print_first(page: Page, selection: Selection) -> None:
    """The root blockers in order: what to do about each, and why."""
    page.heading("What to do first, and why")
    page.write(_introduction(selection) if selection.first else _nothing_first(selection))
    width = len(f"{len(selection.first)}. ")
    for number, check in enumerate(selection.first, 1):
        page.blank()
        page.hang(Text(f"{number}. ".rjust(width), STRONG), (check.check.title, STRONG))
        _print_blocker(page, selection, check, width)


def _introduction(selection: Selection) -> str:
    """What stands in the list: root blockers, or without gates what can be worked on."""
    first = len(selection.first)
    open_ = sum(check.is_open for check in selection.checks)
    if not selection.assessment.gates:
        return f"{first} of {counted(open_, 'open check')} can be worked on at once."
    blockers = counted(first, "root blocker")
    return (
        f"{blockers} among {counted(open_, 'open check')}: what can be worked on at once and "
        "holds a gate or other checks back, in order."
    )


def _nothing_first(selection: Selection) -> str:
    if any(check.is_open for check in selection.checks):
        return "Nothing holds a gate or another check back."
    whose = "" if selection.is_whole else " that is waited for"
    return f"Nothing. Every check{whose} is met, waived, or does not apply."


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
    if held := _held(selection.assessment, check):
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


def _held(assessment: Assessment, check: CheckResult) -> str:
    """What waits for a check, and which gates come after those that do."""
    held = [counted(len(check.holds), "open check")] if check.holds else []
    if check.gates:
        later = _later_gates(assessment, check.gates)
        after = (
            f", which {listed(later)} come{'s' if len(later) == 1 else ''} after" if later else ""
        )
        gates = f"{'gate' if len(check.gates) == 1 else 'gates'} {listed(check.gates)}"
        held.append(gates + after)
    return ", ".join(held)


def _later_gates(assessment: Assessment, gates: Sequence[str]) -> list[str]:
    """The gates that come after some of these, directly or further on, and are none of them."""
    reached = set(gates)
    for key, gate in assessment.gates.items():  # each after those it comes after
        if not reached.isdisjoint(gate.gate.after):
            reached.add(key)
    return [key for key in assessment.gates if key in reached and key not in gates]


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
