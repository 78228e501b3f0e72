"""Which questions can still change a status or a verdict, and which no longer can.

A status that is decided stays decided, whatever else is answered (see the meaning of conditions);
so a question matters as long as some undetermined check depends on it, through conditions
whose parts have not decided them already.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from readiness.evaluation.states import UNKNOWN
from readiness.evaluation.verdicts import OUT_OF_SCOPE, UNDETERMINED
from readiness.result.assessment import Assessment

# What no answer can change any more.
_FINAL = ("go", "no_go", OUT_OF_SCOPE)


@dataclass(frozen=True, eq=False)
class Relevance:
    """What can still be decided in an assessment, of all statuses, or of the verdicts of `gates`.

    Where gates are named, only what can change their verdicts counts. Where a respondent is named,
    `of` ("" for one without a name), only what can be asked of it can be asked.
    """

    assessment: Assessment
    asked_for: tuple[str, ...] = ()
    of: str | None = None

    @cached_property
    def gates(self) -> tuple[str, ...]:
        """The gates asked for, in their order; all of them where none is named."""
        return tuple(
            key for key in self.assessment.gates if not self.asked_for or key in self.asked_for
        )

    @cached_property
    def checks(self) -> tuple[str, ...]:
        """The undetermined checks the status of which is asked for, or decides what is."""
        undetermined = self._undetermined
        if not self.asked_for:
            return undetermined
        deciding, position = 0, self.assessment.sequence.graph.position
        for gate in self.gates:
            deciding |= self._deciding[gate]
        return tuple(key for key in undetermined if deciding >> position[key] & 1)

    @cached_property
    def _undetermined(self) -> tuple[str, ...]:
        """The undetermined checks that are in scope."""
        statuses, out = self.assessment.judgement.statuses, self.assessment.ruleset.scope.checks
        return tuple(k for k in statuses if statuses[k] == UNDETERMINED and k not in out)

    @cached_property
    def _deciding(self) -> dict[str, int]:
        """For each gate the set of undetermined checks that can change its verdict."""
        assessment, found = self.assessment, dict[str, int]()
        ruleset = assessment.ruleset
        undetermined = ruleset.graph.bits(self._undetermined)
        for key, gate in assessment.gates.items():  # each after those it comes after
            found[key] = 0
            if gate.verdict not in _FINAL:
                found[key] = ruleset.ranking.gates[key] & undetermined
                for before in gate.gate.after:
                    found[key] |= found[before]
        return found

    @cached_property
    def checks_by_question(self) -> dict[str, tuple[str, ...]]:
        """The questions that can still decide something, each with the checks that it can."""
        found: dict[str, list[str]] = {}
        for check in self.checks:
            for question in self.assessment.open_questions(check):
                found.setdefault(question, []).append(check)
        rank = self.assessment.ruleset.question_rank
        return {key: tuple(found[key]) for key in sorted(found, key=rank.__getitem__)}

    def gates_of(self, checks: Collection[str]) -> tuple[str, ...]:
        """Return the requested gates whose verdict depends on some of these checks."""
        held = self.assessment.sequence.graph.bits(checks)
        return tuple(key for key in self.gates if self._deciding[key] & held)

    def respondents(self, question: str) -> tuple[str, ...]:
        """Who can be asked a question now: "" where anybody may answer, else each by their id.

        Nobody, where it was answered, or where it is not decided yet whether it is asked. What
        others do not know can be asked of a respondent who is named.
        """
        return tuple(self._respondents(question))

    def _respondents(self, question: str) -> Iterator[str]:
        reference, people = self.assessment.reference, self.assessment.circumstances.people
        held = self.assessment.ruleset.questions[question]
        given = self.assessment.answers.given.get(question, ())
        heard = {one.respondent for one in given}
        expected: Sequence[str] = ("",)
        if self.of is not None and not people.is_put(held, self.of):
            return
        if held.ask_each:
            states = reference.case.each[question]
            expected = [one for one in states if states[one] is UNKNOWN and one not in heard]
            expected = [one for one in expected if self.of in (None, one)]
        elif question in self.assessment.answers.circumstances.resolutions:
            return
        elif self.of is None or self.of in heard:
            if heard:
                return
            if self.of is None:
                expected = people.assigned(held) or expected
        elif people.spare(question, self.of, given):
            return
        for one in expected:
            if self.assessment.asked(question, one if held.ask_each else "") is True:
                yield one
