"""One case at a time: ours against the engines that take one case."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from encoding import encoded
from peers.peer import Offer, Way
from probing import Trial, Verdict, disagreement, seconds_of, tried
from timing import Timings, Work, interleaved
from workload import Workload

from readiness.result.assessment import Assessment

PEERS = ("zen", "jsonlogic", "ruleengine", "durable")
JUDGE, ASSESS, LOOKED_AT, EVERY_LIST = (
    "judge", "assess, not looked at", "assess, looked at", "assess, every list of every check",
)  # fmt: skip


@dataclass
class Measured:
    """The outcome: times by contestant's name, and the outcome for each way."""

    timings: Timings
    a_call: int
    trials: dict[str, list[Trial]] = field(default_factory=dict)

    def fastest(self, peer: str, *, everything: bool) -> str | None:
        """Return the name of the peer's quickest way with this scope, or None."""
        names = [
            contestant(peer, trial)
            for trial in self.trials.get(peer, ())
            if not (trial.trouble or trial.offer.partial)
            and (trial.offer.everything or not everything)
        ]
        return min(names, key=lambda name: self.timings[name].median, default=None)

    def named(self, peer: str, head: str) -> str | None:
        """Return the first way to everything whose name has this prefix, if it was timed."""
        for trial in self.trials.get(peer, ()):
            wanted = trial.offer.name.startswith(head) and trial.offer.everything
            if wanted and not trial.trouble:
                return contestant(peer, trial)
        return None


def contestant(peer: str, trial: Trial) -> str:
    """Return the name under which a way is timed."""
    return f"{peer}: {trial.offer.name} ({trial.decides})"


def looked_at(result: Assessment) -> int:
    """Read the gates, the checks, the blockers, their order, and the scores."""
    seen = sum(
        len(one.verdict) + one.is_passed + len(one.waits_for) for one in result.gates.values()
    )
    for check in result.checks.values():
        seen += len(check.status) + len(check.standing) + check.is_open + (check.waived is not None)
    seen += len(result.blockers) + len(result.root_blockers) + len(result.order)
    return seen + (result.score.low is not None) + len(result.area_scores)


def every_list(result: Assessment) -> int:
    """Read the same and all lists of each check and gate: everything but the reasons."""
    seen = looked_at(result) + sum(len(one.questions) for one in result.gates.values())
    for check in result.checks.values():
        seen += len(check.waits_for) + len(check.root_blockers) + len(check.holds)
        seen += len(check.gates)
    return seen


def measured(
    workload: Workload, rounds: int, limit: float, cases: int, *, a_call: int, peers: Iterable[str]
) -> Measured:
    """Check each way against `judge` on sample cases, then time those that agree.

    One timed call is `a_call` different cases in a row.
    """
    assessor = workload.assessor
    held = [workload.answers(number) for number in range(a_call)]
    for _ in range(30):  # plain assessments are compiled only after the first few
        assessor.assess(held[0])
    works: dict[str, Work] = {
        JUDGE: lambda: [assessor.judge(one) for one in held],
        ASSESS: lambda: [assessor.assess(one) for one in held],
        LOOKED_AT: lambda: [looked_at(assessor.assess(one)) for one in held],
        EVERY_LIST: lambda: [every_list(assessor.assess(one)) for one in held],
    }
    trials: dict[str, list[Trial]] = {}
    for peer in peers:
        for offer in offers(peer, workload):
            test = partial(_agrees, workload=workload, cases=cases)
            trial = tried(offer, test, limit, a_call * rounds)
            trials.setdefault(peer, []).append(trial)
            if not trial.trouble:
                works[contestant(peer, trial)] = _work(offer.make(), held)
    return Measured(interleaved(works, rounds), a_call, trials)


def offers(peer: str, workload: Workload) -> Iterator[Offer]:
    """Return the ways of a peer; raise `ImportError` if it is not installed."""
    module = importlib.import_module(f"peers.{peer}")
    ruleset = encoded(workload.loaded)
    found: Iterator[Offer] = (
        module.ways(ruleset, workload) if peer == "durable" else module.ways(ruleset)
    )
    return found


def _work(way: Way, held: list[dict[str, Any]]) -> Work:
    decide, cases = way.decide, [way.case(one) for one in held]
    return lambda: [decide(one) for one in cases]


def _agrees(way: Way, workload: Workload, cases: int) -> Verdict:
    """Return whether the way agrees with `judge` on these cases, and the seconds of one call."""
    for number in range(cases):
        answers = workload.answers(number)
        theirs = way.judgement(way.decide(way.case(answers)))
        trouble = disagreement(workload.assessor.judge(answers), theirs)
        if trouble:
            return Verdict(f"disagrees in case {number}: {trouble}")
    case = way.case(workload.answers(0))
    return Verdict("", seconds_of(lambda: way.decide(case)))
