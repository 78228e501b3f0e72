"""The form as CSV: its columns, the ids that say what a line is about, and its lines."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from readiness.collecting.form.cells import write_number
from readiness.collecting.form.form_fingerprint import FORMAT, Issue, as_texts
from readiness.collecting.form.form_questions import Form, FormQuestion, refuse_what_does_not_fit
from readiness.collecting.form.formatting import (
    INAPPLICABLE,
    MARK,
    NO_ROWS,
    NONE_OF_THEM,
    STATES,
    UNKNOWN,
    how,
    name_options,
    option_marks,
)
from readiness.documents.csv_text import CsvDialect, comma_separated
from readiness.documents.sanitize import harmless
from readiness.model.answers import Evidence
from readiness.model.question_types import QUESTION_TYPES
from readiness.model.questionnaire import Field
from readiness.model.value import Value

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
        shown = name_options(field)
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


def guard_cell(text: str) -> str:
    """A text that no spreadsheet obeys; `unguard_cell` gives it back as it was."""
    return f"'{text}" if _needs_guard(text) else text


def unguard_cell(text: str) -> str:
    """The text that was guarded."""
    return text[1:] if text.startswith("'") and _needs_guard(text) else text


def _needs_guard(text: str) -> bool:
    bare = text.lstrip("'")
    return bool(bare) and harmless(bare).startswith("'")


_BLANK_ROWS = 3
_GUIDANCE = f"""
Write what you know into the column "answer". Leave the other columns as they are, except state, \
reason, note and evidence.
A blank answer counts as not answered yet. It is never taken for a no.
If you do not know an answer, write {UNKNOWN} into the column "state", and why into "reason".
If a question does not concern you, write {INAPPLICABLE} into "state" and why into "reason". Not \
every question allows it.
Where one option is asked for, write its name. Where several are possible, write {MARK} on the \
line of each that applies, or on the line "{NONE_OF_THEM}".
A list has a line for each cell: [1] is its first row, [2] its second. For more rows, copy the \
lines and raise the number. If there is nothing to list, write {NO_ROWS} as the answer.
Where it says "Only if", answer only in that case.
Save the file as CSV, in UTF-8.
"""

Record = dict[str, str]


def form_as_csv(form: Form) -> bytes:
    """Return a form as CSV, in UTF-8 with a byte order mark for spreadsheets.

    Raises `DocumentError` if an existing answer does not fit into a cell.
    """
    refuse_what_does_not_fit(form, in_workbook=False)
    rows = ([record.get(key, "") for key in COLUMNS] for record in lines_of_form(form))
    return comma_separated(COLUMNS, rows, CsvDialect(guard=guard_cell)).encode()


def lines_of_form(form: Form) -> Iterator[Record]:
    """Each line of a form, by the names of its columns."""
    binding = form.binding
    yield {"id": "form", "question": form.title, "answer": FORMAT}
    for text in _GUIDANCE.strip().splitlines():
        yield {"id": "how to", "question": text}
    yield {"id": "ruleset", "answer": binding.ruleset}
    for edition in binding.editions:
        answer = f"{edition.id} {edition.version} {edition.sha256}"
        yield {"id": "questionnaire", "answer": answer}
    yield {"id": "respondent", "answer": binding.respondent}
    issue = binding.issue or Issue()
    yield {"id": "issue", "answer": "".join(as_texts(issue.to_dict()))}
    for key, given in issue.given.items():
        for text in as_texts(given):
            yield {"id": "given", "answer": f"{key} {text}"}
    for part in form.parts:
        for asked in part.asked:
            for record in _of_question(asked):
                yield {"section": part.section.title, **record}


def _of_question(asked: FormQuestion) -> Iterator[Record]:
    question, entry, answered = asked.question, asked.entry, asked.value
    first: Record = {
        "number": str(asked.number),
        "id": question.id,
        "question": question.label,
        "when": asked.when,
        "help": " ".join(question.help.split()),
        "type": question.type,
        "options": options_text(question),
    }
    if question.kind == "table":
        first["answer"] = NO_ROWS if answered == () else ""
    elif question.kind != "choices":
        first["answer"] = _written(answered)
    if entry:
        first |= {"state": STATES.get(entry.state, ""), "reason": entry.reason, "note": entry.note}
    items = entry.evidence if entry else ()
    yield first | (_evidence(items[0]) if items else {})
    for item in items[1:]:
        yield {"id": question.id, **_evidence(item)}
    if question.kind == "choices":
        yield from _marks(question.id, question, answered)
    elif question.kind == "table":
        yield from _rows(asked)


def _evidence(item: Evidence) -> Record:
    return {column: getattr(item, key) for key, column in EVIDENCE.items()}


def _marks(written_id: str, field: Field, chosen: Value | None) -> Iterator[Record]:
    for option, name, is_marked in option_marks(field, chosen):
        yield {
            "id": f"{written_id}[{option}]",
            "question": name,
            "type": "mark",
            "options": MARK,
            "answer": MARK if is_marked else "",
        }


def _rows(asked: FormQuestion) -> Iterator[Record]:
    given = asked.rows
    for number in range(1, len(given) + _BLANK_ROWS + 1):
        row: Mapping[str, Any] = given[number - 1] if number <= len(given) else {}
        for column in asked.question.columns.values():
            cell = f"{asked.question.id}[{number}].{column.id}"
            if column.kind == "choices":
                yield from _marks(cell, column, row.get(column.id))
                continue
            yield {
                "id": cell,
                "question": column.label,
                "help": " ".join(column.help.split()) if number == 1 else "",
                "type": column.type,
                "options": options_text(column),
                "answer": _written(row.get(column.id)),
            }


def _written(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case int() | float() | Decimal():
            return write_number(value)
        case datetime.date():
            return value.isoformat()
        case _:
            return str(value)
