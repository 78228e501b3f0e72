"""Prints the steps of a verification on a terminal: a mark and a sentence for each."""

from __future__ import annotations

from rich.console import Console

from readiness.reports.phrasing import count_noun
from readiness.reports.terminal.page import Page
from readiness.reports.terminal.symbols import BAD, GOOD, OPEN, QUIET, STRONG
from readiness.verification.steps import Outcome, Step, Steps


def print_steps(steps: Steps, console: Console) -> None:
    """Print every step, its findings below it, and the overall outcome."""
    page = Page(console)
    marks: dict[Outcome, tuple[str, str]] = {
        "fine": (page.marks.yes, GOOD),
        "found": (page.marks.no, BAD),
        "undone": (page.marks.open, OPEN),
        "noted": (page.marks.bullet, QUIET),
    }
    for step in steps:
        mark, style = marks[step.outcome]
        page.hang(page.text((f"{mark} ", f"{STRONG} {style}")), step.text)
        for detail in step.details:
            page.write(detail, indent=4)
    page.blank()
    page.write(page.text((summary(steps), STRONG)))


def summary(steps: Steps) -> str:
    """Return the overall outcome of all steps, in a sentence."""
    done: list[Step] = [step for step in steps if step.outcome in ("fine", "found")]
    found, undone = steps.number("found"), steps.number("undone")
    checks = count_noun(len(done), "check")
    if found:
        said = f"Not verified: {found} of {checks} found differences"
    else:
        said = f"Verified: {'all ' if len(done) > 1 else ''}{checks} passed"
    return f"{said}; {count_noun(undone, 'check')} could not be run." if undone else f"{said}."
