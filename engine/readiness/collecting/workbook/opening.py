"""Opening workbooks that come from outside: nothing is read before it is known to be harmless."""

from __future__ import annotations

import datetime
import io
import posixpath
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from xml.sax import SAXException
from xml.sax.handler import ContentHandler

from readiness.collecting.form.cells import CellValue, FormCell, Spot
from readiness.documents.opening import BrokenFile
from readiness.problems import DocumentError, Problems

MOST_FILES = 1_000
MOST_MIB = 64
MOST_RATIO = 200
MOST_ELEMENTS = 1_500_000
"""What a workbook may have: files, their size unpacked, by how much they may be packed, and XML
elements. A form of 200 questions has some 250 files and 30,000 elements."""

_MOST_COLUMNS, _MOST_ROWS = 400, 100_000
_SMALL = 2**16  # bytes; below that no ratio matters
_CHUNK = 2**16
_WRITE_ANEW = "open it in a spreadsheet program and save it as an Excel workbook (.xlsx)"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True, slots=True)
class OpenedSheet:
    """A sheet: its cells by row and column, counted from 1; those that are blank are left out.

    `comments` are those on its cells, with where they are. `merged` are the areas that were merged
    over several rows: first row, first column, last row.
    """

    file: str
    title: str
    rows: dict[int, dict[int, FormCell]]
    comments: tuple[tuple[Spot, str], ...] = ()
    merged: tuple[tuple[int, int, int], ...] = ()

    @property
    def mark(self) -> str:
        """The text in its first cell, by which a form knows its sheets."""
        return self.text(1, 1)

    @property
    def first(self) -> Spot:
        """Where the first cell is in which something stands."""
        return next(iter(next(iter(self.rows.values())).values())).spot

    def spot(self, row: int, column: int) -> Spot:
        """Where a cell is, by its row and its column."""
        return _spot(self.file, self.title, row, column)

    def text(self, row: int, column: int) -> str:
        """The text in a cell; empty where there is none."""
        cell = self.rows.get(row, {}).get(column)
        return cell.text if cell else ""


class _WorkbookRefused(BrokenFile):
    """Why a workbook is not read: the code of a message, its facts, and what to do."""

    def __init__(self, code: str, reason: str, hint: str = "") -> None:
        super().__init__(reason, hint)
        self.code = code


def open_workbook(data: bytes, name: str, problems: Problems) -> list[OpenedSheet]:
    """The sheets of a workbook.

    `name` is the name of the file. Formulas are not calculated, links not followed, nothing is run.
    Raises `DocumentError` with all of `problems` if it is no workbook or cannot be trusted.
    """
    try:
        return list(_sheets(data, name, _look_at(data)))
    except _WorkbookRefused as refused:
        refused.tell(problems, refused.code, name)
        raise DocumentError(problems) from None


def _look_at(data: bytes) -> _Looking:
    """Look through a workbook; raises `_WorkbookRefused` for what is none or could do harm."""
    if data.startswith(_OLE):
        reason = "it is protected by a password, or was saved by an old Excel (.xls)"
        hint = "remove the password and save it as an Excel workbook (.xlsx)"
        raise _WorkbookRefused("form-unreadable", reason, hint)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _look_into(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError,
            RuntimeError, OverflowError) as fault:  # fmt: skip
        if data[:2] == b"PK":
            reason = "the file is damaged"
            hint = "it may be incomplete; ask for it to be sent again"
        else:
            reason, hint = f"it is {_kind(data)}", _WRITE_ANEW
        raise _WorkbookRefused("form-unreadable", reason, hint) from fault


def _kind(data: bytes) -> str:
    """What a file that is no archive seems to be."""
    head = data[:4096].lstrip(b"\xef\xbb\xbf \r\n\t")
    if not head:
        return "empty"
    if head.startswith(b"<"):
        return "a web page or an XML file"
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as fault:
        if fault.start < len(head) - 4:
            return "another kind of file"
    return "a text file, such as CSV" if b"\0" not in head else "another kind of file"


def _look_into(archive: zipfile.ZipFile) -> _Looking:
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if len(entries) > MOST_FILES:
        raise _WorkbookRefused("form-too-large", f"it contains more than {MOST_FILES:,} files")
    if sum(entry.file_size for entry in entries) > MOST_MIB * 2**20:
        raise _WorkbookRefused("form-too-large", f"unpacked, it is larger than {MOST_MIB} MiB")
    if len(set(names)) < len(names) or any(entry.flag_bits & 1 for entry in entries):
        raise _WorkbookRefused("form-unreadable", "the file is damaged")
    if "mimetype" in names and archive.read("mimetype")[:60].startswith(b"application/vnd.oasis"):
        raise _WorkbookRefused("form-unreadable", "it is an OpenDocument file", _WRITE_ANEW)
    if "[Content_Types].xml" not in names or not any(n.startswith("xl/") for n in names):
        raise _WorkbookRefused("form-unreadable", "it is another kind of file", _WRITE_ANEW)
    for part in names:
        if part.lower().endswith(("vbaproject.bin", ".bin")) and "vba" in part.lower():
            hint = "save it as an Excel workbook without macros (.xlsx)"
            raise _WorkbookRefused("form-unsafe", "it has macros", hint)
        if part.startswith("xl/externalLinks/"):
            hint = "remove all references to other files"
            raise _WorkbookRefused("form-unsafe", "it has links to other workbooks", hint)
    looking = _Looking()
    unpacked = 0
    for entry in entries:
        unpacked += _read_through(archive, entry, looking)
        if unpacked > MOST_MIB * 2**20:
            raise _WorkbookRefused("form-too-large", f"unpacked, it is larger than {MOST_MIB} MiB")
    return looking


def _read_through(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, looking: _Looking) -> int:
    """Unpack a file of the archive bit by bit, XML through a parser that refuses entities."""
    from defusedxml.common import DefusedXmlException
    from defusedxml.expatreader import create_parser

    is_xml = entry.filename.lower().endswith((".xml", ".rels", ".vml"))
    parser = create_parser(forbid_dtd=True)
    parser.setContentHandler(looking.into(entry.filename))
    size, most = 0, max(_SMALL, entry.compress_size * MOST_RATIO)
    try:
        with archive.open(entry) as part:
            while chunk := part.read(_CHUNK):
                size += len(chunk)
                if size > most:
                    raise _WorkbookRefused(
                        "form-too-large", "its compression ratio is suspiciously high"
                    )
                if is_xml:
                    parser.feed(chunk)
        if is_xml:
            parser.close()
    except DefusedXmlException as fault:
        raise _WorkbookRefused("form-unsafe", "it defines entities or a document type") from fault
    except (SAXException, LookupError, ValueError) as fault:  # an encoding that nothing can read
        hint = "it may be incomplete; ask for it to be sent again"
        raise _WorkbookRefused("form-unreadable", "the file is damaged", hint) from fault
    return size


class _Looking(ContentHandler):
    """Counts elements, and notes by the parts they are in what openpyxl passes over.

    `merged` are references of merged areas, `links` what a part refers to as comments, `comments`
    a reference and a text each.
    """

    def __init__(self) -> None:
        super().__init__()
        self.elements = 0
        self.part = ""
        self.merged: dict[str, list[str]] = {}
        self.links: dict[str, list[str]] = {}
        self.comments: dict[str, list[tuple[str, list[str]]]] = {}
        self._text: list[str] | None = None

    def into(self, part: str) -> _Looking:
        """The same, for what follows of another part."""
        self.part, self._text = part, None
        return self

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802 - as SAX calls it
        """Count an element, and note what it says."""
        self.elements += 1
        if self.elements > MOST_ELEMENTS:
            reason = f"it has more than {MOST_ELEMENTS:,} elements"
            raise _WorkbookRefused("form-too-large", reason)
        match name.rpartition(":")[2]:
            case "mergeCell":
                self.merged.setdefault(self.part, []).append(attrs.get("ref", ""))
            case "Relationship" if attrs.get("Type", "").endswith("/comments"):
                self.links.setdefault(self.part, []).append(attrs.get("Target", ""))
            case "comment" if "ref" in attrs:
                self._text = []
                self.comments.setdefault(self.part, []).append((attrs["ref"], self._text))

    def endElement(self, name: str) -> None:  # noqa: N802 - as SAX calls it
        """End a comment."""
        if name.rpartition(":")[2] == "comment":
            self._text = None

    def characters(self, content: str) -> None:
        """Note the text of a comment."""
        if self._text is not None:
            self._text.append(content)

    def comments_of(self, part: str) -> Iterator[tuple[str, str]]:
        """The comments on the cells of the sheet in a part: where they are, and their texts."""
        folder, _, name = part.strip("/").rpartition("/")
        for target in self.links.get(f"{folder}/_rels/{name}.rels", ()):
            path = target if target.startswith("/") else f"{folder}/{target}"
            for ref, texts in self.comments.get(posixpath.normpath(path).strip("/"), ()):
                # Of a thread, Excel keeps the text behind an explanation for older programs.
                text = " ".join("".join(texts).rpartition("Comment:\n")[2].split())
                if text:
                    yield ref, text


def _sheets(data: bytes, name: str, looking: _Looking) -> Iterator[OpenedSheet]:
    from openpyxl import load_workbook
    from openpyxl.utils.cell import coordinate_to_tuple

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            book = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
            for sheet in book.worksheets:
                part = _part_of(sheet)
                comments = tuple(
                    (_spot(name, sheet.title, *coordinate_to_tuple(ref)), text)
                    for ref, text in looking.comments_of(part)
                )
                merged = tuple(_over_rows(looking.merged.get(part, ())))
                yield OpenedSheet(name, sheet.title, _rows(sheet, name), comments, merged)
            book.close()
        except _WorkbookRefused:
            raise
        # The library has no error class for what it cannot read.
        except Exception as fault:
            hint = "open it in a spreadsheet program and save it again"
            raise _WorkbookRefused("form-unreadable", "the file is damaged", hint) from fault


def _part_of(sheet: Any) -> str:
    return str(sheet._worksheet_path).strip("/")


def _over_rows(refs: Iterable[str]) -> Iterator[tuple[int, int, int]]:
    """The areas that go over several rows."""
    from openpyxl.utils import range_boundaries

    for ref in refs:
        first, top, _, bottom = (edge or 0 for edge in range_boundaries(ref))
        if bottom > top:
            yield top, first, bottom


def _spot(name: str, title: str, row: int, column: int) -> Spot:
    from openpyxl.utils import get_column_letter

    return Spot(name, f"{_quote(title)}!{get_column_letter(column)}{row}", row, column)


def _quote(title: str) -> str:
    return title if _PLAIN_TITLE.fullmatch(title) else "'" + title.replace("'", "''") + "'"


def _rows(sheet: Any, name: str) -> dict[int, dict[int, FormCell]]:
    sheet.reset_dimensions()
    title = _quote(sheet.title)
    found: dict[int, dict[int, FormCell]] = {}
    most = {"max_row": _MOST_ROWS, "max_col": _MOST_COLUMNS}
    for row in sheet.iter_rows(**most):
        for cell in row:
            if cell.value is not None and cell.value != "":
                read = _cell(cell, title, name)
                found.setdefault(cell.row, {})[cell.column] = read
    return found


_PLAIN_TITLE = re.compile(r"[A-Za-z_]\w*")
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')


def _cell(cell: Any, title: str, name: str) -> FormCell:
    spot = Spot(name, f"{title}!{cell.coordinate}", cell.row, cell.column)
    value = cell.value
    if cell.data_type == "f":
        return FormCell(spot, broken="a formula")
    if cell.data_type == "e":
        return FormCell(spot, broken=f"the error {value}")
    if isinstance(value, datetime.timedelta | datetime.time):
        return FormCell(spot, broken="a time of day")
    if isinstance(value, str):
        return FormCell(spot, value.replace("_x000D_\n", "\n").replace("_x000D_", "\n"))
    is_number = type(value) in (int, float)
    is_share = is_number and "%" in _QUOTED.sub("", cell.number_format or "")
    known: CellValue = (
        value if isinstance(value, bool | int | float | datetime.date) else str(value)
    )
    return FormCell(spot, known, is_share=is_share, is_typed=is_number)
