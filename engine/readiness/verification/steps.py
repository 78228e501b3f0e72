"""What a verification did, step by step, and what each step came to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
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
        return {
            "step": self.name,
            "outcome": self.outcome,
            "text": self.text,
            "details": list(self.details),
        }


@dataclass
class Steps:
    """The steps in the order in which they were done."""

    done: list[Step] = field(default_factory=list)

    def __iter__(self) -> Iterator[Step]:
        return iter(self.done)

    def fine(self, name: str, text: str) -> None:
        """A step that found nothing."""
        self.done.append(Step(name, "fine", text))

    def found(self, name: str, text: str, details: Sequence[str] = ()) -> None:
        """A step that found something; of many details the first are kept, and their number."""
        kept = tuple(details[:MOST_DETAILS])
        if len(details) > MOST_DETAILS:
            kept = (*kept, f"and {len(details) - MOST_DETAILS} more")
        self.done.append(Step(name, "found", text, kept))

    def undone(self, name: str, text: str) -> None:
        """A step that could not be done, and why."""
        self.done.append(Step(name, "undone", text))

    def noted(self, name: str, text: str) -> None:
        """Nothing wrong, but good to know."""
        self.done.append(Step(name, "noted", text))

    def extend(self, others: Steps) -> None:
        """Further steps."""
        self.done.extend(others.done)

    def count(self, outcome: Outcome) -> int:
        """How many steps came to that."""
        return sum(step.outcome == outcome for step in self.done)

    def status(self, *, strict: bool) -> int:
        """The exit status: 1 where something was found; with `strict` also what was not done."""
        return int(self.count("found") > 0 or (strict and self.count("undone") > 0))
