"""Answers that contradict each other by a consistency rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from readiness.model.engagement import Acceptance
from readiness.problems.values import brief
from readiness.result.explain import Explainer
from readiness.result.reason import Reading


@brief
@dataclass(frozen=True, slots=True)
class Contradiction:
    """Answers that contradict each other by the consistency rule `id`, and what contradicts what.

    `accepted` is None while nobody has accepted that.
    """

    id: str
    message: str
    questions: tuple[str, ...]
    answers: tuple[Reading, ...]
    accepted: Acceptance | None

    def to_dict(self) -> dict[str, Any]:
        """Return the contradiction as in the result document."""
        return {**self.in_short(), "answers": [answer.to_dict() for answer in self.answers]}

    def in_short(self) -> dict[str, Any]:
        """Return the contradiction as JSON values, without the answers."""
        accepted = self.accepted and {"reason": self.accepted.reason, "by": self.accepted.by}
        return {
            "id": self.id,
            "message": self.message,
            "questions": list(self.questions),
            "accepted": accepted,
        }


def contradictions(explainer: Explainer) -> Iterator[Contradiction]:
    """Yield the contradictions of a case: the rules whose condition is true, in their order."""
    ruleset, accepted = explainer.ruleset, explainer.answers.circumstances.accepted
    for key, term in ruleset.contradicts.items():
        if explainer.reference.truth(term) is True:
            rule = ruleset.consistency[key]
            held = [ruleset.questions[question] for question in rule.questions]
            answers = explainer.readings(held)
            yield Contradiction(key, rule.message, rule.questions, answers, accepted.get(key))
