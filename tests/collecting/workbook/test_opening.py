"""Files that are not forms, or are malicious: one message, and nothing is imported."""

from __future__ import annotations

import io
import random
import re
import tracemalloc
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from openpyxl import Workbook

from readiness.collecting.workbook import cell_reading
from readiness.collecting.workbook.workbook import form_as_workbook
from readiness.problems import DocumentError
from tests.collecting.example_forms import Filling, brought, form_of, given_by
from tests.lanes import each


@cache
def good() -> bytes:
    """Return a form that can be read."""
    return form_as_workbook(form_of(given_by("sales")))


def changed(edit: Callable[[str, bytes], bytes], **more: bytes) -> bytes:
    """Return the form with its parts edited, and further parts."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(good())) as parts,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name in parts.namelist():
            archive.writestr(name, edit(name, parts.read(name)))
        for name, content in more.items():
            archive.writestr(name, content)
    return made.getvalue()


def in_sheets(old: bytes, new: bytes) -> bytes:
    """Return the form with other content in its sheets."""
    found = [part for name, part in parts_of(good()).items() if _is_sheet(name)]
    assert any(old in part for part in found)
    return changed(lambda name, part: part.replace(old, new) if _is_sheet(name) else part)


def _is_sheet(name: str) -> bool:
    return name.startswith(("xl/worksheets/sheet", "xl/sharedStrings"))


def parts_of(data: bytes) -> dict[str, bytes]:
    """Return the parts of a workbook by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        return {name: parts.read(name) for name in parts.namelist()}


def laughs() -> bytes:
    """Return a form with an entity that expands to a billion copies."""
    lines = [b'<!ENTITY a0 "ha">']
    lines += [b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10)]
    head = b"<!DOCTYPE worksheet [%s]>" % b"".join(lines)

    def edit(name: str, part: bytes) -> bytes:
        if not _is_sheet(name):
            return part
        part = part.replace(b"<worksheet", head + b"<worksheet")
        part = part.replace(b"<sst", head.replace(b"worksheet", b"sst") + b"<sst")
        return part.replace(b">How many?<", b">&a9;<")

    return changed(edit)


def outside() -> bytes:
    """Return a form that tries to read a file of the machine."""
    head = b'<!DOCTYPE worksheet [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    return in_sheets(b"<worksheet", head + b"<worksheet")


def bomb() -> bytes:
    """Return a form of a few hundred kB with a part of hundreds of MB."""
    made = io.BytesIO(good())
    with (
        zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet99.xml", "w", force_zip64=True) as part,
    ):
        for _ in range(100):
            part.write(b" " * 2**20)
    return made.getvalue()


def lying_bomb() -> bytes:
    """Return a form with a part that understates its size."""
    made = io.BytesIO(good())
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet99.xml", b" " * (20 * 2**20))
    size = (20 * 2**20).to_bytes(4, "little")
    return made.getvalue().replace(size, (1_000).to_bytes(4, "little"))


def many_files() -> bytes:
    """Return a form with thousands of parts."""
    return changed(lambda _, part: part, **{f"xl/x{n}": b"" for n in range(1_100)})


def many_cells() -> bytes:
    """Return a form with a sheet of millions of cells."""
    row = b"<row>" + b"".join(b"<c r='A%d'/>" % n for n in range(1_000)) + b"</row>"

    def edit(name: str, part: bytes) -> bytes:
        rest = b"<sheetData>" + row * 1_600
        return part.replace(b"<sheetData>", rest) if name.endswith("sheet1.xml") else part

    return changed(edit)


def foreign() -> bytes:
    """Return a workbook that is not a form."""
    made = io.BytesIO()
    Workbook().save(made)
    return made.getvalue()


def opendocument(content: str = "<x/>", **more: str) -> bytes:
    """Return a document in LibreOffice's own format; `more` are its files in folders."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        for name, text in more.items():
            archive.writestr(name.replace("__", "/") + ".xml", text)
    return made.getvalue()


def repeated_cells() -> bytes:
    """Return a document with few lines that stand for very many cells."""
    spaces = {"o": "office", "t": "table", "p": "text"}
    uri = "urn:oasis:names:tc:opendocument:xmlns:"
    names = " ".join(f"xmlns:{key}='{uri}{name}:1.0'" for key, name in spaces.items())
    cell = "<t:table-cell t:number-columns-repeated='400'><p:p>x</p:p></t:table-cell>"
    row = f"<t:table-row t:number-rows-repeated='1000000'>{cell}</t:table-row>"
    body = f"<o:body><o:spreadsheet><t:table>{row}</t:table></o:spreadsheet></o:body>"
    return opendocument(f"<x {names}>{body}</x>")


def plain_zip() -> bytes:
    """Return an archive of something else."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("readme.txt", "x")
    return made.getvalue()


BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "it is empty"),
    "a text": (lambda: b"id;reply\n", "it is a text file, such as CSV"),
    "a page": (lambda: b"<html></html>", "it is a web page or an XML file"),
    "a picture": (lambda: b"\x89PNG\r\n\x1a\n" + b"\xff" * 99, "another kind of file"),
    "an old workbook": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 999, "password"),
    "opendocument": (opendocument, "not a form created by readiness"),
    "a locked one": (
        lambda: opendocument(**{"META-INF__manifest": "<encryption-data/>"}),
        "password",
    ),
    "macros in one": (lambda: opendocument(Basic__script="<x/>"), "it has macros"),
    "many cells in one": (repeated_cells, "it has more than 1,500,000 cells"),
    "an archive": (plain_zip, "another kind of file"),
    "cut short": (lambda: good()[: len(good()) // 2], "the file is damaged"),
    "cut at the end": (lambda: good()[:-30], "the file is damaged"),
    "a bit turned": (lambda: good()[:3_000] + b"XXXX" + good()[3_004:], "the file is damaged"),
    "broken xml": (lambda: in_sheets(b"</sheetData>", b""), "the file is damaged"),
    "laughs": (laughs, "entities or a document type"),
    "outside": (outside, "entities or a document type"),
    "bomb": (bomb, "64 MiB|beyond all measure"),
    "lying bomb": (lying_bomb, "beyond all measure|damaged"),
    "many files": (many_files, "more than 1,000 files"),
    "many cells": (many_cells, "more than 1,500,000 elements"),
    "macros": (lambda: changed(lambda _, p: p, **{"xl/vbaProject.bin": b"x"}), "it has macros"),
    "links": (
        lambda: changed(lambda _, p: p, **{"xl/externalLinks/externalLink1.xml": b"<x/>"}),
        "links to other workbooks",
    ),
    "foreign": (foreign, "this is not a form created by readiness"),
    "another format": (
        lambda: in_sheets(b"readiness/form/2", b"readiness/form/9"),
        "readiness/form/9, which is not readiness/form/2",
    ),
    "another respondent": (lambda: in_sheets(b">sales<", b">board<"), "has been changed"),
    "another type": (lambda: in_sheets(b'"type":"money"', b'"type":"texts"'), "has been changed"),
    "no json": (lambda: in_sheets(b'{"number":1,', b'{"number":1:'), "is not complete"),
    "no questions": (
        lambda: in_sheets(b"readiness:questions", b"readiness:question5"),
        "the sheet with the questions is missing",
    ),
}


SLOW = ("many cells", "bomb")


@pytest.mark.parametrize("name", each(BAD, fast=lambda name: name not in SLOW))
def test_bad_file(name: str, tmp_path: Path, recwarn: pytest.WarningsRecorder) -> None:
    """A file that is not a form is refused in one message of at most two lines, in little room."""
    make, message = BAD[name]
    file = tmp_path / "form.xlsx"
    file.write_bytes(make())
    tracemalloc.start()
    try:
        with pytest.raises(DocumentError, match=message) as caught:
            brought(file)
        assert tracemalloc.get_traced_memory()[1] < 60 * 2**20
    finally:
        tracemalloc.stop()
    assert len(caught.value.problems) == 1
    assert len(str(caught.value).splitlines()) <= 2
    assert not recwarn.list


ENCODINGS = [
    "none-such", "utf-7", "utf-16", "utf-32", "big5", "hz", "idna", "punycode", "rot13", "hex",
    "zlib", "undefined", "raw_unicode_escape", "mbcs", "cp037", "", "a b", "\xff",
]  # fmt: skip


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_an_encoding_that_nobody_writes(part: str, encoding: str, tmp_path: Path) -> None:
    """A part that declares any encoding is read, or refused in one message."""
    said = b'<?xml version="1.0" encoding="%s"?>' % encoding.encode("latin-1")

    def edit(name: str, content: bytes) -> bytes:
        return said + re.sub(rb"^<\?xml.*?\?>", b"", content) if name == part else content

    file = tmp_path / "form.xlsx"
    file.write_bytes(changed(edit))
    try:
        assert brought(file).answers.entries
    except DocumentError as error:
        assert len(error.problems) == 1
        assert "the file is damaged" in str(error)


def test_a_merged_sheet_takes_no_room(tmp_path: Path) -> None:
    """A range that covers every possible cell costs nothing."""
    areas = b'<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    file = tmp_path / "form.xlsx"
    file.write_bytes(
        changed(lambda _, part: part.replace(b"</sheetData>", b"</sheetData>" + areas, 1))
    )
    tracemalloc.start()
    try:
        brought(file)
        assert tracemalloc.get_traced_memory()[1] < 60 * 2**20
    finally:
        tracemalloc.stop()


def test_what_a_library_warns_of_is_not_told(
    tmp_path: Path, recwarn: pytest.WarningsRecorder
) -> None:
    """Extensions specific to Excel are ignored silently."""
    more = (
        b'<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}" '
        b'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"/></extLst>'
    )
    file = tmp_path / "form.xlsx"
    file.write_bytes(
        changed(lambda _, part: part.replace(b"</worksheet>", more + b"</worksheet>", 1))
    )
    assert brought(file).answers.entries
    assert not recwarn.list


@pytest.mark.slow
def test_damaged_files(tmp_path: Path) -> None:
    """However a file is damaged, it is read or refused with a message."""
    chance = random.Random(5)
    file = tmp_path / "form.xlsx"
    names = [name for name in parts_of(good()) if not name.startswith("docProps")]
    for _ in range(40):
        name = chance.choice(names)

        def edit(part: str, content: bytes, name: str = name) -> bytes:
            if part != name:
                return content
            words = content.split(b'"')
            at = chance.randrange(len(words))
            words[at] = chance.choice([b"", b"x", b"-1", b"99999999999", b"A1:XFD1048576", b"\xff"])
            return b'"'.join(words)

        file.write_bytes(changed(edit))
        try:
            brought(file)
        except DocumentError as error:
            assert error.problems


def test_limits_leave_room() -> None:
    """A filled-in form uses at most a tenth of each limit for workbooks."""
    parts = parts_of(good()).values()
    size, elements = sum(map(len, parts)), sum(part.count(b"<") for part in parts)
    assert size * 10 < cell_reading.MOST_MIB * 2**20
    assert elements * 10 < cell_reading.MOST_ELEMENTS


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """A file that cannot be opened gives the same message as for every document."""
    with pytest.raises(DocumentError, match="there is no such file"):
        brought(tmp_path / "nowhere.xlsx")
    with pytest.raises(DocumentError, match="cannot read this file"):
        brought(tmp_path)


def test_formulas_are_not_worked_out(tmp_path: Path) -> None:
    """A cell with a formula is refused, whatever its result."""
    filling = Filling()
    filling.cell("first.count").value = "=1+1"
    with pytest.raises(DocumentError, match=r"Questions!D\d+: this cell contains a formula"):
        brought(filling.save(tmp_path / "form.xlsx"))
