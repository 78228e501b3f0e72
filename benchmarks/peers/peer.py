"""What the comparison requires of every other engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from readiness.evaluation.verdicts import Judgement

STATUS_OF = {True: "met", False: "unmet", None: "undetermined"}


@dataclass(frozen=True)
class Offer:
    """One way to run a ruleset on another engine, before it is set up.

    `everything` is true if the engine itself also finds standings and verdicts. A `partial` way
    leaves out some of the work and does not count as the quickest. `make` may raise `NotThisWay`.
    """

    name: str
    everything: bool
    make: Callable[[], Any]
    partial: bool = False


class Way(Protocol):
    """A way that is set up for one case at a time.

    Only `decide` is timed: `case` first converts a case into the form that suits the engine best,
    and `judgement` converts the outcome into our terms. A way that finds only statuses leaves the
    rest empty.
    """

    def case(self, answers: Mapping[str, object]) -> Any:
        """Return the answers in the form that the engine takes."""

    def decide(self, case: Any) -> Any:
        """Return what the engine decides, in the form that it gives most quickly."""

    def judgement(self, found: Any) -> Judgement:
        """Return the same in our terms."""


class TableWay(Protocol):
    """A way that is set up for many companies together; only `decide` is timed."""

    def decide(self) -> Any:
        """Return what the engine decides about all of them."""

    def judgement(self, found: Any, row: int) -> Judgement:
        """Return what it decided about one of them, in our terms."""


class NotThisWay(Exception):
    """An engine cannot run a ruleset in this way; the message says why."""


def standing(status: str, held_up: object) -> str:
    """Return the standing that follows from a status and whether something upstream is open."""
    if status == "met":
        return "premature" if held_up else "ready"
    return "blocked" if held_up else "actionable"


def verdict(failing: object, held_up: object) -> str:
    """Return the verdict of a gate, given whether something it waits for is unmet or open."""
    return "no_go" if failing else "undetermined" if held_up else "go"
