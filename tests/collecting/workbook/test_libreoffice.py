"""A form in LibreOffice: opened, filled in, saved and read back."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from lxml import etree
from openpyxl import load_workbook

from readiness.collecting.form_import import import_form
from readiness.collecting.workbook.workbook import form_as_workbook
from tests.collecting.example_forms import bare, brought, form_of, given_by
from tests.reports.libreoffice import LibreOffice

OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
ANSWER, STATE, REASON = 4, 6, 7


RESPONDENTS = ("sales", "it")


@pytest.fixture(scope="module")
def forms(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return a form of each respondent, with the answers so far."""
    folder = tmp_path_factory.mktemp("forms")
    for name in RESPONDENTS:
        (folder / f"{name}.xlsx").write_bytes(form_as_workbook(form_of(given_by(name), name)))
    return {name: folder / f"{name}.xlsx" for name in RESPONDENTS}


@pytest.fixture(scope="module")
def saved(
    forms: dict[str, Path], libreoffice: LibreOffice, tmp_path_factory: pytest.TempPathFactory
) -> dict[tuple[str, str], Path]:
    """Return the forms that LibreOffice opened and saved, in its own format and back."""
    folder = tmp_path_factory.mktemp("saved")
    own = libreoffice.convert_all(list(forms.values()), "ods", folder)
    again = libreoffice.convert_all(own, "xlsx:Calc MS Excel 2007 XML", folder)
    files = {"ods": own, "xlsx": again}
    return {(n, end): one for end in files for n, one in zip(forms, files[end], strict=True)}


@pytest.mark.parametrize("end", ["ods", "xlsx"])
@pytest.mark.parametrize("respondent", RESPONDENTS)
def test_saved_by_libreoffice(
    respondent: str, end: str, saved: dict[tuple[str, str], Path]
) -> None:
    """A form that LibreOffice saved in its own format, or converted back, keeps all its content.

    Nothing in it counts as changed, or as written beside the answers.
    """
    entries, returned = given_by(respondent), brought(saved[respondent, end])
    assert returned.remarks == ()
    assert bare(entries) == bare(returned.answers.entries)
    assert returned.left_out == ()
    empty = f"format: readiness/answers/1\nrespondent: {respondent}\nanswers: {{}}\n"
    assert import_form(returned, empty, "sheet.yaml").receipt.status == "unchanged"


def test_typed_in_libreoffice(libreoffice: LibreOffice, tmp_path: Path) -> None:
    """What was typed in LibreOffice comes back exactly."""
    file = tmp_path / "form.xlsx"
    file.write_bytes(form_as_workbook(form_of()))
    own = libreoffice.convert(file, "fods", tmp_path)
    root = etree.parse(own, etree.XMLParser(huge_tree=True)).getroot()
    typed = _TypingScript(root)
    typed.type("first.agreed", ANSWER, "string", "yes")
    typed.type("first.level", ANSWER, "string", "The same (twin)")
    typed.type("first.parts[b]c]", ANSWER, "string", "x")
    typed.type("first.count", ANSWER, "float", "12.5")
    typed.type("first.years", STATE, "string", "don't know")
    typed.type("first.years", REASON, "string", "=too early\nto say")
    typed.type("second.day", ANSWER, "date", "2026-11-21")
    typed.type("second.words", ANSWER, "string", "=1+1")
    (tmp_path / "typed.fods").write_bytes(
        etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    )
    ends = "xlsx:Calc MS Excel 2007 XML", "ods"
    saved, own = (libreoffice.convert(tmp_path / "typed.fods", end, tmp_path) for end in ends)
    assert bare(brought(own).answers.entries) == bare(brought(saved).answers.entries)
    assert bare(brought(saved).answers.entries) == {
        "first.agreed": ("answered", True, "", "", ()),
        "first.level": ("answered", "twin", "", "", ()),
        "first.parts": ("answered", ("b]c",), "", "", ()),
        "first.count": ("answered", 12.5, "", "", ()),
        "first.years": ("unknown", None, "=too early\nto say", "", ()),
        "second.day": ("answered", datetime.date(2026, 11, 21), "", "", ()),
        "second.words": ("answered", "=1+1", "", "", ()),
    }


def test_libreoffice_keeps_the_rules(
    forms: dict[str, Path], saved: dict[tuple[str, str], Path]
) -> None:
    """Drop-downs, limits and protection are still present after LibreOffice saved the form."""
    before, after = load_workbook(forms["sales"]), load_workbook(saved["sales", "xlsx"])
    for sheet in before.worksheets:
        kept = after[sheet.title]
        assert kept.protection.sheet == sheet.protection.sheet
        assert kept.sheet_state == sheet.sheet_state
        kinds = {rule.type for rule in sheet.data_validations.dataValidation}
        assert kinds == {rule.type for rule in kept.data_validations.dataValidation}


class _TypingScript:
    """Types into a flat OpenDocument spreadsheet."""

    def __init__(self, root: etree._Element) -> None:
        self.rows: dict[str, etree._Element] = {}
        for row in root.iter(f"{TABLE}table-row"):
            first = row.find(f"{TABLE}table-cell")
            text = "" if first is None else "".join(map(str, first.itertext())).strip()
            self.rows.setdefault(text, row)

    def type(self, mark: str, column: int, kind: str, value: str) -> None:
        """Put a value into the row with that mark."""
        cell = self._cell(self.rows[mark], column)
        cell.set(f"{OFFICE}value-type", kind)
        if kind != "string":
            cell.set(f"{OFFICE}{'date-value' if kind == 'date' else 'value'}", value)
        for line in value.split("\n"):
            etree.SubElement(cell, f"{TEXT}p").text = line

    def _cell(self, row: etree._Element, column: int) -> etree._Element:
        """Return the cell of a column; a repeated cell is split first."""
        at = 0
        for number, cell in enumerate(list(row)):
            often = int(cell.attrib.pop(f"{TABLE}number-columns-repeated", "1"))
            if at < column <= at + often:
                attributes = {str(key): str(held) for key, held in cell.attrib.items()}
                copies = [etree.Element(cell.tag, attributes) for _ in range(often)]
                if often == 1:
                    return cell
                row.remove(cell)
                for place, copy in enumerate(copies):
                    row.insert(number + place, copy)
                return copies[column - at - 1]
            if often > 1:
                cell.set(f"{TABLE}number-columns-repeated", str(often))
            at += often
        raise AssertionError(column)
