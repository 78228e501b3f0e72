"""The form as CSV: how it is written, and read with what people put beside the answers."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from readiness.collecting.form import form_questions
from readiness.collecting.form.cells import (
    INAPPLICABLE,
    MARK,
    NO_ROWS,
    NONE_OF_THEM,
    STATES,
    UNKNOWN,
    FormCell,
    Spot,
    how,
    name_options,
    option_marks,
    shorten,
    write_number,
)
from readiness.collecting.form.filled_form import BESIDE, EVIDENCE_KEYS, FilledQuestion, Line
from readiness.dependencies.ruleset import Ruleset
from readiness.documents.csv_text import CsvDialect, comma_separated, head_of, lines_of
from readiness.documents.opening import BrokenFile
from readiness.documents.reading import decode
from readiness.documents.sanitize import harmless
from readiness.model.answers import Evidence
from readiness.model.question_types import QUESTION_TYPES
from readiness.model.questionnaire import Field
from readiness.model.value import Value
from readiness.problems import DocumentError, Problems, Whole, nearest, refusal

_EVIDENCE = {key: f"evidence_{key}" for key in EVIDENCE_KEYS}
_COLUMNS = (
    "number", "section", "id", "question", "when", "help", "type", "options", "answer", "state",
    "reason", "note", *_EVIDENCE.values(),
)  # fmt: skip
_ABOUT_THE_FORM = frozenset(
    {"form", "how to", "ruleset", "questionnaire", "respondent", "issue", "given"}
)
"""What stands as the id of a line that asks nothing."""
_NEEDED = ("id", "answer")
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


def _about(written: str, *, is_table: bool) -> About | None:
    """What the id of a line means; None where it is none."""
    if is_table and (found := _CELL.fullmatch(written)):
        return About(found[1], int(found[2]), found[3], found[4])
    found = _OPTION.fullmatch(written)
    return About(found[1], option=found[2]) if found else None


def _question_of(written: str) -> str:
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
Enter your answers in the column "answer". Do not change the other columns, except state, reason, \
note and evidence.
A blank answer counts as not answered yet, never as a no.
If you do not know an answer, enter "{UNKNOWN}" in the column "state", and the reason in "reason".
If a question does not concern you, enter "{INAPPLICABLE}" in "state", and the reason in "reason". \
Not every question allows this.
If you can choose only one option, enter its name. If you can choose several, enter {MARK} on the \
line of each that applies, or on the line "{NONE_OF_THEM}".
A list has one line for each cell: [1] is its first row, [2] its second. To add rows, copy the \
lines and increase the number. If there is nothing to list, enter "{NO_ROWS}" as the answer.
If a question says "Only if", answer it only in that case.
Save the file as CSV in UTF-8.
"""

_TextRecord = dict[str, str]


def form_as_csv(form: form_questions.Form, separator: str = ",") -> bytes:
    """Return a form as CSV, in UTF-8 with a byte order mark for spreadsheets.

    Raises `DocumentError` if an existing answer does not fit into a cell.
    """
    form_questions.refuse_what_does_not_fit(form, in_workbook=False)
    rows = ([record.get(key, "") for key in _COLUMNS] for record in _lines_of_form(form))
    return comma_separated(_COLUMNS, rows, CsvDialect(separator, guard_cell)).encode()


def _lines_of_form(form: form_questions.Form) -> Iterator[_TextRecord]:
    """Each line of a form, by the names of its columns."""
    binding = form.binding
    yield {"id": "form", "question": form.title, "answer": form_questions.FORMAT}
    if form.due:
        yield {"id": "how to", "question": f"Please return this form by {form.due}."}
    for text in _GUIDANCE.strip().splitlines():
        yield {"id": "how to", "question": text}
    yield {"id": "ruleset", "answer": binding.ruleset}
    for edition in binding.editions:
        answer = f"{edition.id} {edition.version} {edition.sha256}"
        yield {"id": "questionnaire", "answer": answer}
    yield {"id": "respondent", "answer": binding.respondent}
    issue = binding.issue or form_questions.Issue()
    yield {"id": "issue", "answer": "".join(form_questions.as_texts(issue.to_dict()))}
    for key, given in issue.given.items():
        for text in form_questions.as_texts(given):
            yield {"id": "given", "answer": f"{key} {text}"}
    for part in form.parts:
        for asked in part.asked:
            for record in _of_question(asked):
                yield {"section": part.section.title, **record}


def _of_question(asked: form_questions.FormQuestion) -> Iterator[_TextRecord]:
    question, entry, answered = asked.question, asked.entry, asked.value
    first: _TextRecord = {
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
        first["answer"] = _format_value(answered)
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


def _evidence(item: Evidence) -> _TextRecord:
    return {column: getattr(item, key) for key, column in _EVIDENCE.items()}


def _marks(written_id: str, field: Field, chosen: Value | None) -> Iterator[_TextRecord]:
    for option, name, is_marked in option_marks(field, chosen):
        yield {
            "id": f"{written_id}[{option}]",
            "question": name,
            "type": "mark",
            "options": MARK,
            "answer": MARK if is_marked else "",
        }


def _rows(asked: form_questions.FormQuestion) -> Iterator[_TextRecord]:
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
                "answer": _format_value(row.get(column.id)),
            }


def _format_value(value: Any) -> str:
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


_SAVE = "save it as 'CSV UTF-8'"
# What the form says in these columns is the same for everybody who is asked.
_OWN = ("section", "question", "help", "type", "options")
_BESIDE = (*BESIDE, *_EVIDENCE.values())

_CellRecord = dict[str, FormCell]


class CsvForm:
    """A form in CSV: its lines, cells by the names of the columns.

    Raises `DocumentError`, with all of `problems`, where it is none.
    """

    def __init__(self, data: bytes, name: str, problems: Problems) -> None:
        self.records: list[_CellRecord] = _records_of(data, name, problems)
        before = len(problems)
        rows: list[list[str]] = []
        issued = None
        for record in self.records:
            key, cell = record["id"].text, record["answer"]
            if key == "form" and cell.text not in (
                form_questions.FORMAT,
                form_questions.OLDER_FORMAT,
            ):
                reason = f"it has the format '{cell.text}', which is not {form_questions.FORMAT}"
                problems.add("form-altered", cell.spot, reason=reason)
            elif key == "questionnaire":
                rows.append([key, *cell.text.split()])
            elif key == "given":
                rows.append([key, *cell.text.split(" ", 1)])
            elif key in _ABOUT_THE_FORM:
                rows.append([key, cell.text])
            if key == "issue":
                issued = issued or cell.spot
        try:
            self.binding: form_questions.FormFingerprint = form_questions.read_binding(
                rows, is_sealed=False
            )
        except form_questions.Altered:
            reason = "the lines with the answers it was issued with are incomplete"
            problems.add("form-altered", issued or Whole(name), reason=reason)
        if len(problems) > before:
            problems.raise_if_any()

    def filled_in(
        self, rules: Ruleset, problems: Problems, remarks: Problems
    ) -> list[FilledQuestion]:
        """What was filled in, question by question; what belongs to no question is a problem."""
        is_current = not self.binding.editions or self.binding.is_current(rules)
        reader = _CsvReader(rules, problems, remarks, is_current=is_current)
        for record in self.records:
            if record["id"].text not in _ABOUT_THE_FORM:
                reader.take(record)
        return list(reader.found.values())


def _records_of(data: bytes, name: str, problems: Problems) -> list[_CellRecord]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise refusal("csv-syntax", Whole(name), hint=_SAVE, reason="it is UTF-16 text")
    try:
        decode(data, name)
        return _records(data, name, problems)
    except BrokenFile as fault:
        problems.extend(fault.refusal("csv-syntax", name).problems)
        raise DocumentError(problems) from None


def _records(data: bytes, name: str, problems: Problems) -> list[_CellRecord]:
    head = head_of(data, lambda column: _key(column) in _COLUMNS)
    names = [_key(column) for column in head.names]
    if not set(_NEEDED) <= set(names):
        hint = "its first line must name the columns, including 'id' and 'answer'"
        raise refusal("form-foreign", Whole(name), hint=hint)
    found: list[_CellRecord] = []
    for line, row in lines_of(data, head):
        record: _CellRecord = {}
        for number, held in enumerate(row, 1):
            key = names[number - 1] if number <= len(names) else ""
            label = key or f"column {number}"
            spot = Spot(name, f"line {line}, {label}", line, number)
            if key:
                record[key] = FormCell(spot, unguard_cell(held.replace("\r\n", "\n")) or None)
            elif held.strip():
                hint = "put a text that contains a separator in quotation marks"
                problems.add("asked-nowhere", spot, hint=hint)
        for number, key in enumerate(_COLUMNS, 1):
            record.setdefault(key, FormCell(Spot(name, f"line {line}, {key}", line, number)))
        if any(not cell.is_blank for cell in record.values()):
            found.append(record)
    return found


def _key(column: str) -> str:
    return column.strip().lower()


class _CsvReader:
    """Whether somebody changed what the form itself says is only known where it `is_current`."""

    def __init__(
        self, ruleset: Ruleset, problems: Problems, remarks: Problems, *, is_current: bool
    ) -> None:
        self.questions = ruleset.questions
        self.problems = problems
        self.remarks = remarks
        self.is_current = is_current
        self.found: dict[str, FilledQuestion] = {}
        self.own: set[str] = set()
        if is_current:
            lines = _lines_of_form(form_questions.build_form(ruleset, ""))
            self.own = {" ".join(line.get(column, "").split()) for line in lines for column in _OWN}

    def take(self, record: _CellRecord) -> None:
        """Read a line of the form."""
        written = record["id"].text
        key = _question_of(written)
        question = self.questions.get(key)
        rows_like = question.kind == "table" if question else "]." in written
        found = _about(written, is_table=rows_like)
        is_part = found is not None and (found.row > 0 or found.option is not None)
        self._remark(record, is_part=is_part)
        if found is None:
            hint = nearest(written, self.questions) or "no question has this id"
            self.problems.add("asked-nowhere", record["id"].spot, hint=hint)
            return
        filled = self._filled(key, record)
        if is_part:
            at = record["answer"].spot
            line = filled.rows.setdefault(found.row, Line(at)) if found.row else filled.own
            place = found.column, found.option
            filled.put(line, place, record["answer"], self.problems, {"id": written})
        else:
            self._of_question(filled, record)
        if self.is_current:
            return
        if (unit := unit_in(record["options"].text)) is not None:
            filled.units[found.column] = unit
        field: Field | None = question
        if question and found.column:
            field = question.columns.get(found.column)
        if found.option is None and not _is_alike(field, record):
            filled.is_as_it_was = False

    def _filled(self, key: str, record: _CellRecord) -> FilledQuestion:
        if key not in self.found:
            at = record["answer"].spot
            beside = {name: FormCell(record[name].spot) for name in BESIDE}
            same = self.is_current or key in self.questions
            own = Line(at, {("", None): FormCell(at)})
            self.found[key] = FilledQuestion(key, own, beside, is_as_it_was=same)
        return self.found[key]

    def _of_question(self, filled: FilledQuestion, record: _CellRecord) -> None:
        for name in ("answer", *BESIDE):
            cell = record[name]
            before = filled.beside.get(name, filled.answer)
            if cell.is_blank:
                continue
            if not before.is_blank:
                self.problems.add("twice-in-form", before.spot, cell.spot, id=filled.id)
                filled.is_unclear = True
            if name in BESIDE:
                filled.beside[name] = cell
            else:
                filled.own.cells["", None] = cell
        item = {key: record[column] for key, column in _EVIDENCE.items()}
        if any(not cell.is_blank for cell in item.values()):
            filled.evidence.append(item)

    def _remark(self, record: _CellRecord, *, is_part: bool) -> None:
        """Add a remark for each cell of a line with a text that belongs to no answer."""
        for column, cell in record.items():
            if cell.value is None:
                continue
            is_beside = column not in _COLUMNS or (is_part and column in _BESIDE)
            is_changed = self.is_current and column in _OWN
            if is_beside or is_changed:
                text = " ".join(cell.text.split())
                if text and (is_beside or text not in self.own):
                    self.remarks.add("text-beside", cell.spot, text=shorten(text))


def _is_alike(field: Field | None, record: _CellRecord) -> bool:
    """Whether a line asks for what its field is now; one that does not say is taken to."""
    if field is None:
        return False
    said = record["type"].text, record["options"].text
    return said == ("", "") or said == (field.type, options_text(field))
