"""A questionnaire with a question of every kind, forms of it, and what comes back."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook

from readiness import load_engagement, load_ruleset
from readiness.collecting.csv_sheet.writing import form_as_csv
from readiness.collecting.form.entries import FormEntry, entries_by
from readiness.collecting.form.form_questions import Form, build_form
from readiness.collecting.form_reading import Returned, read_form
from readiness.collecting.workbook.workbook import form_as_workbook
from readiness.dependencies.ruleset import Ruleset
from readiness.loading.engagements import Inquiry
from readiness.problems import DocumentError, Problems

GOLDEN = Path(__file__).parents[1] / "golden" / "collecting"
KINDS = GOLDEN / "kinds"

LAYOUTS: Mapping[str, Callable[[Form], bytes]] = {"xlsx": form_as_workbook, "csv": form_as_csv}
"""What makes a form into a file, by how the file's name ends."""


@cache
def kinds() -> Ruleset:
    """The ruleset whose questionnaire has every kind of question."""
    return load_ruleset(KINDS / "ruleset.yaml")


@cache
def _engagement() -> Inquiry:
    return load_engagement(KINDS / "engagement.yaml")


def given_by(respondent: str) -> dict[str, FormEntry]:
    """What a respondent answered in the engagement of all kinds."""
    problems = Problems()
    inquiry = _engagement()
    found = entries_by(respondent, inquiry.sheets, problems)
    problems.raise_if_any()
    return found


def form_of(given: Mapping[str, FormEntry] | None = None, respondent: str = "sales") -> Form:
    """A form of all kinds of questions."""
    return build_form(kinds(), respondent, given=given)


@cache
def _blank() -> bytes:
    return form_as_workbook(form_of())


def brought(file: Path, **options: Any) -> Returned:
    """What a form of all kinds brings back; raises `DocumentError` with what cannot be read."""
    returned = read_form(file, **{"ruleset": kinds(), **options})
    if returned.problems:
        raise DocumentError(returned.problems)
    return returned


def bare(entries: Mapping[str, FormEntry]) -> dict[str, tuple[Any, ...]]:
    """What was said, without where; line ends are those that a file keeps."""
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
    """The workbook of a form, as openpyxl reads it."""
    return _opened(form_as_workbook(form))


def _opened(data: bytes) -> Workbook:
    return load_workbook(io.BytesIO(data))


class Filling:
    """A workbook that is filled in cell by cell, by the ids of questions and columns.

    Without a form it is a blank form of all kinds of questions.
    """

    def __init__(self, form: Form | None = None) -> None:
        self.book = _opened(_blank()) if form is None else opened(form)

    def sheet(self, mark: str) -> Any:
        """The sheet of that mark."""
        [found] = [one for one in self.book.worksheets if one.cell(1, 1).value == mark]
        return found

    def cell(self, question: str, key: str = "answer") -> Any:
        """The cell of a question; `key` is that of the column."""
        sheet = self.sheet("readiness:questions")
        return sheet.cell(_row(sheet, question), _column(sheet, key))

    def in_table(self, question: str, row: int, key: str) -> Any:
        """The cell of a column in a row of a table, counted from 1."""
        sheet = self.sheet(f"readiness:table:{question}")
        return sheet.cell(_row(sheet, "head") + row, _column(sheet, key))

    def of_evidence(self, row: int, key: str) -> Any:
        """The cell of a row of the evidence, counted from 1."""
        sheet = self.sheet("readiness:evidence")
        return sheet.cell(_row(sheet, "head") + row, _column(sheet, key))

    def save(self, file: Path) -> Path:
        """Write it to a file."""
        self.book.save(file)
        return file


def _row(sheet: Any, mark: str) -> int:
    return next(n for n in range(1, sheet.max_row + 1) if sheet.cell(n, 1).value == mark)


def _column(sheet: Any, key: str) -> int:
    row = _row(sheet, "keys")
    return next(n for n in range(2, sheet.max_column + 1) if sheet.cell(row, n).value == key)


def input_cells(book: Workbook) -> Iterator[tuple[Any, Any]]:
    """Every cell that is not locked, with its sheet."""
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if not cell.protection.locked:
                    yield sheet, cell
