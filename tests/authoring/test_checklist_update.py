"""A ruleset as a checklist, and back: what people change in the sheet is all that changes."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from readiness import DocumentError, lint, load_ruleset, update_ruleset
from readiness.authoring.checklist import checklist_template, checklist_workbook
from readiness.authoring.checklist_update import ruleset_rows
from readiness.authoring.drafting import draft_ruleset
from tests.commands.running import ROOT, run
from tests.lanes import each
from tests.reports.libreoffice import LibreOffice

HOMES = (ROOT / "rulesets", ROOT / "questionnaires")
RULESETS = sorted(path.name for path in HOMES[0].iterdir())
ID, CHECK = "crm-pre-implementation", "business-plan"


def sheet_of(ruleset: Path) -> bytes:
    """Return the sheet of a ruleset."""
    return checklist_workbook(ruleset_rows(load_ruleset(ruleset, paths=HOMES)))


def edited(data: bytes, edit: Callable[[Any, Callable[[str], int], int], None]) -> bytes:
    """Return a sheet after an edit, which gets the sheet, its columns and the row of `CHECK`."""
    book = load_workbook(io.BytesIO(data))
    sheet = book["Checklist"]
    columns = {str(cell.value): cell.column or 0 for cell in sheet[1]}
    row = next(
        n for n in range(2, sheet.max_row + 1) if sheet.cell(n, columns["Reference"]).value == CHECK
    )
    edit(sheet, columns.__getitem__, row)
    book.save(out := io.BytesIO())
    return out.getvalue()


def changed_lines(diff: str) -> list[str]:
    """Return the lines that a change takes away or adds."""
    return [line for line in diff.splitlines()[2:] if line[:1] in ("-", "+")]


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Return a copy of a ruleset, with its questionnaire beside it."""
    for home in HOMES:
        shutil.copytree(home / ID, tmp_path, dirs_exist_ok=True)
    for path in tmp_path.glob("*.yaml"):
        path.write_text(path.read_text(encoding="utf-8").replace(ID, "own"), encoding="utf-8")
    return tmp_path / "ruleset.yaml"


@pytest.mark.parametrize("name", each(RULESETS, fast="crm-upkeep".__eq__))
def test_nothing_edited_changes_nothing(name: str) -> None:
    """The sheet of a ruleset, read back as it is, changes no file and needs no remark."""
    file = HOMES[0] / name / "ruleset.yaml"
    found = update_ruleset(file, sheet_of(file), "list.xlsx", paths=HOMES, is_dry_run=True)
    assert (found.files, found.remarks) == ((), ())


EDITS: list[tuple[str, str | None, list[str]]] = [
    ("Area", "Customer data", ["-    area: money", "+    area: data"]),
    ("Check", "It is so", ["-    title: A business plan for the CRM is prepared",
                           "+    title: It is so"]),
    ("Question", "How far?", ["-        ask: How far along is the business plan for the CRM?",
                              "+        ask: How far?"]),
    ("Options", "There is none; A draft; Complete; Complete and approved*",
     ["-    met_when: business_plan.state in ['complete', 'approved']",
      "+    met_when: business_plan.state == 'approved'"]),
    ("Options", "There is none; Drafted; Complete*; Complete and approved*",
     ["-          draft: A draft", "+          draft: Drafted"]),
    ("Days", "1/2/3", ["-      effort_days: {low: 8, likely: 15, high: 30}",
                       "+      effort_days: {low: 1, likely: 2, high: 3}"]),
    ("Owner", "IT lead", ["-      owner: programme-manager", "+      owner: it-lead"]),
    ("Severity", "minor", ["-    severity: critical", "+    severity: minor"]),
    ("Requires", "The sponsor's expectations are known",
     ["-    requires: [past-concept, strategy-fits, plan-of-use, sponsor-expectations-known]",
      "+    requires: [sponsor-expectations-known]"]),
    ("Source", "The CRM Handbook; New book",
     ["+  new-book:", "+    title: New book", "-    cites: [handbook]",
      "+    cites: [handbook, new-book]"]),
    ("Met when", "programme.stage != 'idea'",
     ["-    met_when: business_plan.state in ['complete', 'approved']",
      "+    met_when: programme.stage != 'idea'"]),
    ("Applies when", "programme.stage != 'idea'",
     ["+    applies_when: programme.stage != 'idea'"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("column", "text", "lines"),
    [pytest.param(*one, marks=[pytest.mark.slow] * (one not in EDITS[:4])) for one in EDITS],
)
def test_one_cell_is_one_change(column: str, text: str, lines: list[str], own: Path) -> None:
    """An edited cell changes its own lines, and the ruleset still loads."""
    data = edited(sheet_of(own), lambda sheet, at, row: sheet.cell(row, at(column), text))
    found = update_ruleset(own, data, "list.xlsx")
    assert [line for one in found.files for line in changed_lines(one.diff) if line != "+"] == lines
    again = update_ruleset(own, data, "list.xlsx", is_dry_run=True)
    assert again.files == ()  # the same sheet once more


def test_a_new_row_is_a_new_check(own: Path) -> None:
    """A row without a reference becomes a check with its question, and its gate waits for it."""

    def add(sheet: Any, at: Callable[[str], int], _: int) -> None:
        gate = next(one.value for one in sheet[2:500] for one in one if one.column == at("Gate")
                    and one.value)  # fmt: skip
        for column, text in {
            "Area": "Customer data", "Question": "Is the archive sorted?", "Check": "It is sorted",
            "Requires": "A business plan for the CRM is prepared", "Gate": gate.split(";")[0],
        }.items():  # fmt: skip
            sheet.cell(sheet.max_row + (column == "Area"), at(column), text)

    before = load_ruleset(own)
    update_ruleset(own, edited(sheet_of(own), add), "list.xlsx")
    after = load_ruleset(own)
    (key,) = after.checks.keys() - before.checks.keys()
    assert after.checks[key].requires == (CHECK,)
    assert len(after.questions) == len(before.questions) + 1
    assert any(key in (*one.requires, *one.advises) for one in after.gates.values())


@pytest.mark.parametrize(
    ("edit", "codes"),
    [
        (lambda sheet, at, row: sheet.cell(row, at("Type"), "text"), {"checklist-kept"}),
        (lambda sheet, at, row: sheet.cell(row, at("Severity"), "bad"), {"checklist-severity"}),
        (lambda sheet, at, row: sheet.cell(row, at("Reference"), "nope"),
         {"checklist-reference", "checklist-requires"}),
        (lambda sheet, at, row: sheet.cell(row + 1, at("Reference"), CHECK),
         {"checklist-reference-twice", "checklist-requires"}),
        (lambda sheet, _, row: sheet.delete_rows(row), {"checklist-requires"}),
    ],
)  # fmt: skip
def test_what_cannot_be_carried_over(
    edit: Callable[[Any, Callable[[str], int], int], None], codes: set[str], own: Path
) -> None:
    """What a sheet cannot change is told with its cell, and no file changes."""
    before = own.read_bytes()
    with pytest.raises(DocumentError) as caught:
        update_ruleset(own, edited(sheet_of(own), edit), "list.xlsx")
    assert {one.code for one in caught.value.problems} <= codes
    assert own.read_bytes() == before


def test_changed_on_both_sides(own: Path) -> None:
    """A cell whose text has changed in the ruleset since is told; other news there is kept."""
    shown = sheet_of(own)
    text = own.read_text(encoding="utf-8")
    own.write_text(text.replace("title: A business plan for", "title: The plan for"), "utf-8")
    assert update_ruleset(own, shown, "list.xlsx").files == ()
    data = edited(shown, lambda sheet, at, row: sheet.cell(row, at("Check"), "Mine"))
    with pytest.raises(DocumentError, match="was changed both here and in the ruleset since"):
        update_ruleset(own, data, "list.xlsx")


def test_rows_that_csv_leaves_out(own: Path) -> None:
    """CSV does not know which rows there were: those that are missing change nothing."""
    ruleset = load_ruleset(own)
    first = ruleset_rows(ruleset)[0]
    rows = io.StringIO()
    writer = csv.DictWriter(rows, list(first))
    writer.writeheader()
    writer.writerow({**first, "Check": "Another title"})
    found = update_ruleset(own, rows.getvalue().encode(), "list.csv", is_dry_run=True)
    assert [changed_lines(one.diff)[1] for one in found.files] == ["+    title: Another title"]


def test_another_order_is_told(own: Path) -> None:
    """Rows in another order change nothing."""
    data = edited(sheet_of(own), lambda sheet, _, __: sheet.move_range("A2:Q2", rows=300))
    found = update_ruleset(own, data, "list.xlsx")
    assert (found.files, [one.code for one in found.remarks]) == ((), ["checklist-order"])


def test_a_checklist_comes_back(tmp_path: Path) -> None:
    """The rows of a ruleset that came from a checklist are those of the checklist."""
    texts = draft_ruleset(checklist_template(), "checklist.xlsx", "ward").texts
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    rows = ruleset_rows(load_ruleset(tmp_path / "ruleset.yaml"))
    again = draft_ruleset(checklist_workbook(rows), "checklist.xlsx", "ward").texts
    assert {name: again[name] for name in texts} == dict(texts)


@pytest.mark.slow
def test_through_libreoffice(own: Path, libreoffice: LibreOffice, tmp_path: Path) -> None:
    """A sheet that LibreOffice saved, in its own format and back, changes what was edited."""
    run("show", str(own), "-o", str(tmp_path / "list.xlsx"))
    (ods,) = libreoffice.convert_all([tmp_path / "list.xlsx"], "ods", tmp_path / "saved")
    (back,) = libreoffice.convert_all([ods], "xlsx:Calc MS Excel 2007 XML", tmp_path / "saved")
    for file in (ods, back):
        assert update_ruleset(own, file.read_bytes(), file.name).files == ()
    data = edited(back.read_bytes(), lambda sheet, at, row: sheet.cell(row, at("Why"), "So"))
    (tmp_path / "saved" / "mine.xlsx").write_bytes(data)
    before = own.read_text(encoding="utf-8")
    assert run("update", str(own), "--from", str(tmp_path / "saved" / "mine.xlsx")).status == 0
    assert not [one for one in lint([str(own)]) if one.severity == "error"]
    old = next(one for one in before.split("\n    why: ") if "title: A business plan for" in one)
    after = own.read_text(encoding="utf-8")
    assert f"{old[-40:]}\n    why: So\n" in after
    assert before.count("#") == after.count("#")


def test_a_heading_that_is_gone(own: Path) -> None:
    """Without a heading the sheet is refused: the hidden one is never read in its place."""

    def edit(sheet: Any, at: Callable[[str], int], _: int) -> None:
        sheet.cell(1, at("Check")).value = "Checks"

    with pytest.raises(DocumentError, match="no row of this file has the headings"):
        update_ruleset(own, edited(sheet_of(own), edit), "list.xlsx")


def test_a_new_row_is_in_the_area_above(own: Path) -> None:
    """A new row without an area belongs to that of the row above it."""

    def edit(sheet: Any, at: Callable[[str], int], row: int) -> None:
        sheet.insert_rows(row + 1)
        sheet.cell(row + 1, at("Question")).value = "Is it new?"
        sheet.cell(row + 1, at("Check")).value = "It is new"

    found = update_ruleset(own, edited(sheet_of(own), edit), "list.xlsx")
    assert not any("General" in one.diff for one in found.files)


def test_a_gate_with_another_title(own: Path) -> None:
    """A gate that is called otherwise in all its rows keeps its id and its checks."""
    ruleset = load_ruleset(own)
    key, gate = next(iter(ruleset.gates.items()))

    def edit(sheet: Any, at: Callable[[str], int], _: int) -> None:
        for (cell,) in sheet.iter_rows(min_row=2, min_col=at("Gate"), max_col=at("Gate")):
            cell.value = cell.value and cell.value.replace(gate.title, "Another title")

    [found] = update_ruleset(own, edited(sheet_of(own), edit), "list.xlsx").files
    assert changed_lines(found.diff) == [f"-    title: {gate.title}", "+    title: Another title"]
    assert load_ruleset(own).gates[key].requires == gate.requires
