"""Plain values as answers: most are read at a glance, the others as an answer sheet."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from functools import cached_property

from readiness.dependencies.ruleset import Ruleset
from readiness.evaluation.answer_readers import (
    AnswerReader,
    RespondentsReader,
    answer_reader,
    respondents_reader,
)
from readiness.evaluation.reconciliation import Answers, settle
from readiness.evaluation.states import UNKNOWN, Case, State
from readiness.loading.plain_answers import plain_sheet
from readiness.model.answers import FindEvidence, Sheet, no_evidence
from readiness.model.engagement import Circumstances
from readiness.problems import Problems


class PlainAnswers:
    """Reads plain values for one ruleset; it may be shared between threads."""

    def __init__(self, ruleset: Ruleset) -> None:
        self.ruleset = ruleset

    @cached_property
    def readers(self) -> Mapping[str, AnswerReader]:
        """What reads the answer to each question that has one answer."""
        questions = self.ruleset.questions.items()
        return {
            key: answer_reader(question) for key, question in questions if not question.ask_each
        }

    @cached_property
    def _readers_of_each(self) -> Mapping[str, tuple[str, RespondentsReader]]:
        """The group that is asked each other question, and what reads its answers."""
        questions = self.ruleset.questions.items()
        return {
            key: (question.ask_each, respondents_reader(question))
            for key, question in questions
            if question.ask_each
        }

    @cached_property
    def _blank(self) -> Sheet:
        return self.sheet({}, Problems())

    @cached_property
    def _unanswered(self) -> Case:
        """What nobody has answered, where no group is named."""
        return self._settle(self._readers_of_each, self._blank, Circumstances(datetime.date.min))

    def sheet(
        self,
        answers: Mapping[str, object],
        problems: Problems,
        find: FindEvidence = no_evidence,
    ) -> Sheet:
        """Plain values as an answer sheet; what does not fit goes to `problems`.

        `find` finds the evidence files that they name.
        """
        return plain_sheet(answers, self.ruleset.questions, problems, find)

    def settle(
        self,
        answers: Mapping[str, object],
        circumstances: Circumstances,
        find: FindEvidence = no_evidence,
    ) -> tuple[tuple[Sheet, ...], Answers]:
        """The sheet of plain values that fit, and what it says question by question."""
        sheets = (self.sheet(answers, Problems(), find),)
        return sheets, settle(self.ruleset.questions, sheets, circumstances)

    def stated(self, answers: Mapping[str, object], circumstances: Circumstances) -> Case | None:
        """The state of each question; None where an answer does not fit.

        The evidence of answers is not looked at: `circumstances` ask for none.
        """
        readers, apart, today = self.readers, circumstances.resolutions, circumstances.as_of
        expected = self._expected(circumstances)
        if apart:
            readers = {key: read for key, read in readers.items() if key not in apart}
        single: dict[str, State] = {}
        each: dict[str, Mapping[str, State]] = {}
        rest: dict[str, object] = {}
        for key, value in answers.items():
            read = readers.get(key)
            if read is not None and (state := read(value, today)) is not None:
                single[key] = state
            elif (
                key in expected
                and key not in apart
                and (states := self._readers_of_each[key][1](value, expected[key], today))
                is not None
            ):
                each[key] = states
            else:
                rest[key] = value
        if not (rest or apart or circumstances.groups):
            return Case(single, self._unanswered.each, self._unanswered.groups, today)
        if expected and not (rest or apart):
            missing = expected.keys() - each.keys()
            each |= {key: dict.fromkeys(expected[key], UNKNOWN) for key in missing}
            return Case(single, each, circumstances.groups, today)
        problems = Problems()
        sheet = self.sheet(rest, problems) if rest else self._blank
        if problems:
            return None
        found = self._settle({*rest, *apart, *self._readers_of_each}, sheet, circumstances)
        return Case({**single, **found.single}, {**found.each, **each}, found.groups, today)

    def _expected(self, circumstances: Circumstances) -> Mapping[str, tuple[str, ...]]:
        """Those who are expected to answer each question that is asked of each.

        Empty unless all of the groups are named: who belongs to the others is said by all answers
        together.
        """
        groups, readers = circumstances.groups, self._readers_of_each
        if not groups or not all(group in groups for group, _ in readers.values()):
            return {}
        return {key: groups[group] for key, (group, _) in readers.items()}

    def _settle(self, wanted: Iterable[str], sheet: Sheet, circumstances: Circumstances) -> Case:
        questions = {key: self.ruleset.questions[key] for key in wanted}
        return settle(questions, (sheet,), circumstances).stated
