"""Tries one way to run a ruleset on another engine, in a separate process.

There it may take too long, disagree or crash without harm. Only ways that agreed with our engine on
every case and take an acceptable time are timed afterwards.
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
    """The outcome for one way: `trouble` is empty if it agreed; `seconds` is for one call."""

    trouble: str
    seconds: float = 0.0


@dataclass(frozen=True)
class Trial:
    """A way and its outcome."""

    offer: Offer
    trouble: str

    @property
    def decides(self) -> str:
        """Return in a word what the way calculates."""
        return "everything" if self.offer.everything else "statuses"


Test = Callable[[Any], Verdict]


def tried(offer: Offer, test: Test, limit: float, calls: int) -> Trial:
    """Test a way in a process that is ended after `limit` seconds, and return the outcome.

    A way whose `calls` calls would take longer than that fails too.
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
    """Describe how two judgements of one case differ; empty if they agree.

    Standings and verdicts are compared if the other one has any.
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
    """Return the seconds of the faster of two calls."""
    taken = []
    for _ in range(2):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return min(taken)
