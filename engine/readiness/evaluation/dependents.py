"""What hangs on each question, and one case in which one answer at a time changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Map
from functools import cached_property

from readiness.conditions.terms import Term, questions_of
from readiness.evaluation.compiler import Run
from readiness.evaluation.evaluator import Evaluator
from readiness.evaluation.propagation import Links
from readiness.evaluation.states import NOT_APPLICABLE, UNKNOWN, Case, State


class Dependents:
    """A ruleset, by question and by condition; it may be shared between threads.

    Checks go by their place in the ruleset.
    """

    def __init__(self, evaluator: Evaluator) -> None:
        self.evaluator = evaluator
        self.ruleset = evaluator.ruleset
        self.ids = tuple(self.ruleset.checks)

    @cached_property
    def links(self) -> Links:
        """What each check and each gate is linked to."""
        return Links(self.ruleset)

    @cached_property
    def readers(self) -> Map[str, tuple[int, ...]]:
        """The checks the conditions of which read the answer to each question."""
        found: dict[str, list[int]] = {key: [] for key in self.ruleset.questions}
        for place, key in enumerate(self.ids):
            conditions = (self.ruleset.met_when[key], self.ruleset.applies_when.get(key))
            for question in _read(conditions):
                found[question].append(place)
        return {key: tuple(places) for key, places in found.items()}

    @cached_property
    def decided(self) -> Map[str, tuple[str, ...]]:
        """The questions that are asked or not because of each, one by way of another.

        Each stands after those that decide over it. Questions that decide nothing are left out.
        """
        beyond: dict[str, set[str]] = {}
        for key in reversed(self.ruleset.asking_order):
            if key in self.ruleset.ask_when:
                for question in questions_of(self.ruleset.ask_when[key]):
                    beyond.setdefault(question, set()).update({key}, beyond.get(key, ()))
        rank = {key: number for number, key in enumerate(self.ruleset.asking_order)}
        return {key: tuple(sorted(held, key=rank.__getitem__)) for key, held in beyond.items()}


def _read(conditions: Iterable[Term | None]) -> dict[str, None]:
    """The questions that conditions read, each once."""
    return {key: None for term in conditions if term is not None for key in questions_of(term)}


class ChangingCase:
    """One case, and what an answer in it changes; `stated` are the answers before."""

    def __init__(self, dependents: Dependents, stated: Case) -> None:
        self._dependents = dependents
        self._stated: dict[str, State] = {**stated.single, **stated.each}
        case = dependents.evaluator.case(stated)
        self._single: dict[str, State] = dict(case.single)
        self._each: dict[str, Map[str, State]] = dict(case.each)
        self._case = Case(self._single, self._each, case.groups, case.as_of)

    def take(self, question: str, state: State) -> list[tuple[int, str]]:
        """Give a question another state; the checks that this concerns, with their status now.

        Checks come in their order. For a question that is asked of each, `state` is the state for
        each respondent.
        """
        self._stated[question] = state
        if not (places := self._concerned(question)):
            return []
        run, status, ids = Run(self._case), self._dependents.evaluator.status, self._dependents.ids
        return [(place, status(ids[place])(run)) for place in places]

    def _concerned(self, question: str) -> Sequence[int]:
        """The checks that read what is not as before, in their order."""
        if not self._renew(question):
            return ()
        readers = self._dependents.readers
        changed = [key for key in self._dependents.decided.get(question, ()) if self._renew(key)]
        if not changed:
            return readers[question]
        return sorted({place for key in (question, *changed) for place in readers[key]})

    def _renew(self, key: str) -> bool:
        """Work out what conditions read as the answer; whether that may be something else now."""
        state = self._stated.get(key, UNKNOWN)
        is_masked = key in self._dependents.ruleset.ask_when
        if key in self._each:
            self._each[key] = (
                {who: self._masked(key, who, one) for who, one in state.items()}
                if is_masked
                else state
            )
            return True
        if is_masked:
            state = self._masked(key, "", state)
        if self._single.get(key, UNKNOWN) is state:
            return False
        self._single[key] = state
        return True

    def _masked(self, key: str, who: str, state: State) -> State:
        """What is not asked does not apply; what may not be asked is unknown."""
        asked = self._dependents.evaluator.asked(key)(Run(self._case, who))
        if asked is UNKNOWN:
            return UNKNOWN
        return NOT_APPLICABLE if asked is NOT_APPLICABLE or not asked else state
