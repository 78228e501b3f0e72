"""What columns cannot say, worked out by the compiled closures: once for rows that answer alike."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np

from readiness.conditions.terms import Term, questions_of
from readiness.evaluation.asking import masked
from readiness.evaluation.compiler import Closure, Run
from readiness.evaluation.states import NOT_APPLICABLE, UNKNOWN, Case, State, truth_of
from readiness.portfolio.distinct import Distinct, Places, distinct, worked_out
from readiness.portfolio.planes import Plane, empty, full, packed
from readiness.portfolio.vectors import Truths, Vector, taken

Groups: TypeAlias = Mapping[str, tuple[str, ...]]
Each: TypeAlias = Mapping[str, State]


@dataclass(frozen=True)
class Respondents:
    """Who is expected to answer in each row, and what they answered to questions asked of each."""

    groups: Distinct
    each: Mapping[str, Distinct]


@dataclass
class ByRow:
    """The rows of one block as cases."""

    vectors: Mapping[str, Vector]
    rows: int
    as_of: datetime.date
    respondents: Respondents
    compiled: Callable[[Term], Closure]
    _each: dict[str, Distinct] = field(init=False)
    _distinct: dict[str, tuple[Vector, Distinct]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._each = dict(self.respondents.each)

    def truths(self, term: Term) -> Truths:
        """A leaf as the rows in which it is known, does not apply, and is true."""
        closure = self.compiled(term)
        found = self._worked_out(questions_of(term), lambda case, _: closure(Run(case)), ())
        inapplicable = self._plane(found, lambda state: state is NOT_APPLICABLE)
        known = self._plane(found, lambda state: state is not UNKNOWN) & ~inapplicable
        return Truths(known, inapplicable, self._plane(found, lambda state: state is True))

    def exactly(self, term: Term, places: Places) -> Truths:
        """A leaf in some of the rows alone; it reads no question that is asked of each."""
        vectors = {key: taken(self.vectors[key], places, self.rows) for key in questions_of(term)}
        some = ByRow(vectors, len(places), self.as_of, self.respondents, self.compiled)
        return some.truths(term)

    def mask_each(self, question: str, ask_when: Term) -> None:
        """Hide what respondents answered to a question that they are not asked."""
        asked = self.compiled(ask_when)

        def hidden(case: Case, own: Sequence[Any]) -> Each:
            return {
                who: masked(truth_of(asked(Run(case, who))), state) for who, state in own[0].items()
            }

        own = self._each[question]
        self._each[question] = self._worked_out(questions_of(ask_when), hidden, (own,))

    def _worked_out(
        self,
        questions: Sequence[str],
        work: Callable[[Case, Sequence[Any]], Any],
        further: Sequence[Distinct],
    ) -> Distinct:
        """What `work` makes of the rows as far as some questions go, and of `further` things."""
        single = [key for key in questions if key not in self._each]
        asked_each = [key for key in questions if key in self._each]
        groups = self.respondents.groups if asked_each else Distinct(None, [{}])
        parts = [
            groups,
            *(self._of(key) for key in single),
            *(self._each[key] for key in asked_each),
            *further,
        ]

        def of_case(values: Sequence[Any]) -> Any:
            everyone, *rest = values
            answers = dict(zip(single, rest, strict=False))
            each = dict(zip(asked_each, rest[len(single) :], strict=False))
            case = Case(answers, each, everyone, self.as_of)
            return work(case, rest[len(single) + len(asked_each) :])

        return worked_out(parts, self.rows, of_case)

    def _of(self, key: str) -> Distinct:
        """The different answers to a question; worked out again where it was masked meanwhile."""
        vector = self.vectors[key]
        held = self._distinct.get(key)
        if held is None or held[0] is not vector:
            held = self._distinct[key] = vector, distinct(vector, self.rows)
        return held[1]

    def _plane(self, found: Distinct, is_set: Callable[[State], bool]) -> Plane:
        """Where what was found is as it should be."""
        flags = np.array([is_set(state) for state in found.values], np.bool_)
        if found.places is None:
            return full(self.rows) if flags[0] else empty(self.rows)
        return packed(flags.take(found.places))
