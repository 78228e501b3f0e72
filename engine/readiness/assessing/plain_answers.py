"""Plain values as answers: most are their own state, the others are read as an answer sheet."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from functools import cached_property

from readiness.dependencies.ruleset import Ruleset
from readiness.documents.from_python import plain
from readiness.evaluation.reconciliation import Answers, Circumstances, settle
from readiness.evaluation.states import Case, Fits, State, fitting
from readiness.loading.plain_answers import plain_sheet, sheet_of
from readiness.model.answers import FindEvidence, Sheet, no_evidence
from readiness.problems import Problems


class PlainAnswers:
    """Reads plain values for one ruleset; it may be shared between threads."""

    def __init__(self, ruleset: Ruleset) -> None:
        self.ruleset = ruleset

    @cached_property
    def fits(self) -> Mapping[str, Fits]:
        """Of each question which values are their own state; see `fitting`."""
        return {key: fitting(question) for key, question in self.ruleset.questions.items()}

    @cached_property
    def _asked_each(self) -> frozenset[str]:
        return frozenset(key for key, one in self.ruleset.questions.items() if one.ask_each)

    @cached_property
    def _blank(self) -> Sheet:
        return self.sheet({}, Problems())

    @cached_property
    def _unanswered(self) -> Case:
        """What nobody has answered, where no group is named."""
        return self._settled(self._asked_each, self._blank, Circumstances(datetime.date.min))

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

    def stated(
        self, answers: Mapping[str, object], circumstances: Circumstances
    ) -> tuple[Case, dict[str, object]] | None:
        """The state of each question, and what `plain` makes of answers that have to be read.

        None where an answer does not fit. The evidence of answers is not looked at:
        `circumstances` ask for none.
        """
        fits, apart = self.fits, circumstances.resolutions
        single: dict[str, State] = {}
        rest: dict[str, object] = {}
        for key, value in answers.items():
            fit = fits.get(key)
            if fit is not None and fit(value) and key not in apart:
                single[key] = value
            else:
                rest[key] = plain(value)
        if not (rest or apart or circumstances.groups):
            blank = self._unanswered
            return Case(single, blank.each, blank.groups, circumstances.as_of), rest
        problems = Problems()
        sheet = sheet_of(rest, self.ruleset.questions, problems) if rest else self._blank
        if problems:
            return None
        found = self._settled({*rest, *apart, *self._asked_each}, sheet, circumstances)
        return Case({**single, **found.single}, found.each, found.groups, found.as_of), rest

    def _settled(self, wanted: Iterable[str], sheet: Sheet, circumstances: Circumstances) -> Case:
        questions = {key: self.ruleset.questions[key] for key in wanted}
        return settle(questions, (sheet,), circumstances).stated
