"""The questions on which respondents differ: who says what, and what settles it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from readiness.documents.emitting import flow_text
from readiness.model.answers import Given, differing
from readiness.model.engagement import Resolution
from readiness.model.questionnaire import Question
from readiness.model.value import Value
from readiness.result.assessment import Assessment
from readiness.result.reason import evidence_dict, plain


@dataclass(frozen=True, slots=True, eq=False)
class Conflict:
    """A question, every answer to it, and the resolution or None.

    `can_be_settled` is False for a question that is asked of each respondent: there one and the
    same respondent gave two answers. `checks` are those that hang on it, `choices` the answers
    that differ.
    """

    question: Question
    given: tuple[Given, ...]
    resolution: Resolution | None
    checks: tuple[str, ...]

    @property
    def can_be_settled(self) -> bool:
        """Whether a resolution may settle it."""
        return not self.question.ask_each

    @property
    def choices(self) -> tuple[Given, ...]:
        """The first of each different answer; who does not know gives none."""
        return differing(self.given)

    def to_dict(self) -> dict[str, Any]:
        """As plain values that JSON can hold."""
        return {
            "question": self.question.id,
            "ask": self.question.label,
            "answers": [_given_dict(one) for one in self.given],
            "settled": _resolution_dict(self.resolution),
            "can_be_settled": self.can_be_settled,
            "checks": list(self.checks),
        }


def conflicts(assessment: Assessment) -> tuple[Conflict, ...]:
    """The conflicts of an assessment, those that are not settled first."""
    open_, settled = set(assessment.conflicts), set(assessment.answers.settled)
    questions = assessment.ruleset.questions
    order = [key for key in questions if key in open_]
    order += [key for key in questions if key in settled]
    return tuple(_conflict(assessment, questions[key]) for key in order)


def _conflict(assessment: Assessment, question: Question) -> Conflict:
    answers = assessment.answers
    return Conflict(
        question,
        answers.given[question.id],
        answers.circumstances.resolutions.get(question.id),
        assessment.ruleset.readers[question.id],
    )


def settling_words(choice: Given) -> tuple[str, str]:
    """The option of `readiness resolve` with its value that lets an answer count."""
    if choice.state == "not_applicable":
        return "--not-applicable", choice.reason
    return "--value", spelled(choice.value)


def spelled(value: Value | None) -> str:
    """A value as `--value` takes it."""
    return value if isinstance(value, str) else flow_text(writable(value))


def writable(value: Value | None) -> object:
    """A value as it is put into a document."""
    if not isinstance(value, tuple):
        return value
    return [one if isinstance(one, str) else _row(one) for one in value]


def _row(row: Any) -> dict[str, object]:
    return {key: writable(cell) for key, cell in row.items()}


def _given_dict(one: Given) -> dict[str, Any]:
    found: dict[str, Any] = {"respondent": one.respondent or None, "state": one.state}
    if one.state == "answered":
        found["value"] = plain(one.value)
    return found | dict(_remarks(one, one.reason, one.note))


def _resolution_dict(resolution: Resolution | None) -> dict[str, Any] | None:
    if resolution is None:
        return None
    found: dict[str, Any] = {"by": resolution.by or None, "state": resolution.state}
    if resolution.state == "answered":
        found["value"] = plain(resolution.value)
    return found | dict(_remarks(resolution, resolution.inapplicable, resolution.reason))


def _remarks(one: Given | Resolution, why: str, note: str) -> Iterator[tuple[str, Any]]:
    if why:
        yield "why", why
    if note:
        yield "note" if isinstance(one, Given) else "reason", note
    if one.evidence:
        yield "evidence", [evidence_dict(item) for item in one.evidence]
    if one.place.line:
        yield from (("file", one.sheet), ("line", one.place.line))
