"""The questions of a form, in order, with what was answered already, if it can stand in cells."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass
from typing import Any

from readiness.collecting.form.form_entries import on_one_line
from readiness.collecting.form.form_fingerprint import FormFingerprint, Issue, definition, editions
from readiness.collecting.form.formatting import only_if
from readiness.dependencies.ruleset import Ruleset
from readiness.documents.sanitize import clean_text
from readiness.evaluation.formatting import format_day
from readiness.model.answers import Given
from readiness.model.questionnaire import Question, Section
from readiness.model.respondents import People
from readiness.problems import Problems


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
            hint = "use --questions to leave this question out of the form"
            facts = {"id": asked.question.id, "reason": reason}
            problems.add("not-for-a-form", entry, hint=hint, **facts)
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
