"""From the sheets of a workbook to what was filled in, wherever people moved it, and beside it.

A form knows its own sheets, rows, columns and texts by hidden words.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from readiness.collecting.form.cells import FormCell, Spot, shorten
from readiness.collecting.form.filled_form import BESIDE, EVIDENCE_KEYS, FilledQuestion, Line
from readiness.collecting.form.form_questions import (
    FORMAT,
    OLDER_FORMAT,
    Altered,
    FormFingerprint,
    from_texts,
    is_as_it_was,
    read_binding,
)
from readiness.collecting.workbook.cell_reading import OpenedSheet, open_workbook
from readiness.dependencies.ruleset import Ruleset
from readiness.model.questionnaire import Question
from readiness.problems import DocumentError, Problems, Whole, quote_names, refusal
from readiness.problems.proposals import format_command

START = "readiness:start"
QUESTIONS = "readiness:questions"
EVIDENCE = "readiness:evidence"
TABLE = "readiness:table:"
LISTS = "readiness:lists"

# In the first column: the row of the headings, below which people fill in; that of a section.
HEAD, SECTION = "head", "section"
# In the row of keys.
KEYS = "keys"
# The key of the column that numbers the rows of a table; no column of a table can have it.
ROW_NUMBER = "#"

_MARKED = re.compile(r"([^\[]+)\[(.*)\]", re.DOTALL)


def of_option(key: str, option: str) -> str:
    """The mark of an option of a question or column; the empty option stands for none of them."""
    return f"{key}[{option}]"


def split_marker(mark: str) -> tuple[str, str | None]:
    """The question or column of a mark, and its option; None where it has none."""
    found = _MARKED.fullmatch(mark)
    return (found[1], found[2]) if found else (mark, None)


_MARK = 8  # hexadecimal digits by which a text is known


def own_marks(texts: Iterable[str]) -> str:
    """Return marks that distinguish the texts of a form from what others wrote."""
    return "".join(sorted({_mark_of(text) for text in texts}))


def _mark_of(text: str) -> str:
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:_MARK]


class OwnTexts:
    """The texts that a form had when it was made, by the rows of its hidden sheet."""

    def __init__(self, rows: Iterable[Sequence[str]]) -> None:
        found = [row[1:] for row in rows if row and row[0] == "own"]
        try:
            marks = str(from_texts(found[0])) if found else ""
        except ValueError:
            marks = ""
        self._marks = {marks[at : at + _MARK] for at in range(0, len(marks), _MARK)}

    @property
    def are_known(self) -> bool:
        """Whether the form says which they were."""
        return bool(self._marks)

    def __contains__(self, text: str) -> bool:
        return _mark_of(text) in self._marks


_EXPORT = format_command("export-form")
_NEW_FORM = f"create a new form with '{_EXPORT}' and copy the answers into it"
# The keys of the columns on the sheet of the questions that people fill in.
_INPUTS = ("answer", *BESIDE)
# Columns in which the form itself has formulas.
_FORMULAS = frozenset({"done", "question"})


class WorkbookForm:
    """A form in a workbook, and what it is bound to.

    Raises `DocumentError` where it is none.
    """

    def __init__(self, data: bytes, name: str) -> None:
        self.name = name
        self.sheets: list[OpenedSheet] = open_workbook(data, name)
        hidden = [sheet for sheet in self.sheets if sheet.mark in (FORMAT, OLDER_FORMAT)]
        if not hidden:
            raise self._refusal()
        self.rows: list[list[str]] = [
            [cells[column].text for column in sorted(cells)]
            for sheet in hidden
            for _, cells in sorted(sheet.rows.items())
        ]
        try:
            self.binding: FormFingerprint = read_binding(
                self.rows[1 : len(hidden[0].rows)], is_sealed=True
            )
        except Altered as altered:
            reason = f"the hidden sheet '{hidden[0].title}' {altered}"
            raise refusal("form-altered", Whole(name), hint=_NEW_FORM, reason=reason) from None

    def _refusal(self) -> DocumentError:
        other = [sheet.mark for sheet in self.sheets if sheet.mark[:15] == FORMAT[:15]]
        if other:
            reason = f"it has the format {other[0]}, which is not {FORMAT}"
            return refusal("form-altered", Whole(self.name), hint=_NEW_FORM, reason=reason)
        hint = f"create one with '{_EXPORT}' and fill it in"
        return refusal("form-foreign", Whole(self.name), hint=hint)

    def filled_in(
        self, rules: Ruleset, problems: Problems, remarks: Problems
    ) -> list[FilledQuestion]:
        """What was filled in, question by question.

        What is in a place for answers and belongs to no question goes to `problems`; what is beside
        them, to `remarks`.
        """
        before = len(problems)
        sheets = self._originals(problems, remarks)
        if len(problems) > before:
            return []
        reader = _WorkbookReader(self, rules.questions, problems)
        found = reader.read(sheets)
        _Remarks(reader, OwnTexts(self.rows), remarks).add(sheets)
        return found

    def _originals(self, problems: Problems, remarks: Problems) -> list[OpenedSheet]:
        """The sheets without copies of others; a problem where copies say something else."""
        found: dict[str, OpenedSheet] = {}
        kept: list[OpenedSheet] = []
        for sheet in self.sheets:
            first = found.setdefault(sheet.mark, sheet)
            if first is sheet or not sheet.mark.startswith((QUESTIONS, EVIDENCE, TABLE)):
                kept.append(sheet)
                continue
            titles = {"title": sheet.title, "first": first.title}
            if _content(first) == _content(sheet):
                remarks.add("sheet-copied", sheet.first, **titles)
            else:
                problems.add("sheet-twice", sheet.first, **titles)
        return kept


def _content(sheet: OpenedSheet) -> object:
    return {
        row: {column: (cell.value, cell.broken) for column, cell in cells.items()}
        for row, cells in sheet.rows.items()
    }


class _InputSheet:
    """A sheet that people fill in: the keys of its columns, and the row of its headings."""

    def __init__(self, held: OpenedSheet, problems: Problems) -> None:
        self.held = held
        self.is_table = held.mark.startswith(TABLE)
        self.question = held.mark.removeprefix(TABLE)
        self.keys: dict[int, str] = {}
        self.head = 0
        for number, cells in sorted(held.rows.items()):
            mark = held.text(number, 1)
            if mark == KEYS and not self.keys:
                self.keys = {column: cell.text for column, cell in cells.items() if column > 1}
            elif mark == HEAD and not self.head:
                self.head = number
        if not self.keys or not self.head:
            reason = f"the hidden names of rows or columns are missing on '{held.title}'"
            problems.add("form-altered", Whole(held.file), hint=_NEW_FORM, reason=reason)
            self.keys, self.head = {}, max(held.rows, default=0)

    def rows(self) -> Iterator[_FormRow]:
        """The rows below the headings, but for those of sections."""
        for number, held in sorted(self.held.rows.items()):
            mark = self.held.text(number, 1)
            if number > self.head and mark != SECTION:
                cells = {self.keys[column]: held[column] for column in held if column in self.keys}
                yield _FormRow(self, mark, number, cells)


@dataclass(slots=True)
class _FormRow:
    """A row to be filled in: its mark, and its cells by the keys of the columns."""

    sheet: _InputSheet
    mark: str
    number: int
    cells: dict[str, FormCell]

    def cell(self, key: str) -> FormCell:
        """The cell in a column, which may be blank."""
        return self.cells.get(key) or FormCell(self.spot(key))

    def spot(self, key: str = "") -> Spot:
        """Where a column is, else the first one."""
        keys = self.sheet.keys
        column = next((one for one, name in keys.items() if name == key), min(keys, default=1))
        return self.sheet.held.spot(self.number, column)


class _WorkbookReader:
    def __init__(
        self, form: WorkbookForm, questions: Mapping[str, Question], problems: Problems
    ) -> None:
        self.name = form.name
        self.asked = form.binding.asked
        self.questions = questions
        self.problems = problems
        self.found: dict[str, FilledQuestion] = {}
        self._inputs: dict[str, _InputSheet] = {}

    def input(self, sheet: OpenedSheet) -> _InputSheet:
        """A sheet as one to be filled in."""
        if sheet.title not in self._inputs:
            self._inputs[sheet.title] = _InputSheet(sheet, self.problems)
        return self._inputs[sheet.title]

    def read(self, sheets: list[OpenedSheet]) -> list[FilledQuestion]:
        """What was filled in on the sheets, in the order of the questions."""
        of_questions = [sheet for sheet in sheets if sheet.mark == QUESTIONS]
        if not of_questions:
            reason = "the sheet with the questions is missing"
            self.problems.add("form-altered", Whole(self.name), hint=_NEW_FORM, reason=reason)
            return []
        for sheet in of_questions:
            self._read_questions(self.input(sheet))
        for sheet in sheets:
            if sheet.mark.startswith(TABLE):
                self._read_table(self.input(sheet))
            elif sheet.mark == EVIDENCE:
                self._read_evidence(self.input(sheet))
        for sheet in sheets:
            if sheet.mark in (QUESTIONS, EVIDENCE) or sheet.mark.startswith(TABLE):
                self._refuse_merged(self.input(sheet))
        return [self.found[key] for key in self.asked if key in self.found]

    def _refuse_merged(self, sheet: _InputSheet) -> None:
        """Refuse what was written into a cell that was merged over several rows to fill in."""
        held = sheet.held
        for top, first, bottom in held.merged:
            corner = held.rows.get(top, {}).get(first)
            key = sheet.keys.get(first, ROW_NUMBER)
            is_input = key in _INPUTS if held.mark == QUESTIONS else key != ROW_NUMBER
            if corner is None or corner.is_blank or not is_input or top <= sheet.head:
                continue
            marks = [held.text(row, 1) for row in held.rows if top <= row <= bottom]
            over = [sheet.question] if sheet.is_table else [split_marker(mark)[0] for mark in marks]
            of = list(dict.fromkeys(key for key in over if key in self.found))
            if of or held.mark == EVIDENCE:
                what = f" of {quote_names(of, joint='and')}" if of else ""
                self.problems.add("cells-merged", corner.spot, what=what)
            for key in of:
                self.found[key].is_unclear = True

    def _read_questions(self, sheet: _InputSheet) -> None:
        marked: list[tuple[_FormRow, str, str]] = []
        for row in sheet.rows():
            key, option = split_marker(row.mark)
            if key not in self.asked:
                self._nowhere(row, _INPUTS)
            elif option is not None:
                marked.append((row, key, option))
            elif key in self.found and not self.found[key].is_blank:
                again = self._filled(row, key)
                if not again.is_blank:
                    at = (self.found[key].answer.spot, again.answer.spot)
                    hint = "keep only one of the two rows"
                    self.problems.add("twice-in-form", *at, hint=hint, id=key)
                    self.found[key].is_unclear = True
            else:
                self.found[key] = self._filled(row, key)
        for row, key, option in marked:
            if (filled := self.found.get(key)) is not None:
                facts = {"hint": "keep only one of the two rows", "id": row.mark}
                filled.put(filled.own, ("", option), row.cell("answer"), self.problems, facts)

    def _filled(self, row: _FormRow, key: str) -> FilledQuestion:
        asked, question = self.asked[key], self.questions.get(key)
        answer = row.cell("answer")
        if asked["type"] == "choices":
            answer = FormCell(answer.spot)
        fields = {"": asked, **asked.get("columns", {})}
        return FilledQuestion(
            key,
            Line(answer.spot, {("", None): answer}),
            {name: row.cell(name) for name in BESIDE},
            shown={name: one["options"] for name, one in fields.items() if "options" in one},
            units={name: one["unit"] for name, one in fields.items()},
            is_as_it_was=question is not None and is_as_it_was(question, asked),
        )

    def _read_table(self, sheet: _InputSheet) -> None:
        filled = self.found.get(sheet.question)
        for row in sheet.rows():
            if filled is None:
                self._nowhere(row, row.cells)
                continue
            cells = {
                split_marker(key): cell for key, cell in row.cells.items() if key != ROW_NUMBER
            }
            filled.rows[row.number] = Line(row.spot(), cells)

    def _read_evidence(self, sheet: _InputSheet) -> None:
        numbers = {str(asked["number"]): key for key, asked in self.asked.items()}
        for row in sheet.rows():
            item = {key: row.cell(key) for key in EVIDENCE_KEYS}
            if all(cell.is_blank for cell in item.values()):
                continue
            number = row.cell("number")
            if number.is_blank:
                at = next(cell.spot for cell in item.values() if not cell.is_blank)
                self.problems.add("evidence-alone", at)
            elif (filled := self.found.get(numbers.get(number.text, ""))) is None:
                said = f"'{number.text or number.broken}'"
                self.problems.add("evidence-of-nothing", number.spot, number=said)
            else:
                filled.evidence.append(item)

    def _nowhere(self, row: _FormRow, names: Any) -> None:
        for name in names:
            cell = row.cells.get(name)
            if cell is not None and not cell.is_blank and name != ROW_NUMBER:
                hint = "move it to the row of a question; a copied row does not count as one"
                self.problems.add("asked-nowhere", cell.spot, hint=hint)


@dataclass(frozen=True, slots=True)
class _Remarks:
    """Reports comments, and text in cells that are not read, except what the form itself says.

    What an older form said is not known.
    """

    reader: _WorkbookReader
    own: OwnTexts
    remarks: Problems

    def add(self, sheets: list[OpenedSheet]) -> None:
        """Add a remark for each of them."""
        for sheet in sheets:
            kind = sheet.mark
            if kind in (FORMAT, OLDER_FORMAT, LISTS):
                continue
            for spot, text in sheet.comments:
                self.remarks.add("cell-comment", spot, text=shorten(text))
            if kind == START:
                self._beside(sheet, {}, 0)
            elif kind in (QUESTIONS, EVIDENCE) or kind.startswith(TABLE):
                held = self.reader.input(sheet)
                self._beside(sheet, held.keys, held.head)
            elif sheet.rows:
                self.remarks.add("sheet-foreign", sheet.first, title=sheet.title)

    def _beside(self, sheet: OpenedSheet, keys: dict[int, str], head: int) -> None:
        kind = sheet.mark
        for number, row in sheet.rows.items():
            mark = sheet.text(number, 1)
            for column, cell in row.items():
                key = keys.get(column, "")
                if column == 1 or mark == KEYS or cell.is_blank:
                    continue
                is_read = number > head and self._is_read(kind, mark, key)
                is_outside = kind != START and not key and number > head
                if not is_read and (is_outside or not self._is_own(cell, kind, key)):
                    text = shorten(cell.text or cell.broken)
                    self.remarks.add("text-beside", cell.spot, text=text)

    def _is_read(self, kind: str, mark: str, key: str) -> bool:
        if kind == EVIDENCE:
            return key in ("number", *EVIDENCE_KEYS)
        if kind != QUESTIONS:
            return key not in ("", ROW_NUMBER) and kind != START
        question, option = split_marker(mark)
        if mark == SECTION or key not in _INPUTS:
            return False
        if question not in self.reader.asked:
            return True  # and refused
        if option is not None:
            return key == "answer"
        return key != "answer" or self.reader.asked[question]["type"] != "choices"

    def _is_own(self, cell: FormCell, kind: str, key: str) -> bool:
        if not self.own.are_known or cell.text in self.own:
            return True
        return cell.broken == "a formula" and (kind == START or key in _FORMULAS)
