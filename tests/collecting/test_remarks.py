"""What people write into a form beside the answers is reported, never skipped silently."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl.comments import Comment

from readiness.collecting.csv_form import form_as_csv
from readiness.collecting.form.cells import how
from readiness.collecting.forms import ReturnedForm, read_form
from readiness.collecting.workbook.workbook import form_as_workbook
from tests.collecting.example_forms import KINDS, Filling, bare, brought, form_of, given_by, kinds
from tests.reports.libreoffice import LibreOffice


def returned(file: Path) -> ReturnedForm:
    """Return a returned form with all question types, with its problems."""
    return read_form(file, ruleset=KINDS / "ruleset.yaml")


def told(file: Path) -> list[str]:
    """Return the remarks on a form, each with its cell."""
    return [f"{one.place.cell} {one.message}" for one in returned(file).remarks]


def with_notes() -> Filling:
    """Return a form with comments and texts in every corner, and an answer."""
    filling = Filling(form_of(given_by("sales")))
    answer = filling.cell("first.count")
    answer.comment = Comment("Ask Jo\nabout this", "ann")
    sheet = answer.parent
    sheet.cell(1, 14).value = "My remarks"
    sheet.cell(answer.row, 14).value = 5
    filling.cell("first.parts", "answer").value = "a and b"
    filling.cell("first.parts[a]", "note").value = "only in May"
    filling.cell("first.level", "question").value = "Which level? I do not understand this."
    filling.in_table("second.rows", 1, "words").offset(0, 3).value = "=1+1"
    filling.of_evidence(1, "expires").offset(0, 2).value = "in the safe"
    filling.sheet("readiness:start")["B30"].value = "Call me"
    filling.book.create_sheet("My notes")["C4"].value = "to do"
    return filling


def test_what_is_beside_the_answers(tmp_path: Path) -> None:
    """Comments, extra columns and sheets, and text in the form's own cells are each reported."""
    file = with_notes().save(tmp_path / "form.xlsx")
    found = told(file)
    assert [one[one.index("this") if "this" in one else 0 :] for one in found] == [
        "this text does not belong to any answer: Call me",
        "this text does not belong to any answer: My remarks",
        "this text does not belong to any answer: Which level? I do not understand this.",
        "this text does not belong to any answer: a and b",
        "this text does not belong to any answer: only in May",
        "this",
        "this text does not belong to any answer: 5",
        "this text does not belong to any answer: a formula",
        "this text does not belong to any answer: in the safe",
        "'My notes'!C4 the sheet 'My notes' is not part of the form",
    ]
    assert "Questions!D12 a comment: Ask Jo about this" in found
    assert "Start!B30 this text does not belong to any answer: Call me" in found
    assert "Questions!N1 this text does not belong to any answer: My remarks" in found
    assert not returned(file).problems


@pytest.mark.parametrize("respondent", ["sales", "it"])
def test_the_form_itself_is_no_remark(respondent: str, tmp_path: Path) -> None:
    """Text that the form already contained when it was made is not reported."""
    form = form_of(given_by(respondent), respondent)
    for name, data in (("form.xlsx", form_as_workbook(form)), ("form.csv", form_as_csv(form))):
        (tmp_path / name).write_bytes(data)
        assert told(tmp_path / name) == []


def test_saved_by_libreoffice(libreoffice: LibreOffice, tmp_path: Path) -> None:
    """LibreOffice keeps comments and texts where openpyxl puts them, and adds nothing."""
    file = with_notes().save(tmp_path / "form.xlsx")
    own = libreoffice.convert(file, "ods", tmp_path)
    saved = libreoffice.convert(own, "xlsx:Calc MS Excel 2007 XML", tmp_path)
    assert sorted(told(saved)) == sorted(told(file))


def merged(folder: Path, area: Callable[[Filling], tuple[Any, str]]) -> ReturnedForm:
    """Return a form in which cells were merged."""
    filling = Filling()
    filling.cell("first.count").value = 3
    sheet, ref = area(filling)
    sheet.merge_cells(ref)
    return returned(filling.save(folder / "form.xlsx"))


def over_questions(filling: Filling) -> tuple[Any, str]:
    first, last = filling.cell("first.agreed"), filling.cell("first.level")
    first.value = "yes"
    return first.parent, f"{first.coordinate}:{last.coordinate}"


def over_options(filling: Filling) -> tuple[Any, str]:
    first, last = filling.cell("first.parts[a]"), filling.cell("first.parts[b]c]")
    first.value = "x"
    return first.parent, f"{first.coordinate}:{last.coordinate}"


def over_rows(filling: Filling) -> tuple[Any, str]:
    first, last = (filling.in_table("second.names", row, "name") for row in (1, 2))
    first.value = "Ada"
    return first.parent, f"{first.coordinate}:{last.coordinate}"


MERGED: dict[Callable[[Filling], tuple[Any, str]], tuple[str, set[str]]] = {
    over_questions: ("'first.agreed' and 'first.level'", {"first.agreed", "first.level"}),
    over_options: ("'first.parts'", {"first.parts"}),
    over_rows: ("'second.names'", {"second.names"}),
}


@pytest.mark.parametrize("area", MERGED)
def test_cells_merged_over_rows(area: Callable[[Filling], tuple[Any, str]], tmp_path: Path) -> None:
    """The intended question is unknown, so none of the answers is imported."""
    found = merged(tmp_path, area)
    named, unread = MERGED[area]
    [problem] = found.problems
    assert problem.message == f"this cell was merged across several rows of {named}"
    assert found.answers.unread == unread
    assert bare(found.answers.entries) == {"first.count": ("answered", 3, "", "", ())}


def test_blank_cells_that_were_merged(tmp_path: Path) -> None:
    """Merged cells without text are not reported."""

    def area(filling: Filling) -> tuple[Any, str]:
        sheet, ref = over_questions(filling)
        filling.cell("first.agreed").value = None
        return sheet, ref

    assert merged(tmp_path, area).problems == ()


def test_a_copied_sheet(tmp_path: Path) -> None:
    """One message reports a copied sheet; if it equals the original, one of them is read."""
    filling = Filling()
    filling.cell("first.count").value = 3
    row, column = filling.cell("first.years").row, filling.cell("first.years").column
    book = filling.book
    copy = book.copy_worksheet(filling.sheet("readiness:questions"))
    file = filling.save(tmp_path / "form.xlsx")
    found = returned(file)
    assert (found.problems, len(found.answers.entries)) == ((), 1)
    assert told(file) == [
        (
            "'Questions Copy'!A1 the sheet 'Questions Copy' is a copy of 'Questions'"
            " with the same content"
        )
    ]
    copy.cell(row, column).value = 7
    found = returned(filling.save(file))
    [problem] = found.problems
    assert problem.message == (
        "the sheet 'Questions Copy' is a copy of 'Questions' with different content"
    )


def in_csv(change: Callable[[list[list[str]]], None], file: Path) -> Path:
    """Return a CSV form with its lines changed."""
    rows = list(csv.reader(io.StringIO(form_as_csv(form_of()).decode("utf-8-sig"))))
    change(rows)
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    file.write_text(text.getvalue(), encoding="utf-8", newline="")
    return file


def test_what_is_beside_the_answers_in_csv(tmp_path: Path) -> None:
    """Extra columns, text in the form's own cells, and text beside an option or a table cell."""

    def change(rows: list[list[str]]) -> None:
        head = rows[0]
        by_id = {row[head.index("id")]: row for row in rows}
        for row in rows:
            row.append("")
        head[-1] = "my remarks"
        by_id["first.agreed"][-1] = "Ask Jo"
        by_id["first.level"][head.index("question")] = "What?"
        by_id["first.parts[a]"][head.index("note")] = "only in May"
        by_id["second.names[1].name"][head.index("reason")] = "who knows"

    found = told(in_csv(change, tmp_path / "form.csv"))
    assert [one.partition(", ")[2] for one in found] == [
        "my remarks this text does not belong to any answer: Ask Jo",
        "question this text does not belong to any answer: What?",
        "note this text does not belong to any answer: only in May",
        "reason this text does not belong to any answer: who knows",
    ]


def test_a_csv_explains_itself(tmp_path: Path) -> None:
    """A form has instructions and the question numbers it refers to, and accepts what it shows."""
    rows = list(csv.DictReader(io.StringIO(form_as_csv(form_of()).decode("utf-8-sig"))))
    guidance = [row["question"] for row in rows if row["id"] == "how to"]
    assert len(guidance) > 5
    numbers = {row["number"]: row["id"] for row in rows if row["number"]}
    referred = [word for row in rows for word in row["when"].rstrip(".").split() if word.isdigit()]
    assert referred
    assert set(referred) <= set(numbers)
    options = next(row["options"] for row in rows if row["id"] == "first.level")
    for shown in options.split(" | "):
        file = tmp_path / "form.csv"
        with file.open("w", encoding="utf-8", newline="") as opened:
            csv.writer(opened).writerows([["id", "answer"], ["first.level", shown]])
        key = shown.partition(": ")[0]
        entries = brought(file, respondent="sales").answers.entries
        assert entries["first.level"].value == key
    assert how(kinds().questions["first.count"]) in {row["options"] for row in rows}
