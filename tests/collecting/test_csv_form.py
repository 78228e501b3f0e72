"""CSV forms: how spreadsheets save them again, and what is safe to open in one."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.collecting.csv_form import form_as_csv, guard_cell, unguard_cell
from readiness.documents.sanitize import clean_text, harmless
from readiness.problems import DocumentError
from tests.collecting.example_forms import bare, brought, form_of, given_by

ENTRIES = given_by("sales")


def rows_of(data: bytes) -> list[list[str]]:
    """The lines of a CSV."""
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def saved(delimiter: str, encoding: str, first: str = "") -> bytes:
    """The form as a spreadsheet saves it again."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows_of(form_as_csv(form_of(ENTRIES))))
    return (first + text.getvalue()).encode(encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize(
    ("delimiter", "first"), [(",", ""), (";", ""), ("\t", ""), (";", "sep=;\r\n")]
)
def test_however_it_is_saved(delimiter: str, first: str, encoding: str, tmp_path: Path) -> None:
    """The first line decides between comma, semicolon and tab; a byte order mark is accepted."""
    file = tmp_path / "form.csv"
    file.write_bytes(saved(delimiter, encoding, first))
    assert bare(ENTRIES) == bare(brought(file).answers.entries)


@pytest.mark.parametrize(("encoding", "message"), [("cp1252", "not UTF-8"), ("utf-16", "UTF-16")])
def test_other_encodings_are_refused(encoding: str, message: str, tmp_path: Path) -> None:
    """Text in an encoding that would have to be guessed is refused."""
    text = "id,answer\nsecond.words,Größe\n"
    (tmp_path / "form.csv").write_bytes(text.encode(encoding))
    with pytest.raises(DocumentError, match=message):
        brought(tmp_path / "form.csv")


def test_rows_and_columns_in_any_order(tmp_path: Path) -> None:
    """Lines and columns may be in another order, and optional columns may be left out."""
    rows = rows_of(form_as_csv(form_of(ENTRIES)))
    kept = [n for n, name in enumerate(rows[0]) if name not in ("section", "help", "question")]
    head, *rest = ([row[n] for n in reversed(kept)] for row in rows)
    file = tmp_path / "form.csv"
    # The lines of one question that carry its evidence keep their order.
    rest.sort(key=lambda row: row[head.index("id")])
    with file.open("w", encoding="utf-8", newline="") as written:
        csv.writer(written).writerows([head, *rest])
    assert bare(ENTRIES) == bare(brought(file).answers.entries)


def test_made_by_hand(tmp_path: Path) -> None:
    """Two columns are enough if the call names the ruleset and the respondent."""
    file = tmp_path / "form.csv"
    file.write_text("id;answer\nfirst.count;5\nfirst.parts[a];x\n", encoding="utf-8")
    returned = brought(file, respondent="board")
    assert "respondent: board" in returned.as_sheet(returned.answers.entries)
    assert bare(returned.answers.entries) == {
        "first.parts": ("answered", ("a",), "", "", ()),
        "first.count": ("answered", 5, "", "", ()),
    }


def test_no_cell_starts_a_formula() -> None:
    """Whatever questions, options and answers contain, a spreadsheet shows it as text."""
    for row in rows_of(form_as_csv(form_of(ENTRIES))):
        for cell in row:
            is_number = cell.lstrip("-").replace(".", "", 1).isdigit()
            assert is_number or harmless(cell) == clean_text(cell)


@given(st.text(st.sampled_from("='+-@ \tab\n＝"), max_size=6) | st.text(max_size=6))
def test_guarding_loses_nothing(text: str) -> None:
    """A text comes back unchanged, and a spreadsheet runs none of the guarded texts."""
    assert text == unguard_cell(guard_cell(text))
    assert harmless(guard_cell(text)) == clean_text(guard_cell(text))
