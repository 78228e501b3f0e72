"""What of an assessment is shown: all of it, or what some gates hang on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from readiness.result.assessment import Assessment, CheckResult, GateResult


@dataclass(frozen=True)
class Selection:
    """An assessment seen from the gates asked about; from all of them, and all checks, if none.

    The checks of the gates that come before count as well, because a gate cannot open before them.
    """

    assessment: Assessment
    asked: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left out."""
        return not self.asked

    @cached_property
    def gates(self) -> tuple[GateResult, ...]:
        """The gates asked about, in their order."""
        gates = self.assessment.gates.values()
        return tuple(gate for gate in gates if self.is_whole or gate.id in self.asked)

    @cached_property
    def checks(self) -> tuple[CheckResult, ...]:
        """The checks that they wait for, in the order of the ruleset."""
        checks = self.assessment.checks.values()
        if self.is_whole:
            return tuple(checks)
        awaited = self._with_earlier(self.asked)
        return tuple(check for check in checks if awaited.intersection(check.gates))

    def _with_earlier(self, gates: Iterable[str]) -> set[str]:
        found: set[str] = set()
        rest = list(gates)
        while rest:
            gate = rest.pop()
            if gate not in found:
                found.add(gate)
                rest.extend(self.assessment.ruleset.gates[gate].after)
        return found

    @cached_property
    def _ids(self) -> frozenset[str]:
        return frozenset(check.id for check in self.checks)

    def of(self, ids: Iterable[str]) -> tuple[CheckResult, ...]:
        """Those of some checks that are shown, in the order given."""
        return tuple(self.assessment.checks[key] for key in ids if key in self._ids)

    @cached_property
    def first(self) -> tuple[CheckResult, ...]:
        """What to do first: the root blockers, without gates every check that is actionable."""
        if self.assessment.gates or not self.assessment.order:
            return self.of(self.assessment.root_blockers)
        return self.of(self.assessment.order[0])

    @cached_property
    def later(self) -> tuple[tuple[int, tuple[CheckResult, ...]], ...]:
        """The waves after the first with their numbers."""
        waves = ((n, self.of(wave)) for n, wave in enumerate(self.assessment.order, 1))
        return tuple((number, wave) for number, wave in waves if wave and number > 1)

    @cached_property
    def aside(self) -> tuple[CheckResult, ...]:
        """What is actionable and holds nothing back."""
        first = {check.id for check in self.first}
        wave = self.assessment.order[0] if self.assessment.order else ()
        return tuple(check for check in self.of(wave) if check.id not in first)

    def nearest(self, check: CheckResult) -> tuple[str, ...]:
        """The open checks that it waits for and that none of the others waits for in turn."""
        return self.assessment.sequence.nearest(check.id)

    def questions(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Those of some questions that the checks shown hang on."""
        readers = self.assessment.ruleset.readers
        return tuple(key for key in ids if self.is_whole or not self._ids.isdisjoint(readers[key]))


def select(assessment: Assessment, gates: Sequence[str]) -> Selection:
    """What some gates hang on; everything if there are none."""
    return Selection(assessment, tuple(dict.fromkeys(gates)))
