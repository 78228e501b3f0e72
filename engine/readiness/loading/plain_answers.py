"""Plain values as an answer sheet, and as the circumstances of an assessment."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from readiness.dependencies.ruleset import Ruleset
from readiness.documents.from_python import Unreadable, build, plain
from readiness.documents.nodes import Mapping as Tree
from readiness.documents.nodes import Node
from readiness.documents.schemas import FORMATS
from readiness.documents.validation import validate
from readiness.model.answers import STATES, FindEvidence, Sheet, no_evidence, read_sheet
from readiness.model.engagement import Circumstances, read_circumstances
from readiness.model.questionnaire import Question
from readiness.problems import Problems, Source

_SOURCE = Source("answers", "")
_REMARKS = frozenset({"unknown", "not_applicable", "note", "evidence"})


def plain_sheet(
    answers: Mapping[str, object],
    questions: Mapping[str, Question],
    problems: Problems,
    find: FindEvidence = no_evidence,
) -> Sheet:
    """Values by question id as an answer sheet; what does not fit goes to `problems`.

    A value may also be written as in an answers document: `{"unknown": "IT is counting"}`. What it
    means is said by `plain`; what is None in a mapping is as good as left out. `find` finds the
    evidence files that they name.
    """
    given = {_key(key): entry(plain(value)) for key, value in answers.items()}
    # Reading looks at all else itself.
    shapes = {key: _shape(value) for key, value in given.items() if type(value) is dict}
    for place in (None, ""):  # where something is wrong, once more, saying where each value is
        found = Problems()
        if shapes:
            validate(_root(shapes, place), "answers", found)
        sheet = read_sheet(_root(given, place), "", questions, found, find)
        if not len(found):
            break
    problems.extend(found)
    return sheet


def plain_circumstances(
    ruleset: Ruleset,
    written: Mapping[str, Any],
    problems: Problems,
    find: FindEvidence = no_evidence,
) -> Circumstances:
    """Circumstances of plain values, written as in an engagement; problems go to `problems`.

    `find` finds the evidence files that resolutions name.
    """
    more = any(written.get(key) for key in ("groups", "resolutions", "waivers", "scope"))
    if not more and written.get("assurance", "stated") == "stated":
        return Circumstances(datetime.date.fromisoformat(written["as_of"]))
    head = {"format": FORMATS["engagement"], "id": "plain", "ruleset": ruleset.id, "answers": ["-"]}
    root = build({**head, **written}, Source("assess()", ""))
    validate(root, "engagement", problems)
    return read_circumstances(root, ruleset.names, problems, find)


def _shape(held: Any) -> Any:
    """A mapping without the values of answers that cannot be read: the question refuses those."""
    if isinstance(held, Unreadable):
        return ""
    if type(held) is dict:
        return {key: part if _is_remark(key, part) else _shape(part) for key, part in held.items()}
    return type(held)(map(_shape, held)) if isinstance(held, list | tuple) else held


def _is_remark(key: str, held: Any) -> bool:
    """Whether a member of an answer is not read by the question."""
    return key in _REMARKS or (key == "by" and isinstance(held, Unreadable))


def _root(answers: Mapping[str, Any], place: str | None) -> Node:
    """The document of answers; only what is within them says its place."""
    root = build({"format": FORMATS["answers"], "answers": {}}, _SOURCE)
    assert isinstance(root, Tree)
    root.entries["answers"].value = build(answers, _SOURCE, place)
    return root


def entry(value: Any) -> Any:
    """A plain answer without what is None in it; None where nothing else is.

    Respondents are kept with nothing to say: who is named under `by` is expected to answer.
    """
    if type(value) is not dict:
        return value
    found = {key: _without_none(held) for key, held in value.items() if held is not None}
    if type(by := value.get("by")) is dict:
        found["by"] = {who: entry(held) for who, held in by.items()}
    if found and "value" in value and found.keys().isdisjoint(STATES):
        found["value"] = None
    return found or None


def _without_none(held: Any) -> Any:
    """The members of a list without what is None in them: items of evidence, or rows."""
    if type(held) is list and any(type(one) is dict for one in held):
        return [
            {key: part for key, part in one.items() if part is not None}
            if type(one) is dict
            else one
            for one in held
        ]
    return held


def _key(key: object) -> str:
    if isinstance(key, str):
        return key.encode("utf-8", "backslashreplace").decode()
    return f"{type(key).__name__}: a key that is no text"
