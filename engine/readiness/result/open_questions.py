"""Questions still to be answered, and the checks and gates they could decide."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from readiness.conditions.terms import Derived, Term, is_leaf, parts, questions_of
from readiness.evaluation.interpreter import OUTSIDE, Interpreter, Position
from readiness.evaluation.states import UNKNOWN, State


@dataclass(frozen=True, eq=False)
class OpenQuestions:
    """The open questions of one case."""

    reference: Interpreter

    def is_unanswered(self, question: str) -> bool:
        """Return whether an answer is missing; any given one counts, even if not yet asked."""
        given = self.reference.answers.given.get(question, ())
        if self.reference.ruleset.questions[question].ask_each:
            states = self.reference.case.each[question]
            heard = {one.respondent for one in given}
            return not states or any(
                one not in heard for one, state in states.items() if state is UNKNOWN
            )
        if self.reference.case.single.get(question, UNKNOWN) is not UNKNOWN:
            return False
        settled = question in self.reference.answers.circumstances.resolutions
        return not (given or settled)

    def is_asked(self, question: str) -> bool:
        """Return whether a question is asked of at least one respondent."""
        asked = (self.reference.asked(question, one) for one in self._respondents(question))
        return True in asked

    def questions_of(self, check: str) -> set[str]:
        """Return the questions that leave a check undetermined."""
        ruleset = self.reference.ruleset
        found: set[str] = set()
        for term in (ruleset.met_when[check], ruleset.applies_when.get(check)):
            for leaf in self._find_undecided(term) if term is not None else ():
                read = set(questions_of(leaf))
                still_open = set(self._open(read))
                # A fault, such as a division by zero: only a different answer can fix it.
                found |= still_open or read
        return found

    def _find_undecided(self, term: Term, at: Position = OUTSIDE) -> Iterator[Term]:
        """Yield the unknown leaves that decide an unknown condition, for the current respondent."""
        if self.reference.truth(term, at) is not UNKNOWN:
            return
        if is_leaf(term):
            yield term
            return
        for part in (term.body,) if isinstance(term, Derived) else parts(term):
            yield from self._find_undecided(part, at)

    def _open(self, questions: set[str]) -> Iterator[str]:
        """Yield the questions unknown to a respondent, and those that decide their asking."""
        rest, seen = sorted(questions), set(questions)
        while rest:
            question = rest.pop()
            if not self._is_open(question):
                continue
            yield question
            more = self._deciding_over(question) - seen
            seen |= more
            rest.extend(sorted(more))

    def _is_open(self, question: str) -> bool:
        states = self._states(question)
        if self.reference.ruleset.questions[question].type == "table" and any(
            isinstance(state, tuple) for state in states
        ):
            return True  # a cell may be blank
        return not states or any(state is UNKNOWN for state in states)

    def _deciding_over(self, question: str) -> set[str]:
        """Return the questions that leave it undecided whether a question is asked."""
        term = self.reference.ruleset.ask_when.get(question)
        if term is None:
            return set()
        return {
            key
            for one in self._respondents(question)
            for leaf in self._find_undecided(term, Position(respondent=one))
            for key in questions_of(leaf)
        }

    def _respondents(self, question: str) -> tuple[str, ...]:
        return tuple(self.reference.case.each.get(question, ("",)))

    def _states(self, question: str) -> list[State]:
        case = self.reference.case
        if question in case.each:
            return list(case.each[question].values())
        return [case.single.get(question, UNKNOWN)]
