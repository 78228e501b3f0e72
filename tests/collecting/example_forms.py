"""A questionnaire with a question of every type, forms of it, and their import."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook

from readiness import load_engagement, load_ruleset
from readiness.collecting.csv_form import form_as_csv
from readiness.collecting.form.form_entries import entries_by
from readiness.collecting.form.form_questions import Form, build_form
from readiness.collecting.forms import ReturnedForm, read_form
from readiness.collecting.workbook.workbook import form_as_workbook
from readiness.dependencies.ruleset import Ruleset
from readiness.loading.engagements import Inquiry
from readiness.model.answers import Given
from readiness.problems import DocumentError, Problems

GOLDEN = Path(__file__).parents[1] / "golden" / "collecting"
KINDS = GOLDEN / "kinds"

LAYOUTS: Mapping[str, Callable[[Form], bytes]] = {"xlsx": form_as_workbook, "csv": form_as_csv}
"""The function that writes a form to a file, by file extension."""


@cache
def kinds() -> Ruleset:
    """Return the ruleset whose questionnaire has every type of question."""
    return load_ruleset(KINDS / "ruleset.yaml")


@cache
def _engagement() -> Inquiry:
    return load_engagement(KINDS / "engagement.yaml")


def given_by(respondent: str) -> dict[str, Given]:
    """Return a respondent's answers in the engagement with all question types."""
    problems = Problems()
    inquiry = _engagement()
    found = entries_by(respondent, inquiry.sheets, problems)
    problems.raise_if_any()
    return found


def form_of(given: Mapping[str, Given] | None = None, respondent: str = "sales") -> Form:
    """Return a form with all types of questions."""
    return build_form(kinds(), respondent, given=given)


@cache
def _blank() -> bytes:
    return form_as_workbook(form_of())


def brought(file: Path, **options: Any) -> ReturnedForm:
    """Return the answers in a form of all question types; raise `DocumentError` for problems."""
    returned = read_form(file, **{"ruleset": kinds(), **options})
    if returned.problems:
        raise DocumentError(returned.problems)
    return returned


def bare(entries: Mapping[str, Given]) -> dict[str, tuple[Any, ...]]:
    """Return what was answered, without places; line ends are those that a file keeps."""
    return {
        key: (one.state, _lines(one.value), *map(_lines, (one.reason, one.note)), one.evidence)
        for key, one in entries.items()
    }


def _lines(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\r\n", "\n")
    if isinstance(value, tuple):
        return tuple(_lines(held) for held in value)
    if isinstance(value, Mapping):
        return {key: _lines(held) for key, held in value.items()}
    return value


def opened(form: Form) -> Workbook:
    """Return the workbook of a form, as openpyxl reads it."""
    return _opened(form_as_workbook(form))


def _opened(data: bytes) -> Workbook:
    return load_workbook(io.BytesIO(data))


class Filling:
    """A workbook that is filled in cell by cell, by the ids of questions and columns.

    Without a form or its content it is a blank form with all types of questions.
    """

    def __init__(self, form: Form | bytes | None = None) -> None:
        if not isinstance(form, bytes):
            form = _blank() if form is None else form_as_workbook(form)
        self.book = _opened(form)

    def sheet(self, mark: str) -> Any:
        """Return the sheet with that mark."""
        [found] = [one for one in self.book.worksheets if one.cell(1, 1).value == mark]
        return found

    def cell(self, question: str, key: str = "answer") -> Any:
        """Return the cell of a question; `key` is the key of the column."""
        sheet = self.sheet("readiness:questions")
        return sheet.cell(_row(sheet, question), _column(sheet, key))

    def in_table(self, question: str, row: int, key: str) -> Any:
        """Return the cell of a column in a table row, counted from 1."""
        sheet = self.sheet(f"readiness:table:{question}")
        return sheet.cell(_row(sheet, "head") + row, _column(sheet, key))

    def of_evidence(self, row: int, key: str) -> Any:
        """Return the cell of an evidence row, counted from 1."""
        sheet = self.sheet("readiness:evidence")
        return sheet.cell(_row(sheet, "head") + row, _column(sheet, key))

    def save(self, file: Path) -> Path:
        """Write the workbook to a file."""
        self.book.save(file)
        return file


def fill(file: Path, cells: Mapping[str, str | float]) -> None:
    """Write into cells of the form in a file: `is.beds`, `is.dug note`, `is.rows[1].plant`."""
    if file.suffix == ".csv":
        file.write_text(_in_csv(file, cells), encoding="utf-8", newline="")
        return
    filling = Filling(file.read_bytes())
    for name, value in cells.items():
        key, _, column = name.partition(" ")
        if "]." in key:
            question, _, rest = key.partition("[")
            row, _, cell = rest.partition("].")
            filling.in_table(question, int(row), cell).value = value
        else:
            filling.cell(key, column or "answer").value = value
    filling.save(file)


def _in_csv(file: Path, cells: Mapping[str, str | float]) -> str:
    rows = list(csv.reader(io.StringIO(file.read_text(encoding="utf-8-sig"))))
    head, left = rows[0], dict(cells)
    for row in rows:
        for name in list(left):
            key, _, column = name.partition(" ")
            if row[head.index("id")] == key:
                row[head.index(column or "answer")] = str(left.pop(name))
    assert not left
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def _row(sheet: Any, mark: str) -> int:
    return next(n for n in range(1, sheet.max_row + 1) if sheet.cell(n, 1).value == mark)


def _column(sheet: Any, key: str) -> int:
    row = _row(sheet, "keys")
    return next(n for n in range(2, sheet.max_column + 1) if sheet.cell(row, n).value == key)


def input_cells(book: Workbook) -> Iterator[tuple[Any, Any]]:
    """Yield every unlocked cell with its sheet."""
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if not cell.protection.locked:
                    yield sheet, cell
