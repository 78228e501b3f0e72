"""From a CSV to what was filled in, and what people put beside it."""

from __future__ import annotations

from readiness.collecting.csv_sheet.writing import (
    ABOUT_THE_FORM,
    COLUMNS,
    EVIDENCE,
    NEEDED,
    about,
    lines_of_form,
    options_text,
    question_of,
    unguard_cell,
    unit_in,
)
from readiness.collecting.form.cells import FormCell, Spot
from readiness.collecting.form.filled_form import BESIDE, FilledQuestion, Line
from readiness.collecting.form.form_fingerprint import FORMAT, OLDER_FORMAT, Altered, read_binding
from readiness.collecting.form.form_questions import build_form
from readiness.collecting.form.formatting import shorten
from readiness.dependencies.ruleset import Ruleset
from readiness.documents.csv_text import head_of, lines_of
from readiness.documents.opening import BrokenFile
from readiness.documents.reading import decode
from readiness.model.questionnaire import Field
from readiness.problems import DocumentError, Problems, Whole, nearest

_SAVE = "save it as 'CSV UTF-8'"
# What the form says in these columns is the same for everybody who is asked.
_OWN = ("section", "question", "help", "type", "options")
_BESIDE = (*BESIDE, *EVIDENCE.values())

Record = dict[str, FormCell]


class CsvForm:
    """A form in CSV: its lines, cells by the names of the columns.

    Raises `DocumentError`, with all of `problems`, where it is none.
    """

    def __init__(self, data: bytes, name: str, problems: Problems) -> None:
        self.records = _records_of(data, name, problems)
        before = len(problems)
        rows: list[list[str]] = []
        issued = None
        for record in self.records:
            key, cell = record["id"].text, record["answer"]
            if key == "form" and cell.text not in (FORMAT, OLDER_FORMAT):
                reason = f"it has the format '{cell.text}', which is not {FORMAT}"
                problems.add("form-altered", cell.spot, reason=reason)
            elif key == "questionnaire":
                rows.append([key, *cell.text.split()])
            elif key == "given":
                rows.append([key, *cell.text.split(" ", 1)])
            elif key in ABOUT_THE_FORM:
                rows.append([key, cell.text])
            if key == "issue":
                issued = issued or cell.spot
        try:
            self.binding = read_binding(rows, is_sealed=False)
        except Altered:
            reason = "the lines that say what was filled in when it was issued are not complete"
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
            if record["id"].text not in ABOUT_THE_FORM:
                reader.take(record)
        return list(reader.found.values())


def _records_of(data: bytes, name: str, problems: Problems) -> list[Record]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        problems.add("csv-syntax", Whole(name), hint=_SAVE, reason="it is UTF-16 text")
        problems.raise_if_any()
    try:
        decode(data, name)
        return _records(data, name, problems)
    except BrokenFile as fault:
        fault.tell(problems, "csv-syntax", name)
        raise DocumentError(problems) from None


def _records(data: bytes, name: str, problems: Problems) -> list[Record]:
    head = head_of(data, lambda column: _key(column) in COLUMNS)
    names = [_key(column) for column in head.names]
    if not set(NEEDED) <= set(names):
        hint = "its first line names the columns, 'id' and 'answer' among them"
        problems.add("form-foreign", Whole(name), hint=hint)
        problems.raise_if_any()
    found: list[Record] = []
    for line, row in lines_of(data, head):
        record: Record = {}
        for number, held in enumerate(row, 1):
            key = names[number - 1] if number <= len(names) else ""
            label = key or f"column {number}"
            spot = Spot(name, f"line {line}, {label}", line, number)
            if key:
                record[key] = FormCell(spot, unguard_cell(held.replace("\r\n", "\n")) or None)
            elif held.strip():
                problems.add("asked-nowhere", spot, hint="a text with a mark in it needs quotes")
        for number, key in enumerate(COLUMNS, 1):
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
            lines = lines_of_form(build_form(ruleset, ""))
            self.own = {" ".join(line.get(column, "").split()) for line in lines for column in _OWN}

    def take(self, record: Record) -> None:
        """Read a line of the form."""
        written = record["id"].text
        key = question_of(written)
        question = self.questions.get(key)
        rows_like = question.kind == "table" if question else "]." in written
        found = about(written, is_table=rows_like)
        is_part = found is not None and (found.row > 0 or found.option is not None)
        self._remark(record, is_part=is_part)
        if found is None:
            hint = nearest(written, self.questions) or "its id is that of no question"
            self.problems.add("asked-nowhere", record["id"].spot, hint=hint)
            return
        filled = self._filled(key, record)
        if is_part:
            at = record["answer"].spot
            line = filled.rows.setdefault(found.row, Line(at)) if found.row else filled.own
            facts = {"hint": "keep one of the two", "id": written}
            filled.put(line, (found.column, found.option), record["answer"], self.problems, facts)
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

    def _filled(self, key: str, record: Record) -> FilledQuestion:
        if key not in self.found:
            at = record["answer"].spot
            beside = {name: FormCell(record[name].spot) for name in BESIDE}
            same = self.is_current or key in self.questions
            own = Line(at, {("", None): FormCell(at)})
            self.found[key] = FilledQuestion(key, own, beside, is_as_it_was=same)
        return self.found[key]

    def _of_question(self, filled: FilledQuestion, record: Record) -> None:
        for name in ("answer", *BESIDE):
            cell = record[name]
            before = filled.beside.get(name, filled.answer)
            if cell.is_blank:
                continue
            if not before.is_blank:
                hint = "keep one of the two"
                at = (before.spot, cell.spot)
                self.problems.add("twice-in-form", *at, hint=hint, id=filled.id)
                filled.is_unclear = True
            if name in BESIDE:
                filled.beside[name] = cell
            else:
                filled.own.cells["", None] = cell
        item = {key: record[column] for key, column in EVIDENCE.items()}
        if any(not cell.is_blank for cell in item.values()):
            filled.evidence.append(item)

    def _remark(self, record: Record, *, is_part: bool) -> None:
        """Add a remark for each cell of a line with a text that belongs to no answer."""
        for column, cell in record.items():
            if cell.value is None:
                continue
            is_beside = column not in COLUMNS or (is_part and column in _BESIDE)
            is_changed = self.is_current and column in _OWN
            if is_beside or is_changed:
                text = " ".join(cell.text.split())
                if text and (is_beside or text not in self.own):
                    self.remarks.add("text-beside", cell.spot, text=shorten(text))


def _is_alike(field: Field | None, record: Record) -> bool:
    """Whether a line asks for what its field is now; one that does not say is taken to."""
    if field is None:
        return False
    said = record["type"].text, record["options"].text
    return said == ("", "") or said == (field.type, options_text(field))
