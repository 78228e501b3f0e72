"""Reason trees, built with the reference interpreter."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from readiness.conditions import terms
from readiness.conditions.functions import OVER_FLOWS
from readiness.conditions.terms import Term, in_full, is_leaf, walk
from readiness.conditions.types import TRUTH
from readiness.dependencies.ruleset import Ruleset
from readiness.documents.decimals import NUMBERS
from readiness.evaluation.aggregates import is_exact
from readiness.evaluation.formatting import USUAL_PLACES, format_answer, join_names, places_apart
from readiness.evaluation.interpreter import Interpreter
from readiness.evaluation.numbers import round_calculated
from readiness.evaluation.reconciliation import NOBODY, Answers
from readiness.evaluation.states import NOT_APPLICABLE, UNKNOWN, Missing, State, in_words
from readiness.model.answers import Given
from readiness.model.engagement import Resolution
from readiness.model.questionnaire import Question
from readiness.model.respondents import People
from readiness.problems import nearest
from readiness.result.reason import Reading, Reason, change_in_words


@dataclass(frozen=True, slots=True)
class Naming:
    """How reasons name a question, word a condition, and name a value in one."""

    question: Callable[[Question], str]
    condition: Callable[[Term], str]
    value: Callable[[Term], str]


BY_ID = Naming(lambda question: f"'{question.id}'", in_full, lambda term: term.text)


class Explainer:
    """Builds the reason trees of the conditions of one case."""

    def __init__(self, reference: Interpreter, naming: Naming = BY_ID) -> None:
        self.reference = reference
        self.naming = naming
        self.ruleset: Ruleset = reference.ruleset
        self.answers: Answers = reference.answers
        self.people: People = reference.answers.circumstances.people

    def check(self, check: str) -> Reason:
        """Return the reason tree of a check: `met_when`, and `applies_when` if it has one."""
        found = self.reason(self.ruleset.met_when[check])
        applies = self.ruleset.applies_when.get(check)
        if applies is None:
            return found
        return dataclasses.replace(found, applies_when=self.reason(applies))

    def reason(self, term: Term) -> Reason:
        """Return the reason tree of a condition."""
        if is_leaf(term):
            return self._leaf(term)
        below = (term.body,) if isinstance(term, terms.Derived) else terms.parts(term)
        parts = tuple(self.reason(part) for part in below)
        return Reason(term.text, in_words(self.reference.truth(term)), parts=parts)

    def _leaf(self, term: Term) -> Reason:
        truth = self.reference.truth(term)
        questions = self._questions(term)
        why = ""
        if isinstance(truth, Missing):
            said = [line for question in questions for line in self._why(question, truth)]
            if truth is UNKNOWN:
                said += self._faults(term) or ([] if said else self._blank(questions))
            why = "; ".join(dict.fromkeys(said))
        else:
            said = list(self._answers_without_evidence(questions))
            if isinstance(term, terms.Covers) and truth is False:
                said.insert(0, self._lacking(term))
            why = "; ".join(said)
        return Reason(
            term.text,
            in_words(truth),
            why,
            answers=self.readings(questions),
            values=self._values(term),
            places=self._places(term),
            rows=self._rows(term),
        )

    def readings(self, questions: list[Question]) -> tuple[Reading, ...]:
        """Return every answer to some questions, and the respondents who gave none."""
        return tuple(r for question in questions for r in self._readings(question))

    def _lacking(self, term: terms.Covers) -> str:
        """Return the values that `covers` misses, each with the most similar known values."""
        have, need = (self._cells(side) for side in (term.have, term.need))
        lacking = dict.fromkeys(cell for key, cell in need.items() if key not in have)
        said = [
            f"'{cell}'" + _likely(nearest(str(cell), map(str, have.values()))) for cell in lacking
        ]
        return f"not in {self.naming.value(term.have)}: " + ", ".join(said)

    def _cells(self, side: terms.Over) -> dict[State, State]:
        """Return the known cells of a column as written, by the value used for comparison."""
        match side.part:
            case terms.Apply(function="comparable", arguments=(as_written,)):
                cells = self.reference.parts(dataclasses.replace(side, part=as_written))
            case _:
                cells = self.reference.parts(side)
        keys = self.reference.parts(side)
        assert isinstance(keys, list)
        assert isinstance(cells, list)
        known = zip(keys, cells, strict=True)
        return {key: cell for key, cell in known if is_exact(cell)}

    def _rows(self, term: Term) -> tuple[str, ...]:
        """Return the truth of a leaf's condition for each row of its table."""
        over = [
            found
            for found in walk(term)
            if isinstance(found, terms.Over)
            and found.table is not None
            and found.part.type == TRUTH
            and not isinstance(found.part, terms.Constant)
        ]
        if len(over) != 1 or over[0].group:
            return ()
        parts = self.reference.parts(over[0])
        return tuple(in_words(part) for part in parts) if isinstance(parts, list) else ()

    def _questions(self, term: Term) -> list[Question]:
        found = {t.question.id: t.question for t in walk(term) if isinstance(t, terms.Answer)}
        return list(found.values())

    def _faults(self, term: Term) -> list[str]:
        """Return the faults in a leaf and in the derived values that it reads."""
        listening = self.reference.listening()
        listening.state(term)
        for found in walk(term):
            if isinstance(found, terms.Derived):
                listening.state(found.body)
        return list(listening.faults or ())

    def _values(self, term: Term) -> tuple[tuple[str, object], ...]:
        derived = (t for t in walk(term) if isinstance(t, terms.Derived) and t.type != TRUTH)
        found = [*derived, *_flow_figures(term)]
        return tuple((t.text, self.reference.state(t)) for t in found)

    def _places(self, term: Term) -> int:
        """Return the number of decimals needed to tell the two sides of a comparison apart."""
        if isinstance(term, terms.Comparison):
            sides = [self.reference.state(side) for side in (term.left, term.right)]
            if all(isinstance(one, NUMBERS) and not isinstance(one, bool) for one in sides):
                if terms.is_calculated(term.left) or terms.is_calculated(term.right):
                    sides = list(map(round_calculated, sides))
                return places_apart(*sides)
        return USUAL_PLACES

    def _why(self, question: Question, wanted: object) -> Iterator[str]:
        """Yield the reasons why answers to a question are unknown, or do not apply."""
        case, key = self.reference.case, question.id
        if not question.ask_each:
            if case.single.get(key, UNKNOWN) is wanted:
                yield self._why_one(question, "", wanted)
            return
        if not case.each[key] and wanted is UNKNOWN:
            yield NOBODY
        missing = [one for one, state in case.each[key].items() if state is wanted]
        plain = dict.fromkeys(one for one in missing if self._is_plainly_missing(question, one))
        if wanted is UNKNOWN and plain:
            named = [self.people.name(one) for one in plain if one]
            by = f" by {join_names(named)}" if named else ""
            yield f"{self.naming.question(question)} is not answered{by}"
        for respondent in missing:
            if wanted is not UNKNOWN or respondent not in plain:
                yield self._why_one(question, respondent, wanted)

    def _is_plainly_missing(self, question: Question, respondent: str) -> bool:
        given = self._given(question, respondent)
        return not given and self.reference.asked(question.id, respondent) is True

    def _why_one(self, question: Question, respondent: str, wanted: object) -> str:
        whose = f" of {self.people.name(respondent)}" if respondent else ""
        name = self.naming.question(question)
        asked = self.reference.asked(question.id, respondent)
        if wanted is NOT_APPLICABLE:
            if asked is not True:
                return f"{name} is not asked{whose}: {self._describe_ask_when(question)}"
            said = [g.reason for g in self._given(question, respondent) if g.reason]
            return f"{name} does not apply{whose}" + (f": {said[0]}" if said else "")
        if asked is UNKNOWN:
            when = self._describe_ask_when(question)
            return f"it is not yet known whether {name} is asked{whose}: {when}"
        if (reason := self.answers.reasons.get((question.id, respondent))) is not None:
            return reason
        return f"{name} is not answered"

    def _answers_without_evidence(self, questions: list[Question]) -> Iterator[str]:
        """Yield the answers that lack their evidence and were counted as given."""
        for (key, respondent), state in self.answers.unproven.items():
            held = self.reference.case.each.get(key, {}).get(respondent, UNKNOWN)
            if key in self.reference.case.single:
                held = self.reference.case.single[key]
            if held is state and any(question.id == key for question in questions):
                reason = self.answers.reasons[key, respondent]
                yield f"{reason}; the answer still counts, because it counts against the check"

    def _describe_ask_when(self, question: Question) -> str:
        when = self.ruleset.asked_when(question.id, self.naming.condition)
        return when.removeprefix("asked ")

    def _blank(self, questions: list[Question]) -> list[str]:
        tables = [one for one in questions if one.type == "table"]
        return [f"{self.naming.question(table)} has blank cells" for table in tables]

    def _given(self, question: Question, respondent: str) -> tuple[Given, ...]:
        if question.ask_each:
            return self.answers.given_by(question.id, respondent)
        return self.answers.given.get(question.id, ())

    def _readings(self, question: Question) -> Iterator[Reading]:
        """Yield every answer to a question, and the respondents who gave none."""
        case, key = self.reference.case, question.id
        resolution = self.answers.circumstances.resolutions.get(key)
        if resolution is not None:
            yield self._reading(question, resolution)
        for respondent in case.each[key] if question.ask_each else ("",):
            given = self._given(question, respondent)
            for one in given:
                yield self._reading(question, one)
            if not given and resolution is None:
                yield self._explain_missing(question, respondent)

    def _explain_missing(self, question: Question, respondent: str) -> Reading:
        if self.reference.asked(question.id, respondent) in (False, NOT_APPLICABLE):
            why = self._describe_ask_when(question)
            state, text = "not_asked", f"not asked: {why}"
        else:
            state, text = "unanswered", "no answer"
        who = self.people.name(respondent)
        return Reading(question.id, respondent, state, None, text, who=who)

    def _reading(self, question: Question, one: Given | Resolution) -> Reading:
        state, text = one.state, one.reason
        whose = one.respondent if isinstance(one, Given) else ""
        if state == "answered":
            text = format_answer(question, one.value)
        if self.reference.asked(question.id, whose) in (False, NOT_APPLICABLE):
            ignored = f"; the answer '{text}' is ignored" if state == "answered" else ""
            state, text = "not_asked", f"not asked: {self._describe_ask_when(question)}{ignored}"
        return Reading(
            question=question.id,
            respondent=whose,
            state=state,
            value=one.value if state == "answered" else None,
            text=text,
            note=one.note if isinstance(one, Given) else one.reason,
            evidence=one.evidence,
            file=one.sheet if one.place.line else "",
            line=one.place.line,
            settled_by=one.by if isinstance(one, Resolution) else "",
            who=one.who if isinstance(one, Given) else "",
            **self._record(question, one),
        )

    def _record(self, question: Question, one: Given | Resolution) -> dict[str, str]:
        if isinstance(one, Resolution):
            return {}
        changed = change_in_words(question, one)
        return {"given_on": one.given_on, "given_by": one.given_by, "changed": changed}


def _flow_figures(term: Term) -> Iterator[Term]:
    """Yield the calls of cash flow functions and of plug-ins in a term, outside of any rows."""
    is_of_plugin = isinstance(term, terms.Apply) and term.plugin is not None
    if is_of_plugin or (isinstance(term, terms.Over) and term.function in OVER_FLOWS):
        yield term
    elif not isinstance(term, terms.Derived | terms.Over | terms.Covers):
        for part in terms.parts(term):
            yield from _flow_figures(part)


def _likely(hint: str) -> str:
    return f" ({hint})" if hint else ""
