"""The messages about a wrongly filled-in form, word for word."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from openpyxl.comments import Comment

from readiness.collecting.csv_form import form_as_csv
from readiness.collecting.form.form_entries import ImportOptions, entries_by
from readiness.collecting.form_import import Unsaved, import_form, import_forms
from readiness.collecting.workbook.workbook import form_as_workbook
from readiness.loading.engagements import load_engagement
from readiness.model.answers import Given, Sheet, read_sheet
from readiness.problems import DocumentError, Problems
from readiness.problems.catalogue import COLLECTING
from tests.collecting.example_forms import GOLDEN, KINDS, Filling, brought, form_of, given_by, kinds
from tests.conftest import GoldenCheck

PROBLEMS = GOLDEN / "problems"


def wrong_values(folder: Path) -> None:
    """Answers that their questions do not accept, one kind in each cell."""
    filling = Filling()
    filling.cell("first.agreed").value = "maybe"
    filling.cell("first.level").value = "Boards"
    filling.cell("first.parts[a]").value = "perhaps"
    filling.cell("first.count").value = "1.200"
    filling.cell("first.years").value = 100
    filling.cell("first.money").value = "a lot"
    filling.cell("first.share").value = 101
    cell = filling.cell("first.change")
    cell.value, cell.number_format = datetime.date(2026, 2, 1), "dd.mm.yyyy"
    cell = filling.cell("second.day")
    cell.value, cell.number_format = 46_000, "General"
    filling.cell("second.start").value = "2026-02-30"
    filling.in_table("second.rows", 2, "yes").value = "so so"
    filling.in_table("second.rows", 2, "one").value = "z"
    filling.in_table("second.rows", 3, "number").value = 11
    filling.in_table("second.rows", 3, "day").value = "21.11.2026"
    brought(filling.save(folder / "values.xlsx"))


def wrong_numbers(folder: Path) -> None:
    """Numbers that a spreadsheet may have changed, and cells that hold no value themselves."""
    filling = Filling()
    filling.cell("first.count").value = 1234567890123450
    cell = filling.cell("first.years")
    cell.value, cell.number_format = 0.5, "0%"
    filling.cell("first.money").value = "=A1*2"
    cell = filling.cell("first.share")
    cell.value, cell.data_type = "#N/A", "e"
    cell = filling.cell("first.change")
    cell.value, cell.number_format = datetime.time(12, 30), "hh:mm"
    cell = filling.cell("second.day")
    cell.value, cell.number_format = datetime.datetime(2026, 11, 21, 8, 30), "dd.mm.yyyy hh:mm"
    brought(filling.save(folder / "numbers.xlsx"))


def wrong_states(folder: Path) -> None:
    """Entries beside answers that do not fit the answer."""
    filling = Filling()
    filling.cell("first.agreed").value = "yes"
    filling.cell("first.agreed", "state").value = "don't know"
    filling.cell("first.level", "state").value = "who knows"
    filling.cell("first.count", "state").value = "don't know"
    filling.cell("first.years", "reason").value = "It is too early"
    filling.cell("first.share", "state").value = "does not apply"
    filling.cell("first.share", "reason").value = "No shares"
    filling.cell("first.parts[a]").value = "x"
    filling.cell("first.parts[]").value = "x"
    filling.cell("second.names").value = "no rows"
    filling.in_table("second.names", 1, "name").value = "Ada"
    filling.cell("second.rows").value = "some rows"
    brought(filling.save(folder / "states.xlsx"))


def wrong_evidence(folder: Path) -> None:
    """Evidence for no question, without a title, or with invalid dates and links."""
    filling = Filling()
    filling.cell("first.agreed").value = "yes"
    filling.of_evidence(1, "file").value = "minutes.txt"
    filling.of_evidence(2, "number").value = 99
    filling.of_evidence(2, "title").value = "Of nothing"
    filling.of_evidence(3, "title").value = "Alone"
    filling.of_evidence(4, "number").value = 4
    filling.of_evidence(4, "title").value = "Letter"
    filling.of_evidence(4, "url").value = "example.org"
    filling.of_evidence(4, "collected").value = "in May"
    brought(filling.save(folder / "evidence.xlsx"))


def wrong_rows(folder: Path) -> None:
    """Duplicate rows, and answers in rows that belong to no question."""
    filling = Filling()
    sheet = filling.sheet("readiness:questions")
    first = filling.cell("first.count")
    first.value = 1
    last = sheet.max_row + 2
    sheet.cell(last, 1).value = "first.count"
    sheet.cell(last, first.column).value = 2
    sheet.cell(last + 1, first.column).value = "And another thing"
    sheet.cell(last + 2, 1).value = "first.parts[a]"
    sheet.cell(last + 2, first.column).value = "x"
    filling.cell("first.parts[a]").value = "x"
    brought(filling.save(folder / "rows.xlsx"))


def wrong_csv(folder: Path) -> None:
    """A CSV with as many problems as it can have."""
    text = form_as_csv(form_of()).decode("utf-8-sig")
    lines = text.split("\r\n")
    for start, answer in (
        ("first.agreed,", "maybe"),
        ("first.parts,", "a; b"),
        ("first.count,", '"1,200"'),
        ("second.rows[1].day,", "tomorrow"),
        ("second.names[2].name,", "Ada"),
    ):
        [number] = [n for n, line in enumerate(lines) if f",{start}" in line]
        row = lines[number].rstrip(",")
        lines[number] = f"{row},{answer}"
    lines += [
        ",,second.names[2].name,,,,,,Bob",
        ",,third.thing,,,,,,1",
        ",,nothing,,,,,,1",
        ",,second.rows[1].colour,,,,,,red",
        ",,first.count,,,,,,5",
        ",,first.share,,,,,,85,,,,,,,,,and more",
    ]
    file = folder / "form.csv"
    file.write_text("\n".join(lines), encoding="utf-8")
    brought(file)


def not_csv(folder: Path) -> None:
    """A CSV with a missing quotation mark."""
    file = folder / "form.csv"
    file.write_text('id,answer\nfirst.count,"5" and\n', encoding="utf-8")
    brought(file)


def csv_without_ruleset(folder: Path) -> None:
    """A CSV that does not name its ruleset."""
    file = folder / "form.csv"
    file.write_text("id,answer\nfirst.count,5\n", encoding="utf-8")
    brought(file, ruleset=None)


def unknown_ruleset(folder: Path) -> None:
    """A form of a ruleset that is not found by its id."""
    file = folder / "form.csv"
    file.write_bytes(form_as_csv(form_of()))
    brought(file, ruleset=None)


def other_ruleset(folder: Path) -> None:
    """A form that is read with a ruleset other than its own."""
    file = folder / "form.xlsx"
    file.write_bytes(form_as_workbook(form_of()))
    brought(file, ruleset="crm-upkeep")


def another_respondent(folder: Path) -> None:
    """A form of one respondent that is imported for another."""
    file = folder / "form.csv"
    file.write_bytes(form_as_csv(form_of()))
    brought(file, respondent="board")


def another_sheet(folder: Path) -> None:
    """A form that is imported into a file in which its answers have no place."""
    file = folder / "form.csv"
    file.write_bytes(form_as_csv(form_of()))
    text = "format: readiness/answers/1\nruleset: other\nrespondent: board\nanswers: {}\n"
    raise DocumentError(import_form(brought(file), text, "board.yaml").receipt.refusals)


def merged_cells(folder: Path) -> None:
    """Answers in cells that were merged across several rows."""
    filling = Filling()
    for sheet, first, last in (
        ("questions", filling.cell("first.agreed"), filling.cell("first.level")),
        ("evidence", filling.of_evidence(1, "title"), filling.of_evidence(2, "title")),
    ):
        first.value = "yes"
        filling.sheet(f"readiness:{sheet}").merge_cells(f"{first.coordinate}:{last.coordinate}")
    brought(filling.save(folder / "form.xlsx"))


def copied_sheet(folder: Path) -> None:
    """A sheet that was copied and filled in again."""
    filling = Filling()
    copy = filling.book.copy_worksheet(filling.sheet("readiness:questions"))
    copy.cell(filling.book["Questions"].max_row, 4).value = "as well"
    brought(filling.save(folder / "form.xlsx"))


def beside_the_answers(folder: Path) -> None:
    """Comments and texts in other cells, copied sheets, and sheets foreign to the form."""
    known = Given("first.money", "sales", "unknown", reason="Nobody counted")
    filling = Filling(form_of({known.question: known}))
    filling.cell(known.question).value = 12
    cell = filling.cell("first.count")
    cell.comment = Comment("Ask Jo about this", "ann")
    cell.offset(0, 10).value = "my remark"
    filling.book.copy_worksheet(filling.sheet("readiness:questions"))
    filling.book.create_sheet("Mine")["A1"].value = "to do"
    raise DocumentError(brought(filling.save(folder / "form.xlsx")).remarks)


def no_form(folder: Path) -> None:
    """A workbook that was not made as a form."""
    filling = Filling()
    del filling.book["readiness"]
    brought(filling.save(folder / "form.xlsx"))


def altered(folder: Path) -> None:
    """A form that somebody turned into a form of another respondent."""
    filling = Filling()
    filling.book["readiness"].cell(3, 2).value = "board"
    brought(filling.save(folder / "form.xlsx"))


def unreadable(folder: Path) -> None:
    """A file that is not a workbook."""
    file = folder / "form.xlsx"
    file.write_bytes(b"id;reply\n")
    brought(file)


def unsafe(folder: Path) -> None:
    """A workbook with macros."""
    import zipfile

    file = folder / "form.xlsx"
    file.write_bytes(form_as_workbook(form_of()))
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    brought(file)


def too_large(folder: Path) -> None:
    """A workbook with too many parts."""
    import zipfile

    file = folder / "form.xlsx"
    with zipfile.ZipFile(file, "w") as archive:
        for number in range(1_001):
            archive.writestr(f"{number}", b"")
    brought(file)


def no_longer_fits(folder: Path) -> None:
    """An answer to an older edition, when such answers are refused."""
    from tests.collecting.test_editions import older_form

    older_form(folder / "form.xlsx")
    brought(folder / "form.xlsx", strict=True)


def not_for_a_form(folder: Path) -> None:
    """Answers that a workbook would cut short."""
    del folder
    given = given_by("sales")
    long = Given(
        "second.words", "sales", "answered", "x" * 40_000, place=given["second.words"].place
    )
    form_as_workbook(form_of({**given, "second.words": long}))


def given_twice(folder: Path) -> None:
    """A respondent whose two sheets contradict each other."""
    del folder
    from readiness.documents.reading import decode, read

    problems = Problems()
    sheets: list[Sheet] = []
    for number in (1, 2):
        text = f"respondent: sales\nanswers:\n  first.count: {number}\n  first.share: 5\n"
        root = read(decode(text.encode(), f"sheet-{number}.yaml"))
        sheets.append(read_sheet(root, "", kinds().questions, problems))
    entries_by("sales", sheets, problems)
    problems.raise_if_any()


def not_importable(folder: Path) -> None:
    """A form among others that belongs to no answer sheet of the engagement."""
    (folder / "form.csv").write_text(form_as_csv(form_of(respondent="")).decode())
    inquiry = load_engagement(KINDS / "engagement.yaml", names_all=True)
    intake = import_forms(inquiry, [str(folder)], lambda _: ImportOptions(), sheets=Unsaved())
    raise DocumentError(intake.unusable[0].problems)


CASES: list[Callable[[Path], None]] = [
    wrong_values, wrong_numbers, wrong_states, wrong_evidence, wrong_rows, wrong_csv, not_csv,
    csv_without_ruleset, unknown_ruleset, other_ruleset, another_respondent, another_sheet,
    merged_cells, copied_sheet, beside_the_answers, no_form, altered, unreadable, unsafe, too_large,
    no_longer_fits, not_for_a_form, given_twice, not_importable,
]  # fmt: skip


@cache
def raised(case: Callable[[Path], None]) -> tuple[str, frozenset[str]]:
    """Return a case's messages, without folder names, and the codes of its problems."""
    with TemporaryDirectory() as folder:
        with pytest.raises(DocumentError) as caught:
            case(Path(folder))
        text = str(caught.value).replace(f"{folder}/", "").replace(f"{GOLDEN}/", "")
    return text, frozenset(problem.code for problem in caught.value.problems)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_message(case: Callable[[Path], None], golden: GoldenCheck) -> None:
    """All problems are reported together, each with its sheet and cell or its line and column."""
    text, _ = raised(case)
    golden(PROBLEMS / f"{case.__name__.replace('_', '-')}.txt", f"{text}\n")


def test_every_message_has_its_case() -> None:
    """Every message about forms is caused by a form in this test."""
    assert COLLECTING.keys() <= {code for case in CASES for code in raised(case)[1]}


def test_every_golden_file_has_its_case() -> None:
    """Every golden file belongs to a case."""
    names = {case.__name__.replace("_", "-") for case in CASES}
    assert {path.stem for path in PROBLEMS.glob("*.txt")} == names
