"""The checks as comma-separated values."""

from __future__ import annotations

import csv
import datetime
import io
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from readiness.documents.sanitize import harmless
from readiness.reports.csv_tables import csv_report
from readiness.reports.formats import lay_out
from readiness.reports.report_model import Report
from tests.reports.example_reports import EVERY_KIND, KINDS, of_case, of_shop
from tests.reports.libreoffice import LibreOffice
from tests.reports.workbook.test_libreoffice import TEXTS, of_texts

_UTF_8 = "CSV:44,34,UTF8"  # what its users choose for a file with a byte order mark

HEAD = [
    "order", "wave", "id", "title", "area", "severity", "status", "standing", "waived",
    "waived_until", "action", "owner", "effort_likely", "effort_low", "effort_high", "start",
    "finish", "slack", "critical", "waits_for", "root_blockers", "holds", "gates", "findings",
    "citations",
    "waiver_reason",
    "waiver_approved_by",
    "waiver_approved_on",
    "notes",
    "evidence",
    "out_of_scope",
    "scope_reason",
]  # fmt: skip


def rows_of(report: Report) -> list[dict[str, str]]:
    """Return the rows by name, as a program reads the file."""
    text = lay_out("csv", report).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


@pytest.fixture(params=EVERY_KIND, scope="module")
def report(request: pytest.FixtureRequest) -> Report:
    return KINDS[request.param]()


def test_the_names_of_the_columns_are_fixed() -> None:
    """Programs may rely on the names and their order."""
    [row, *_] = rows_of(of_shop("mixed"))
    assert list(row) == HEAD


def test_a_row_for_each_check(report: Report) -> None:
    """Every check that is shown has a row with its values from the result."""
    found = rows_of(report)
    assert [row["id"] for row in found] == [check.id for check in report.checks]
    for row, entry in zip(found, report.checks, strict=True):
        check = entry.result
        assert row["title"] == check.check.title
        assert row["status"] == check.status
        assert row["standing"] == check.standing
        assert row["waived"] == ("yes" if check.waived else "no")
        assert row["waived_until"] == (check.waived.expires if check.waived else "")
        for name in ("waits_for", "root_blockers", "holds", "gates"):
            assert [one for one in row[name].split("; ") if one] == list(getattr(check, name))
        assert row["findings"] == harmless("; ".join(one.text for one in entry.findings))


def test_order_and_days_of_what_is_open(report: Report) -> None:
    """Open checks have their position, wave, days and slack; closed ones have none of these."""
    numbered = {}
    waves = {}
    for row, entry in zip(rows_of(report), report.checks, strict=True):
        planned = [row[name] for name in ("order", "wave", "start", "finish", "slack", "critical")]
        if not entry.result.is_open:
            assert planned == [""] * 6
            continue
        numbered[int(row["order"])] = entry.id
        waves[entry.id] = int(row["wave"])
        activity = entry.activity
        assert activity is not None
        assert row["start"] == activity.starts_on.isoformat()
        assert row["finish"] == activity.finishes_on.isoformat()
        assert float(row["slack"]) == activity.times.slack
        assert row["critical"] == ("yes" if activity.is_critical else "no")
    shown = {check.id for check in report.checks}
    order = [key for wave in report.assessment.order for key in wave if key in shown]
    assert [numbered[number] for number in sorted(numbered)] == order
    for number, wave in enumerate(report.assessment.order, 1):
        assert {key for key, held in waves.items() if held == number} == shown.intersection(wave)


def test_the_file_is_as_rfc_4180_has_it() -> None:
    """Records end with CR LF, line ends in texts are quoted, and equal input gives equal bytes."""
    case = {
        "questions": {"s.a": "yes_no"},
        "checks": {"roof": {"title": 'two\nlines, "quoted"', "met_when": "s.a"}},
        "answers": {"s.a": False},
    }
    written = csv_report(of_case(case))
    assert written == csv_report(of_case(case))
    head, record = written.split("\r\n", 1)
    assert head.removeprefix("\ufeff") == ",".join(HEAD)
    assert record.endswith("\r\n")
    assert '"two\nlines, ""quoted"""' in record
    assert record.count("\r\n") == 1


def test_the_file_begins_with_the_byte_order_mark() -> None:
    """Without it Excel assumes the encoding of the system."""
    written = lay_out("csv", of_shop("mixed"))
    assert written.startswith(b"\xef\xbb\xbforder,")
    assert written.count(b"\xef\xbb\xbf") == 1


def test_figures_are_plain() -> None:
    """Whole days have no decimal point, others do; a missing estimate is empty."""
    efforts: list[Any] = [2, 0.5, {"low": 1, "likely": 1.5, "high": 3}, None]
    case = {
        "questions": {"s.a": "yes_no"},
        "checks": {
            f"check-{n}": {
                "met_when": "s.a",
                "remedy": {"action": "Do."} | ({"effort_days": effort} if effort else {}),
            }
            for n, effort in enumerate(efforts)
        },
        "answers": {"s.a": False},
    }
    found = [
        tuple(row[f"effort_{name}"] for name in ("likely", "low", "high"))
        for row in rows_of(of_case(case))
    ]
    assert found == [("2", "2", "2"), ("0.5", "0.5", "0.5"), ("1.5", "1", "3"), ("", "", "")]


def test_no_text_starts_a_formula() -> None:
    """Texts of documents are harmless in every cell, and otherwise unchanged."""
    report = of_texts()
    found = rows_of(report)
    for row, entry in zip(found, report.checks, strict=True):
        assert row["title"] == harmless(entry.title)
        assert row["action"] == harmless(entry.action)
        started = [cell for cell in row.values() if cell.lstrip().startswith(tuple("=+-@"))]
        assert started == (["-1", "-1"] if entry.title == "-1" else [])


def test_long_texts_are_whole() -> None:
    """The length of a text is not limited."""
    case = {
        "questions": {"s.a": "yes_no"},
        "checks": {"roof": {"met_when": "s.a", "remedy": {"action": "word " * 20_000}}},
        "answers": {"s.a": False},
    }
    before = csv.field_size_limit(1_000_000)
    [row] = rows_of(of_case(case))
    csv.field_size_limit(before)
    assert row["action"] == ("word " * 20_000).rstrip()


def test_libreoffice_works_nothing_out(libreoffice: LibreOffice, tmp_path: Path) -> None:
    """Opened normally, the file contains no formula and shows the texts."""
    report = of_texts()
    file = tmp_path / "checks.csv"
    file.write_bytes(lay_out("csv", report))
    converted = libreoffice.convert(file, "xlsx", tmp_path, opened_as=_UTF_8)
    found = list(load_workbook(converted).worksheets[0].iter_rows(min_row=2))
    assert len(found) == len(TEXTS)
    assert {cell.data_type for row in found for cell in row} <= {"s", "n", "d", "b"}
    shown = [row[3].value for row in found]
    for value, entry in zip(shown, report.checks, strict=True):
        if isinstance(value, str):
            # openpyxl removes text that looks like an escaped underscore
            assert value == harmless(entry.title).replace("x005F_", "")
    others = [value for value in shown if not isinstance(value, str)]
    assert others == [-1, 100_000, None, True, datetime.datetime(2026, 11, 21), None, None]
