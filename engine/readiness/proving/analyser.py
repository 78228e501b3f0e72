"""Questions about a ruleset that are answered for all possible answer sheets, with a witness."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterable, Sequence
from collections.abc import Mapping as Map
from functools import cached_property
from typing import Any, NamedTuple, TypeAlias

from readiness.conditions.terms import questions_of
from readiness.dependencies.ruleset import Ruleset
from readiness.documents.emitting import plain
from readiness.evaluation.algebra import union
from readiness.evaluation.states import NOT_APPLICABLE, UNKNOWN, State
from readiness.proving.diagram import OverBudgetError, Plane
from readiness.proving.space import STEPS, Planes, Slot, Space

Query: TypeAlias = Callable[[Space], Iterable[Plane]]
Witness: TypeAlias = Map[str, object]


class Found(NamedTuple):
    """The answer to a question: a sheet that shows it, or that there is none, or not decided."""

    witness: Witness | None
    is_decided: bool = True

    def __bool__(self) -> bool:
        return self.witness is not None

    @property
    def is_never(self) -> bool:
        """Whether there is no such sheet, for certain."""
        return self.witness is None and self.is_decided


class Analyser:
    """Finds answer sheets of one or more rulesets; `asked` and `undecided` count its questions.

    `samples` are answers to try besides those that the conditions suggest, by question.
    """

    def __init__(
        self,
        rulesets: Sequence[Ruleset],
        as_of: datetime.date | None = None,
        *,
        steps: int = STEPS,
        samples: Map[str, Sequence[State]] | None = None,
    ) -> None:
        self._samples = samples or {}
        self.rulesets: tuple[Ruleset, ...] = tuple(rulesets)
        self.as_of: datetime.date = as_of or datetime.date.today()
        self._steps = steps
        self.asked: int = 0
        self.undecided: int = 0

    @cached_property
    def space(self) -> Space:
        """The sheets that can be handed in, as far as they are looked at."""
        return Space(self.rulesets, self.as_of, steps=self._steps, samples=self._samples)

    @cached_property
    def _free(self) -> Space:
        return Space(self.rulesets, self.as_of, steps=self._steps, base=self.space)

    def find(self, *queries: Query) -> Found:
        """Return a sheet that is in all of the sets that the queries return.

        Each is called with the space to take its sets from.
        """
        self.asked += 1
        try:
            space = self.space
            space.diagrams.left = self._steps
            sheet = space.solve([*_all(queries, space), space.reached])
            if sheet is not None:
                return Found(self.document(sheet))
            if not space.inexact:
                return Found(None)
            self._free.diagrams.left = self._steps
            if self._free.solve(_all(queries, self._free)) is None:
                return Found(None)
        except (OverBudgetError, RecursionError):
            pass
        self.undecided += 1
        return Found(None, is_decided=False)

    def find_any(self, alternatives: Iterable[Sequence[Query]]) -> Found:
        """Return a sheet that is in all of the sets of one of several lists of queries."""
        is_decided = True
        for queries in alternatives:
            found = self.find(*queries)
            if found:
                return found
            is_decided = is_decided and found.is_decided
        return Found(None, is_decided)

    def beside(self, other: Ruleset) -> Analyser:
        """Return an analyser of these rulesets and one more."""
        rulesets = (*self.rulesets, other)
        return Analyser(rulesets, self.as_of, steps=self._steps, samples=self._samples)

    def closed(self, checks: int, number: int = 0) -> Query:
        """Return the sheets on which every check in a set, given in bits, is closed."""
        ids = self.rulesets[number].graph.named(checks)
        return lambda space: [~space.still_open(one, number) for one in ids]

    def document(self, sheet: Map[Slot, State]) -> Witness:
        """Return the answers of a sheet as an answers document."""
        answers: dict[str, object] = {}
        by: dict[str, dict[str, object]] = {}
        for slot, state in sheet.items():
            if slot.who:
                by.setdefault(slot.question, {})[slot.who] = _written(state)
            elif state is not UNKNOWN:
                answers[slot.question] = _written(state)
        answers |= {key: {"by": held} for key, held in by.items()}
        ruleset = self.rulesets[-1]
        questions = [held.id for held in ruleset.questionnaires]
        known = self.space.questions
        return {
            "format": "readiness/answers/1",
            "questionnaire": questions[0] if len(questions) == 1 else questions,
            "ruleset": ruleset.id,
            "answers": plain({key: answers[key] for key in known if key in answers}, as_json=True),
        }


def met(check: str, number: int = 0) -> Query:
    """Return the sheets on which a check is met."""
    return lambda space: [space.status(check, number).true]


def unmet(check: str, number: int = 0) -> Query:
    """Return the sheets on which a check is unmet."""
    return lambda space: [space.status(check, number).false]


def stays_unmet(check: str, questions: Collection[str]) -> Query:
    """Return the sheets on which a check is unmet without answers to some questions.

    Then no answer to them meets it: an answer never changes what is decided without it.
    """
    return lambda space: [space.blanked(space.status(check).false, questions)]


def fails_after(check: str, ruleset: Ruleset, sets: Collection[str]) -> Query:
    """Return the sheets on which a check is not met once its remedy has set some answers.

    The second ruleset is the one `after_remedies`. What is not asked cannot be set.
    """
    needed = [
        key
        for key in sets
        if key in ruleset.ask_when and not set(questions_of(ruleset.ask_when[key])) & set(sets)
    ]

    def failing(space: Space) -> list[Plane]:
        asked = [space.asked(Slot(key, ""), 0) for key in needed]
        return [union([~space.status(check, 1).true, *(~one.true for one in asked if one)])]

    return failing


def not_unmet(checks: Iterable[str], number: int = 0) -> Query:
    """Return the sheets on which no check of some is unmet."""
    held = tuple(checks)
    return lambda space: [~space.status(check, number).false for check in held]


def inapplicable(check: str, number: int = 0) -> Query:
    """Return the sheets on which a check does not apply."""
    return lambda space: [space.status(check, number).inapplicable]


def still_open(check: str, number: int = 0) -> Query:
    """Return the sheets on which a check is open."""
    return lambda space: [space.still_open(check, number)]


def apart(check: str, other: str, number: int = 0) -> Query:
    """Return the sheets on which two checks differ in status; `number` is the other's ruleset."""
    return lambda space: [differing(space.status(check), space.status(other, number))]


def differing(one: Planes, other: Planes) -> Plane:
    """Return the sheets on which two conditions have different results."""
    found = one.true.without(one.true)
    for plane, against in zip(one, other, strict=True):
        found = found | plane.without(against) | against.without(plane)
    return found


def _all(queries: Iterable[Query], space: Space) -> list[Plane]:
    return [plane for query in queries for plane in query(space)]


def _written(state: State) -> Any:
    if state is UNKNOWN:
        return {"unknown": "not known yet"}
    if state is NOT_APPLICABLE:
        return {"not_applicable": "it does not apply"}
    if isinstance(state, tuple):
        return [dict(one) if isinstance(one, Map) else one for one in state]
    return state
