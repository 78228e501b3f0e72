"""Plain values as answers: most are read at a glance, the others as an answer sheet.

The answers of a session are each read when it is given, as if all were read together.
"""

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
        self, answers: Mapping[str, object], problems: Problems, find: FindEvidence = no_evidence
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


_NOBODY: frozenset[str] = frozenset()


class NeedsFullRun(Exception):
    """An answer cannot be read alone: it does not fit, or it changes who else is expected."""


class SessionAnswers:
    """Answers that fit, by question; `circumstances` are those under which they are assessed."""

    def __init__(
        self, plain: PlainAnswers, answers: dict[str, object], circumstances: Circumstances
    ) -> None:
        self.answers = answers
        self._plain = plain
        self._questions = plain.ruleset.questions
        self._circumstances = circumstances
        self._readers = plain.readers
        self._not_alone = circumstances.resolutions
        self._awaits_all = any(
            question.ask_each and question.ask_each not in circumstances.groups
            for question in self._questions.values()
        )
        # Answers that are mappings, and who speaks in each.
        self._speaking = {
            key: _speakers(value) for key, value in answers.items() if isinstance(value, Mapping)
        }
        self._everyone = _together(self._speaking)

    def state(self, question: str, value: object) -> State:
        """What an answer comes to; for a question asked of each, by respondent.

        Raises `NeedsFullRun` where that takes all answers, and for an answer that does not fit.
        """
        if question not in self._questions:
            raise NeedsFullRun
        if isinstance(value, Mapping) and not self._speaking:
            # Beside a mapping all answers are validated, which they were not so far.
            raise NeedsFullRun
        if self._awaits_all and self._changes_everyone(question, value):
            raise NeedsFullRun
        if question not in self._not_alone and (read := self._readers.get(question)) is not None:
            state = UNKNOWN if value is None else read(value, self._circumstances.as_of)
            if state is not None:
                return state
        return self._read(question, value)

    def _changes_everyone(self, question: str, value: object) -> bool:
        """Whether others will have handed in answers than have so far."""
        speakers = _speakers(value)
        if speakers == self._speaking.get(question, _NOBODY):
            return False
        return _together({**self._speaking, question: speakers}) != self._everyone

    def _read(self, question: str, value: object) -> State:
        problems = Problems()
        sheet = self._plain.sheet({**self._beside(question), question: value}, problems)
        if problems:
            raise NeedsFullRun
        given = tuple(one for one in sheet.given if one.question == question)
        alone = Sheet(sheet.name, sheet.respondent, self._everyone, given, sheet.node)
        asked = {question: self._questions[question]}
        found = settle(asked, (alone,), self._circumstances)
        if question in found.each:
            return found.each[question]
        return found.single.get(question, UNKNOWN)

    def _beside(self, question: str) -> dict[str, object]:
        """A mapping to be read beside an answer: where there is one, all answers are validated."""
        other = next((key for key in self._speaking if key != question), None)
        return {} if other is None else {other: self.answers[other]}

    def keep(self, question: str, value: object) -> None:
        """Hold an answer that was read."""
        self.answers[question] = value
        if not (self._speaking or isinstance(value, Mapping)):
            return
        before, after = self._speaking.pop(question, _NOBODY), _speakers(value)
        if isinstance(value, Mapping):
            self._speaking[question] = after
        if before != after:
            self._everyone = _together(self._speaking)


def _speakers(value: object) -> frozenset[str]:
    """Those for whom an answer speaks by their names."""
    by = value.get("by") if isinstance(value, Mapping) else None
    return frozenset(map(str, by)) if isinstance(by, Mapping) else _NOBODY


def _together(speaking: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
    return tuple(sorted(_NOBODY.union(*speaking.values())))
