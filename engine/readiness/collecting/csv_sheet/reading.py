"""From a CSV to what was filled in, and what people put beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from readiness.collecting.csv_sheet.writing import (
    ABOUT_THE_FORM,
    COLUMNS,
    EVIDENCE,
    NEEDED,
    About,
    about,
    lines_of_form,
    options_text,
    question_of,
    unguarded,
    unit_in,
)
from readiness.collecting.form.cells import FormCell, Spot
from readiness.collecting.form.filled_form import Filled, Line
from readiness.collecting.form.form_fingerprint import (
    FORMAT,
    OLDER_FORMAT,
    Binding,
    Edition,
    Issue,
    from_texts,
    issue_of,
)
from readiness.collecting.form.form_questions import build_form
from readiness.dependencies.ruleset import Ruleset
from readiness.documents.csv_text import head_of, lines_of
from readiness.documents.opening import BrokenFile
from readiness.documents.reading import decode
from readiness.model.questionnaire import Field
from readiness.problems import DocumentError, Problems, Whole, nearest

_SAVE = "save it as 'CSV UTF-8'"

Record = dict[str, FormCell]


def records_of(data: bytes, name: str, problems: Problems) -> list[Record] | None:
    """The lines of a CSV, cells by the names of the columns; None, and problems, if it is none."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        problems.add("csv-syntax", Whole(name), hint=_SAVE, reason="it is UTF-16 text")
        return None
    try:
        decode(data, name)
        return _records(data, name, problems)
    except DocumentError as error:
        problems.extend(error.problems)
    except BrokenFile as fault:
        fault.tell(problems, "csv-syntax", name)
    return None


def _records(data: bytes, name: str, problems: Problems) -> list[Record] | None:
    head = head_of(data, lambda column: _key(column) in COLUMNS)
    names = [_key(column) for column in head.names]
    if not set(NEEDED) <= set(names):
        hint = "its first line names the columns, 'id' and 'answer' among them"
        problems.add("form-foreign", Whole(name), hint=hint)
        return None
    found: list[Record] = []
    for line, row in lines_of(data, head):
        record: Record = {}
        for number, held in enumerate(row, 1):
            key = names[number - 1] if number <= len(names) else ""
            label = key or f"column {number}"
            spot = Spot(name, f"line {line}, {label}", line, number)
            if key:
                record[key] = FormCell(spot, unguarded(held.replace("\r\n", "\n")) or None)
            elif held.strip():
                problems.add("asked-nowhere", spot, hint="a text with a mark in it needs quotes")
        for number, key in enumerate(COLUMNS, 1):
            record.setdefault(key, FormCell(Spot(name, f"line {line}, {key}", line, number)))
        if any(not cell.is_blank for cell in record.values()):
            found.append(record)
    return found


def _key(column: str) -> str:
    return column.strip().lower()


def binding_of(records: list[Record], problems: Problems) -> Binding:
    """What the lines at the top say about the form; empty where they say nothing."""
    said = {"ruleset": "", "respondent": ""}
    editions: list[Edition] = []
    for record in records:
        key, answer = record["id"].text, record["answer"].text
        if key == "questionnaire":
            words = [*answer.split(), "", "", ""]
            editions.append(Edition(words[0], words[1], words[2]))
        elif key in said:
            said[key] = answer
    issue = _issue_of(records, problems)
    return Binding(said["ruleset"], said["respondent"], tuple(editions), {}, issue)


def _issue_of(records: list[Record], problems: Problems) -> Issue | None:
    """What the form was issued with; None where no line says it."""
    issued: list[FormCell] = []
    given: dict[str, list[str]] = {}
    for record in records:
        if record["id"].text == "issue":
            issued.append(record["answer"])
        elif record["id"].text == "given":
            key, _, text = record["answer"].text.partition(" ")
            given.setdefault(key, []).append(text)
    if not issued:
        return None
    try:
        held = {key: from_texts(texts) for key, texts in given.items()}
        return issue_of(from_texts([issued[0].text]), held)
    except (ValueError, LookupError, TypeError):
        reason = "the lines that say what was filled in when it was issued are not complete"
        problems.add("form-altered", issued[0].spot, reason=reason)
        return None


def refuse_other_format(records: list[Record], problems: Problems) -> None:
    """Add a problem where the form says that it is of another format."""
    for record in records:
        cell = record["answer"]
        if record["id"].text == "form" and cell.text not in (FORMAT, OLDER_FORMAT):
            reason = f"it has the format '{cell.text}', which is not {FORMAT}"
            problems.add("form-altered", cell.spot, reason=reason)


def filled_in(
    records: list[Record], ruleset: Ruleset, problems: Problems, *, is_current: bool
) -> list[Filled]:
    """What was filled in, question by question; what belongs to no question goes to `problems`.

    `is_current` says that the questionnaires are those that the form was made from.
    """
    reading = _CsvReader(ruleset, problems, is_current=is_current)
    for record in records:
        if record["id"].text not in ABOUT_THE_FORM:
            reading.take(record)
    return reading.result()


class _CsvReader:
    def __init__(self, ruleset: Ruleset, problems: Problems, *, is_current: bool) -> None:
        self.questions = ruleset.questions
        self.problems = problems
        self.is_current = is_current
        self.found: dict[str, Filled] = {}
        self.rows: dict[
            str, dict[int, tuple[dict[str, FormCell], dict[str, dict[str, FormCell]]]]
        ] = {}

    def take(self, record: Record) -> None:
        written = record["id"].text
        key = question_of(written)
        question = self.questions.get(key)
        rows_like = question.kind == "table" if question else "]." in written
        found = about(written, is_table=rows_like)
        if found is None:
            self._nowhere(record)
            return
        if found.question not in self.found:
            self.found[found.question] = self._new(found.question, record)
        filled = self.found[found.question]
        if found.option is None and not found.row:
            self._of_question(filled, record)
        elif found.row:
            self._of_row(filled, found, record)
        else:
            assert found.option is not None
            self._put(filled.marks, found.option, record["answer"], written)
        unit = unit_in(record["options"].text)
        if unit is not None and not self.is_current:
            filled.units = {**filled.units, found.column: unit}
        field: Field | None = question
        if question and found.column:
            field = question.columns.get(found.column)
        if not self.is_current and found.option is None and not _is_alike(field, record):
            filled.is_as_it_was = False

    def _new(self, key: str, record: Record) -> Filled:
        at = record["answer"].spot
        state, reason, note = (FormCell(record[name].spot) for name in ("state", "reason", "note"))
        same = self.is_current or key in self.questions
        return Filled(key, FormCell(at), state, reason, note, is_as_it_was=same)

    def _of_question(self, filled: Filled, record: Record) -> None:
        for name in ("answer", "state", "reason", "note"):
            cell, before = record[name], getattr(filled, name)
            if cell.is_blank:
                continue
            if not before.is_blank:
                hint = "keep one of the two"
                at = (before.spot, cell.spot)
                self.problems.add("twice-in-form", *at, hint=hint, id=filled.id)
                filled.is_unclear = True
            setattr(filled, name, cell)
        item = {key: record[column] for key, column in EVIDENCE.items()}
        if any(not cell.is_blank for cell in item.values()):
            filled.evidence.append(item)

    def _of_row(self, filled: Filled, found: About, record: Record) -> None:
        cells, marks = self.rows.setdefault(filled.id, {}).setdefault(found.row, ({}, {}))
        if found.option is None:
            self._put(cells, found.column, record["answer"], record["id"].text)
        else:
            held = marks.setdefault(found.column, {})
            self._put(held, found.option, record["answer"], record["id"].text)

    def _put(self, held: dict[str, FormCell], key: str, cell: FormCell, written: str) -> None:
        before = held.get(key)
        if before is not None and not before.is_blank and not cell.is_blank:
            hint = "keep one of the two"
            self.problems.add("twice-in-form", before.spot, cell.spot, hint=hint, id=written)
            self.found[question_of(written)].is_unclear = True
        elif before is None or before.is_blank:
            held[key] = cell

    def _nowhere(self, record: Record) -> None:
        hint = nearest(record["id"].text, self.questions) or "its id is that of no question"
        self.problems.add("asked-nowhere", record["id"].spot, hint=hint)

    def result(self) -> list[Filled]:
        for key, rows in self.rows.items():
            for _, (cells, marks) in sorted(rows.items()):
                inner = (cell for held in marks.values() for cell in held.values())
                spot = next(cell.spot for cell in (*cells.values(), *inner))
                line = Line(spot, cells, marks)
                if not line.is_blank:
                    self.found[key].lines.append(line)
        return list(self.found.values())


def _is_alike(field: Field | None, record: Mapping[str, FormCell]) -> bool:
    """Whether a line asks for what its field is now; one that does not say is taken to."""
    if field is None:
        return False
    said = record["type"].text, record["options"].text
    return said == ("", "") or said == (field.type, options_text(field))


# What the form says in these columns is the same for everybody who is asked.
_OWN = ("section", "question", "help", "type", "options")
_BESIDE = ("state", "reason", "note", *EVIDENCE.values())


def add_remarks(
    records: Sequence[Mapping[str, FormCell]],
    ruleset: Ruleset,
    remarks: Problems,
    *,
    is_current: bool,
) -> None:
    """Add a remark for each cell with a text that belongs to no answer.

    Whether somebody changed what the form itself says is only known where `is_current` says that
    the questionnaires are those that the form was made from.
    """
    own: set[str] = set()
    if is_current:
        lines = lines_of_form(build_form(ruleset, ""))
        own = {_plain(line.get(column, "")) for line in lines for column in _OWN}
    for record in records:
        key = record["id"].text
        if key in ABOUT_THE_FORM:
            continue
        question = ruleset.questions.get(key.partition("[")[0])
        found = about(key, is_table=question is not None and question.kind == "table")
        is_part = found is not None and (found.row > 0 or found.option is not None)
        for column, cell in record.items():
            is_beside = column not in COLUMNS or (is_part and column in _BESIDE)
            is_changed = is_current and column in _OWN and _plain(cell.text) not in own
            if not cell.is_blank and (is_beside or is_changed):
                text = _plain(cell.text)
                shown = text if len(text) <= 80 else f"{text[:79]}…"
                remarks.add("text-beside", cell.spot, text=shown)


def _plain(text: str) -> str:
    return " ".join(text.split())
