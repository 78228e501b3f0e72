"""From what respondents gave to one state for each question."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass, field

from readiness.dependencies.lazy_property import lazy_property
from readiness.evaluation.disagreement import disagreement, on_several, place_of
from readiness.evaluation.states import NOT_APPLICABLE, UNKNOWN, Case, State
from readiness.model.answers import Evidence, Given, Sheet, by_respondent, differing, sides
from readiness.model.engagement import Circumstances, Resolution
from readiness.model.questionnaire import Question
from readiness.model.value import day_to_come, ends_today
from readiness.problems import Problem, Problems

_HOLDING_DAYS = {datetime.date, tuple}  # a date; a table, whose cells may be dates

NOBODY = "nobody has handed in a sheet"


@dataclass(frozen=True)
class Answers:
    """One state for each question, before it is known which questions are asked at all.

    `single` leaves out what nobody answered, `each` has every expected respondent. `reasons` says
    why an answer that was given counts as unknown; its key is question and respondent, the
    latter empty for a question that has one answer. `conflicts` are the questions on which
    respondents differ, `settled` those of which a resolution settled it. `unproven` are, by the
    same key, the answers without the evidence that their question requires; here they are unknown.
    """

    circumstances: Circumstances
    given: Map[str, tuple[Given, ...]]
    groups: Map[str, tuple[str, ...]]
    single: Map[str, State]
    each: Map[str, Map[str, State]]
    reasons: Map[tuple[str, str], str]
    conflicts: tuple[str, ...]
    settled: tuple[str, ...]
    warnings: tuple[Problem, ...]
    unproven: Map[tuple[str, str], State] = field(default_factory=dict)

    @lazy_property
    def as_given(self) -> Answers:
        """The same with the answers that lack their evidence taken as they were given.

        They count only against a check: see `docs/evidence.md`.
        """
        if not self.unproven:
            return self
        single, each = dict(self.single), {key: dict(held) for key, held in self.each.items()}
        for (question, respondent), state in self.unproven.items():
            if question in each:
                each[question][respondent] = state
            else:
                single[question] = state
        return dataclasses.replace(self, single=single, each=each)

    def given_by(self, question: str, respondent: str) -> tuple[Given, ...]:
        """Return the answers of one respondent to one question."""
        return self._by_respondent.get(question, {}).get(respondent, ())

    @lazy_property
    def _by_respondent(self) -> Map[str, Map[str, tuple[Given, ...]]]:
        return {question: by_respondent(given) for question, given in self.given.items()}

    @property
    def stated(self) -> Case:
        """The states of all questions as one case."""
        return Case(self.single, self.each, self.groups, self.circumstances.as_of)


def settle(
    questions: Map[str, Question], sheets: Sequence[Sheet], circumstances: Circumstances
) -> Answers:
    """What the sheets say together, question by question."""
    return _Reconciler(questions, sheets, circumstances).answers()


class _Reconciler:
    def __init__(
        self, questions: Map[str, Question], sheets: Sequence[Sheet], circumstances: Circumstances
    ) -> None:
        self.questions = questions
        self.circumstances = circumstances
        self._is_evidenced = circumstances.assurance == "evidenced"
        given: dict[str, list[Given]] = {}
        for sheet in sheets:
            for one in sheet.given:
                given.setdefault(one.question, []).append(one)
        self.given = {key: tuple(found) for key, found in given.items()}
        self.everyone = _respondents(sheets)
        self.reasons: dict[tuple[str, str], str] = {}
        self.conflicts: dict[str, None] = {}
        self.settled: list[str] = []
        self.unproven: dict[tuple[str, str], State] = {}
        self.warnings = Problems()
        self.warnings.extend(circumstances.notes)

    def answers(self) -> Answers:
        resolutions = self.circumstances.resolutions
        groups = {
            question.ask_each: self.circumstances.groups.get(question.ask_each, self.everyone)
            for question in self.questions.values()
            if question.ask_each
        }
        single: dict[str, State] = {}
        each: dict[str, dict[str, State]] = {}
        for key, question in self.questions.items():
            if question.ask_each:
                each[key] = self._each(question, groups[question.ask_each])
            elif key in resolutions:
                single[key] = self._resolved(question, resolutions[key])
            elif key in self.given:
                single[key] = self._agree(question, self.given[key], "")
        return Answers(
            circumstances=self.circumstances,
            given=self.given,
            groups=groups,
            single=single,
            each=each,
            reasons=self.reasons,
            conflicts=tuple(self.conflicts),
            settled=tuple(self.settled),
            warnings=self.warnings.as_found(),
            unproven=self.unproven,
        )

    def _each(self, question: Question, expected: tuple[str, ...]) -> dict[str, State]:
        if question.id in self.circumstances.resolutions:  # it does not apply, for all of them
            self.settled.append(question.id)
            return dict.fromkeys(expected, NOT_APPLICABLE)
        states: dict[str, State] = dict.fromkeys(expected, UNKNOWN)
        given = by_respondent(self.given.get(question.id, ()))
        for respondent in expected:
            if own := given.get(respondent):
                states[respondent] = self._agree(question, own, respondent)
        for stranger, (one, *_) in given.items():
            if stranger not in states:
                who = one.who or "a sheet without a respondent"
                facts = {"who": who, "id": question.id, "group": question.ask_each}
                self.warnings.add("not-expected", one, **facts)
        return states

    def _resolved(self, question: Question, resolution: Resolution) -> State:
        given = self.given.get(question.id, ())
        is_away, distinct = resolution.state == "not_applicable", differing(given)
        if len(distinct) > 1 or (is_away and not distinct):
            self.settled.append(question.id)
        else:
            self.warnings.add("nothing-to-settle", resolution, id=question.id)
        if is_away:
            return NOT_APPLICABLE
        if why := self._to_come(question, resolution):
            self.reasons[question.id, ""] = why
            return UNKNOWN
        supporting = [one for one in given if one.value == resolution.value]
        return self._require_evidence(question, resolution.value, [resolution, *supporting], "")

    def _agree(self, question: Question, given: Sequence[Given], respondent: str) -> State:
        """What those who know agree on; unknown where they differ.

        A day that is still to come, where it may not be, counts as not known.
        """
        if len(given) == 1:  # as most questions have
            [one] = given
            if one.value.__class__ in _HOLDING_DAYS and ends_today(question):
                one = self._count(question, one)
            if one.state == "answered" and not (one.evidence or self._requires_evidence(question)):
                return one.value
            given = (one,)
        elif ends_today(question):
            given = [self._count(question, one) for one in given]
        distinct = differing(given)
        if not distinct:
            self.reasons[question.id, respondent] = _unknowing(given)
            return UNKNOWN
        if len(distinct) > 1:
            self.conflicts[question.id] = None
            self.reasons[question.id, respondent] = disagreement(question, given)
            self._warn_of_those_who_differ(question, given)
            return UNKNOWN
        one = distinct[0]
        if one.state == "not_applicable":
            return NOT_APPLICABLE
        return self._require_evidence(question, one.value, given, respondent)

    def _count(self, question: Question, one: Given) -> Given:
        """The answer; one that is not known where its day is still to come and may not be."""
        why = self._to_come(question, one)
        return dataclasses.replace(one, state="unknown", value=None, reason=why) if why else one

    def _to_come(self, question: Question, one: Given | Resolution) -> str:
        """Return why an answer does not count, and warn, if its day is still to come; else ''."""
        today = self.circumstances.as_of
        day = day_to_come(question, one.value, today)
        if day is None:
            return ""
        why = f"{day} is later than the day of the assessment, {today}"
        self.warnings.add("day-to-come", one, id=question.id, why=why)
        return why

    def _warn_of_those_who_differ(self, question: Question, given: Sequence[Given]) -> None:
        """Warn of each respondent who gave different answers, with the place of each."""
        by = by_respondent(given)
        for respondent in on_several(sides(given)):
            own = differing(by[respondent])
            who, places = own[0].who, " and ".join(map(place_of, own))
            self.warnings.add("answered-twice", *own, who=who, id=question.id, places=places)

    def _requires_evidence(self, question: Question) -> bool:
        return self._is_evidenced and question.evidence == "required"

    def _require_evidence(
        self, question: Question, value: State, given: Iterable[Given | Resolution], respondent: str
    ) -> State:
        """The value, or unknown where evidence is required and none counts."""
        backing = [one for one in given if one.value == value]
        items = [(one, item) for one in backing for item in one.evidence]
        if not (items or self._is_evidenced):
            return value
        today = self.circumstances.as_of
        if not self._requires_evidence(question) or any(item.counts_on(today) for _, item in items):
            for one, item in items:
                if not item.holds_on(today):
                    facts = {"id": question.id, "day": item.expires, "title": item.title}
                    self.warnings.add("evidence-expired", one, label=question.label, **facts)
            return value
        why = _lacking([item for _, item in items], today)
        self.reasons[question.id, respondent] = why
        self.unproven[question.id, respondent] = value
        self.warnings.add("evidence-missing", backing[0], label=question.label, why=why)
        return UNKNOWN


def _respondents(sheets: Iterable[Sheet]) -> tuple[str, ...]:
    """Everyone who handed in a sheet, or for whom a sheet speaks.

    A sheet without a respondent stands for somebody without a name unless it speaks for others.
    """
    found: dict[str, None] = {}
    for sheet in sheets:
        named = dict.fromkeys((sheet.respondent, *sheet.speaks_for))
        named.pop("", None)
        found.update(named or {"": None})
    return tuple(found)


def _unknowing(given: Iterable[Given]) -> str:
    said = [f"{one.who}: {one.reason}" if one.who else one.reason for one in given]
    return "; ".join(said)


def _lacking(items: Sequence[Evidence], today: datetime.date) -> str:
    """Return why none of the evidence for an answer counts: the piece that comes nearest to it."""
    expired = [item for item in items if item.is_shown and not item.holds_on(today)]
    if expired:
        last = max(expired, key=lambda item: item.expires)
        return f"the required evidence expired on {last.expires}: {last.title}"
    missing = "the required evidence is missing"
    absent = next((item for item in items if item.file), None)
    if absent is not None:
        return f"{missing}: the file '{absent.file}' was not found"
    if items:
        return f"{missing}: '{items[0].title}' has neither a file nor a link"
    return missing
