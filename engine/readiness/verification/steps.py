"""What a verification did, step by step, and what each step came to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

# In order: nothing was found, something was found, it could not be done, it is good to know.
Outcome = Literal["fine", "found", "undone", "noted"]
MOST_DETAILS = 20


class UnusableFile(Exception):
    """A file is nothing that can be verified; the message says why, in one sentence."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its name for programs, what it came to, in a sentence, and what was found."""

    name: str
    outcome: Outcome
    text: str
    details: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """As plain values."""
        details = list(self.details)
        return {"step": self.name, "outcome": self.outcome, "text": self.text, "details": details}


class Steps(list[Step]):
    """The steps in the order in which they were done."""

    def fine(self, name: str, text: str) -> None:
        """Add a step that found nothing."""
        self.append(Step(name, "fine", text))

    def found(self, name: str, text: str, details: Sequence[str] = ()) -> None:
        """Add a step that found something; of many details the first are kept, and their number."""
        kept = tuple(details[:MOST_DETAILS])
        if len(details) > MOST_DETAILS:
            kept = (*kept, f"and {len(details) - MOST_DETAILS} more")
        self.append(Step(name, "found", text, kept))

    def undone(self, name: str, text: str) -> None:
        """Add a step that could not be done, and why."""
        self.append(Step(name, "undone", text))

    def noted(self, name: str, text: str) -> None:
        """Add what is not wrong, but good to know."""
        self.append(Step(name, "noted", text))

    def number(self, outcome: Outcome) -> int:
        """How many steps came to that."""
        return sum(step.outcome == outcome for step in self)

    def status(self, *, strict: bool) -> int:
        """The exit status: 1 where something was found; with `strict` also what was not done."""
        return int(self.number("found") > 0 or (strict and self.number("undone") > 0))
