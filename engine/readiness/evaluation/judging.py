"""Statuses, standings and verdicts by the reference: section by section as they are defined."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator
from collections.abc import Mapping as Map
from dataclasses import dataclass
from functools import cached_property

from readiness.dependencies.ruleset import Ruleset
from readiness.evaluation import states
from readiness.evaluation.interpreter import Interpreter
from readiness.evaluation.states import UNKNOWN, Truth
from readiness.evaluation.verdicts import (
    MET,
    NOT_APPLICABLE,
    OUT_OF_SCOPE,
    UNDETERMINED,
    UNMET,
    Judgement,
)


@dataclass(frozen=True, eq=False)
class Judging:
    """Judges one case; `waived` are the checks whose waiver is in force.

    An answer without the evidence that its question requires is unknown, and counts only against:
    a check is unmet if it is unmet with such answers taken as they were given.
    """

    ruleset: Ruleset
    reference: Interpreter
    waived: Collection[str]

    def judgement(self) -> Judgement:
        """Everything that is decided about the case."""
        statuses = {key: self.status(key) for key in self.ruleset.checks}
        standings = {key: self.standing(key, statuses) for key in self.ruleset.checks}
        verdicts: dict[str, str] = {}
        for gate in self.ruleset.gate_order:
            verdicts[gate] = self.verdict(gate, statuses, verdicts)
        return Judgement(statuses, standings, verdicts)

    @cached_property
    def _as_given(self) -> Interpreter | None:
        answers = self.reference.answers
        return Interpreter(self.ruleset, answers.as_given) if answers.unproven else None

    def status(self, check: str) -> str:
        """What a check's own conditions say."""
        if self._as_given is not None and self._name_of(check, self._as_given) == UNMET:
            return UNMET
        return self._name_of(check, self.reference)

    def _name_of(self, check: str, reference: Interpreter) -> str:
        applies: Truth = True
        if check in self.ruleset.applies_when:
            applies = reference.truth(self.ruleset.applies_when[check])
        met = reference.truth(self.ruleset.met_when[check])
        if applies in (False, states.NOT_APPLICABLE) or met is states.NOT_APPLICABLE:
            return NOT_APPLICABLE
        if UNKNOWN in (applies, met):
            return UNDETERMINED
        return MET if met is True else UNMET

    def is_closed(self, check: str, statuses: Map[str, str]) -> bool:
        """Whether nothing waits for a check any more."""
        if check in self.ruleset.scope.checks:
            return True
        return statuses[check] in (MET, NOT_APPLICABLE) or check in self.waived

    def upstream(self, check: str) -> Iterator[str]:
        """Yield all that a check requires, directly or further up, through closed checks too.

        The nearest come first, so that a search for an open one usually ends early.
        """
        checks = self.ruleset.checks
        found = dict.fromkeys(checks[check].requires)
        rest = deque(found)
        while rest:
            yield (key := rest.popleft())
            further = [one for one in checks[key].requires if one not in found]
            found |= dict.fromkeys(further)
            rest.extend(further)

    def standing(self, check: str, statuses: Map[str, str]) -> str:
        """Where a check stands among the others."""
        if statuses[check] == NOT_APPLICABLE or check in self.ruleset.scope.checks:
            return "ready"
        held_up = any(not self.is_closed(key, statuses) for key in self.upstream(check))
        if self.is_closed(check, statuses):
            return "premature" if held_up else "ready"
        return "blocked" if held_up else "actionable"

    def verdict(self, gate: str, statuses: Map[str, str], earlier: Map[str, str]) -> str:
        """What a gate says, given the verdicts of the gates it comes after."""
        if gate in self.ruleset.scope.gates:
            return OUT_OF_SCOPE
        found = self.ruleset.gates[gate]
        waits = set(found.requires).union(*(self.upstream(key) for key in found.requires))
        waits -= self.ruleset.scope.checks.keys()
        before = {earlier[key] for key in found.after}
        if any(statuses[k] == UNMET and k not in self.waived for k in waits) or "no_go" in before:
            return "no_go"
        if not all(self.is_closed(k, statuses) for k in waits) or "undetermined" in before:
            return "undetermined"
        by_waiver = {k for k in waits if statuses[k] not in (MET, NOT_APPLICABLE)}
        return "conditional_go" if by_waiver or "conditional_go" in before else "go"
