"""`readiness forms`: the forms of all respondents out, and whatever came back in."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import jsonschema
import pytest
from openpyxl import load_workbook
from openpyxl.comments import Comment

from readiness.documents.schemas import schema
from tests.collecting.garden import ENGAGEMENT, write_garden
from tests.commands.running import CommandRun, run
from tests.reports.libreoffice import LibreOffice

PEOPLE = """
respondents:
  ada: {name: Ada Løvelace, groups: [gardeners]}
  ben: {name: Ben}
  cem: {name: Çem, groups: [gardeners], due: 2027-03-09}
assign:
  cem: [is.paid, is.name]
"""


@pytest.fixture
def garden(tmp_path: Path) -> Path:
    """Return a folder with the garden and its respondents."""
    write_garden(tmp_path, engagement=ENGAGEMENT.replace("[ada.yaml, ben.yaml]", "['*.yaml']"))
    for name in ("questions", "rules"):
        (tmp_path / "rules").mkdir(exist_ok=True)
        (tmp_path / f"{name}.yaml").rename(tmp_path / "rules" / f"{name}.yaml")
    stated = (tmp_path / "engagement.yaml").read_text()
    (tmp_path / "answers").mkdir()
    for name in ("ada", "ben"):
        (tmp_path / f"{name}.yaml").rename(tmp_path / "answers" / f"{name}.yaml")
    stated = stated.replace("'*.yaml'", "answers/*.yaml").replace("rules.yaml", "rules/rules.yaml")
    (tmp_path / "engagement.yaml").write_text(stated + PEOPLE, encoding="utf-8")
    return tmp_path


def export(folder: Path, *more: str) -> CommandRun:
    """Export the forms."""
    return run("forms", "export", "engagement.yaml", "--into", "forms", *more, folder=folder)


def take(folder: Path, *more: str) -> CommandRun:
    """Import the forms that are in the folder."""
    return run("forms", "import", "engagement.yaml", *more, folder=folder)


def fill(file: Path, *filled: tuple[str, str, str], separator: str = ",") -> None:
    """Fill in a CSV form: the id of a line, the column, and what is written there."""
    text = file.read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=separator))
    for key, column, value in filled:
        next(row for row in rows if row["id"] == key)[column] = value
    made = io.StringIO()
    writer = csv.DictWriter(made, list(rows[0]), delimiter=separator)
    writer.writeheader()
    writer.writerows(rows)
    file.write_text(made.getvalue(), encoding="utf-8")


def test_export(garden: Path) -> None:
    """Everybody gets a form with their own questions, under their name."""
    done = export(garden, "--format", "csv", "--separator", "semicolon")
    assert done.status == 0, done.stderr
    assert done.stdout.splitlines() == [
        "forms/ada.csv: Ada Løvelace, 11 questions",
        "forms/ben.csv: Ben, 11 questions",
        "forms/cem.csv: Çem, 13 questions",
    ]
    head = (garden / "forms" / "cem.csv").read_text(encoding="utf-8-sig").splitlines()[0]
    assert head.startswith("number;section;id;")
    assert "Please return this form by 9 March 2027." in (garden / "forms/cem.csv").read_text()
    again = export(garden, "--format", "csv", "-r", "çem")
    assert (again.status, again.stdout) == (0, "forms/cem.csv: Çem, 13 questions\n")
    assert '""number"":2' in (garden / "forms" / "cem.csv").read_text()
    assert "did you mean 'ada'?" in export(garden, "-r", "adda").stderr


def test_a_refused_form_with_changes_that_could_be_imported(garden: Path) -> None:
    """The receipt says how to import what can be read."""
    export(garden, "--format", "csv")
    form = garden / "forms" / "ben.csv"
    fill(form, ("is.helps", "reason", ""), ("is.helps", "answer", "perhaps"))
    fill(form, ("is.beds", "answer", "3"))
    advice = "\nCorrect the form, or use --partial to import what can be read.\n"
    assert advice in take(garden, "forms/ben.csv").stdout
    assert advice not in take(garden, "forms/ben.csv", "--partial").stdout


def test_a_file_that_cannot_be_used(garden: Path) -> None:
    """What to do about it is on a separate line."""
    (garden / "broken.xlsx").write_text("no workbook", encoding="utf-8")
    told = take(garden, "broken.xlsx").stdout
    assert "\n  open it in a spreadsheet program and save it as an Excel workbook" in told


def test_whatever_came_back(garden: Path) -> None:
    """Forms are recognised by their content; one that cannot be used does not stop the others."""
    export(garden, "--format", "csv")
    forms, back = garden / "forms", garden / "back" / "mail"
    back.mkdir(parents=True)
    fill(forms / "ada.csv", ("is.beds", "answer", "3"), ("is.soil", "section", "Ask the mayor"))
    (forms / "ada.csv").rename(back / "Copy of form (1).txt")
    fill(forms / "ben.csv", ("is.beds", "answer", "1.200"), ("is.helps", "state", ""))
    fill(forms / "ben.csv", ("is.helps", "reason", ""), ("is.helps", "answer", "perhaps"))
    (forms / "ben.csv").rename(back / "ben.csv")
    fill(forms / "cem.csv", ("is.paid", "answer", "12"))
    (forms / "cem.csv").rename(back / "cem.csv")
    (back / "broken.xlsx").write_bytes(b"PK\x03\x04 cut")
    (back / "holiday.txt").write_text("back on Monday")
    (back / ".hidden.csv").write_text("id,answer\n")
    tried = take(garden, "back", "--dry-run", "--format", "json")
    assert not (garden / "answers" / "cem.yaml").exists()
    done = take(garden, "back", "--corrections", "corrections.csv", "--as-of", "2027-03-01")
    assert (done.status, done.stderr) == (1, "")
    assert "is.beds: {value: 3, given_on: 2027-03-01" in (garden / "answers/ada.yaml").read_text()
    assert "is.paid: {value: 12, given_on" in (garden / "answers/cem.yaml").read_text()
    assert "perhaps" not in (garden / "answers" / "ben.yaml").read_text()
    told = " ".join(done.stdout.split())
    for part in (
        "Form back/mail/Copy of form (1).txt of Ada Løvelace, issue 1",
        "this text does not belong to any answer: Ask the mayor",
        "back/mail/broken.xlsx: this workbook cannot be read: the file is damaged",
        "Files that are not forms",
        "back/mail/holiday.txt",
        "back/mail/ben.csv, Ben: refused, 2 not readable",
        "Summary: 4 forms",
    ):
        assert part in told
    document = json.loads(tried.stdout)
    jsonschema.validate(document, schema("receipts"))
    for one in document["receipts"]:
        jsonschema.validate(one, schema("receipt"))
    assert ["dry_run", "refused", "dry_run"] == [one["status"] for one in document["receipts"]]
    rows = list(csv.DictReader(io.StringIO((garden / "corrections.csv").read_text("utf-8-sig"))))
    assert [(row["question"], row["found"], row["expected"]) for row in rows[:2]] == [
        ("How many beds are there?", "1.200", "write 1200 or 1.2"),
        (
            "Do you help?",
            "perhaps",
            'write yes or no; if not known, choose "don\'t know" in the next column',
        ),
    ]
    assert [row["form"] for row in rows[2:]] == ["back/mail/broken.xlsx"]
    done = take(garden, "back/mail/ben.csv", "--partial", "--corrections", "corrections.txt")
    assert done.status == 1
    text = (garden / "corrections.txt").read_text()
    assert "Form back/mail/ben.csv of Ben: 2 corrections" in text
    assert "How many beds are there?\n  Found: 1.200\n" in text


def test_forms_of_the_same_respondent(garden: Path) -> None:
    """Several forms of a respondent come in the order of their issues, a dry run too."""
    export(garden, "--format", "csv", "-r", "cem")
    first = garden / "forms" / "z.csv"
    (garden / "forms" / "cem.csv").rename(first)
    words = ("workbook", "export", "engagement.yaml", "-r", "cem", "--issue", "2")
    assert run(*words, "-o", "forms/a.csv", folder=garden).status == 0
    fill(first, ("is.paid", "answer", "1"), ("is.name", "answer", "Eden"))
    fill(garden / "forms" / "a.csv", ("is.paid", "answer", "2"))
    for more in (("--dry-run",), ()):
        done = take(garden, "forms", "--format", "json", *more)
        assert done.status == 1
        later = json.loads(done.stdout)["receipts"][1]
        kinds = {one["question"]: one["kind"] for one in later["questions"]}
        assert (later["form"], kinds["is.paid"]) == ("forms/a.csv", "conflict")
    sheet = (garden / "answers" / "cem.yaml").read_text()
    assert "is.name: {value: Eden" in sheet
    refused = take(garden, "forms", "--replace")
    assert "has just replaced the answers" in " ".join(refused.stdout.split())


def test_strangers(garden: Path) -> None:
    """The form of somebody whom the engagement does not declare is refused, and says so."""
    run("workbook", "export", "rules/rules.yaml", "-r", "eve", "-o", "eve.csv", folder=garden)
    done = take(garden, "eve.csv")
    assert done.status == 1
    assert "the engagement has no respondent 'eve'" in done.stdout
    assert (
        "no respondent 'bne'"
        in run(
            "workbook", "export", "engagement.yaml", "-r", "bne", "-o", "b.csv", folder=garden
        ).stderr
    )


@pytest.mark.slow
def test_returned_from_libreoffice(garden: Path, libreoffice: LibreOffice, tmp_path: Path) -> None:
    """Workbooks saved as .ods are imported; text outside answer cells is reported."""
    assert export(garden).status == 0
    for name, cell, value in (("ada", "is.beds", 4), ("cem", "is.paid", 1200.5)):
        book = load_workbook(garden / "forms" / f"{name}.xlsx")
        sheet = book["Questions"]
        row = next(row for row in range(1, 99) if sheet.cell(row, 1).value == cell)
        sheet.cell(row, 4).value = value
        sheet.cell(row, 4).comment = Comment(f"I am not sure, {name}", "x")
        sheet.cell(row, 14).value = "beside"
        book.save(tmp_path / f"{name}.xlsx")
    files = [tmp_path / "ada.xlsx", tmp_path / "cem.xlsx"]
    libreoffice.convert_all(files, "ods", tmp_path / "returned")
    done = take(garden, "returned", "--format", "json")
    assert done.status == 0, done.stdout
    for one in json.loads(done.stdout)["receipts"]:
        assert (one["changed"], one["problems"]) == (1, [])  # whose cover names the due day
        told = {remark["message"] for remark in one["remarks"]}
        assert told == {
            f"a comment: I am not sure, {one['respondent']}",
            "this text does not belong to any answer: beside",
        }
    assert "is.paid: {value: 1200.5" in (garden / "answers" / "cem.yaml").read_text()
