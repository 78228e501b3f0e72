"""What an answer would decide: every answer worth trying, judged in one run of the program."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping as Map
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from readiness.advice.candidates import candidates
from readiness.conditions.terms import Term, questions_of
from readiness.evaluation.native import Native
from readiness.evaluation.settling import Answers
from readiness.evaluation.states import State
from readiness.evaluation.verdicts import Judgement
from readiness.result.assessment import Assessment

Asked = tuple[str, str]  # a question, and the respondent or ""


@dataclass(frozen=True, eq=False)
class Trials:
    """Tries answers to open questions of an assessment; nothing in it changes."""

    assessment: Assessment
    native: Native

    def outcomes(self, asked: Sequence[Asked]) -> dict[Asked, list[Judgement]]:
        """For each question and respondent what each of the answers tried would come to."""
        tried = [(one, value) for one in asked for value in self._values(one[0])]
        states = [self._states(question, who, value) for (question, who), value in tried]
        waived = self.assessment.answers.circumstances.waived()
        judged = self.native.judge_states(states, [waived] * len(states))
        found: dict[Asked, list[Judgement]] = {one: [] for one in asked}
        for (one, _), judgement in zip(tried, judged, strict=True):
            found[one].append(judgement)
        return found

    def _values(self, question: str) -> tuple[State, ...]:
        ruleset = self.assessment.ruleset
        leaves = [self.native.program.leaves[number] for number in self._reading[question]]
        asking = [term for term in ruleset.ask_when.values() if question in questions_of(term)]
        held = ruleset.questions[question]
        return candidates(held, [*leaves, *asking], self.assessment.as_of)

    def _states(self, question: str, who: str, value: State) -> list[State]:
        """The states of all leaves with one answer more; those it cannot touch are not new."""
        case = self.native.case(_with(self.assessment.answers, question, who, value))
        found = list(self._now)
        for number in self._touched(question):
            found[number] = self.native.leaf_state(number, case)
        return found

    @cached_property
    def _now(self) -> list[State]:
        return self.native.leaf_states(self.native.case(self.assessment.answers))

    @cached_property
    def _reading(self) -> Map[str, tuple[int, ...]]:
        """The leaves that read each question, by their numbers."""
        return _readers(self.assessment.ruleset.questions, self.native.program.leaves)

    def _touched(self, question: str) -> set[int]:
        """The leaves that read a question, or one the asking of which hangs on it."""
        found: set[int] = set()
        seen, rest = {question}, [question]
        while rest:
            key = rest.pop()
            found.update(self._reading[key])
            more = self._asking.get(key, set()) - seen
            seen |= more
            rest.extend(more)
        return found

    @cached_property
    def _asking(self) -> dict[str, set[str]]:
        """The questions the asking of which hangs on each question."""
        found: dict[str, set[str]] = {}
        for key, term in self.assessment.ruleset.ask_when.items():
            for question in questions_of(term):
                found.setdefault(question, set()).add(key)
        return found


def _readers(questions: Map[str, object], leaves: Sequence[Term]) -> dict[str, tuple[int, ...]]:
    found: dict[str, list[int]] = {key: [] for key in questions}
    for number, leaf in enumerate(leaves):
        for question in questions_of(leaf):
            found[question].append(number)
    return {key: tuple(numbers) for key, numbers in found.items()}


def _with(answers: Answers, question: str, who: str, value: State) -> Answers:
    """The answers with one more."""
    if question in answers.each:
        each = {**answers.each, question: {**answers.each[question], who: value}}
        return dataclasses.replace(answers, each=each)
    return dataclasses.replace(answers, single={**answers.single, question: value})
