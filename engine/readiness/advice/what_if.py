"""What an answer would decide: every answer worth trying, judged in one run of the program."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise

from readiness.advice.candidates import candidates
from readiness.conditions.terms import Term, questions_of
from readiness.dependencies.ruleset import Ruleset
from readiness.evaluation.bulk import Bulk, CheckPlanes, GatePlanes
from readiness.evaluation.evaluator import Evaluator
from readiness.evaluation.reconciliation import Answers
from readiness.evaluation.states import State
from readiness.model.questionnaire import Question
from readiness.result.assessment import Assessment

Asked = tuple[str, str]  # a question, and the respondent or ""


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What the answers tried for one question come to: bits of the planes of all trials."""

    checks: Map[str, CheckPlanes]
    gates: Map[str, GatePlanes]
    bits: int

    @property
    def number(self) -> int:
        """How many answers were tried."""
        return self.bits.bit_count()

    def deciding_check(self, check: str) -> int:
        """How many of the answers leave a check decided."""
        met, unmet, not_applicable, _, _ = self.checks[check]
        return ((met | unmet | not_applicable) & self.bits).bit_count()

    def deciding_gate(self, gate: str) -> int:
        """How many of the answers leave a gate decided."""
        no_go, undetermined, _ = self.gates[gate]
        return ((no_go | ~undetermined) & self.bits).bit_count()


class WhatIf:
    """Tries answers to the open questions of assessments against one ruleset."""

    def __init__(self, evaluator: Evaluator, bulk: Bulk) -> None:
        self.evaluator = evaluator
        self.bulk = bulk
        self.ruleset: Ruleset = evaluator.ruleset
        self._candidates: dict[str, tuple[State, ...]] = {}
        self._affected: dict[str, Sequence[int]] = {}

    def outcomes(self, assessment: Assessment, asked: Sequence[Asked]) -> list[Outcomes]:
        """For each question and respondent what each of the answers tried would come to."""
        answers = assessment.answers
        trials = [(one, self._values(assessment, one[0])) for one in asked]
        states = self._all_states(answers, trials)
        as_given = self._all_states(answers.as_given, trials) if answers.unproven else []
        waived = answers.circumstances.waived()
        checks, gates = self.bulk.planes(states, [waived] * len(states), as_given)
        by_check = dict(zip(self.bulk.program.check_ids, checks, strict=True))
        by_gate = dict(zip(self.bulk.program.gate_ids, gates, strict=True))
        ends = list(accumulate(len(values) for _, values in trials))
        bits = [(1 << end) - (1 << start) for start, end in pairwise([0, *ends])]
        return [Outcomes(by_check, by_gate, own) for own in bits]

    def _all_states(
        self, answers: Answers, trials: Iterable[tuple[Asked, Sequence[State]]]
    ) -> list[list[State]]:
        """The states of all leaves with each of the answers tried."""
        now = self.bulk.leaf_states(self.evaluator.case(answers.stated))
        return [
            self._states(answers, now, asked, value) for asked, values in trials for value in values
        ]

    def _values(self, assessment: Assessment, question: str) -> tuple[State, ...]:
        held = self.ruleset.questions[question]
        if held.kind == "date" or any(one.kind == "date" for one in held.columns.values()):
            return self._try_answers(held, assessment)  # depends on the day
        if question not in self._candidates:
            self._candidates[question] = self._try_answers(held, assessment)
        return self._candidates[question]

    def _try_answers(self, question: Question, assessment: Assessment) -> tuple[State, ...]:
        reading = [self._terms[number] for number in self._reading[question.id]]
        return candidates(question, reading, assessment.as_of)

    def _states(
        self, answers: Answers, now: Sequence[State], asked: Asked, value: State
    ) -> list[State]:
        """The states of all leaves with one answer more; those it cannot touch are not new."""
        case = self.evaluator.case(_with(answers, *asked, value).stated)
        found = list(now)
        for number in self._affected_leaves(asked[0]):
            found[number] = self.bulk.leaf_state(number, case)
        return found

    @cached_property
    def _terms(self) -> Sequence[Term]:
        """All leaves, then all that decides whether questions are asked."""
        return [*self.bulk.program.leaves, *self.ruleset.ask_when.values()]

    @cached_property
    def _reading(self) -> Map[str, Sequence[int]]:
        """Those of `_terms` that read each question, by their numbers."""
        found: dict[str, list[int]] = {key: [] for key in self.ruleset.questions}
        for number, term in enumerate(self._terms):
            for question in questions_of(term):
                found[question].append(number)
        return found

    def _affected_leaves(self, question: str) -> Sequence[int]:
        """Return the leaves affected by a question, directly or through `ask_when`."""
        if question not in self._affected:
            keys = (question, *self.ruleset.decided.get(question, ()))
            found = {number for key in keys for number in self._reading[key]}
            leaves = range(len(self.bulk.program.leaves))
            self._affected[question] = sorted(found.intersection(leaves))
        return self._affected[question]


def _with(answers: Answers, question: str, who: str, value: State) -> Answers:
    """The answers with one more."""
    if question in answers.each:
        each = {**answers.each, question: {**answers.each[question], who: value}}
        return dataclasses.replace(answers, each=each)
    return dataclasses.replace(answers, single={**answers.single, question: value})
