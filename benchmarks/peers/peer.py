"""What the comparison asks of every other engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from readiness.evaluation.verdicts import Judgement

STATUS_OF = {True: "met", False: "unmet", None: "undetermined"}


@dataclass(frozen=True)
class Offer:
    """A way of putting a ruleset to another engine, before it is made.

    `everything` tells whether the engine itself also finds standings and verdicts. A `partial` way
    leaves out some of the work, and does not count as the quickest. `make` may raise `NotThisWay`.
    """

    name: str
    everything: bool
    make: Callable[[], Any]
    partial: bool = False


class Way(Protocol):
    """What is made for one case at a time.

    Only `decide` is timed: a case is brought into the form that suits the engine best by `case`,
    and what it decided is put into our words by `judgement`. A way only for statuses leaves the
    rest empty.
    """

    def case(self, answers: Mapping[str, object]) -> Any:
        """The answers in the form that the engine takes."""

    def decide(self, case: Any) -> Any:
        """What the engine decides, in the form that it is quickest to give."""

    def judgement(self, found: Any) -> Judgement:
        """The same in our words."""


class TableWay(Protocol):
    """What is made for many companies at once; only `decide` is timed."""

    def decide(self) -> Any:
        """What the engine decides about all of them."""

    def judgement(self, found: Any, row: int) -> Judgement:
        """What it decided about one of them, in our words."""


class NotThisWay(Exception):
    """An engine does not take a ruleset this way; the message says why."""


def standing(status: str, held_up: object) -> str:
    """The standing that follows from a status and from whether something upstream is open."""
    if status == "met":
        return "premature" if held_up else "ready"
    return "blocked" if held_up else "actionable"


def verdict(failing: object, held_up: object) -> str:
    """The verdict of a gate that waits for something unmet, or for something open."""
    return "no_go" if failing else "undetermined" if held_up else "go"
