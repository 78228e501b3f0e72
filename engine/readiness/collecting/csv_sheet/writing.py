"""The form as CSV."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from readiness.collecting.csv_sheet.lines import COLUMNS, EVIDENCE, guarded, options_text
from readiness.collecting.form.capacity import refuse_what_does_not_fit
from readiness.collecting.form.form_fingerprint import FORMAT, Issue, as_texts
from readiness.collecting.form.form_questions import Asked, Form, Part
from readiness.collecting.form.numbers import written
from readiness.collecting.form.wording import (
    INAPPLICABLE,
    MARK,
    NO_ROWS,
    NONE_OF_THEM,
    UNKNOWN,
    shown_options,
)
from readiness.model.answers import Evidence
from readiness.model.questionnaire import Field
from readiness.model.value import Value
from readiness.problems import Problems
from readiness.reports.csv_writer import Separated, comma_separated

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
_STATES = {"unknown": UNKNOWN, "not_applicable": INAPPLICABLE}

Record = dict[str, str]


def form_as_csv(form: Form) -> bytes:
    """The CSV of a form, in UTF-8 with a mark by which spreadsheets know it.

    Raises `DocumentError` where an answer that is given already cannot stand in a cell.
    """
    problems = Problems()
    refuse_what_does_not_fit(form, problems, in_workbook=False)
    problems.raise_if_any()
    rows = ([record.get(key, "") for key in COLUMNS] for record in lines_of_form(form))
    return comma_separated(COLUMNS, rows, Separated(guard=guarded)).encode()


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
            yield from _of_question(part, asked)


def _of_question(part: Part, asked: Asked) -> Iterator[Record]:
    question, entry = asked.question, asked.entry
    answered = entry.value if entry and entry.state == "answered" else None
    first: Record = {
        "number": str(asked.number),
        "section": part.section.title,
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
        first |= {"state": _STATES.get(entry.state, ""), "reason": entry.reason, "note": entry.note}
    items = entry.evidence if entry else ()
    yield first | (_evidence(items[0]) if items else {})
    for item in items[1:]:
        yield {"section": part.section.title, "id": question.id, **_evidence(item)}
    if question.kind == "choices":
        yield from _marks(question.id, part, question, answered)
    elif question.kind == "table":
        yield from _rows(part, asked, answered)


def _evidence(item: Evidence) -> Record:
    return {column: getattr(item, key) for key, column in EVIDENCE.items()}


def _marks(written_id: str, part: Part, field: Field, chosen: Value | None) -> Iterator[Record]:
    for option, name in {**shown_options(field), "": NONE_OF_THEM}.items():
        held = chosen if isinstance(chosen, tuple) else None
        marked = held is not None and (option in held if option else not held)
        yield {
            "section": part.section.title,
            "id": f"{written_id}[{option}]",
            "question": name,
            "type": "mark",
            "options": MARK,
            "answer": MARK if marked else "",
        }


def _rows(part: Part, asked: Asked, answered: Value | None) -> Iterator[Record]:
    rows = answered if isinstance(answered, tuple) else ()
    given = [row for row in rows if isinstance(row, Mapping)]
    for number in range(1, len(given) + _BLANK_ROWS + 1):
        row: Mapping[str, Any] = given[number - 1] if number <= len(given) else {}
        for column in asked.question.columns.values():
            cell = f"{asked.question.id}[{number}].{column.id}"
            if column.kind == "choices":
                yield from _marks(cell, part, column, row.get(column.id))
                continue
            yield {
                "section": part.section.title,
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
            return written(value)
        case datetime.date():
            return value.isoformat()
        case _:
            return str(value)
