"""The action plan goes out, is edited, and comes back: only what was edited changes."""

from __future__ import annotations

import datetime
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from readiness.assessing import Assessor
from readiness.collecting.progress_import import ProgressImport, import_progress
from readiness.documents.reading import read
from readiness.documents.validation import validate
from readiness.loading.engagements import load_engagement
from readiness.planning.plan import plan
from readiness.problems import DocumentError, Problems, Source
from readiness.reports.workbook.action_plan import COLUMNS, action_plan
from tests.collecting.garden import ENGAGEMENT, write_garden
from tests.commands.running import run
from tests.reports.libreoffice import LibreOffice

FIRST = 5  # the row of the first action
PROGRESS = """\
progress:
  # Ada has the key
  dug: {owner: Ada, due: 2027-02-01, note: '=no formula'}
  helped: {started: 2027-02-01, done: null}
"""
Edit = Callable[[Worksheet], Any]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_garden(tmp_path, engagement=ENGAGEMENT + PROGRESS)
    return tmp_path


def issued(folder: Path) -> bytes:
    inquiry = load_engagement(folder / "engagement.yaml")
    return action_plan(plan(Assessor(inquiry.ruleset).assess(inquiry)))


def put(check: str, **values: object) -> Edit:
    """Return what fills in cells of the row of a check, by the headings of their columns."""

    def edit(sheet: Worksheet) -> None:
        rows = range(FIRST, sheet.max_row + 1)
        [row] = [row for row in rows if sheet.cell(row, len(COLUMNS)).value == check]
        for heading, value in values.items():
            sheet.cell(row, COLUMNS.index(heading) + 1).value = value  # type: ignore[assignment]

    return edit


def edited(content: bytes, *edits: Edit, more: str = "") -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(content))
    if more:
        book.create_sheet(more)["A1"].value = "Notes"
    for edit in edits:
        edit(book["Action plan"])
    book.save(found := io.BytesIO())
    return found.getvalue()


def back(
    folder: Path, *edits: Edit, meanwhile: str = "", sheet: str = ""
) -> tuple[ProgressImport, str]:
    """Return what comes of a plan with these edits; `meanwhile` is the engagement as it is now."""
    content = edited(issued(folder), *edits, more=sheet)
    path = folder / "engagement.yaml"
    text = meanwhile or path.read_text()
    path.write_text(text)
    return import_progress(content, "plan.xlsx", load_engagement(path), text)


def codes(found: ProgressImport) -> list[tuple[str, str]]:
    return [(one.code, one.place.cell) for one in (*found.problems, *found.remarks)]


def test_nothing_edited(folder: Path) -> None:
    """A plan that comes back as it was issued changes nothing, and nothing is remarked."""
    found, text = back(folder)
    assert (found.changes, found.conflicts, codes(found)) == ((), (), [])
    assert text == ENGAGEMENT + PROGRESS


def test_what_was_edited(folder: Path) -> None:
    """Exactly the edited values are written, beside what stands there; rows may be sorted."""
    found, text = back(
        folder,
        put("dug", Person="Ben", Started=datetime.datetime(2027, 2, 20), Comment="'=still"),
        put("soil", Due="1.4.2027", Comment="Ask  the\nneighbour"),
        put("helped", Started=None),
        lambda sheet: sheet.move_range(f"A{FIRST}:K{FIRST}", rows=5),
    )
    assert found.is_complete
    assert text == ENGAGEMENT + (
        "progress:\n"
        "  # Ada has the key\n"
        "  dug: {started: 2027-02-20, owner: Ben, due: 2027-02-01, note: =still}\n"
        "  helped: {done: null}\n"
        "  soil:\n    due: 2027-04-01\n    note: |-\n      Ask  the\n      neighbour\n"
    )
    assert read(Source("x", text)).plain()["progress"]["dug"]["note"] == "=still"


def test_a_status_without_a_day(folder: Path) -> None:
    """The day of the assessment stands in for one that is missing; a day that is ruled out goes."""
    found, text = back(folder, put("dug", Status=" DONE "), put("helped", Status="not started"))
    assert [one.assumed for one in found.changes] == [True, False]
    assert "  dug: {done: 2027-03-01, owner: Ada, due: 2027-02-01" in text
    assert "  helped: {done: null}\n" in text


def test_a_status_with_a_day_that_cannot_be_read(folder: Path) -> None:
    """No other day stands in for one that is typed and cannot be read, and none is cleared."""
    for status, column, typed in (("done", "Done", "last week"), ("started", "Started", "soon")):
        found, _ = back(folder, put("dug", Status=status, **{column: typed}))
        assert [code for code, _ in codes(found)] == ["plan-day-unreadable"]
        assert found.changes == ()
    found, _ = back(folder, put("helped", Status="not started", Started="soon"))
    assert [code for code, _ in codes(found)] == ["plan-day-unreadable"]
    assert found.changes == ()


def test_changed_on_both_sides(folder: Path) -> None:
    """What the engagement states by now is kept and reported, unless the plan says the same."""
    now = (ENGAGEMENT + PROGRESS).replace("owner: Ada", "owner: Cem").replace("-02-01,", "-02-02,")
    changed = put("dug", Person="Ben", Due=datetime.date(2027, 2, 2), Comment="No")
    found, text = back(folder, changed, meanwhile=now)
    assert [(one.field, one.issued, one.value, one.stated) for one in found.conflicts] == [
        ("owner", "Ada", "Ben", "Cem")
    ]
    assert text == now.replace("'=no formula'", "'No'") or text == now.replace(
        "'=no formula'", "No"
    ).replace("note: No}", 'note: "No"}')


def test_what_cannot_be_read(folder: Path) -> None:
    """Each cell that cannot be read is listed, and all others are imported."""
    found, text = back(
        folder,
        put("dug", Due="soon", Status="begun", Comment="Dry"),
        put("soil", Due="=TODAY()", Person="Cem", Started="2027-03-02", Done="2027-03-01"),
        put("helped", Status="not started", Done=datetime.date(2027, 3, 1), Started="03/04/2027"),
    )
    assert [code for code, _ in codes(found)] == [
        "plan-day-unreadable", "plan-status-unreadable", "plan-day-unreadable",
        "plan-status-and-day", "cell-unreadable", "done-before-started",
    ]  # fmt: skip
    hints = [one.hint for one in found.problems]
    assert "write 2027-04-03 or 2027-03-04" in hints
    assert "choose 'not started', 'started' or 'done'" in hints
    assert {(one.check, one.field) for one in found.changes} >= {("dug", "note"), ("soil", "owner")}
    assert validate(read(Source("x", text)), "engagement", Problems())


def test_what_is_not_part_of_the_plan(folder: Path) -> None:
    """Unknown rows, further columns and sheets and missing columns are mentioned."""

    def more(sheet: Worksheet) -> None:
        last = sheet.max_row + 1
        sheet.cell(4, len(COLUMNS) + 1).value = "Budget"
        sheet.cell(4, COLUMNS.index("Comment") + 1).value = "Remarks"
        sheet.cell(last, 1).value = "Buy a spade"
        sheet.cell(last + 1, len(COLUMNS)).value = "dugg"
        sheet.cell(last + 2, len(COLUMNS)).value = "dug"

    found, text = back(folder, more, sheet="Own")
    assert [code for code, _ in codes(found)] == [
        "plan-row-twice", "plan-sheet-unknown", "plan-column-missing", "plan-column-unknown",
        "plan-column-unknown", "plan-row-unknown", "plan-row-unknown",
    ]  # fmt: skip
    assert "did you mean 'dug'?" in {one.hint for one in found.remarks}
    assert text == ENGAGEMENT + PROGRESS


def test_a_workbook_that_is_no_plan(folder: Path) -> None:
    """Another workbook, a plan of another engagement and one without its table are refused."""
    content = issued(folder)
    openpyxl.Workbook().save(other := io.BytesIO())
    headless = edited(content, lambda sheet: sheet.delete_rows(4))
    path = folder / "engagement.yaml"
    text = path.read_text().replace("id: garden", "id: orchard")
    for data, code, now in (
        (other.getvalue(), "plan-foreign", ""),
        (headless, "plan-without-table", ""),
        (content, "plan-of-another", text),
    ):
        path.write_text(now or path.read_text())
        with pytest.raises(DocumentError) as error:
            import_progress(data, "plan.xlsx", load_engagement(path), path.read_text())
        assert [one.code for one in error.value.problems] == [code]


def test_the_command(folder: Path) -> None:
    """The command writes into the engagement, and a dry run only shows what would change."""
    (folder / "plan.xlsx").write_bytes(edited(issued(folder), put("dug", Status="done")))
    words = ("progress", "import", "engagement.yaml", "plan.xlsx")
    tried = run(*words, "--dry-run", "--format", "json", folder=folder)
    told = json.loads(tried.stdout)
    assert (tried.status, told["dry_run"], told["changes"][0]["value"]) == (0, True, "2027-03-01")
    assert "+  dug: {done: 2027-03-01" in told["diff"]
    problems = Problems()
    assert validate(read(Source("told.json", tried.stdout)), "progress", problems), problems
    assert (folder / "engagement.yaml").read_text() == ENGAGEMENT + PROGRESS
    shown = run(*words, "--dry-run", folder=folder).stdout
    assert "\n".join(line.rstrip() for line in told["diff"].splitlines()) in shown
    done = run(*words, folder=folder)
    assert "done: none → 2027-03-01, the day of the import" in done.stdout
    assert "done: 2027-03-01" in (folder / "engagement.yaml").read_text()
    again = run(*words, folder=folder)
    assert (again.status, "Nothing was changed." in again.stdout) == (0, True)
    assert (
        run(*words[:2], "ada.yaml", "plan.xlsx", "--as-of", "2027-03-01", folder=folder).status == 2
    )


def test_the_next_plan_and_status_keep_it(folder: Path) -> None:
    """Person, days and note stand in every format, with what is late and what is done but open."""
    path = folder / "engagement.yaml"
    path.write_text(path.read_text().replace("done: null", "done: 2027-02-20"))
    for words in (("plan",), ("status",), ("assess",), ("assess", "--for", "management")):
        told = " ".join(run(*words, "engagement.yaml", folder=folder).stdout.split())
        days = (
            ("1 February 2027", "20 February 2027")
            if "--for" in words
            else ("2027-02-01", "2027-02-20")
        )
        assert f"{days[0]}, late" in told, words
        assert f"reported done on {days[1]}" in told, words
    activity = json.loads(run("plan", "engagement.yaml", "--format", "json", folder=folder).stdout)
    [dug] = [one for one in activity["activities"] if one["check"] == "dug"]
    assert [dug[key] for key in ("owner", "due", "late")] == ["Ada", "2027-02-01", True]
    for name in ("csv", "ics"):
        told = run("plan", "engagement.yaml", "--format", name, folder=folder).stdout
        assert "=no formula" in told.replace("\r\n ", "")
    work = json.loads(run("status", "engagement.yaml", "--format", "json", folder=folder).stdout)
    assert [(one["check"], one["late"]) for one in work["work"]] == [
        ("dug", True),
        ("helped", False),
    ]


def test_unknown_checks_and_days_in_the_engagement(folder: Path) -> None:
    """An unknown check gets the nearest name, and an end before its start is refused."""
    path = folder / "engagement.yaml"
    path.write_text(
        ENGAGEMENT + "progress:\n  dugg: {}\n  dug: {started: 2027-02-02, done: 2027-02-01}\n"
    )
    with pytest.raises(DocumentError) as error:
        load_engagement(path)
    assert [one.code for one in error.value.problems] == ["unknown-link", "done-before-started"]
    assert error.value.problems[0].hint == "did you mean 'dug'?"


@pytest.mark.slow
def test_edited_in_libreoffice(folder: Path, libreoffice: LibreOffice, tmp_path: Path) -> None:
    """A plan that LibreOffice has saved comes back unchanged but for what was typed in it."""
    file = tmp_path / "plan.xlsx"
    file.write_bytes(issued(folder))
    own = libreoffice.convert(file, "fods", tmp_path)
    text = own.read_text(encoding="utf-8")
    assert text.count(">not started<") > 1
    typed = tmp_path / "typed.fods"
    typed.write_text(text.replace(">Ada<", ">Ben<", 1), encoding="utf-8")
    for given, value in ((own, "Ada"), (typed, "Ben")):
        saved = libreoffice.convert(given, "xlsx:Calc MS Excel 2007 XML", tmp_path)
        now = (folder / "engagement.yaml").read_text()
        inquiry = load_engagement(folder / "engagement.yaml")
        found, text = import_progress(saved.read_bytes(), "plan.xlsx", inquiry, now)
        assert codes(found) == []
        assert text == now.replace("owner: Ada", f"owner: {value}")
