"""The steps of a verification on a terminal: a mark and a sentence for each."""

from __future__ import annotations

from rich.console import Console

from readiness.reports.labels import counted
from readiness.reports.terminal.marks import BAD, GOOD, OPEN, QUIET, STRONG
from readiness.reports.terminal.page import Page
from readiness.verification.steps import Outcome, Step, Steps

_STYLES: dict[Outcome, str] = {"fine": GOOD, "found": BAD, "undone": OPEN, "noted": QUIET}


def print_steps(steps: Steps, console: Console) -> None:
    """Every step, what it found below it, and what came of all of them."""
    page = Page(console)
    marks = {
        "fine": page.marks.yes,
        "found": page.marks.no,
        "undone": page.marks.open,
        "noted": page.marks.bullet,
    }
    for step in steps:
        style = f"{STRONG} {_STYLES[step.outcome]}"
        page.hang(page.text((f"{marks[step.outcome]} ", style)), step.text)
        for detail in step.details:
            page.write(detail, indent=4)
    page.blank()
    page.write(page.text((summary(steps), STRONG)))


def summary(steps: Steps) -> str:
    """What came of all the steps, in a sentence."""
    done: list[Step] = [step for step in steps if step.outcome in ("fine", "found")]
    found, undone = steps.count("found"), steps.count("undone")
    said = f"{found} of {counted(len(done), 'step')} found something" if found else (
        f"Nothing was found in {counted(len(done), 'step')}"
    )  # fmt: skip
    return f"{said}; {undone} could not be done." if undone else f"{said}."
