"""The workbook as a whole: its sheets, its tables, its bytes."""

from __future__ import annotations

import datetime
import io
import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from readiness.reports.report_model import Report, build_report
from readiness.reports.workbook.sheet import HEADING, MARKS
from readiness.reports.workbook.workbook import xlsx_report
from tests.reports.example_reports import EVERY_KIND, KINDS
from tests.reports.printing import SHOP, assessed
from tests.reports.workbook.reading import (
    SHEETS,
    book_of,
    cells,
    entries,
    opened,
    parts,
    texts,
)
from tests.semantics.harness import assess

pytestmark = pytest.mark.slow


@pytest.fixture(params=EVERY_KIND, scope="module")
def written(request: pytest.FixtureRequest) -> bytes:
    return xlsx_report(KINDS[request.param]())


@pytest.fixture(params=EVERY_KIND, scope="module")
def report(request: pytest.FixtureRequest) -> Report:
    return KINDS[request.param]()


def test_sheets_in_their_order(written: bytes) -> None:
    """The sheets are always the same, in the same order, and the first is active."""
    book = opened(written)
    assert book.sheetnames == SHEETS
    assert book.active is not None
    assert book.active.title == "Summary"
    assert [sheet.sheet_state for sheet in book.worksheets] == ["visible"] * len(SHEETS)


def test_every_table_is_a_table(written: bytes) -> None:
    """Each table has a unique name, a filter, bands, distinct headings, and at least one row."""
    names = []
    for sheet in opened(written).worksheets:
        assert sheet.tables
        for table in sheet.tables.values():
            names.append(table.displayName)
            head, *rows = sheet[table.ref]
            titles = [cell.value for cell in head]
            assert all(isinstance(title, str) and title for title in titles)
            assert len({title.lower() for title in titles}) == len(titles)
            assert [column.name for column in table.tableColumns] == titles
            assert rows
            assert table.autoFilter is not None
            assert table.autoFilter.ref == table.ref
            assert table.tableStyleInfo is not None
            assert table.tableStyleInfo.showRowStripes
    assert len(set(names)) == len(names) == len(SHEETS) + 3  # one sheet has two tables, one three


def test_headings_stay_in_sight(written: bytes) -> None:
    """On a sheet with one table, headings are frozen and repeated on every printed page."""
    for sheet in opened(written).worksheets:
        if len(sheet.tables) > 1:
            continue
        [table] = sheet.tables.values()
        top = sheet[table.ref][0][0].row
        assert str(sheet.freeze_panes).lstrip("ABCDEFGH") == str(top + 1)
        assert sheet.print_title_rows == f"${top}:${top}"


def test_each_sheet_is_ready_for_print(written: bytes) -> None:
    """Pages are landscape and as wide as the sheet; every table cell wraps."""
    for sheet in opened(written).worksheets:
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr is not None
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        for table in sheet.tables.values():
            assert all(cell.alignment.wrap_text for row in sheet[table.ref] for cell in row)
            _assert_rows_are_high_enough(sheet, table.ref)


def _assert_rows_are_high_enough(sheet: Worksheet, ref: str) -> None:
    """Assert that a row has room for the lines in its texts."""
    for row in sheet[ref]:
        most = max(str(cell.value).count("\n") + 1 for cell in row)
        height = sheet.row_dimensions[row[0].row].height
        assert height is not None
        assert min(most * 12, 400) <= height <= 409


def test_no_cell_is_a_formula(written: bytes) -> None:
    """Cells are texts, numbers and dates; nothing in the file runs or refers outside."""
    assert {cell.data_type for cell in cells(opened(written))} <= {"s", "n", "d"}
    for name, xml in parts(written).items():
        assert "<f>" not in xml, name
        assert "<f " not in xml, name
        assert "<hyperlink " not in xml.lower(), name
        assert "relationships/hyperlink" not in xml.lower(), name
        assert 'TargetMode="External"' not in xml, name
    assert not any("vba" in name.lower() or "external" in name.lower() for name in parts(written))
    defined = opened(written)
    assert not defined.defined_names
    assert all(not sheet.defined_names for sheet in defined.worksheets)


def test_same_input_same_bytes(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file depends neither on the clock nor on the time zone."""
    first = xlsx_report(report)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 12_345_678)
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    time.tzset()
    assert xlsx_report(report) == first
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        entries_ = archive.infolist()
    assert {entry.date_time for entry in entries_} == {(1980, 1, 1, 0, 0, 0)}
    monkeypatch.undo()
    time.tzset()


def test_same_bytes_in_another_process() -> None:
    """The bytes do not depend on set order."""
    program = (
        "import sys\n"
        "from readiness.reports.report_model import Report, build_report\n"
        "from readiness.reports.workbook.workbook import xlsx_report\n"
        "from tests.reports.printing import assessed\n"
        "sys.stdout.buffer.write(xlsx_report(build_report(assessed('mixed'))))\n"
    )
    path = os.pathsep.join(str(Path(one).resolve()) for one in sys.path if one)
    found = {
        subprocess.run(
            [sys.executable, "-c", program],
            check=True,
            capture_output=True,
            env={**os.environ, "PYTHONPATH": path, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert found == {xlsx_report(build_report(assessed("mixed")))}


def test_properties_go_by_the_assessment() -> None:
    """The file says what was assessed and as of when, and nothing about its author."""
    properties = book_of(assessed("mixed")).properties
    assert properties.title == "Opening of the web shop"
    assert properties.created == properties.modified == datetime.datetime(2026, 11, 21)
    assert str(properties.creator).startswith("readiness ")
    assert properties.lastModifiedBy == properties.creator


def test_no_sheet_reaches_beyond_what_spreadsheets_hold(written: bytes) -> None:
    """Sheet names have at most 31 characters, cells at most 32,767."""
    book = opened(written)
    assert all(len(sheet.title) <= 31 for sheet in book.worksheets)
    assert all(len(text) <= 32_767 for text in texts(book))


def test_colours_have_contrast() -> None:
    """The contrast of text is at least 7 to 1, the highest level of WCAG."""
    pairs = [(ground or "FFFFFF", ink) for ground, ink in MARKS.values()] + [(HEADING, "FFFFFF")]
    for one, other in pairs:
        low, high = sorted([_luminance(one), _luminance(other)])
        assert (high + 0.05) / (low + 0.05) >= 7, (one, other)


def _luminance(colour: str) -> float:
    shares = [int(colour[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    red, green, blue = (s / 12.92 if s <= 0.03928 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_two_thousand_checks() -> None:
    """A ruleset of two thousand checks is written to a workbook within seconds."""
    case: dict[str, Any] = {
        "questions": {f"s.q{n}": "yes_no" for n in range(2000)},
        "checks": {
            f"check-{n}": {
                "met_when": f"s.q{n}",
                "why": "Because it matters.",
                "remedy": {"action": f"Do number {n}.", "owner": "somebody", "effort_days": 2},
                "requires": [f"check-{n - 1}"] if n % 4 else [],
            }
            for n in range(2000)
        },
        "gates": {"move": {"requires": [f"check-{n}" for n in range(3, 2000, 4)]}},
        "answers": {f"s.q{n}": bool(n % 3) for n in range(2000) if n % 7},
    }
    report = build_report(assess(case))
    begun = time.process_time()
    written = xlsx_report(report)
    assert time.process_time() - begun < 60
    tables = [xml for name, xml in parts(written).items() if name.startswith("xl/tables/")]
    [findings] = [xml for xml in tables if 'displayName="Findings"' in xml]
    assert 'ref="A4:Q2004"' in findings


def test_a_gate_asked_about() -> None:
    """For one gate, the workbook shows what the gate waits for, and says so."""
    book = book_of(assessed("mixed"), "build")
    assert [row["Id"] for row in entries(book, "Gates")] == ["build"]
    assert {row["Id"] for row in entries(book, "Findings")} == {"sponsor", "funding"}
    assert "only what build and the gates before wait for" in texts(book)


def test_how_to_verify_names_the_file() -> None:
    """The command that reproduces the result can be pasted into a shell."""
    report = build_report(assessed("mixed"), path=str(SHOP / "my shop.yaml"))
    line = next(
        text for text in texts(opened(xlsx_report(report))) if text.startswith("readiness assess")
    )
    assert f"'{SHOP / 'my shop.yaml'}' --as-of 2026-11-21 --assurance stated" in line


def test_without_the_library_one_line_names_the_extra() -> None:
    """Without XlsxWriter the command says how to install it, and ends with status 2."""
    program = (
        "import sys; sys.modules['xlsxwriter'] = None\n"
        "from readiness.commands import main\n"
        f"sys.argv = ['readiness', 'assess', {str(SHOP / 'mixed.yaml')!r}, '--format', 'xlsx']\n"
        "main()\n"
    )
    path = os.pathsep.join(str(Path(one).resolve()) for one in sys.path if one)
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": path},
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == (
        "Error: workbooks need the library 'xlsxwriter': pip install 'readiness[xlsx]'\n"
    )


def test_only_the_workbook_imports_the_library() -> None:
    """Reports in other formats load without XlsxWriter."""
    program = (
        "import sys; sys.modules['xlsxwriter'] = None\n"
        "import readiness.reports.csv_tables, readiness.reports.formats\n"
        "import readiness.reports.report_model\n"
    )
    path = os.pathsep.join(str(Path(one).resolve()) for one in sys.path if one)
    subprocess.run(
        [sys.executable, "-c", program], check=True, env={**os.environ, "PYTHONPATH": path}
    )
