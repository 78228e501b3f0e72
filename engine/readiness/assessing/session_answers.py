"""The answers of a session, each read when it is given, as if all were read together."""

from __future__ import annotations

from collections.abc import Mapping

from readiness.assessing.plain_answers import PlainAnswers
from readiness.evaluation.reconciliation import settle
from readiness.evaluation.states import UNKNOWN, State
from readiness.model.answers import Sheet
from readiness.model.engagement import Circumstances
from readiness.problems import Problems

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
