"""The flow of an interview: which question is asked next, which are left out, and why.

It knows no terminal and no file. It is given an answer, or told to postpone a question or to ask
the previous one again.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from readiness.advice.candidates import Relevance
from readiness.advice.questions import NextQuestion, askable
from readiness.assessing import Assessor
from readiness.collecting.form.form_entries import entries_by
from readiness.conditions.terms import questions_of
from readiness.evaluation.states import NOT_APPLICABLE, UNKNOWN, Truth
from readiness.model.answers import Given, Sheet
from readiness.model.engagement import Circumstances
from readiness.model.questionnaire import Question
from readiness.model.respondents import People
from readiness.problems import Problems
from readiness.result.assessment import Assessment

# How often a question is asked before it is left for the next interview.
_TIMES = 2


@dataclass(frozen=True, slots=True)
class Setting:
    """What an interview is held about: sheets, circumstances, who answers on which of the sheets.

    `own` is the name of that sheet. Where `gates` are named only their verdicts count.
    `puts_all` is for putting also what can change nothing, `puts_answered` also what only others
    have answered. `only` names the sections and questions to put; left empty, all of them.
    """

    sheets: tuple[Sheet, ...]
    own: str
    respondent: str
    circumstances: Circumstances
    title: str = ""
    gates: tuple[str, ...] = ()
    puts_all: bool = False
    puts_answered: bool = False
    only: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many questions were not put to the respondent, by the reason.

    `idle` are those to which no answer changes what is asked for, `others` those that somebody
    else has answered, `waiting` those of which it is not known yet whether they are asked,
    `skipped` those that the respondent left for later, `assigned` those that only others are asked.
    """

    idle: int = 0
    others: int = 0
    waiting: int = 0
    skipped: int = 0
    assigned: int = 0


@dataclass(frozen=True, slots=True)
class Dependents:
    """The gates and the checks that depend on a question."""

    gates: tuple[str, ...]
    checks: tuple[str, ...]


class InterviewFlow:
    """One interview, from its first question to its last.

    The question that promises the most chooses the section; then come the other questions of that
    section that still matter, those that promise the most first; then the next section. One that
    was begun is finished before another is. With `puts_all` the questions come in the order of the
    questionnaires, those of which it is not known whether they are asked last.
    """

    def __init__(self, assessor: Assessor, setting: Setting) -> None:
        self.assessor = assessor
        self.setting = setting
        self.respondent: str = setting.respondent
        self.questions: Mapping[str, Question] = assessor.ruleset.questions
        self.assessment: Assessment
        self.entries: dict[str, Given] = {}
        self._kept: tuple[Given, ...] = ()  # what others said on the same sheet
        self._section = ""
        self._chosen = ""  # the section that the respondent chose last
        self._trail: list[str] = []
        self._behind = 0
        self._skipped: dict[str, int] = {}
        self.question: Question | None = None
        """The current question; None when none is left."""
        self.reload(next(sheet for sheet in setting.sheets if sheet.name == setting.own))

    def reload(self, sheet: Sheet) -> None:
        """Replace the respondent's answers by those of their sheet.

        The current question stays the current one.
        """
        self.entries = entries_by(self.respondent, [sheet], Problems())
        self._kept = tuple(one for one in sheet.given if one.respondent != self.respondent)
        self._assess()
        if self.question is None:
            self._choose()

    @property
    def is_back(self) -> bool:
        """Whether the current question was asked before and is being revisited."""
        return self._behind > 0

    def hanging(self, question: str) -> Dependents:
        """Return what an answer to a question, or a change of the answer, can still change."""
        found = self._open.get(question)
        if found is not None and found.checks:
            return Dependents(found.gates, found.checks)
        if found is None and not self._is_answered(question):
            return Dependents((), ())
        checks = self.assessor.ruleset.readers[question]
        waiting = {gate for key in checks for gate in self.assessment.checks[key].gates}
        for key, gate in self.assessment.gates.items():  # each after those it comes after
            if waiting.intersection(gate.gate.after):
                waiting.add(key)
        return Dependents(tuple(key for key in self.assessment.gates if key in waiting), checks)

    def put_down(self, entry: Given) -> Assessment:
        """Take what the respondent gave for a question; the assessment as it was before."""
        before = self.assessment
        self.entries[entry.question] = entry
        self._assess()
        return before

    def go_on(self) -> None:
        """The question is done with: on to the next."""
        if self._behind:
            self._behind = 0
        elif self.question is not None:
            self._remember(self.question.id)
        self._choose()

    def skip(self) -> None:
        """The question is left for later: it comes once more when all others are done."""
        if self.question is not None and not self._is_answered(self.question.id):
            self._skipped[self.question.id] = self._skipped.get(self.question.id, 0) + 1
        self.go_on()

    def back(self) -> bool:
        """Go back to the previous question; return False if there is none."""
        for behind in range(self._behind + 1, len(self._trail) + 1):
            key = self._trail[-behind]
            if self.asked(key) in (True, UNKNOWN):
                self._behind, self.question = behind, self.questions[key]
                return True
        return False

    def asked(self, question: str) -> Truth:
        """Whether a question is asked of the respondent in this interview."""
        is_put = self._people.is_put(self.questions[question], self.respondent)
        return self._applies(question) if is_put else False

    def _applies(self, question: str) -> Truth:
        """Whether a question is asked, regardless of who it is assigned to."""
        held, only = self.questions[question], self.setting.only
        if only and held.id not in only and held.section not in only:
            return False
        if question in self.assessor.ruleset.scope.questions:
            return False
        if not held.ask_each:
            return self.assessment.asked(question)
        is_expected = self.respondent in self.assessment.answers.each[question]
        return self.assessment.asked(question, self.respondent) if is_expected else False

    def hidden(self, section: str = "") -> Counter[tuple[str, ...]]:
        """How many questions of one section, or of all, do not apply because of other answers.

        They are counted by the questions that decide it.
        """
        ask_when, found = self.assessor.ruleset.ask_when, Counter[tuple[str, ...]]()
        for key, term in ask_when.items():
            question = self.questions[key]
            is_put = self._people.is_put(question, self.respondent)
            if is_put and section in ("", question.section):
                whose = self.respondent if question.ask_each else ""
                if self.assessment.asked(key, whose) in (False, NOT_APPLICABLE):
                    found[tuple(sorted(questions_of(term)))] += 1
        return found

    @property
    def sections(self) -> dict[str, tuple[int, int]]:
        """The sections with questions to the respondent: how many are answered, and are left."""
        found: dict[str, tuple[int, int]] = {}
        for key in self._find_asked():
            section, is_done = self.questions[key].section, self._is_answered(key)
            if is_done or self.setting.puts_all or key in self._open:
                done, left = found.get(section, (0, 0))
                found[section] = done + is_done, left + (not is_done)
        return found

    def go_to(self, section: str) -> bool:
        """Go on in a section; return False if there is nothing left to put in it."""
        before, self._section, self._chosen = self.question, section, section
        self._choose()
        if self.question is None or self.question.section != section:
            self.question = before
            self._section = before.section if before else ""
            return False
        return True

    @property
    def answered(self) -> int:
        """How many of the questions that are asked of the respondent it has answered."""
        return sum(self._is_answered(key) for key in self._find_asked())

    @property
    def remaining(self) -> int:
        """How many questions are still to be put as things stand."""
        if self.setting.puts_all:
            return sum(not self._is_answered(key) for key in self._find_asked())
        return len(self._open)

    def left_out(self, section: str = "") -> LeftOut:
        """What was not put, of one section or of all."""
        keys = [key for key, one in self.questions.items() if section in ("", one.section)]
        is_asked = {key: self.asked(key) in (True, UNKNOWN) for key in keys}
        reasons = Counter(
            self._reason(key) for key in keys if is_asked[key] and not self._is_answered(key)
        )
        reasons["assigned"] = sum(
            self._applies(key) in (True, UNKNOWN) for key in keys if not is_asked[key]
        )
        del reasons[""]
        return LeftOut(**reasons)

    def _reason(self, question: str) -> str:
        """Why a question that is not answered is not put; empty where it is still to be put."""
        if self.setting.puts_all or question in self._open:
            return "skipped" if question in self._skipped else ""
        if self._is_settled(question):
            return "others"
        return "waiting" if question in self._relevance.checks_by_question else "idle"

    def _find_asked(self) -> Iterator[str]:
        return (key for key in self.questions if self.asked(key) in (True, UNKNOWN))

    def _is_answered(self, question: str) -> bool:
        """Whether the respondent has answered, on its own sheet or on another."""
        entry = self.entries.get(question)
        if entry is not None and entry.state != "blank":
            return True
        given = self.assessment.answers.given.get(question, ())
        return any(one.respondent == self.respondent for one in given)

    def _is_settled(self, question: str) -> bool:
        """Whether somebody else has answered for all, or the assessor has."""
        if self.questions[question].ask_each:
            return False
        answers = self.assessment.answers
        given = answers.given.get(question, ())
        if question in answers.circumstances.resolutions:
            return True
        is_spared = self._people.spare(question, self.respondent, given)
        return is_spared and not self.setting.puts_answered

    @property
    def _people(self) -> People:
        return self.setting.circumstances.people

    def _remember(self, question: str) -> None:
        if question in self._trail:
            self._trail.remove(question)
        self._trail.append(question)

    def _assess(self) -> None:
        said = (one for one in self.entries.values() if one.state != "blank")
        setting, given = self.setting, (*self._kept, *said)
        sheets = tuple(
            self._people.named(dataclasses.replace(sheet, given=given))
            if sheet.name == setting.own
            else sheet
            for sheet in setting.sheets
        )
        self.assessment = self.assessor.assess_sheets(sheets, setting.circumstances, setting.title)
        self._relevance = Relevance(self.assessment, setting.gates, self.respondent)
        open_ = (one for one in askable(self._relevance) if self.asked(one.question.id) is True)
        self._open = {one.question.id: one for one in open_}
        for key, question in self.questions.items():
            if key not in self._open and self._is_owed(question):
                self._open[key] = NextQuestion(question, (), (), (), ())

    def _is_owed(self, question: Question) -> bool:
        """Whether the respondent still has to answer a question that others have answered."""
        return (
            (self.setting.puts_answered or self._people.own(question, self.respondent))
            and bool(self.assessment.answers.given.get(question.id))
            and not (self._is_answered(question.id) or self._is_settled(question.id))
            and self.asked(question.id) is True
        )

    def _choose(self) -> None:
        self._behind = 0
        self.question = self._next_of_all() if self.setting.puts_all else self._next()
        if self.question is not None:
            self._section = self.question.section

    def _next(self) -> Question | None:
        begun_sections = self._begun
        for times in range(_TIMES):
            open_ = [one for key, one in self._open.items() if self._may_come(key, times)]
            here = [one for one in open_ if one.question.section == self._section]
            begun = [one for one in open_ if one.question.section in begun_sections]
            if found := here or begun or open_:
                found = [one for one in found if one.checks] or found
                return self.assessor.adviser.rank(self._relevance, found)[0].question
        return None

    @property
    def _begun(self) -> set[str]:
        """The sections in which the respondent has answered something."""
        given = (key for key, one in self.entries.items() if one.state != "blank")
        return {self.questions[key].section for key in given}

    def _next_of_all(self) -> Question | None:
        open_ = [key for key in self._find_asked() if not self._is_answered(key)]
        here = [key for key in open_ if self.questions[key].section == self._chosen]
        for truth in (True, UNKNOWN):
            for times in range(_TIMES):
                for key in (*here, *open_):
                    if self.asked(key) is truth and self._may_come(key, times):
                        return self.questions[key]
        return None

    def _may_come(self, question: str, times: int) -> bool:
        return self._skipped.get(question, 0) <= times
