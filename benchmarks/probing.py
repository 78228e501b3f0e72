"""A way of putting a ruleset to another engine, tried in a process of its own.

There it may take too long, disagree, or bring its process down without harm. Only what agreed with
us on every case, and takes bearable time, is timed afterwards.
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, TypeAlias

from peers.peer import NotThisWay, Offer

from readiness.evaluation.verdicts import Judgement

# The forked process sees the workload as it is here; nothing has to be sent to it.
_Connection: TypeAlias = "Connection[Any, Any]"
_FORK = multiprocessing.get_context("fork")


@dataclass(frozen=True)
class Verdict:
    """How a way did: `trouble` is empty when it agreed; `seconds` is one call."""

    trouble: str
    seconds: float = 0.0


@dataclass(frozen=True)
class Trial:
    """A way and how it did."""

    offer: Offer
    trouble: str

    @property
    def decides(self) -> str:
        """What the way decides, in a word."""
        return "everything" if self.offer.everything else "statuses"


Test = Callable[[Any], Verdict]


def tried(offer: Offer, test: Test, limit: float, calls: int) -> Trial:
    """How a way does under a test, in a process that is ended after `limit` seconds.

    A way of which so many calls would take longer than that is in trouble too.
    """
    found = _verdict(lambda: test(offer.make()), limit)
    trouble = found.trouble
    if not trouble and found.seconds * calls > limit:
        trouble = f"over {limit:.0f} s (one call takes {found.seconds:.1f} s)"
    return Trial(offer, trouble)


def _verdict(test: Callable[[], Verdict], limit: float) -> Verdict:
    receiving, sending = _FORK.Pipe(duplex=False)
    child = _FORK.Process(target=_send, args=(test, sending))
    child.start()
    sending.close()
    try:
        if not receiving.poll(limit):
            return Verdict(f"over {limit:.0f} s")
        found: Verdict = receiving.recv()
    except EOFError:
        child.join()
        return Verdict(f"its process ended with {child.exitcode}")
    else:
        return found
    finally:
        child.kill()
        child.join()


def _send(test: Callable[[], Verdict], to: _Connection) -> None:
    try:
        to.send(test())
    except NotThisWay as reason:
        to.send(Verdict(str(reason)))
    except Exception as fault:  # noqa: BLE001 - whatever another engine raises
        said = str(fault).partition("\n")[0][:200]
        to.send(Verdict(f"{type(fault).__name__}: {said}"))


def disagreement(ours: Judgement, theirs: Judgement) -> str:
    """What two judgements of one case differ in, in words; empty where they agree.

    Standings and verdicts are compared where the other one has any.
    """
    pairs = [("status", ours.statuses, theirs.statuses)]
    if theirs.standings:
        pairs += [("standing", ours.standings, theirs.standings)]
        pairs += [("verdict", ours.verdicts, theirs.verdicts)]
    for what, one, other in pairs:
        for key in one:
            if one[key] != other.get(key):
                return f"{what} of {key}: {other.get(key)} instead of {one[key]}"
    return ""


def seconds_of(work: Callable[[], object]) -> float:
    """The seconds of the quicker of two calls."""
    taken = []
    for _ in range(2):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return min(taken)
