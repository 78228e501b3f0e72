"""Responses: every answer as given, whether or not it counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from readiness.dependencies.ruleset import Ruleset
from readiness.evaluation.formatting import format_answer, format_given, join_names
from readiness.evaluation.states import NOT_APPLICABLE
from readiness.model.answers import Given, Sheet
from readiness.model.engagement import Resolution
from readiness.model.fields import child, entries, key_at
from readiness.model.questionnaire import Question, with_earlier
from readiness.problems import Problems
from readiness.problems.values import brief, by_content
from readiness.result.reason import change_in_words, evidence_dict, plain

if TYPE_CHECKING:
    from readiness.result.assessment import Assessment

_MOST_NAMES = 6


@brief
@by_content()
@dataclass(frozen=True, slots=True, eq=False)
class Response:
    """A response: the answer of one respondent to a question, or the assessor's resolution.

    `is_asked` is False if the question is not asked of that respondent: then the answer does not
    count. `is_hidden` is True if that is because of `ask_when`. `checks` are those that read the
    answer, or that read a question whose asking depends on it.
    """

    question: Question
    given: Given | Resolution
    is_asked: bool
    checks: tuple[str, ...]
    is_hidden: bool = False

    @property
    def is_resolution(self) -> bool:
        """Return whether it is the assessor's resolution of a disagreement."""
        return isinstance(self.given, Resolution)

    @property
    def is_ignored(self) -> bool:
        """Return whether the question is hidden from a respondent who may answer it."""
        return self.is_hidden and self.given.state != "unknown"

    @property
    def respondent(self) -> str:
        """The respondent; empty if nobody is named, and for a resolution."""
        return self.given.respondent if isinstance(self.given, Given) else ""

    @property
    def who(self) -> str:
        """The respondent's name; empty as `respondent` is."""
        return self.given.who if isinstance(self.given, Given) else ""

    @property
    def settled_by(self) -> str:
        """The assessor who resolved the disagreement; otherwise empty."""
        return self.given.by if isinstance(self.given, Resolution) else ""

    @property
    def text(self) -> str:
        """The answer in words, or why there is none."""
        if self.given.state == "answered":
            return format_answer(self.question, self.given.value)
        if isinstance(self.given, Resolution):
            return self.given.inapplicable
        return self.given.reason

    @property
    def note(self) -> str:
        """The respondent's remark, or the assessor's reason."""
        return self.given.note if isinstance(self.given, Given) else self.given.reason

    @property
    def changed(self) -> str:
        """When, and from what, the answer was changed; empty if it was not."""
        return change_in_words(self.question, self.given) if isinstance(self.given, Given) else ""

    def to_dict(self) -> dict[str, Any]:
        """Return the response as in the result document."""
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
        else:
            found |= self._record(given)
        if given.evidence:
            found["evidence"] = [evidence_dict(item) for item in given.evidence]
        if given.place.line:
            found |= {"file": given.sheet, "line": given.place.line}
        return found | {"is_asked": self.is_asked, "checks": list(self.checks)}

    def _record(self, given: Given) -> dict[str, Any]:
        """Return when and how an answer was given, and what it replaced."""
        held = {"given_on": given.given_on, "given_by": given.given_by}
        found: dict[str, Any] = {key: text for key, text in held.items() if text}
        if given.history:
            found["history"] = [self._earlier(one) for one in given.history]
        return found

    def _earlier(self, one: Given) -> dict[str, Any]:
        found: dict[str, Any] = {"state": one.state}
        if one.value is not None:
            found["value"] = plain(one.value)
        found["text"] = format_given(self.question, *one.said)
        if one.note:
            found["note"] = one.note
        if one.evidence:
            found["evidence"] = [evidence_dict(item) for item in one.evidence]
        return found | self._record(one)


def responses(assessment: Assessment) -> Iterator[Response]:
    """Yield the responses in questionnaire order, a resolution after the answers it settles."""
    answers, ruleset = assessment.answers, assessment.ruleset
    for key, question in ruleset.questions.items():
        found: list[Given | Resolution] = [*answers.given.get(key, ())]
        if (resolution := answers.circumstances.resolutions.get(key)) is not None:
            found.append(resolution)
        for one in found:
            is_expected = _is_expected(assessment, one)
            is_hidden = is_expected and _is_hidden(assessment, one)
            is_asked = is_expected and not is_hidden
            yield Response(question, one, is_asked, ruleset.readers[key], is_hidden)


def tell_ignored(found: Iterable[Response], ruleset: Ruleset, problems: Problems) -> None:
    """Add a warning for each question that is answered although it is not asked."""
    ignored: dict[str, list[Response]] = {}
    for one in found:
        if one.is_ignored:
            ignored.setdefault(one.question.id, []).append(one)
    for key, held in ignored.items():
        facts = {"id": key, "when": ruleset.asked_when(key)}
        given = [one.given for one in held if isinstance(one.given, Given)]
        if given:
            names = dict.fromkeys(one.who or "a sheet without a respondent" for one in given)
            who = join_names(list(names), _MOST_NAMES)
            problems.add("ignored-answer", *given, who=who, **facts)
        for one in held:
            if one.is_resolution:
                problems.add("ignored-resolution", one.given, **facts)


def tell_renamed(sheets: Iterable[Sheet], ruleset: Ruleset, problems: Problems) -> None:
    """Add a warning for each sheet with answers under the ids that questions had before."""
    questions = ruleset.questions
    earlier = with_earlier(questions).keys() - questions.keys()
    for sheet in sheets if earlier else ():
        found = [key for key, _ in entries(child(sheet.node, "answers")) if key in earlier]
        if found:
            places = [key_at(sheet.node, "answers", key) for key in found]
            names = join_names(
                [f"'{key}' (now '{with_earlier(questions)[key].id}')" for key in found]
            )
            problems.add("earlier-ids", *places, names=names)


def _is_expected(assessment: Assessment, one: Given | Resolution) -> bool:
    """Return whether the respondent is one of those the question may be asked of."""
    expected = assessment.answers.each.get(one.question)
    return expected is None or isinstance(one, Resolution) or one.respondent in expected


def _is_hidden(assessment: Assessment, one: Given | Resolution) -> bool:
    """Return whether `ask_when` hides the question from the respondent."""
    is_each = one.question in assessment.answers.each
    whose = one.respondent if is_each and isinstance(one, Given) else ""
    asked = assessment.reference.asked(one.question, whose)
    return asked in (False, NOT_APPLICABLE)
