"""What binds a form to its questions: which they were, in which edition, and who was asked."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as Map
from dataclasses import dataclass
from typing import Any

from readiness.collecting.form.wording import shown_options
from readiness.dependencies.ruleset import Ruleset
from readiness.model.questionnaire import Field, Question
from readiness.result.digest import digest, digest_of

FORMAT = "readiness/form/1"


@dataclass(frozen=True, slots=True)
class Edition:
    """One questionnaire as it was when the form was made."""

    id: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Binding:
    """`asked` has what each question was like by its id: `definition` says what."""

    ruleset: str
    respondent: str
    editions: tuple[Edition, ...]
    asked: Map[str, Map[str, Any]]

    def to_dict(self) -> dict[str, Any]:
        """As plain values, without what was asked."""
        return {
            "format": FORMAT,
            "ruleset": self.ruleset,
            "respondent": self.respondent,
            "questionnaires": [
                {"id": one.id, "version": one.version, "sha256": one.sha256}
                for one in self.editions
            ],
        }

    def seal(self) -> str:
        """The digest of all of it."""
        asked = [[key, value] for key, value in self.asked.items()]
        return digest({**self.to_dict(), "asked": sorted(asked, key=lambda one: one[0])})

    def is_current(self, ruleset: Ruleset) -> bool:
        """Whether the questionnaires are still what they were."""
        return set(self.editions) == set(editions(ruleset))


def editions(ruleset: Ruleset) -> tuple[Edition, ...]:
    """The questionnaires of a ruleset as they are now."""
    return tuple(
        Edition(held.id, held.version, digest_of(held.node)) for held in ruleset.questionnaires
    )


def bound(ruleset: Ruleset, respondent: str, asked: Iterable[tuple[int, Question]]) -> Binding:
    """The binding of a form that asks these questions under these numbers."""
    held = {question.id: definition(question, number) for number, question in asked}
    return Binding(ruleset.id, respondent, editions(ruleset), held)


def definition(question: Question, number: int) -> dict[str, Any]:
    """What a question is like, as far as its answers hang on it."""
    found = {"number": number, **_of_field(question), "may_not_apply": question.may_not_apply}
    if question.columns:
        found["columns"] = {key: _of_field(column) for key, column in question.columns.items()}
    return found


def _of_field(field: Field) -> dict[str, Any]:
    found: dict[str, Any] = {"type": field.type, "unit": field.unit}
    if field.options:
        found["options"] = shown_options(field)
    limits = (("minimum", field.minimum), ("maximum", field.maximum))
    return found | {key: limit for key, limit in limits if limit is not None}


def is_as_it_was(question: Question, asked: Map[str, Any]) -> bool:
    """Whether a question is what it was when a form was made; its number may be another."""
    return definition(question, 0) == {**asked, "number": 0}
