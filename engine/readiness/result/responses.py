"""Every answer as it was given, whatever became of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from readiness.evaluation.states import Truth
from readiness.evaluation.wording import spoken
from readiness.model.answers import Given
from readiness.model.engagement import Resolution
from readiness.model.questionnaire import Question
from readiness.result.reason import evidence_dict, plain

if TYPE_CHECKING:
    from readiness.result.assessment import Assessment


@dataclass(frozen=True, slots=True, eq=False)
class Response:
    """What one respondent gave for a question, or how the assessor settled it.

    `is_asked` is False where the questionnaire does not put the question to that respondent: then
    the answer does not count. `checks` are those that read it, or that read a question the asking
    of which hangs on it.
    """

    question: Question
    given: Given | Resolution
    is_asked: bool
    checks: tuple[str, ...]

    @property
    def is_resolution(self) -> bool:
        """Whether it is the assessor's, who settled what respondents disagree on."""
        return isinstance(self.given, Resolution)

    @property
    def respondent(self) -> str:
        """Who gave it; empty where nobody is named, and where the assessor settled it."""
        return self.given.respondent if isinstance(self.given, Given) else ""

    @property
    def settled_by(self) -> str:
        """The assessor, where this settles what respondents disagree on; else empty."""
        return self.given.by if isinstance(self.given, Resolution) else ""

    @property
    def text(self) -> str:
        """The answer in words, or why there is none."""
        if self.given.state == "answered":
            return spoken(self.question, self.given.value)
        if isinstance(self.given, Resolution):
            return self.given.inapplicable
        return self.given.reason

    @property
    def note(self) -> str:
        """The respondent's remark, or the assessor's reason."""
        return self.given.note if isinstance(self.given, Given) else self.given.reason

    def to_dict(self) -> dict[str, Any]:
        """As in the result document."""
        given = self.given
        found: dict[str, Any] = {
            "question": self.question.id,
            "respondent": self.respondent or None,
        }
        found["state"] = given.state
        if given.state == "answered":
            found["value"] = plain(given.value)
        found["text"] = self.text
        if self.note:
            found["note"] = self.note
        if isinstance(given, Resolution):
            found["settled_by"] = given.by or None
        if given.evidence:
            found["evidence"] = [evidence_dict(item) for item in given.evidence]
        if given.place.line:
            found |= {"file": given.sheet, "line": given.place.line}
        return found | {"is_asked": self.is_asked, "checks": list(self.checks)}


def responses(assessment: Assessment) -> Iterator[Response]:
    """The answers in the order of the questions, each followed by how it was settled."""
    answers, ruleset = assessment.answers, assessment.ruleset
    for key, question in ruleset.questions.items():
        found: list[Given | Resolution] = [*answers.given.get(key, ())]
        if (resolution := answers.circumstances.resolutions.get(key)) is not None:
            found.append(resolution)
        for one in found:
            yield Response(question, one, _is_asked(assessment, one), ruleset.readers[key])


def _is_asked(assessment: Assessment, one: Given | Resolution) -> bool:
    """Whether the question is put to whoever answered."""
    whose = ""
    if assessment.ruleset.questions[one.question].ask_each and isinstance(one, Given):
        whose = one.respondent
        if whose not in assessment.answers.each[one.question]:
            return False
    asked = assessment.reference.asked(one.question, whose)
    return asked not in (Truth.FALSE, Truth.NOT_APPLICABLE)
