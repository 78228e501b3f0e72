"""Answer sheets: the answers of each respondent, with their notes and evidence."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from typing import Any, TypeAlias

from readiness.documents.nodes import Mapping, Node, locate
from readiness.model.fields import child, elements, entries, names, text, texts_at
from readiness.model.questionnaire import Question, with_earlier
from readiness.model.value import Value, is_blank, read_value
from readiness.problems import Excerpt, Place, Problems, nearest
from readiness.problems.values import brief

STATES = ("value", "unknown", "not_applicable", "by")
"""The keys that one answer of a sheet may have."""

FindEvidence = Callable[[str], str | None]
"""Returns the SHA-256 of an evidence file, given its name; None if there is no such file."""


def no_evidence(_file: str) -> None:
    """Return None: the evidence file is never found, because nobody has looked for it."""


@brief
@dataclass(frozen=True, slots=True)
class Evidence:
    """An evidence item that supports an answer; it is valid up to and including its `expires` day.

    `seen` says whether the evidence file was there when the answers were loaded, and `sha256` is
    the digest of its content.
    """

    title: str
    file: str = ""
    url: str = ""
    collected: str = ""
    expires: str = ""
    seen: bool = field(default=False, compare=False)
    sha256: str = field(default="", compare=False)

    @property
    def is_shown(self) -> bool:
        """Return whether the evidence can be inspected: its file was seen, or it has a link."""
        return self.seen or bool(self.url)

    def counts_on(self, day: datetime.date) -> bool:
        """Return whether the evidence counts on `day`: it can be inspected and is still valid."""
        return self.is_shown and self.holds_on(day)

    def holds_on(self, day: datetime.date) -> bool:
        """Return whether the evidence is still valid on `day`, that is, has not expired."""
        return not self.expires or day.isoformat() <= self.expires


@brief
@dataclass(frozen=True, slots=True)
class Given:
    """The answer of one respondent to one question.

    `state` is `answered` (then `value` holds the answer), `unknown` or `not_applicable` (then
    `reason` says why); in forms and interviews also `blank`, if there is only a note or evidence so
    far. `sheet` is the document's name as results show it, `name` the respondent's for readers.
    `given_on` and `given_by` are the day on which and the way in which it was given, as far as
    recorded; `history` holds the answers that it replaced, newest last. An answer there that no
    longer fits its question is `unreadable`. Two answers are equal if they have the same content,
    wherever and whenever they were written.
    """

    question: str
    respondent: str
    state: str
    value: Value | None = None
    reason: str = ""
    note: str = ""
    evidence: tuple[Evidence, ...] = ()
    sheet: str = field(default="", compare=False)
    place: Place = field(default=Place(""), compare=False)
    given_on: str = field(default="", compare=False)
    given_by: str = field(default="", compare=False)
    history: tuple[Given, ...] = field(default=(), compare=False)
    name: str = field(default="", compare=False)

    @property
    def who(self) -> str:
        """Return the respondent as readers know them: by name, otherwise by id."""
        return self.name or self.respondent

    @property
    def said(self) -> tuple[str, Value | None, str]:
        """The answer itself, without what goes with it."""
        return self.state, self.value, self.reason

    @property
    def replaced(self) -> tuple[Given, str] | None:
        """The last different answer before this one, and the day on which it was replaced."""
        given = (*self.history, self)
        pairs = reversed(tuple(pairwise(given)))
        found = ((old, new.given_on) for old, new in pairs if old.said != self.said)
        return next(found, None)

    @property
    def is_empty(self) -> bool:
        """Return whether the answer has no content at all."""
        return self.state == "blank" and not self.note and not self.evidence

    @property
    def excerpt(self) -> Excerpt:
        """The place in the sheet that states the answer."""
        return Excerpt(self.place)


@brief
@dataclass(frozen=True, slots=True)
class Sheet:
    """The answer sheet in one document; `respondent` is empty if the document names none.

    `speaks_for` lists the respondents named under `by`, sorted by name, including those without any
    answer yet. `blank` are the entries without an answer that have a note, evidence or a history.
    """

    name: str
    respondent: str
    speaks_for: tuple[str, ...]
    given: tuple[Given, ...]
    node: Node = field(compare=False)
    blank: tuple[Given, ...] = ()


ReadAnswers: TypeAlias = dict[int, tuple[tuple["Given", ...], frozenset[str]]]
"""The answers already read and the respondents they are for, by the identity of their nodes."""


def read_sheet(
    root: Node,
    name: str,
    questions: Map[str, Question],
    problems: Problems,
    find: FindEvidence = no_evidence,
    *,
    read: ReadAnswers | None = None,
) -> Sheet:
    """Read the answer sheet in a document; `questions` determine the types of its answers.

    `find` finds the evidence files that the answers name. If several sheets of one respondent share
    answers, `read` keeps the answers already read, so that each is read, and its problems reported,
    only once.
    """
    respondent = text(child(root, "respondent"))
    given: list[Given] = []
    speaks_for: set[str] = set()
    answers, by_id = child(root, "answers"), with_earlier(questions)
    for key, node in entries(answers):
        question = by_id.get(key)
        if question is not None and key != question.id and child(answers, question.id) is not None:
            continue  # it is answered under its own id too
        if question is None:
            at = answers.key(key) if isinstance(answers, Mapping) else node
            hint = partial(_hint, key, node, questions)
            problems.add("unknown-answer", at, hint=hint, name=key)
            locate(problems, at, ("answers", key), respondent, len(problems) - 1)
            continue
        known = None if read is None else read.get(id(node))
        if known is None:
            before = len(problems)
            known = _answers(question, node, respondent, name, problems, find=find)
            if len(problems) > before:
                locate(problems, node, ("answers", key), respondent, before)
            if read is not None:
                read[id(node)] = known
        given += known[0]
        speaks_for |= known[1]
    blank = [one for one in given if one.state == "blank"]
    if blank:
        given = [one for one in given if one.state != "blank"]
    speakers = tuple(sorted(speaks_for))
    return Sheet(name, respondent, speakers, tuple(given), root, tuple(blank))


def _answers(
    question: Question,
    node: Node,
    respondent: str,
    sheet: str,
    problems: Problems,
    *,
    find: FindEvidence,
) -> tuple[tuple[Given, ...], frozenset[str]]:
    """Read the answers to one question, and the respondents named under `by`."""
    spoken = child(node, "by")
    answered = entries(spoken) if spoken else [(respondent, node)]
    found = (read_answer(question, by, one, sheet, problems, find=find) for by, one in answered)
    speakers = frozenset(by for by, _ in entries(spoken))
    return tuple(one for one in found if one is not None), speakers


def _hint(key: str, node: Node, questions: Map[str, Question]) -> str:
    """Return a hint for a misspelled id; or a section as a key: sponsor: {identified: yes}."""
    nested = [f"{key}.{name}" for name, _ in entries(node) if f"{key}.{name}" in questions]
    if nested:
        return f"put the section before the question: '{nested[0]}: ...'"
    return nearest(key, questions)


def read_answer(
    question: Question,
    by: str,
    node: Node | None,
    sheet: str,
    problems: Problems,
    *,
    find: FindEvidence = no_evidence,
) -> Given | None:
    """Read one answer, and what goes with it; None if there is nothing, or no valid answer."""
    if not isinstance(node, Mapping):
        if node is None or is_blank(node) or (held := read_value(question, node, problems)) is None:
            return None
        return Given(question.id, by, "answered", held, sheet=sheet, place=node.place)
    state, value, reason = "answered", None, ""
    if "unknown" in node.entries:
        state, reason = "unknown", text(node.get("unknown"))
    elif "not_applicable" in node.entries:
        state, reason = "not_applicable", text(node.get("not_applicable"))
        refuse_not_applicable(question, node, problems)
    elif (written := node.get("value")) is None or is_blank(written):
        state = "blank"
    elif (value := read_value(question, written, problems)) is None:
        return None
    found = Given(
        question.id, by, state, value, reason,
        text(node.get("note")), read_evidence(node.get("evidence"), find), sheet, node.place,
        text(node.get("given_on")), text(node.get("given_by")),
        tuple(_earlier(question, by, one, sheet) for one in elements(node.get("history"))),
    )  # fmt: skip
    return None if found.is_empty and not found.history else found


def _earlier(question: Question, by: str, node: Node, sheet: str) -> Given:
    """Read an answer of the history; the question may have changed since it was given."""
    problems = Problems()
    found = read_answer(question, by, node, sheet, problems)
    if found is not None and (found.state != "answered" or not len(problems)):
        return found
    value: Any = child(node, "value")
    return Given(
        question.id, by, "unreadable", value and value.plain(), "",
        text(child(node, "note")), read_evidence(child(node, "evidence")), sheet, node.place,
        text(child(node, "given_on")), text(child(node, "given_by")),
    )  # fmt: skip


def refuse_not_applicable(
    question: Question, node: Mapping, problems: Problems, *, is_resolution: bool = False
) -> None:
    """Add a problem if `question` does not allow the answer "does not apply".

    A resolution may say so unless the questionnaire rules it out.
    """
    if question.must_apply if is_resolution else not question.may_not_apply:
        at = node.key("not_applicable")
        problems.add("may-not-be-inapplicable", at, id=question.id)


def read_evidence(node: Node | None, find: FindEvidence = no_evidence) -> tuple[Evidence, ...]:
    """Read the evidence items of a list; `find` finds their files."""
    return tuple(_evidence(item, find) for item in elements(node))


def _evidence(node: Node, find: FindEvidence) -> Evidence:
    file = text(child(node, "file"))
    sha256 = find(file) if file else None
    return Evidence(
        file=file,
        seen=sha256 is not None,
        sha256=sha256 or "",
        **texts_at(node, "title", "url", "collected", "expires"),
    )


def by_respondent(given: Iterable[Given]) -> dict[str, tuple[Given, ...]]:
    """Return the answers to one question by respondent, collected in one pass over the sheets."""
    found: dict[str, list[Given]] = {}
    for one in given:
        found.setdefault(one.respondent, []).append(one)
    return {respondent: tuple(own) for respondent, own in found.items()}


def differing(given: Sequence[Given]) -> tuple[Given, ...]:
    """Return each different answer once; a respondent who does not know gives none."""
    if len(given) == 1:  # most questions have one answer
        return () if given[0].state == "unknown" else (given[0],)
    return tuple(side[0] for side in sides(given))


def sides(given: Iterable[Given]) -> tuple[tuple[Given, ...], ...]:
    """Return the answers grouped by value; a respondent who does not know is in no group."""
    found: dict[tuple[str, object], list[Given]] = {}
    for one in given:
        if one.state != "unknown":
            found.setdefault((one.state, _hashable(one.value)), []).append(one)
    return tuple(map(tuple, found.values()))


def _hashable(value: Value | None) -> object:
    """Return a hashable key that is equal for two answers exactly if the answers are equal."""
    if not isinstance(value, tuple):
        return value
    return tuple(one if isinstance(one, str) else frozenset(one.items()) for one in value)


def named_questionnaires(root: Node) -> tuple[str, ...]:
    """Return the ids of the questionnaires that an answers document names."""
    return names(child(root, "questionnaire"))
