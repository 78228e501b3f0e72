"""The workbook in LibreOffice."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.cell.cell import Cell

from readiness.documents.sanitize import harmless
from readiness.reports.report_model import Report
from readiness.reports.workbook.workbook import xlsx_report
from tests.reports.example_reports import KINDS, of_case
from tests.reports.libreoffice import LibreOffice
from tests.reports.workbook.reading import cells, entries, opened, texts
from tests.reports.workbook.test_sheet import FORMULAS, ODD, QUOTED, UNWRITABLE

ALL_SHEETS = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
TEXTS = [text for text in (*FORMULAS, *ODD, *UNWRITABLE, *QUOTED) if text.strip()]


def of_texts() -> Report:
    """Return a report of many checks, each with a dangerous or odd text."""
    case: dict[str, Any] = {
        "questions": {f"s.q{n}": {"type": "yes_no", "ask": text} for n, text in enumerate(TEXTS)},
        "checks": {
            f"check-{n}": {
                "title": text,
                "why": text,
                "met_when": f"s.q{n}",
                "remedy": {"action": text},
            }
            for n, text in enumerate(TEXTS)
        },
        "gates": {"move": {"title": TEXTS[0], "requires": ["check-0"]}},
        "sheets": {
            "sales": {f"s.q{n}": {"value": False, "note": text} for n, text in enumerate(TEXTS)}
        },
    }
    return of_case(case)


OPENED = ("mixed", "without gates", "large")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the workbooks that are opened."""
    folder = tmp_path_factory.mktemp("written")
    for kind in OPENED:
        (folder / f"{kind}.xlsx").write_bytes(xlsx_report(KINDS[kind]()))
    return {kind: folder / f"{kind}.xlsx" for kind in OPENED}


@pytest.fixture(scope="module")
def written_again(
    written: dict[str, Path], libreoffice: LibreOffice, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    """Return LibreOffice's conversions."""
    folder = tmp_path_factory.mktemp("again")
    again = libreoffice.convert_all(list(written.values()), "xlsx", folder)
    return dict(zip(written, again, strict=True))


@pytest.mark.parametrize("kind", OPENED)
def test_opens_and_nothing_is_lost(
    kind: str, written: dict[str, Path], written_again: dict[str, Path]
) -> None:
    """Opened and saved again, the sheets, texts, figures and filters are the same."""
    before, again = load_workbook(written[kind]), load_workbook(written_again[kind])
    assert again.sheetnames == before.sheetnames
    for sheet in before.worksheets:
        other = again[sheet.title]
        assert {
            (row, column): other.cell(row, column).value
            for row in range(1, sheet.max_row + 1)
            for column in range(1, sheet.max_column + 1)
        } == {
            (row, column): sheet.cell(row, column).value
            for row in range(1, sheet.max_row + 1)
            for column in range(1, sheet.max_column + 1)
        }
        for table in sheet.tables.values():
            assert table.ref in {one.ref for one in other.tables.values()}


def test_hostile_texts_are_shown_as_texts(libreoffice: LibreOffice, tmp_path: Path) -> None:
    """No formula is calculated: each text is shown letter by letter, and remains text."""
    report = of_texts()
    file = tmp_path / "book.xlsx"
    file.write_bytes(xlsx_report(report))
    (tmp_path / "again").mkdir()
    again = load_workbook(libreoffice.convert(file, "xlsx", tmp_path / "again"))
    assert {cell.data_type for cell in cells(again)} <= {"s", "n", "d"}
    assert not [cell for cell in cells(again) if isinstance(cell, Cell) and cell.hyperlink]
    libreoffice.convert(file, ALL_SHEETS, tmp_path / "shown")
    with (tmp_path / "shown" / "book-Findings.csv").open(encoding="utf-8", newline="") as held:
        rows = list(csv.reader(held))
    shown = [row for row in rows if row[1].startswith("check-")]
    assert [row[0] for row in shown] == [harmless(entry.title) for entry in report.checks]
    [heading] = [row for row in rows if row[1] == "Id"]
    action = heading.index("Action")
    assert [row[action] for row in shown] == [harmless(entry.action) for entry in report.checks]


def test_a_long_text_is_whole(libreoffice: LibreOffice, tmp_path: Path) -> None:
    """The parts of a text too long for a cell are complete."""
    text = "Words of many letters. " * 4_000
    report = of_case(
        {
            "questions": {"s.a": "yes_no"},
            "checks": {"roof": {"met_when": "s.a", "why": text}},
            "answers": {"s.a": False},
        }
    )
    file = tmp_path / "book.xlsx"
    file.write_bytes(xlsx_report(report))
    again = load_workbook(libreoffice.convert(file, "xlsx", tmp_path / "again"))
    parts = [row[2].value for row in again["Long texts"].iter_rows(min_row=5)]
    assert "".join(str(part) for part in parts if part) == text.rstrip()


@pytest.mark.slow
def test_what_the_other_tests_rest_on() -> None:
    """The report of texts contains every text; openpyxl omits `x005F_` wherever it reads."""
    found = "\n".join(texts(opened(xlsx_report(of_texts()))))
    for text in TEXTS:
        assert harmless(text.strip()).removeprefix("'").replace("x005F_", "") in found
    assert len(entries(opened(xlsx_report(of_texts())), "Findings")) == len(TEXTS)
