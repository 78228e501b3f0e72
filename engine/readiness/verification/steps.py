"""The steps of a verification, the outcome of each step, and how they are printed.

On a terminal, that is a mark and a sentence for each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from rich.console import Console

from readiness.problems.values import shortened
from readiness.reports.phrasing import count_noun
from readiness.reports.terminal.page import BAD, GOOD, OPEN, QUIET, STRONG, Page

# In order: no findings, findings, could not be done, note.
Outcome = Literal["fine", "found", "undone", "noted"]
MOST_DETAILS = 20


class UnusableFile(Exception):
    """The error that a file cannot be verified at all; the message says why, in one sentence."""


class BadKey(Exception):
    """The error that a file holds no usable key; the message says why, in one sentence."""


@dataclass(frozen=True, slots=True)
class Step:
    """A verification step: its name for programs, its outcome, a sentence, and the findings."""

    name: str
    outcome: Outcome
    text: str
    details: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the step as JSON values."""
        details = list(self.details)
        return {"step": self.name, "outcome": self.outcome, "text": self.text, "details": details}


class Steps(list[Step]):
    """The steps of a verification in the order in which they were done."""

    def __repr__(self) -> str:
        return shortened(f"Steps({', '.join(f'{step.name} {step.outcome}' for step in self)})")

    def fine(self, name: str, text: str) -> None:
        """Add a step without findings."""
        self.append(Step(name, "fine", text))

    def found(self, name: str, text: str, details: Sequence[str] = ()) -> None:
        """Add a step with findings; only the first details are kept, with the number of all."""
        kept = tuple(details[:MOST_DETAILS])
        if len(details) > MOST_DETAILS:
            kept = (*kept, f"and {len(details) - MOST_DETAILS} more")
        self.append(Step(name, "found", text, kept))

    def undone(self, name: str, text: str) -> None:
        """Add a step that could not be done, and why."""
        self.append(Step(name, "undone", text))

    def noted(self, name: str, text: str) -> None:
        """Add a note that is not a finding."""
        self.append(Step(name, "noted", text))

    def number(self, outcome: Outcome) -> int:
        """Return the number of steps with that outcome."""
        return sum(step.outcome == outcome for step in self)

    def status(self, *, strict: bool) -> int:
        """Return the exit status: 1 for findings, with `strict` also for steps not done."""
        return int(self.number("found") > 0 or (strict and self.number("undone") > 0))


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
