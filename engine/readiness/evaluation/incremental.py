"""One case in which one answer at a time changes, and what that moves.

What a change moves is followed along the requirements, and no further than it moves anything.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass
from typing import Literal, TypeAlias

from readiness.evaluation.compiler import Run
from readiness.evaluation.evaluator import FREE, HELD_UP, WAIVED, Evaluator, Requirements
from readiness.evaluation.states import UNKNOWN, Case, State, Truth, mask
from readiness.evaluation.verdicts import NOT_APPLICABLE as INAPPLICABLE
from readiness.evaluation.verdicts import UNDETERMINED, UNMET, Judgement

ChangeKind: TypeAlias = Literal["verdict", "status", "standing", "blocker", "question"]


@dataclass(frozen=True, slots=True)
class Change:
    """What an answer changed: a gate's verdict, a check's status or standing, or what blocks.

    `kind` is verdict, status, standing, blocker or question, `id` that of the gate, the check or
    the question. A blocker is `root_blocker`, `blocker` or `no_blocker`, a question `shown` or
    `hidden`.
    """

    kind: ChangeKind
    id: str
    before: str
    after: str


def shown_if(asked: Truth) -> str:
    """Return whether a question is shown: if it is asked for certain."""
    return "shown" if asked is True else "hidden"


class ChangingCase:
    """One case, and what an answer in it changes; `stated` are the answers before."""

    def __init__(self, evaluator: Evaluator, stated: Case) -> None:
        self._evaluator = evaluator
        self._ruleset = evaluator.ruleset
        self._stated: dict[str, State] = {**stated.single, **stated.each}
        case = evaluator.case(stated)
        self._single: dict[str, State] = dict(case.single)
        self._each: dict[str, Map[str, State]] = dict(case.each)
        self._case = Case(self._single, self._each, case.groups, case.as_of)

    def take(self, question: str, state: State) -> list[tuple[str, str]]:
        """Give a question another state; the checks that this concerns, with their status now.

        Checks come in their order. For a question that is asked of each, `state` is the state for
        each respondent.
        """
        self._stated[question] = state
        if not (keys := self._checks_to_update(question)):
            return []
        run, status = Run(self._case), self._evaluator.status
        return [(key, status(key, run)) for key in keys]

    def shown(self, question: str) -> dict[str, str]:
        """Return `shown` or `hidden` for each question whose asking depends on this one."""
        decided, run = self._ruleset.decided.get(question, ()), Run(self._case)
        return {key: shown_if(self._evaluator.asked(key)(run)) for key in decided}

    def _checks_to_update(self, question: str) -> Sequence[str]:
        """Return the checks that read what changed, in their order."""
        if not self._renew(question):
            return ()
        changed = [key for key in self._ruleset.decided.get(question, ()) if self._renew(key)]
        if not changed:
            return self._ruleset.direct_readers[question]
        return self._ruleset.readers_of((question, *changed))

    def _renew(self, key: str) -> bool:
        """Recalculate what conditions read as the answer; return whether that may have changed."""
        state = self._stated.get(key, UNKNOWN)
        is_masked = key in self._ruleset.ask_when
        if key in self._each:
            self._each[key] = (
                {who: self._mask_answers(key, who, one) for who, one in state.items()}
                if is_masked
                else state
            )
            return True
        if is_masked:
            state = self._mask_answers(key, "", state)
        if self._single.get(key, UNKNOWN) is state:
            return False
        self._single[key] = state
        return True

    def _mask_answers(self, key: str, who: str, state: State) -> State:
        return mask(self._evaluator.asked(key)(Run(self._case, who)), state)


class Propagation:
    """The judgement of one case as it is now."""

    def __init__(
        self, requirements: Requirements, judgement: Judgement, waived: Collection[str]
    ) -> None:
        self._requirements, self._waived = requirements, frozenset(waived)
        self._ruleset, self._graph = requirements.ruleset, requirements.graph
        self._statuses = dict(judgement.statuses)
        self._standings = dict(judgement.standings)
        self._verdicts = judgement.verdicts
        # The sets of checks that are open, unmet, and closed by nothing but a waiver.
        self._open = self._unmet = self._by_waiver = 0
        for position, key in enumerate(self._graph.ids):
            self._turn(key, 1 << position)
        self._blockers = {key: self._blocker(key) for key in self._graph.ids}

    def judgement(self) -> Judgement:
        """The judgement as it is now, which stays as it is."""
        return Judgement(self._statuses.copy(), self._standings.copy(), self._verdicts)

    def take(self, statuses: Iterable[tuple[str, str]]) -> tuple[Change, ...]:
        """Give checks their statuses, in order; what that changed.

        Verdicts come first, then statuses, standings and blockers; gates are in their order, checks
        in that of the ruleset.
        """
        held = self._statuses
        changed = [
            Change("status", key, before, status)
            for key, status in statuses
            if (before := held[key]) != status
        ]
        if not changed:
            return ()
        touched: set[int] = set()
        for change in changed:
            touched |= self._set_status(change.id, change.after)
        keys = [self._graph.ids[position] for position in touched]
        keys.sort(key=self._ruleset.check_rank.__getitem__)
        verdicts = self._requirements.verdicts(self._open, self._unmet, self._by_waiver)
        standings = {key: self._standing(key) for key in keys}
        blockers = {key: self._blocker(key) for key in keys}
        found = (
            *find_changes("verdict", self._verdicts, verdicts),
            *changed,
            *find_changes("standing", self._standings, standings),
            *find_changes("blocker", self._blockers, blockers),
        )
        self._verdicts = verdicts
        self._standings |= standings
        self._blockers |= blockers
        return found

    def _set_status(self, key: str, status: str) -> set[int]:
        """Give a check a status; the positions of checks that this may move."""
        position, before = self._graph.position[key], self._open
        bit = 1 << position
        self._turn(key, bit)
        self._statuses[key] = status
        self._turn(key, bit)
        touched = {position}
        if self._open != before:
            graph, others = self._graph, before & ~bit
            touched |= _hanging(position, graph.required_by, graph.upstream, others)
            touched |= _hanging(position, graph.requires, graph.downstream, others)
        return touched

    def _turn(self, key: str, bit: int) -> None:
        """Put a check into the sets that its status puts it into, or take it out."""
        status = self._weight(key)
        if status == WAIVED:
            self._by_waiver ^= bit
        elif status in (UNMET, UNDETERMINED):
            self._open ^= bit
            if status == UNMET:
                self._unmet ^= bit

    def _weight(self, key: str) -> str:
        if key in self._ruleset.scope.checks:
            return INAPPLICABLE
        status = self._statuses[key]
        return WAIVED if status in (UNMET, UNDETERMINED) and key in self._waived else status

    def _standing(self, key: str) -> str:
        is_held_up = self._graph.upstream[self._graph.position[key]] & self._open
        return (HELD_UP if is_held_up else FREE)[self._weight(key)]

    def _blocker(self, key: str) -> str:
        position, open_ = self._graph.position[key], self._open
        if not open_ >> position & 1:
            return "no_blocker"
        is_awaited = self._ruleset.ranking.is_awaited[position]
        if not (is_awaited or self._graph.downstream[position] & open_):
            return "no_blocker"
        return "blocker" if self._graph.upstream[position] & open_ else "root_blocker"


def _hanging(
    start: int, onward: Sequence[Sequence[int]], back: Sequence[int], others: int
) -> set[int]:
    """The checks from one onward that no other open check comes before."""
    found: set[int] = set()
    rest = [start]
    while rest:
        for one in onward[rest.pop()]:
            if one not in found and not back[one] & others:
                found.add(one)
                rest.append(one)
    return found


def find_changes(kind: ChangeKind, old: Map[str, str], new: Map[str, str]) -> Iterator[Change]:
    """Yield what changed, in the order of the new values."""
    for key, after in new.items():
        if old[key] != after:
            yield Change(kind, key, old[key], after)
