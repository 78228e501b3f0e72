"""The questions of a form, in their order, with what has been answered already."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass
from typing import Any

from readiness.collecting.form.answers_text import on_one_line
from readiness.collecting.form.entries import FormEntry
from readiness.collecting.form.form_fingerprint import Binding, Issue, bound
from readiness.collecting.form.wording import only_if
from readiness.dependencies.ruleset import Ruleset
from readiness.model.questionnaire import Question, Section


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a form; `when` says in words when it is asked, `entry` what was given."""

    number: int
    question: Question
    when: str
    entry: FormEntry | None

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
    asked: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """What one respondent is asked."""

    title: str
    respondent: str
    parts: tuple[Part, ...]
    binding: Binding

    @property
    def asked(self) -> tuple[Asked, ...]:
        """The questions of all parts, in the order of their numbers."""
        return tuple(one for part in self.parts for one in part.asked)


def build_form(
    ruleset: Ruleset,
    respondent: str,
    *,
    title: str = "",
    groups: Map[str, Sequence[str]] | None = None,
    given: Map[str, FormEntry] | None = None,
    only: Iterable[str] = (),
    engagement: str = "",
    issue: int = 1,
    day: str = "",
) -> Form:
    """The form for a respondent; `given` is what is filled in already, by question.

    A question that is asked of each of a group is left out where `groups` says that the respondent
    is not in it and it is not answered yet. `only` names the sections and questions to ask; left
    empty, all of them. `engagement`, `issue` and `day` (an ISO date) go into the form, which also
    keeps what is filled in: so its import can tell what the respondent changed.
    """
    given, groups, chosen = given or {}, groups or {}, frozenset(only)

    def is_in(question: Question) -> bool:
        if chosen and chosen.isdisjoint((question.id, question.section)):
            return False
        members = groups.get(question.ask_each)
        return members is None or respondent in members or question.id in given

    found = [question for question in ruleset.questions.values() if is_in(question)]
    numbers = {question.id: number for number, question in enumerate(found, 1)}
    parts = []
    for questionnaire in ruleset.questionnaires:
        for section in questionnaire.sections.values():
            asked = tuple(
                Asked(numbers[key], question, _when(ruleset, key, numbers), given.get(key))
                for key, question in questionnaire.questions.items()
                if question.section == section.id and key in numbers
            )
            if asked:
                parts.append(Part(section, asked))
    filled_in = {key: on_one_line(entry) for key, entry in given.items() if key in numbers}
    record = Issue(engagement, issue, day, filled_in)
    binding = bound(ruleset, respondent, [(numbers[one.id], one) for one in found], record)
    titles = " and ".join(held.title for held in ruleset.questionnaires)
    return Form(title or titles, respondent, tuple(parts), binding)


def _when(ruleset: Ruleset, key: str, numbers: Map[str, int]) -> str:
    return only_if(ruleset.ask_when[key], numbers) if key in ruleset.ask_when else ""
