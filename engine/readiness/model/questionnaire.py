"""Questionnaires: sections, questions, and the fields that determine a valid answer."""

from __future__ import annotations

from collections.abc import Mapping as Map
from dataclasses import dataclass
from typing import Any

from readiness.documents.nodes import Mapping, Node
from readiness.model.condition import Condition, ConditionGroup, read_condition
from readiness.model.consistency import ConsistencyRule, read_consistency
from readiness.model.fields import (
    child,
    day,
    each,
    entries,
    key_at,
    lacking,
    number,
    text,
    texts_at,
    version_of,
)
from readiness.model.question_types import QUESTION_TYPES, Kind, QuestionType
from readiness.problems import Problems, join_words, quote_names
from readiness.problems.values import FrozenDict, brief, by_content

TODAY = "today"
"""The `maximum` of a date that must not be later than the day of the assessment."""


@brief
@by_content("node")
@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """The properties that questions and table columns share: type, unit, options and limits.

    `minimum` and `maximum` are numbers, or ISO dates for a date; a percentage is 0 to 100 by
    default. The `maximum` of a date may be `TODAY`, the day of the assessment. `renamed` has the
    options by the keys that they had before.
    """

    id: str
    type: str
    label: str
    help: str
    options: Map[str, str]
    renamed: Map[str, str]
    unit: str
    minimum: float | str | None
    maximum: float | str | None
    node: Node

    @property
    def question_type(self) -> QuestionType:
        """The record of its question type."""
        return QUESTION_TYPES[self.type]

    @property
    def kind(self) -> Kind:
        """The kind of its type, which determines how answers are stored and compared."""
        return self.question_type.kind

    @property
    def unit_or_usual(self) -> str:
        """The unit of the field, or the default unit of its type; per cent for a percentage."""
        return self.unit or self.question_type.unit


@brief
@by_content("node")
@dataclass(frozen=True, slots=True, eq=False)
class Question(Field):
    """A question; `ask_each` names the group whose respondents each answer it.

    `may_not_apply`: a respondent may say that it does not apply; `must_apply`: not even the lead
    assessor may. Of most questions neither is said. `was` is the id that it had before.
    """

    section: str
    evidence: str
    may_not_apply: bool
    must_apply: bool
    columns: Map[str, Field]
    ask_when: Condition | None
    ask_each: str
    was: str


@brief
@by_content()
@dataclass(frozen=True, slots=True, eq=False)
class Section:
    """A section: a group of questions on one subject."""

    id: str
    title: str
    help: str


@brief
@by_content("node")
@dataclass(frozen=True, slots=True, eq=False)
class Questionnaire:
    """A questionnaire; `questions` maps each question id to its question, in document order."""

    id: str
    version: str
    title: str
    description: str
    sections: Map[str, Section]
    questions: Map[str, Question]
    consistency: Map[str, ConsistencyRule]
    node: Node


def read_questionnaire(root: Node, problems: Problems) -> Questionnaire:
    """Read the questionnaire in a document; missing and contradictory fields go to `problems`."""
    sections: dict[str, Section] = {}
    questions: dict[str, Question] = {}
    held = child(root, "sections")
    for key, node in entries(held):
        sections[key] = Section(key, text(child(node, "title")) or key, text(child(node, "help")))
        all_when = read_condition(child(node, "ask_when"))
        for name, asked in entries(child(node, "questions")):
            question = _question(f"{key}.{name}", key, asked, all_when)
            questions[question.id] = question
            _check_question(question, key_at(node, "questions", name), problems)
    if held is None:
        problems.add("no-sections", root, hint="add 'sections:'")
    elif not sections and isinstance(held, Mapping):
        problems.add("no-sections", key_at(root, "sections"))
    return Questionnaire(
        version=version_of(root),
        title=text(child(root, "title")) or text(child(root, "id")),
        sections=FrozenDict(sections),
        questions=FrozenDict(questions),
        consistency=read_consistency(root, problems),
        node=root,
        **texts_at(root, "id", "description"),
    )


def with_earlier(questions: Map[str, Question]) -> Map[str, Question]:
    """Return questions by their ids, and by those that they had before and that no other has."""
    return {**{one.was: one for one in questions.values() if one.was}, **questions}


def _question(
    question_id: str, section: str, node: Node, section_when: Condition | None
) -> Question:
    """Read a question; it is asked only if its section is, by the condition `section_when`."""
    own = read_condition(child(node, "ask_when"))
    ask_when = own or section_when
    if section_when is not None and own is not None:
        ask_when = ConditionGroup("all", (section_when, own), own.node)
    return Question(
        **_field(question_id, node, "ask"),
        section=section,
        evidence=text(child(node, "evidence")) or "optional",
        may_not_apply=text(child(node, "not_applicable")) == "justified",
        must_apply=text(child(node, "not_applicable")) == "never",
        columns=each(child(node, "columns"), lambda key, one: Field(**_field(key, one, "title"))),
        ask_when=ask_when,
        ask_each=text(child(node, "ask_each")),
        was=text(child(node, "was")),
    )


def _field(field_id: str, node: Node, label: str) -> dict[str, Any]:
    kind = text(child(node, "type"))
    minimum, maximum = _limit(node, "minimum"), _limit(node, "maximum")
    if (known := QUESTION_TYPES.get(kind)) is not None:
        minimum = known.minimum if minimum is None else minimum
        maximum = known.maximum if maximum is None else maximum
    return {
        "id": field_id,
        "type": kind,
        "label": text(child(node, label)) or field_id,
        "options": each(
            child(node, "options"), lambda key, one: text(one) or text(child(one, "label")) or key
        ),
        "renamed": FrozenDict(
            {
                was: key
                for key, one in entries(child(node, "options"))
                if (was := text(child(one, "was")))
            }
        ),
        **texts_at(node, "help", "unit"),
        "minimum": minimum,
        "maximum": maximum,
        "node": node,
    }


def _limit(node: Node, key: str) -> float | str | None:
    limit = child(node, key)
    value = number(limit)
    return value if value is not None else text(limit) or None


# The keys that make sense for each kind; the schema allows all of them for every kind.
_ONLY_FOR: Map[str, frozenset[Kind]] = {
    "options": frozenset({"choice", "choices"}),
    "columns": frozenset({"table"}),
    "unit": frozenset({"number"}),
    "minimum": frozenset({"number", "date"}),
    "maximum": frozenset({"number", "date"}),
}


def _check_question(question: Question, at: Node, problems: Problems) -> None:
    """Check the keys of one question; `at` is the key of the question."""
    node = question.node
    if lacks := lacking(node, ("ask", "type")):
        hint = (
            f"its type is {quote_names(list(QUESTION_TYPES), most=20)}" if "type" in lacks else ""
        )
        problems.add("question-lacks", at, hint=hint, id=question.id, keys=quote_names(lacks))
    _check_field(question, "question", question.id, at, problems)
    if question.type == "table" and lacking(node, ("columns",)):
        problems.add("table-without-columns", at, id=question.id)
    for column in question.columns.values():
        at = key_at(node, "columns", column.id)
        if lacking(column.node, ("type",)):
            types = [name for name, held in QUESTION_TYPES.items() if held.kind != "table"]
            hint = f"its type is {quote_names(types, most=20)}"
            facts = {"id": question.id, "column": column.id}
            problems.add("column-without-type", at, hint=hint, **facts)
        _check_field(column, "column", f"{question.id}: {column.id}", at, problems)


def _check_field(field: Field, kind: str, name: str, at: Node, problems: Problems) -> None:
    node = field.node
    if not isinstance(node, Mapping) or field.type not in QUESTION_TYPES:
        return
    for key, kinds in _ONLY_FOR.items():
        if key in node.entries and field.kind not in kinds:
            hint = f"only allowed for {_listed_types(kinds)}"
            facts = {"key": key, "kind": kind, "type": field.type}
            problems.add("key-not-for-type", node.key(key), hint=hint, **facts)
    if lacks_options(field) and "options" not in node.entries:
        facts = {"kind": kind, "id": name, "type": field.type}
        problems.add("choice-without-options", at, **facts)
    _check_limits(field, node, problems)


def lacks_options(field: Field) -> bool:
    """Return whether answers cannot be read, because the options to choose from are missing."""
    return field.kind in _ONLY_FOR["options"] and not field.options


def _listed_types(kinds: frozenset[Kind]) -> str:
    """Return the types of some kinds, always in the same order."""
    found = [name for name, held in QUESTION_TYPES.items() if held.kind in kinds]
    return join_words(found, "and")


def _check_limits(field: Field, node: Mapping, problems: Problems) -> None:
    wanted: type | tuple[type, ...] = str if field.kind == "date" else (int, float)
    for key, limit in (("minimum", field.minimum), ("maximum", field.maximum)):
        if limit is not None and not isinstance(limit, wanted):
            what = "a date such as '2026-11-21'" if field.kind == "date" else "a number"
            if field.kind == "date" and key == "maximum":
                what += ", or today,"
            problems.add("limit-of-wrong-type", node.get(key) or node, key=key, wanted=what)
            return
    low, high = field.minimum, field.maximum
    if field.kind == "date" and high is not None and high != TODAY and day(str(high)) is None:
        problems.add("no-such-day", node.get("maximum") or node, text=high)
        return
    if low is not None and high not in (None, TODAY) and low > high:  # type: ignore[operator]
        at = node.get("minimum") or node.get("maximum") or node
        problems.add("limits-crossed", at, minimum=low, maximum=high)
