"""What is not as before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from readiness.dependencies.graph import members
from readiness.evaluation.propagation import ChangeKind
from readiness.result.assessment import Assessment


@dataclass(frozen=True, slots=True)
class Change:
    """What an answer changed: a gate's verdict, a check's status or standing, or what blocks.

    `kind` is verdict, status, standing or blocker, `id` the gate's or the check's. A blocker is
    `root_blocker`, `blocker` or `no_blocker`.
    """

    kind: ChangeKind
    id: str
    before: str
    after: str


def changes(before: Assessment, after: Assessment) -> tuple[Change, ...]:
    """What is not as before: verdicts first, then statuses, standings and blockers.

    Gates are in their order, checks in that of the ruleset.
    """
    kinds: dict[ChangeKind, tuple[Mapping[str, str], Mapping[str, str]]] = {
        "verdict": (before.judgement.verdicts, after.judgement.verdicts),
        "status": (before.judgement.statuses, after.judgement.statuses),
        "standing": (before.judgement.standings, after.judgement.standings),
    }
    found = [
        Change(kind, key, old[key], new[key])
        for kind, (old, new) in kinds.items()
        if old != new
        for key in old
        if old[key] != new[key]
    ]
    if before.judgement.standings != after.judgement.standings:
        found += _blockers(before, after)
    return tuple(found)


def _blockers(before: Assessment, after: Assessment) -> Iterator[Change]:
    """The checks that hold up something, and did not before, or the other way round."""
    old, new = _blocking(before), _blocking(after)
    for key in before.ruleset.checks:
        was, now = old.get(key, "no_blocker"), new.get(key, "no_blocker")
        if was != now:
            yield Change("blocker", key, was, now)


def _blocking(assessment: Assessment) -> Mapping[str, str]:
    standings, sequence = assessment.judgement.standings, assessment.sequence
    found = (sequence.graph.ids[position] for position in members(sequence.blocking))
    return {key: "root_blocker" if standings[key] == "actionable" else "blocker" for key in found}
