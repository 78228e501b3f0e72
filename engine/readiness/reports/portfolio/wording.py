"""The words of a summary that all formats share."""

from __future__ import annotations

from readiness.problems import listed
from readiness.reports.labels import counted, percent
from readiness.reports.portfolio.summary import Bin, Summary

MOST = 25
"""So many areas and checks are shown; the JSON has all."""
MOST_FOR_A_GATE = 10
MOST_CLASSES = 12
NONE = "–"
_LEAST = 0.005  # what rounds to one per cent

MEANINGS = {
    "blocker": "an open check, unmet or undetermined, that a gate or another open check waits for",
    "root blocker": "a blocker that itself waits for no open check: it can be worked on at once",
    "first root blocker": "the root blocker of a case that comes first in the order of work",
    "an area blocks": "at least one of its checks is a blocker",
    "an area holds a gate": "the gate waits for at least one open check of the area",
}


def share(summary: Summary, cases: int) -> str:
    """How many per cent of the cases that is; a few of many are told from none, and from all."""
    if not summary.cases:
        return NONE
    found = cases / summary.cases
    if 0 < found < _LEAST:
        return "<1 %"
    return ">99 %" if 1 - _LEAST < found < 1 else percent(found)


def figure(summary: Summary, cases: int) -> str:
    """A number of cases, and how many per cent of all that is."""
    return f"{cases:,} ({share(summary, cases)})" if summary.cases else "0"


def in_cases(summary: Summary, cases: int) -> str:
    """In how many cases, as a sentence says it."""
    return f"in {counted(cases, 'case')} ({share(summary, cases)})"


def assessed(summary: Summary) -> str:
    """How many cases were assessed, and how many were not."""
    refused = summary.tally.refused
    found = f"{summary.cases:,}"
    return f"{found}, and {refused:,} refused for an answer that does not fit" if refused else found


def highlights(summary: Summary) -> list[tuple[str, str, str]]:
    """What a reader should know first: what it is, its name, and what is to be said of it."""
    found: list[tuple[str, str, str]] = []
    if summary.missing:
        number = f"{len(summary.missing):,} of {len(summary.ruleset.questions):,}"
        named = f"questions have no answer in any case: {listed(summary.missing, joint='and')}"
        found.append(("Without a column", number, named))
    if not summary.cases:
        return found
    if summary.areas and summary.areas[0].blocks:
        area = summary.areas[0]
        said = f"blocks {in_cases(summary, area.blocks)}"
        found.append(("Area that blocks most", area.area.title, said))
    if summary.checks and summary.checks[0].root_blocker:
        check = summary.checks[0]
        said = f"is a root blocker {in_cases(summary, check.root_blocker)}"
        found.append(("Check that blocks most", check.check.title, said))
    found.append(("Blockers in a case", *_usual(summary)))
    return found


def _usual(summary: Summary) -> tuple[str, str]:
    """How many blockers a case has."""
    without = figure(summary, summary.tally.numbers[0])
    return f"{summary.median} or fewer", f"in half of the cases; none in {without}"


def range_of(held: Bin) -> str:
    """The numbers of blockers in a class."""
    if held.low == held.high:
        return f"{held.low:,}" if held.low else "none"
    return f"{held.low:,} to {held.high:,}"
