"""The workbook of a form: what can be filled in, what cannot, and that it can be trusted."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest

from readiness.collecting.form.form_questions import build_form
from readiness.collecting.workbook.workbook import form_as_workbook
from readiness.model.answers import Evidence, Given
from readiness.problems import DocumentError
from tests.collecting.example_forms import (
    Filling,
    bare,
    brought,
    form_of,
    given_by,
    input_cells,
    opened,
)
from tests.semantics.harness import ruleset_of


def test_every_input_cell_has_a_rule() -> None:
    """Each unlocked cell has a rule for what may be typed, and the colour of an input cell."""
    book = opened(form_of(given_by("sales")))
    covered: dict[str, set[str]] = {}
    for sheet in book.worksheets:
        held = covered.setdefault(sheet.title, set())
        for rule in sheet.data_validations.dataValidation:
            assert rule.showErrorMessage
            assert rule.error
            held |= {f"{cell}" for area in rule.sqref.ranges for cell in _cells(area)}
    cells = list(input_cells(book))
    assert len(cells) > 300
    assert [
        cell.coordinate for sheet, cell in cells if cell.coordinate not in covered[sheet.title]
    ] == []
    assert {cell.fill.fgColor.rgb for _, cell in cells} == {"FFFFF9DB"}


def _cells(area: Any) -> list[str]:
    from openpyxl.utils import get_column_letter

    return [f"{get_column_letter(column)}{row}" for row, column in area.cells]


def test_the_rest_is_locked() -> None:
    """Every visible sheet is protected, without a password, and keeps its headings in view."""
    book = opened(form_of())
    seen = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    assert [sheet.title for sheet in seen] == [
        "Start",
        "Questions",
        "12 A section with a title…",
        "13 A section with a title…",
        "Evidence",
    ]
    assert all(sheet.protection.sheet and not sheet.protection.password for sheet in seen)
    assert all(sheet.freeze_panes for sheet in seen[1:])
    assert all(sheet.column_dimensions["A"].hidden for sheet in seen)
    assert all(len(sheet.title) <= 31 for sheet in book.worksheets)


def test_what_drop_downs_offer() -> None:
    """A drop-down offers the labels of options; two with the same label get distinct entries."""
    filling = Filling()
    cell = filling.cell("first.level")
    [rule] = [
        rule
        for rule in cell.parent.data_validations.dataValidation
        if cell.coordinate in rule.sqref
    ]
    where = rule.formula1.partition("!")[2].replace("$", "")
    offered = [row[0].value for row in filling.book["lists"][where]]
    assert offered == [
        "Board",
        'One; two, and "three"',
        "The same (twin)",
        "the same (other twin)",
        "twin (twine)",
    ]


def test_limits_stand_in_the_rules() -> None:
    """Numbers and dates have their limits in the workbook too."""
    filling = Filling()

    def limits(question: str) -> tuple[str, str, str]:
        cell = filling.cell(question)
        [rule] = [
            rule
            for rule in cell.parent.data_validations.dataValidation
            if cell.coordinate in rule.sqref
        ]
        return rule.type, rule.formula1, rule.formula2

    assert limits("first.years") == ("decimal", "0", "99.5")
    assert limits("first.share") == ("decimal", "0", "100")
    assert limits("second.start") == ("date", "43831", "47848")


def test_a_date_that_may_not_lie_in_the_future_ends_today() -> None:
    """The workbook refuses a date after the day on which it is filled in, and says so."""
    past = {"type": "date", "minimum": "2020-01-01", "maximum": "today"}
    ruleset = ruleset_of(
        {"questions": {"s.d": past}, "checks": {"one": {"met_when": "stated(s.d)"}}}
    )
    rules = opened(build_form(ruleset, "anna"))["Questions"].data_validations.dataValidation
    [rule] = [rule for rule in rules if rule.type == "date"]
    style = rule.errorStyle or "stop"  # which is what it is if the file says nothing
    assert (rule.formula1, rule.formula2, style) == ("43831", "TODAY()", "stop")
    assert rule.error == "Enter a date such as 2026-11-21, from 2020-01-01 to today."


def test_no_text_is_a_formula() -> None:
    """Questions, options and answers that look like formulas are stored as text."""
    book = opened(form_of(given_by("sales")))
    own = {"Questions": {9}, "Evidence": {3}, "Start": {4}}
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                is_own = cell.column in own.get(sheet.title, set())
                assert is_own or cell.data_type != "f", cell.coordinate


def test_the_same_form_gives_the_same_bytes() -> None:
    """The file depends neither on the clock nor on chance."""
    assert form_as_workbook(form_of(given_by("it"))) == form_as_workbook(form_of(given_by("it")))


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (Given("second.words", "sales", "answered", "x" * 32_768), "at most 32,767 characters"),
        (Given("second.words", "sales", "answered", "💥" * 16_384), "at most 32,767 characters"),
        (Given("second.words", "sales", "answered", "a\x07b"), "a cell cannot hold"),
        (Given("second.words", "sales", "answered", "a_x000D_b"), "a cell cannot hold"),
        (Given("second.words", "sales", "unknown", reason="\ufffe"), "a cell cannot hold"),
        (Given("second.names", "sales", "answered", ({"name": "a"}, {})), "an empty row"),
    ],
)
def test_what_a_cell_cannot_hold_is_refused(entry: Given, reason: str) -> None:
    """No form is made if an answer would be cut off."""
    with pytest.raises(DocumentError, match=reason):
        form_as_workbook(form_of({entry.question: entry}))


def test_the_longest_text_fits(tmp_path: Path) -> None:
    """A text as long as a cell can hold comes back whole."""
    entries = {"second.words": Given("second.words", "sales", "answered", "x\n" * 16_383 + "y")}
    file = tmp_path / "form.xlsx"
    file.write_bytes(form_as_workbook(form_of(entries)))
    assert bare(entries) == bare(brought(file).answers.entries)


def test_rows_may_be_moved_and_sheets_renamed(tmp_path: Path) -> None:
    """Answers belong to their questions wherever rows, columns and sheets are moved."""
    filling = Filling()
    filling.cell("first.count").value = 7
    filling.cell("first.parts[a]").value = "X"
    filling.in_table("second.names", 3, "name").value = "Ada"
    filling.in_table("second.names", 9, "name").value = "Bob"
    filling.of_evidence(5, "number").value = 4
    filling.of_evidence(5, "title").value = "Count"
    for number, sheet in enumerate(filling.book.worksheets):
        sheet.title = f"O'Brien's {number}"
    sheet = filling.sheet("readiness:questions")
    sheet.move_range(f"A5:J{sheet.max_row}", rows=300)
    sheet.move_range("D2:D900", cols=20)
    filling.sheet("readiness:table:second.names").move_range("A7:C40", rows=11)
    found = brought(filling.save(tmp_path / "moved.xlsx")).answers.entries
    assert bare(found) == {
        "first.parts": ("answered", ("a",), "", "", ()),
        "first.count": ("answered", 7, "", "", (Evidence("Count"),)),
        "second.names": ("answered", ({"name": "Ada"}, {"name": "Bob"}), "", "", ()),
    }


TYPED: tuple[tuple[str, Any, str, object], ...] = (
    ("first.agreed", "YES", "@", True),
    ("first.agreed", True, "General", True),
    ("first.agreed", " False ", "@", False),
    ("first.level", "board", "@", "board"),
    ("first.level", "BOARD", "@", "board"),
    ("first.level", 1, "General", "1"),
    ("first.count", "1.200,50", "@", 1200.5),
    ("first.count", "1,200,300", "@", 1200300),
    ("first.count", "1 200", "@", 1200),
    ("first.count", "0,25", "@", 0.25),
    ("first.count", 3.0, "General", 3),
    ("first.years", "12 years", "@", 12),
    ("first.money", "EUR 1'000.50", "@", 1000.5),
    ("first.share", 85, "General", 85),
    ("first.share", 0.85, "0%", 85),
    ("first.share", 0.123, "0.0 %", 12.3),
    ("first.share", 85, '0"%"', 85),
    ("first.share", "85 %", "@", 85),
    ("second.day", datetime.datetime(2026, 11, 21), "dd.mm.yyyy", datetime.date(2026, 11, 21)),
    ("second.day", "1899-12-31", "@", datetime.date(1899, 12, 31)),
    ("second.words", 12.5, "General", "12.5"),
    ("second.words", True, "General", "yes"),
    ("second.words", '""', "@", '""'),
    ("second.words", "a_x000D_\nb", "@", "a\nb"),
)


@pytest.mark.slow
def test_what_people_type(tmp_path: Path) -> None:
    """A text that can only mean one thing is accepted, however it is spelled."""
    rest, taken = list(TYPED), []
    while rest:  # a form accepts one answer to each question
        form = {question: (question, *row) for question, *row in reversed(rest)}
        rest = [row for row in rest if row not in form.values()]
        filling = Filling()
        for question, typed, format_, _ in form.values():
            cell = filling.cell(question)
            cell.value, cell.number_format = typed, format_
        found = brought(filling.save(tmp_path / "form.xlsx")).answers.entries
        taken += [(*row, found[row[0]].value) for row in form.values()]
    assert [row[:4] for row in taken if row[3] != row[4] or type(row[3]) is not type(row[4])] == []
    assert len(taken) == len(TYPED)


@pytest.mark.parametrize("said", ["don't know", "Don’t know", "DONT KNOW", "unknown"])
def test_not_known(said: str, tmp_path: Path) -> None:
    """Spelling variants of "don't know" are accepted, together with the reason."""
    filling = Filling()
    filling.cell("first.count", "state").value = said
    filling.cell("first.count", "reason").value = "IT is counting"
    found = brought(filling.save(tmp_path / "form.xlsx")).answers.entries
    assert bare(found) == {"first.count": ("unknown", None, "IT is counting", "", ())}
