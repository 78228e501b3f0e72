"""Plain values as an answer sheet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from readiness.documents.from_python import Unreadable, build, plain
from readiness.documents.nodes import NOWHERE, Entry, Node, Scalar
from readiness.documents.nodes import Mapping as Tree
from readiness.documents.schemas import FORMATS
from readiness.documents.validation import validate
from readiness.model.answers import STATES, FindEvidence, Sheet, no_evidence, read_sheet
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
    found = Problems()
    sheet = _sheet(given, questions, found, None, find=find)
    if len(found):  # once more, saying where each value is
        _sheet(given, questions, problems, "", find=find)
    return sheet


def _sheet(
    given: Mapping[str, Any],
    questions: Mapping[str, Question],
    problems: Problems,
    place: str | None,
    *,
    find: FindEvidence,
) -> Sheet:
    """The sheet of answers; only mappings can have a shape that reading them does not look at."""
    tree = _tree(given, place)
    mappings = {key: value for key, value in given.items() if type(value) is dict}
    if mappings:
        shaped = tree
        if _has_unreadable(mappings):
            shaped = _tree({key: _shape(value) for key, value in mappings.items()}, place)
        validate(_root({key: shaped.entries[key] for key in mappings}), "answers", problems)
    return read_sheet(_root(tree.entries), "", questions, problems, find)


def _has_unreadable(held: Any) -> bool:
    if type(held) is dict:
        return any(map(_has_unreadable, held.values()))
    if isinstance(held, list | tuple):
        return any(map(_has_unreadable, held))
    return isinstance(held, Unreadable)


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


def _tree(given: Mapping[str, Any], place: str | None) -> Tree:
    tree = build(given, _SOURCE, place)
    assert isinstance(tree, Tree)
    return tree


def _root(answers: dict[str, Entry]) -> Node:
    root = _tree({"format": FORMATS["answers"]}, None)
    key = Scalar(_SOURCE, *NOWHERE, "answers", "answers")
    root.entries["answers"] = Entry(key, Tree(_SOURCE, *NOWHERE, answers))
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
