"""The lines of a form in CSV: their columns, and the ids that say what each is about."""

from __future__ import annotations

import re
from dataclasses import dataclass

from readiness.collecting.form.wording import how, shown_options
from readiness.model.question_types import QUESTION_TYPES
from readiness.model.questionnaire import Field
from readiness.reports.sanitize import harmless

EVIDENCE = {
    "title": "evidence_title",
    "file": "evidence_file",
    "url": "evidence_url",
    "collected": "evidence_collected",
    "expires": "evidence_expires",
}
COLUMNS = (
    "number", "section", "id", "question", "when", "help", "type", "options", "answer", "state",
    "reason", "note", *EVIDENCE.values(),
)  # fmt: skip
ABOUT_THE_FORM = frozenset(
    {"form", "how to", "ruleset", "questionnaire", "respondent", "issue", "given"}
)
"""What stands as the id of a line that asks nothing."""
NEEDED = ("id", "answer")
"""Without these no CSV is a form; any other column may be left out."""

_QUESTION = r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*"
_CELL = re.compile(rf"({_QUESTION})\[([1-9]\d{{0,4}})\]\.([a-z][a-z0-9_]*)(?:\[(.*)\])?", re.DOTALL)
_OPTION = re.compile(rf"({_QUESTION})(?:\[(.*)\])?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class About:
    """What a line is about: a question, one of its options, or a cell of its rows.

    `row` is 0 and `column` empty outside of rows; `option` is None where it is about no option,
    and empty where it says that none applies.
    """

    question: str
    row: int = 0
    column: str = ""
    option: str | None = None


def about(written: str, *, is_table: bool) -> About | None:
    """What the id of a line means; None where it is none."""
    if is_table and (found := _CELL.fullmatch(written)):
        return About(found[1], int(found[2]), found[3], found[4])
    found = _OPTION.fullmatch(written)
    return About(found[1], option=found[2]) if found else None


def question_of(written: str) -> str:
    """The question that an id begins with."""
    found = re.match(_QUESTION, written)
    return found[0] if found else ""


def options_text(field: Field) -> str:
    """How a field is answered: its options with what they are called, else in words."""
    if field.kind == "choice":
        shown = shown_options(field)
        return " | ".join(f"{key}: {name}" for key, name in shown.items())
    return how(field)


_COUNTED = {
    held.how: held.joint
    for held in QUESTION_TYPES.values()
    if held.joint and not held.is_percentage
}
_WITH_UNIT = re.compile(
    rf"(?:{'|'.join(f'{how} {joint}' for how, joint in _COUNTED.items())}) (.+?)(?:, .*)?"
)


def unit_in(options: str) -> str | None:
    """The unit in which a line asks for a number; None where it says nothing of one."""
    if not options.startswith(tuple(_COUNTED)):
        return None
    found = _WITH_UNIT.fullmatch(options)
    return found[1] if found else ""


def guarded(text: str) -> str:
    """A text that no spreadsheet obeys; `unguarded` gives it back as it was."""
    return f"'{text}" if _needs_guard(text) else text


def unguarded(text: str) -> str:
    """The text that was guarded."""
    return text[1:] if text.startswith("'") and _needs_guard(text) else text


def _needs_guard(text: str) -> bool:
    bare = text.lstrip("'")
    return bool(bare) and harmless(bare).startswith("'")
