"""From the sheets of a workbook to what was filled in, wherever people moved it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from readiness.collecting.form.cells import FormCell, Spot
from readiness.collecting.form.filled_form import EVIDENCE_KEYS, Filled, Line
from readiness.collecting.form.form_fingerprint import FORMAT, OLDER_FORMAT, Binding, is_as_it_was
from readiness.collecting.workbook.bindings import Altered, read_binding
from readiness.collecting.workbook.markers import (
    EVIDENCE,
    HEAD,
    KEYS,
    QUESTIONS,
    ROW_NUMBER,
    SECTION,
    TABLE,
    parted,
)
from readiness.collecting.workbook.opening import OpenedSheet
from readiness.collecting.workbook.remarks import INPUTS, add_remarks
from readiness.model.questionnaire import Question
from readiness.problems import Problems, Whole, listed
from readiness.problems.proposals import proposed

_EXPORT = proposed("export-form")
_NEW_FORM = f"make a new form with '{_EXPORT}', and copy the answers over"


def binding_of(sheets: Sequence[OpenedSheet], name: str, problems: Problems) -> Binding | None:
    """What the workbook is bound to; None, and a problem, where it is no form."""
    held = [sheet for sheet in sheets if sheet.text(1, 1) in (FORMAT, OLDER_FORMAT)]
    if not held:
        other = [sheet.text(1, 1) for sheet in sheets if sheet.text(1, 1)[:15] == FORMAT[:15]]
        if other:
            facts = {"reason": f"it has the format {other[0]}, which is not {FORMAT}"}
            problems.add("form-altered", Whole(name), hint=_NEW_FORM, **facts)
            return None
        hint = f"make one with '{_EXPORT}', and fill that one in"
        problems.add("form-foreign", Whole(name), hint=hint)
        return None
    rows = [
        [cells[column].text for column in sorted(cells)]
        for _, cells in sorted(held[0].rows.items())
    ]
    try:
        return read_binding(rows[1:])
    except Altered as altered:
        reason = f"the hidden sheet '{held[0].title}' {altered}"
        problems.add("form-altered", Whole(name), hint=_NEW_FORM, reason=reason)
        return None


def filled_in(
    sheets: Sequence[OpenedSheet],
    binding: Binding,
    questions: Mapping[str, Question],
    problems: Problems,
    remarks: Problems,
    *,
    name: str,
) -> list[Filled]:
    """What was filled in, question by question.

    What is in a place for answers and belongs to no question goes to `problems`; what is beside
    them, to `remarks`.
    """
    reading = _WorkbookReader(binding, questions, name, problems)
    held = reading.originals(sheets, remarks)
    if held is None:
        return []
    found = reading.read(held)
    add_remarks(held, binding.asked, reading.layout, remarks)
    return found


@dataclass(slots=True)
class _FormRow:
    """A row to be filled in: its mark, and its cells by the keys of the columns."""

    mark: str
    number: int
    cells: dict[str, FormCell] = field(default_factory=dict)


@dataclass(slots=True)
class _WorkbookReader:
    binding: Binding
    questions: Mapping[str, Question]
    name: str
    problems: Problems
    found: dict[str, Filled] = field(default_factory=dict)
    _twice: set[tuple[str, str]] = field(default_factory=set)
    _layouts: dict[str, tuple[dict[int, str], int]] = field(default_factory=dict)

    def originals(
        self, sheets: Sequence[OpenedSheet], remarks: Problems
    ) -> list[OpenedSheet] | None:
        """The sheets without copies of others; None where copies say something else."""
        found: dict[str, OpenedSheet] = {}
        before = len(self.problems)
        kept: list[OpenedSheet] = []
        for sheet in sheets:
            mark = sheet.text(1, 1)
            first = found.setdefault(mark, sheet)
            if first is sheet or not mark.startswith((QUESTIONS, EVIDENCE, TABLE)):
                kept.append(sheet)
                continue
            at = next(iter(next(iter(sheet.rows.values())).values())).spot
            titles = {"title": sheet.title, "first": first.title}
            if _content(first) == _content(sheet):
                remarks.add("sheet-copied", at, **titles)
            else:
                hint = "delete the one that does not count"
                self.problems.add("sheet-twice", at, hint=hint, **titles)
        return kept if len(self.problems) == before else None

    def read(self, sheets: Sequence[OpenedSheet]) -> list[Filled]:
        kinds = {sheet.title: sheet.text(1, 1) for sheet in sheets}
        if QUESTIONS not in kinds.values():
            reason = "the sheet of the questions is not in it"
            self.problems.add("form-altered", Whole(self.name), hint=_NEW_FORM, reason=reason)
            return []
        for sheet in sheets:
            if kinds[sheet.title] == QUESTIONS:
                self._questions(sheet)
        for sheet in sheets:
            if kinds[sheet.title].startswith(TABLE):
                self._table(sheet, kinds[sheet.title].removeprefix(TABLE))
            elif kinds[sheet.title] == EVIDENCE:
                self._evidence(sheet)
        for sheet in sheets:
            self._refuse_merged(sheet, kinds[sheet.title])
        return [self.found[key] for key in self.binding.asked if key in self.found]

    def _refuse_merged(self, sheet: OpenedSheet, kind: str) -> None:
        """Refuse what was written into a cell that was merged over several rows to fill in."""
        table = kind.removeprefix(TABLE) if kind.startswith(TABLE) else ""
        if not table and kind not in (QUESTIONS, EVIDENCE):
            return
        keys, head = self.layout(sheet)
        for top, first, bottom in sheet.merged:
            corner = sheet.rows.get(top, {}).get(first)
            key = keys.get(first, ROW_NUMBER)
            is_input = key in INPUTS if kind == QUESTIONS else key != ROW_NUMBER
            if corner is None or corner.is_blank or not is_input or top <= head:
                continue
            marks = [sheet.text(row, 1) for row in sheet.rows if top <= row <= bottom]
            over = [table] if table else [parted(mark)[0] for mark in marks]
            of = list(dict.fromkeys(key for key in over if key in self.found))
            if of or kind == EVIDENCE:
                what = f" of {listed(of, joint='and')}" if of else ""
                hint = "split it, and fill in each of its rows"
                self.problems.add("cells-merged", corner.spot, hint=hint, what=what)
            for key in of:
                self.found[key].is_unclear = True

    def _questions(self, sheet: OpenedSheet) -> None:
        marks: dict[tuple[str, str], FormCell] = {}
        for row in self._rows(sheet):
            key, option = parted(row.mark)
            if key not in self.binding.asked:
                self._nowhere(row, INPUTS)
            elif option is not None:
                self._mark(sheet, row, key, option, marks)
            elif key in self.found and not self.found[key].is_blank:
                again = self._filled(sheet, row, key)
                if not again.is_blank:
                    at = (self.found[key].at, again.at)
                    hint = "keep one of the two rows"
                    self.problems.add("twice-in-form", *at, hint=hint, id=key)
                    self.found[key].is_unclear = True
            else:
                self.found[key] = self._filled(sheet, row, key)
        for (key, option), cell in marks.items():
            if key in self.found:
                self.found[key].marks[option] = cell
                self.found[key].is_unclear |= (key, option) in self._twice

    def _filled(self, sheet: OpenedSheet, row: _FormRow, key: str) -> Filled:
        def cell(name: str) -> FormCell:
            return row.cells.get(name) or FormCell(self._spot(sheet, row.number, name))

        asked = self.binding.asked[key]
        answer = cell("answer")
        if asked["type"] == "choices":
            answer = FormCell(answer.spot)
        question = self.questions.get(key)
        shown = {name: one["options"] for name, one in _fields(asked) if "options" in one}
        units = {name: one["unit"] for name, one in _fields(asked)}
        same = question is not None and is_as_it_was(question, asked)
        return Filled(
            key,
            answer,
            cell("state"),
            cell("reason"),
            cell("note"),
            shown=shown,
            units=units,
            is_as_it_was=same,
        )

    def _mark(
        self,
        sheet: OpenedSheet,
        row: _FormRow,
        key: str,
        option: str,
        marks: dict[tuple[str, str], FormCell],
    ) -> None:
        cell = row.cells.get("answer") or FormCell(self._spot(sheet, row.number, "answer"))
        before = marks.get((key, option))
        if before is not None and not before.is_blank and not cell.is_blank:
            hint = "keep one of the two rows"
            self.problems.add("twice-in-form", before.spot, cell.spot, hint=hint, id=row.mark)
            self._twice.add((key, option))
        elif before is None or before.is_blank:
            marks[key, option] = cell

    def _table(self, sheet: OpenedSheet, key: str) -> None:
        filled = self.found.get(key)
        if filled is None:
            for row in self._rows(sheet):
                self._nowhere(row, row.cells)
            return
        for row in self._rows(sheet):
            cells: dict[str, FormCell] = {}
            marks: dict[str, dict[str, FormCell]] = {}
            for name, cell in row.cells.items():
                column, option = parted(name)
                if name == ROW_NUMBER:
                    continue
                if option is None:
                    cells[column] = cell
                else:
                    marks.setdefault(column, {})[option] = cell
            line = Line(self._spot(sheet, row.number, ""), cells, marks)
            if not line.is_blank:
                filled.lines.append(line)

    def _evidence(self, sheet: OpenedSheet) -> None:
        numbers = {str(asked["number"]): key for key, asked in self.binding.asked.items()}
        for row in self._rows(sheet):
            item = {
                key: row.cells.get(key) or FormCell(self._spot(sheet, row.number, key))
                for key in EVIDENCE_KEYS
            }
            if all(cell.is_blank for cell in item.values()):
                continue
            number = row.cells.get("number")
            if number is None or number.is_blank:
                at = next(cell.spot for cell in item.values() if not cell.is_blank)
                hint = "write the number of the question into the first column"
                self.problems.add("evidence-alone", at, hint=hint)
            elif number.text not in numbers or numbers[number.text] not in self.found:
                said = f"'{number.text or number.broken}'"
                self.problems.add("evidence-of-nothing", number.spot, number=said)
            else:
                self.found[numbers[number.text]].evidence.append(item)

    def _nowhere(self, row: _FormRow, names: Any) -> None:
        for name in names:
            cell = row.cells.get(name)
            if cell is not None and not cell.is_blank and name != ROW_NUMBER:
                hint = "move it to the row of a question; a copied row is no question"
                self.problems.add("asked-nowhere", cell.spot, hint=hint)

    def _rows(self, sheet: OpenedSheet) -> Iterator[_FormRow]:
        """The rows below the headings, but for those of sections."""
        keys, head = self.layout(sheet)
        for number, held in sorted(sheet.rows.items()):
            mark = held[1].text if 1 in held else ""
            if number <= head or mark == SECTION:
                continue
            cells = {keys[column]: cell for column, cell in held.items() if column in keys}
            yield _FormRow(mark, number, cells)

    def layout(self, sheet: OpenedSheet) -> tuple[dict[int, str], int]:
        """The keys of the columns, and the row of the headings."""
        if sheet.title not in self._layouts:
            self._layouts[sheet.title] = self._found_layout(sheet)
        return self._layouts[sheet.title]

    def _found_layout(self, sheet: OpenedSheet) -> tuple[dict[int, str], int]:
        keys: dict[int, str] = {}
        head = 0
        for number, held in sorted(sheet.rows.items()):
            mark = held[1].text if 1 in held else ""
            if mark == KEYS and not keys:
                keys = {column: cell.text for column, cell in held.items() if column > 1}
            elif mark == HEAD and not head:
                head = number
        if not keys or not head:
            reason = f"on the sheet '{sheet.title}' the hidden names of rows or columns are gone"
            self.problems.add("form-altered", Whole(self.name), hint=_NEW_FORM, reason=reason)
            return {}, len(sheet.rows) and max(sheet.rows)
        return keys, head

    def _spot(self, sheet: OpenedSheet, row: int, key: str) -> Spot:
        """Where a cell is that nothing stands in."""
        from openpyxl.utils import get_column_letter

        keys, _ = self.layout(sheet)
        column = next((one for one, name in keys.items() if name == key), min(keys, default=1))
        title = next(iter(next(iter(sheet.rows.values())).values())).spot.name.rpartition("!")[0]
        name = f"{title}!{get_column_letter(column)}{row}"
        return Spot(self.name, name, row, column)


def _content(sheet: OpenedSheet) -> object:
    return {
        row: {column: (cell.value, cell.broken) for column, cell in cells.items()}
        for row, cells in sheet.rows.items()
    }


def _fields(asked: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """A question under an empty name, and its columns under theirs."""
    yield "", asked
    yield from asked.get("columns", {}).items()
