"""The questions of a form, in order, with what was answered already, and what it was issued for."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Mapping as Map
from dataclasses import asdict, dataclass, field
from typing import Any

from readiness.collecting.form.cells import name_options, only_if
from readiness.collecting.form.form_entries import on_one_line
from readiness.dependencies.ruleset import Ruleset
from readiness.documents.nodes import digest_of
from readiness.documents.sanitize import clean_text
from readiness.evaluation.formatting import format_day
from readiness.model.answers import Given
from readiness.model.questionnaire import Field, Question, Section
from readiness.model.respondents import People
from readiness.problems import Problems
from readiness.result.digest import digest

FORMAT = "readiness/form/2"
OLDER_FORMAT = "readiness/form/1"
"""Forms of this format do not say what they were issued with."""


_PART = 30_000  # characters; a cell holds 32,767


@dataclass(frozen=True, slots=True)
class Edition:
    """One questionnaire as it was when the form was made."""

    id: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Issue:
    """What a form was issued with.

    `engagement` is the id of the engagement, empty where there is none; `day` is an ISO date.
    `given` has the answers that were filled in, each as the YAML of an answer sheet on one line.
    """

    engagement: str = ""
    number: int = 1
    day: str = ""
    given: Map[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """As plain values, without the answers."""
        return {"engagement": self.engagement, "number": self.number, "day": self.day}


@dataclass(frozen=True, slots=True)
class FormFingerprint:
    """`asked` has what each question was like by its id: `definition` says what.

    `issue` is None for a form of the older format.
    """

    ruleset: str
    respondent: str
    editions: tuple[Edition, ...]
    asked: Map[str, Map[str, Any]]
    issue: Issue | None = None

    def to_dict(self) -> dict[str, Any]:
        """As plain values, without what was asked and what was filled in."""
        issued = {"issue": self.issue.to_dict()} if self.issue else {}
        return {
            "format": FORMAT if self.issue else OLDER_FORMAT,
            **issued,
            "ruleset": self.ruleset,
            "respondent": self.respondent,
            "questionnaires": [asdict(one) for one in self.editions],
        }

    def seal(self) -> str:
        """The digest of all of it."""
        issued = {"given": _pairs(self.issue.given)} if self.issue else {}
        return digest({**self.to_dict(), **issued, "asked": _pairs(self.asked)})

    def is_current(self, ruleset: Ruleset) -> bool:
        """Whether the questionnaires are still what they were."""
        return set(self.editions) == set(editions(ruleset))


def _pairs(held: Map[str, Any]) -> list[list[Any]]:
    """The entries by their keys."""
    return [[key, held[key]] for key in sorted(held)]


def as_texts(value: Any) -> list[str]:
    """A JSON value as texts that a spreadsheet leaves as they are; `from_texts` reads them.

    Of a long one each text has a part that fits into a cell.
    """
    text = json_text(value)
    return [f"|{text[at : at + _PART]}|" for at in range(0, len(text), _PART)]


def json_text(value: Any) -> str:
    """A JSON value as short as it can be."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))


def from_texts(texts: Iterable[str]) -> Any:
    """The value that some texts hold. Raises `ValueError` where they hold none."""
    return json.loads("".join(text[1:-1] for text in texts))


class Altered(Exception):
    """What a form says about itself is not what was written there; the text says in which way."""


def read_binding(rows: Iterable[Sequence[str]], *, is_sealed: bool) -> FormFingerprint:
    """The binding that rows hold, each of which begins with the word for what it says.

    A form that `is_sealed` has the binding with all its parts. Raises `Altered`.
    """
    try:
        return _read_binding(rows, is_sealed=is_sealed)
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError) as fault:
        raise Altered("is not complete") from fault


def _read_binding(rows: Iterable[Sequence[str]], *, is_sealed: bool) -> FormFingerprint:
    said = {"respondent": ""} if is_sealed else {"ruleset": "", "respondent": ""}
    issue: Any = None
    given: dict[str, list[str]] = {}
    editions: list[Edition] = []
    asked: dict[str, dict[str, Any]] = {}
    for row in rows:
        match [text for text in row if text]:
            case ["questionnaire", *words]:
                editions.append(Edition(*[*words, "", "", ""][:3]))
            case ["asked", key, text]:
                asked[key] = json.loads(text)
            case ["issue", *texts]:
                issue = issue or from_texts(texts)
            case ["given", *held]:
                given.setdefault(held[0], []).extend(held[1:])
            case [("ruleset" | "respondent" | "seal") as key, text]:
                said[key] = text
            case _:
                continue
    issued = None
    if issue is not None:
        entries = {key: from_texts(texts) for key, texts in given.items()}
        issued = Issue(str(issue["engagement"]), int(issue["number"]), str(issue["day"]), entries)
    binding = FormFingerprint(said["ruleset"], said["respondent"], tuple(editions), asked, issued)
    if is_sealed and binding.seal() != said["seal"]:
        raise Altered("has been changed")
    return binding


def editions(ruleset: Ruleset) -> tuple[Edition, ...]:
    """The questionnaires of a ruleset as they are now."""
    return tuple(
        Edition(held.id, held.version, digest_of(held.node)) for held in ruleset.questionnaires
    )


def definition(question: Question, number: int) -> dict[str, Any]:
    """Return the definition of a question, as far as it affects the meaning of its answers."""
    found = {"number": number, **_of_field(question), "may_not_apply": question.may_not_apply}
    if question.columns:
        found["columns"] = {key: _of_field(column) for key, column in question.columns.items()}
    return found


def _of_field(field: Field) -> dict[str, Any]:
    found: dict[str, Any] = {"type": field.type, "unit": field.unit}
    if field.options:
        found["options"] = name_options(field)
    limits = (("minimum", field.minimum), ("maximum", field.maximum))
    return found | {key: limit for key, limit in limits if limit is not None}


def is_as_it_was(question: Question, asked: Map[str, Any]) -> bool:
    """Whether a question is what it was when a form was made; its number may be another."""
    return definition(question, 0) == {**asked, "number": 0}


@dataclass(frozen=True, slots=True)
class FormQuestion:
    """A question of a form; `when` says in words when it is asked, `entry` what was given."""

    number: int
    question: Question
    when: str
    entry: Given | None

    @property
    def value(self) -> Any:
        """What was answered; None where there is no answer."""
        return self.entry.value if self.entry and self.entry.state == "answered" else None

    @property
    def rows(self) -> list[Map[str, Any]]:
        """The rows that were filled in."""
        held = self.value if isinstance(self.value, tuple) else ()
        return [row for row in held if isinstance(row, Map)]


@dataclass(frozen=True, slots=True)
class Part:
    """A section of a form."""

    section: Section
    asked: tuple[FormQuestion, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """What one respondent is asked; `due` is the day by which it is expected back, in words."""

    title: str
    respondent: str
    parts: tuple[Part, ...]
    binding: FormFingerprint
    due: str = ""

    @property
    def asked(self) -> tuple[FormQuestion, ...]:
        """The questions of all parts, in the order of their numbers."""
        return tuple(one for part in self.parts for one in part.asked)


def build_form(
    ruleset: Ruleset,
    respondent: str,
    *,
    title: str = "",
    groups: Map[str, Sequence[str]] | None = None,
    people: People | None = None,
    given: Map[str, Given] | None = None,
    only: Iterable[str] = (),
    engagement: str = "",
    issue: int = 1,
    day: str = "",
) -> Form:
    """The form for a respondent; `given` is what is filled in already, by question.

    A question that is not answered yet is left out where it is asked of each of a group, and
    `groups` says that the respondent is not in it, or where `people` says that it is assigned to
    others. `only` names the sections and questions to ask; left
    empty, all of them. `engagement`, `issue` and `day` (an ISO date) go into the form, which also
    keeps what is filled in: so its import can tell what the respondent changed.
    """
    given, groups, chosen = given or {}, groups or {}, frozenset(only)
    people = people or People()

    def is_in(question: Question) -> bool:
        if question.id in ruleset.scope.questions:
            return False
        if chosen and chosen.isdisjoint((question.id, question.section)):
            return False
        members = groups.get(question.ask_each)
        is_put = people.is_put(question, respondent)
        return (is_put and (members is None or respondent in members)) or question.id in given

    found = [question for question in ruleset.questions.values() if is_in(question)]
    numbers = {question.id: number for number, question in enumerate(found, 1)}
    parts = []
    for questionnaire in ruleset.questionnaires:
        for section in questionnaire.sections.values():
            asked = tuple(
                FormQuestion(numbers[key], question, _when(ruleset, key, numbers), given.get(key))
                for key, question in questionnaire.questions.items()
                if question.section == section.id and key in numbers
            )
            if asked:
                parts.append(Part(section, asked))
    filled_in = {key: on_one_line(entry) for key, entry in given.items() if key in numbers}
    record = Issue(engagement, issue, day, filled_in)
    definitions = {one.id: definition(one, numbers[one.id]) for one in found}
    binding = FormFingerprint(ruleset.id, respondent, editions(ruleset), definitions, record)
    titles = " and ".join(held.title for held in ruleset.questionnaires)
    known = people.respondents.get(respondent)
    due = format_day(datetime.date.fromisoformat(known.due)) if known and known.due else ""
    return Form(title or titles, people.name(respondent), tuple(parts), binding, due)


def _when(ruleset: Ruleset, key: str, numbers: Map[str, int]) -> str:
    return only_if(ruleset.ask_when[key], numbers) if key in ruleset.ask_when else ""


MOST_CHARACTERS = 32_767
"""What fits into a cell of a workbook, counted as UTF-16 counts."""

# Spreadsheets write characters as their codes like this, and read them so.
_CODE = re.compile(r"_x[0-9A-Fa-f]{4}_|x005F_")


def refuse_what_does_not_fit(form: Form, *, in_workbook: bool) -> None:
    """Raise `DocumentError` with each answer that a form would lose a part of."""
    problems = Problems()
    for asked in form.asked:
        entry = asked.entry
        if entry is None:
            continue
        for reason in dict.fromkeys(_reasons(asked, entry, in_workbook=in_workbook)):
            facts = {"id": asked.question.id, "reason": reason}
            problems.add("not-for-a-form", entry, **facts)
    problems.raise_if_any()


def _reasons(asked: FormQuestion, entry: Given, *, in_workbook: bool) -> Iterator[str]:
    if asked.question.kind == "table" and isinstance(entry.value, tuple):
        rows = [row for row in entry.value if isinstance(row, Map)]
        if any(not row for row in rows):
            yield "it has an empty row"
    texts = list(_texts(entry))
    for text in texts if in_workbook else ():
        if len(text.encode("utf-16-le", "surrogatepass")) // 2 > MOST_CHARACTERS:
            yield f"a cell can hold at most {MOST_CHARACTERS:,} characters"
        if _CODE.search(text):
            yield "it has characters that a cell cannot hold"
    for text in texts:
        if text.replace("\r\n", "\n") != clean_text(text):
            yield "it has characters that a cell cannot hold"


def _texts(entry: Given) -> Iterator[str]:
    yield from _texts_of(entry.value)
    yield from filter(None, (entry.reason, entry.note))
    for item in entry.evidence:
        yield from filter(None, (item.title, item.file, item.url))


def _texts_of(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from _texts_of(one)
    elif isinstance(value, Map):
        for held in value.values():
            yield from _texts_of(held)
