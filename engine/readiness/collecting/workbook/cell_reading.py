"""The cells of a workbook: from the XML of its parts, once it is known to be harmless.

The parts are those of Office Open XML (ECMA-376, part 1, 18), or of OpenDocument. What people fill
in is read: values, comments on cells, and merged areas.
"""

from __future__ import annotations

import datetime
import functools
import io
import itertools
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from collections.abc import Mapping as Map
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product
from xml.etree import ElementTree as ET
from xml.parsers import expat

from readiness.collecting.form.cells import CellValue, FormCell, Spot
from readiness.documents.opening import BrokenFile

MOST_COLUMNS, MOST_ROWS = 400, 100_000
"""What lies beyond is not read."""
_EPOCH, _EPOCH_OF_1904 = datetime.datetime(1899, 12, 30), datetime.datetime(1904, 1, 1)
_MILLISECONDS_A_DAY = 86_400_000
# The formats that have a number instead of a text, as far as they tell dates and shares.
_DATE, _DURATION = "yyyy-mm-dd", "[h]:mm:ss"
_FORMATS = {9: "0%", 10: "0.00%", 46: _DURATION} | dict.fromkeys((*range(14, 23), 45, 47), _DATE)
_PLAIN_TITLE = re.compile(r"[A-Za-z_]\w*")
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
# What a format shows literally, and what it shows of a moment and of a length of time.
_LITERAL = re.compile(r'".*?"|\[(?!hh?\]|mm?\]|ss?\])[^\]]*\]')
_OF_MOMENT = re.compile(r"(?<![_\\])[dmhys]", re.IGNORECASE)
_OF_LENGTH = re.compile(r"\[(?:hh?|mm?|ss?)\]", re.IGNORECASE)


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
        return cell_spot(self.file, self.title, row, column)

    def text(self, row: int, column: int) -> str:
        """The text in a cell; empty where there is none."""
        cell = self.rows.get(row, {}).get(column)
        return cell.text if cell else ""


def sheets_in(parts: Map[str, bytes], file: str) -> Iterator[OpenedSheet]:
    """The sheets of the workbook whose XML is in parts; `file` is its name.

    Formulas are not calculated, and links not followed. Raises `LookupError`, `ValueError`,
    `OverflowError` or `SyntaxError` where the parts do not fit together.
    """
    [root] = _related(parts, "", "/officeDocument")
    workbook = ET.fromstring(parts[root])  # noqa: S314 - it has no entities
    held = {key: (kind, target) for key, kind, target in _relations(parts, root)}
    strings = [
        _text(one).replace("x005F_", "")
        for part in _related(parts, root, "/sharedStrings")
        for one in _elements(parts[part], "si")
    ]
    styles = [one for part in _related(parts, root, "/styles") for one in _styles(parts[part])]
    properties = workbook.find("{*}workbookPr")
    is_of_1904 = properties is not None and properties.get("date1904") in ("1", "true")
    epoch = _EPOCH_OF_1904 if is_of_1904 else _EPOCH
    for sheet in workbook.iterfind("{*}sheets/{*}sheet"):
        key = next((found for name, found in sheet.items() if name.endswith("}id")), "")
        kind, part = held[key] if key else ("", "")
        if part in parts and not kind.endswith("/chartsheet"):
            title = sheet.get("name", "")
            found = [(_position(ref), text) for ref, text in _comments(parts, part)]
            comments = [(cell_spot(file, title, *at), text) for at, text in found]
            rows, merged = _SheetReader(file, title, strings, styles, epoch).read(parts[part])
            yield OpenedSheet(file, title, rows, tuple(comments), tuple(merged))


def _relations(parts: Map[str, bytes], part: str) -> Iterator[tuple[str, str, str]]:
    """The id, the type and the part of each relation of a part to another."""
    folder, name = posixpath.split(part)
    written = parts.get(posixpath.join(folder, "_rels", f"{name}.rels"), b"<none/>")
    for one in ET.fromstring(written):  # noqa: S314 - it has no entities
        if one.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, one.get("Target", "")))
            yield one.get("Id", ""), one.get("Type", ""), target.strip("/")


def _related(parts: Map[str, bytes], part: str, kind: str) -> list[str]:
    return [target for _, type_, target in _relations(parts, part) if type_.endswith(kind)]


def _local(element: ET.Element) -> str:
    """The name of an element without its namespace."""
    return element.tag.rpartition("}")[2]


def _elements(content: bytes, *names: str) -> Iterator[ET.Element]:
    """The elements with one of these names; each is emptied when the next is asked for."""
    for _, element in ET.iterparse(io.BytesIO(content)):  # noqa: S314 - it has no entities
        if _local(element) in names:
            yield element
            element.clear()


def _text(element: ET.Element) -> str:
    """The text of a string, or of its runs, without what tells how it is pronounced."""
    found = element.iterfind("{*}t"), element.iterfind("{*}r/{*}t")
    return "".join(one.text or "" for texts in found for one in texts)


def _styles(content: bytes) -> list[str]:
    """What a number is in each style of cells: a moment, a length of time, a share; else empty."""
    root = ET.fromstring(content)  # noqa: S314 - it has no entities
    codes = _FORMATS | {
        int(one.get("numFmtId", 0)): one.get("formatCode", "")
        for one in root.iterfind("{*}numFmts/{*}numFmt")
    }
    styles = root.iterfind("{*}cellXfs/{*}xf")
    return [_style(codes.get(int(one.get("numFmtId", 0)), "")) for one in styles]


def _style(code: str) -> str:
    shown = _LITERAL.sub("", code.partition(";")[0])
    if _OF_MOMENT.search(shown):
        return "length" if _OF_LENGTH.search(shown) else "moment"
    return "share" if "%" in _QUOTED.sub("", code) else ""


def _comments(parts: Map[str, bytes], part: str) -> Iterator[tuple[str, str]]:
    """The comments on the cells of the sheet in a part: where they are, and their texts."""
    for target in _related(parts, part, "/comments"):
        for comment in _elements(parts.get(target, b"<none/>"), "comment"):
            # Beside its text, LibreOffice writes where the box of a comment is. Of a thread, Excel
            # keeps the text behind an explanation for older programs.
            said = comment.find("{*}text")
            text = "" if said is None else _text(said).rpartition("Comment:\n")[2]
            if "ref" in comment.attrib and text.strip():
                yield comment.attrib["ref"], " ".join(text.split())


def _position(reference: str) -> tuple[int, int]:
    """The row and the column of a cell such as B7; raises `ValueError` for anything else."""
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        raise ValueError(reference)
    return int(found[2]), _column(found[1])


@lru_cache
def _column(letters: str) -> int:
    return functools.reduce(lambda column, letter: column * 26 + ord(letter) - 64, letters, 0)


@lru_cache
def _letters(column: int) -> str:
    before, last = divmod(column - 1, 26)
    return (_letters(before) if before else "") + chr(65 + last)


@dataclass(frozen=True, slots=True)
class _SheetReader:
    """Reads the cells of a sheet; `strings` and `styles` are those of the workbook."""

    file: str
    title: str
    strings: list[str]
    styles: list[str]
    epoch: datetime.datetime

    def read(
        self, content: bytes
    ) -> tuple[dict[int, dict[int, FormCell]], list[tuple[int, int, int]]]:
        """The cells by row and column, and the areas that were merged over several rows."""
        rows: dict[int, dict[int, FormCell]] = {}
        merged: list[tuple[int, int, int]] = []
        row = 0
        for element in _elements(content, "row", "mergeCell"):
            if _local(element) == "mergeCell":
                first, _, last = element.get("ref", "").partition(":")
                (top, left), (bottom, _) = _position(first), _position(last or first)
                merged += [(top, left, bottom)] if bottom > top else []
                continue
            row, column = int(element.get("r", row + 1)), 0
            for cell in element:
                reference = cell.get("r")
                here, column = _position(reference) if reference else (row, column + 1)
                if here <= MOST_ROWS and column <= MOST_COLUMNS:
                    found = self._cell(cell, here, column)
                    if found is not None:
                        rows.setdefault(here, {})[column] = found
        return rows, merged

    def _cell(self, cell: ET.Element, row: int, column: int) -> FormCell | None:
        """What is in a cell; None if it is blank."""
        held = {_local(child): child for child in cell}
        kind = cell.get("t", "n")
        text = held["v"].text if "v" in held and kind != "inlineStr" else None
        if kind == "inlineStr" and "is" in held:
            text = _text(held["is"])
        elif kind == "s" and text:
            text = self.strings[int(text)]
        if "f" in held:
            return FormCell(cell_spot(self.file, self.title, row, column), broken="a formula")
        if not text:
            return None
        spot = cell_spot(self.file, self.title, row, column)
        match kind:
            case "n":
                style = int(cell.get("s", 0))
                return self._number(spot, text, self.styles[style] if self.styles else "")
            case "b":
                return FormCell(spot, bool(int(text)))
            case "d":
                return _iso(spot, text)
            case "e":
                return FormCell(spot, broken=f"the error {text}")
        return FormCell(spot, text.replace("_x000D_\n", "\n").replace("_x000D_", "\n"))

    def _number(self, spot: Spot, text: str, style: str) -> FormCell:
        number = float(text) if set(text) & set(".eE") else int(text)
        if style not in ("moment", "length"):
            return FormCell(spot, number, is_share=style == "share", is_typed=True)
        days, share = divmod(number, 1)
        time = datetime.timedelta(milliseconds=round(share * _MILLISECONDS_A_DAY))
        if style == "length" or (days == 0 and not time.days):
            return FormCell(spot, broken="a time of day")
        if 0 < number < 60 and self.epoch == _EPOCH:  # before a 29 February 1900 that Excel counts
            days += 1
        try:
            return FormCell(spot, self.epoch + datetime.timedelta(days=days) + time)
        except OverflowError:
            return FormCell(spot, broken="the error #VALUE!")


def _iso(spot: Spot, text: str) -> FormCell:
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        return FormCell(spot, broken="a time of day")
    return FormCell(spot, moment.replace(tzinfo=None))


def cell_spot(file: str, title: str, row: int, column: int) -> Spot:
    """Where a cell of a sheet is, by its row and its column; CSV has one sheet without a title."""
    if not title:
        return Spot(file, f"{_letters(column)}{row}", row, column)
    quoted = title if _PLAIN_TITLE.fullmatch(title) else "'" + title.replace("'", "''") + "'"
    return Spot(file, f"{quoted}!{_letters(column)}{row}", row, column)


CONTENT = "content.xml"
"""The part of a document that has the sheets."""

_NAMES = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
_OFFICE, _TABLE, _TEXT = (_NAMES % name for name in ("office", "table", "text"))
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_SPACES = {f"{_TEXT}tab": "\t", f"{_TEXT}line-break": "\n", f"{_TEXT}s": " "}


class TooManyCells(Exception):
    """A few lines of the XML stand for more cells than are allowed."""


def document_sheets(content: bytes, file: str, most: int) -> Iterator[OpenedSheet]:
    """The sheets in the content of a document; `file` is its name.

    Formulas are not calculated, and links not followed. Raises `TooManyCells` for more than `most`,
    and `ValueError` or `SyntaxError` for what is not the content of a document.
    """
    root = ET.fromstring(content)  # noqa: S314 - it has no entities
    for table in root.iterfind(f"{_OFFICE}body/{_OFFICE}spreadsheet/{_TABLE}table"):
        title, row = table.get(f"{_TABLE}name", ""), 1
        rows: dict[int, dict[int, FormCell]] = {}
        comments: list[tuple[Spot, str]] = []
        merged: list[tuple[int, int, int]] = []
        for line in table.iter(f"{_TABLE}table-row"):
            high, column = _number(line, "rows-repeated"), 1
            for cell in (one for one in line if one.tag in _CELLS):
                wide = _number(cell, "columns-repeated")
                down = range(row, min(row + high, MOST_ROWS + 1))
                along = range(column, min(column + wide, MOST_COLUMNS + 1))
                spot = cell_spot(file, title, row, column)
                found = _cell(cell, spot)
                most -= 0 if found.is_blank else len(down) * len(along)
                if most < 0:
                    raise TooManyCells
                for at in () if found.is_blank else product(down, along):
                    here = replace(found, spot=cell_spot(file, title, *at))
                    rows.setdefault(at[0], {})[at[1]] = here
                if text := _paragraphs(cell.find(f"{_OFFICE}annotation")):
                    comments.append((spot, " ".join(text.split())))
                if (span := _number(cell, "rows-spanned")) > 1:
                    merged.append((row, column, row + span - 1))
                column += wide
            row += high
        yield OpenedSheet(file, title, rows, tuple(comments), tuple(merged))


def _number(element: ET.Element, what: str) -> int:
    return int(element.get(f"{_TABLE}number-{what}", "1"))


def _cell(cell: ET.Element, spot: Spot) -> FormCell:
    """Return what a cell contains; formulas are not calculated."""
    text = _paragraphs(cell)
    kind = cell.get(f"{_OFFICE}value-type", "string")
    if cell.get(f"{_TABLE}formula") is not None:
        return FormCell(spot, broken="a formula")
    if cell.get(f"{_CALC}value-type") == "error":
        return FormCell(spot, broken=f"the error {text}")
    if kind == "time":
        return FormCell(spot, broken="a time of day")
    value: CellValue = text or None
    is_number = kind in ("float", "percentage", "currency")
    if is_number:
        value = float(cell.get(f"{_OFFICE}value", ""))
        value = int(value) if value.is_integer() else value
    elif kind == "boolean":
        value = cell.get(f"{_OFFICE}boolean-value") == "true"
    elif kind == "date":
        value = datetime.datetime.fromisoformat(cell.get(f"{_OFFICE}date-value", ""))
    return FormCell(spot, value, is_share=kind == "percentage", is_typed=is_number)


def _paragraphs(element: ET.Element | None) -> str:
    found = () if element is None else element.iterfind(f"{_TEXT}p")
    return "\n".join("".join(_pieces(paragraph)) for paragraph in found)


def _pieces(element: ET.Element) -> Iterator[str]:
    """Yield the text of a paragraph, with the spaces and line ends that it has as elements."""
    yield element.text or ""
    for part in element:
        if (space := _SPACES.get(str(part.tag))) is not None:
            yield space * int(part.get(f"{_TEXT}c", "1"))
        elif part.tag != f"{_OFFICE}annotation":
            yield from _pieces(part)
        yield part.tail or ""


MOST_FILES = 1_000
MOST_MIB = 64
MOST_RATIO = 200
MOST_ELEMENTS = 1_500_000
"""What a workbook may have: files, their size unpacked, by how much they may be packed, and XML
elements. A form of 200 questions has some 250 files and 30,000 elements."""

_SMALL = 2**16  # bytes; below that no ratio matters
_CHUNK = 2**16
_WRITE_ANEW = "open it in a spreadsheet program and save it as an Excel workbook (.xlsx)"
_DOCUMENT = b"application/vnd.oasis.opendocument.spreadsheet"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How a workbook of an old Excel begins, and one with a password."""


class _WorkbookRefused(BrokenFile):
    """Why a workbook is not read: the code of a message, its facts, and what to do."""

    def __init__(self, code: str, reason: str, hint: str = "") -> None:
        super().__init__(reason, hint)
        self.code = code


def open_workbook(data: bytes, name: str) -> list[OpenedSheet]:
    """The sheets of a workbook.

    `name` is the name of the file. Formulas are not calculated, links not followed, nothing is run.
    Raises `DocumentError` if it is no workbook or cannot be trusted.
    """
    try:
        return _sheets(_parts_of(data), name)
    except _WorkbookRefused as refused:
        raise refused.refusal(refused.code, name) from None


def _sheets(parts: dict[str, bytes], name: str) -> list[OpenedSheet]:
    try:
        if CONTENT in parts:
            return list(document_sheets(parts[CONTENT], name, MOST_ELEMENTS))
        return list(sheets_in(parts, name))
    except TooManyCells as fault:
        reason = f"it has more than {MOST_ELEMENTS:,} cells"
        raise _WorkbookRefused("form-too-large", reason) from fault
    except (LookupError, ValueError, OverflowError, SyntaxError) as fault:
        hint = "open it in a spreadsheet program and save it again"
        raise _WorkbookRefused("form-unreadable", "the file is damaged", hint) from fault


def _parts_of(data: bytes) -> dict[str, bytes]:
    """Return the XML in a workbook; raises `_WorkbookRefused` for what is none or could do harm."""
    if data.startswith(OLE):
        reason = "it is protected by a password, or was saved by an old Excel (.xls)"
        hint = "remove the password and save it as an Excel workbook (.xlsx)"
        raise _WorkbookRefused("form-unreadable", reason, hint)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _unpack(archive)
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


def _unpack(archive: zipfile.ZipFile) -> dict[str, bytes]:
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if len(entries) > MOST_FILES:
        raise _WorkbookRefused("form-too-large", f"it contains more than {MOST_FILES:,} files")
    if sum(entry.file_size for entry in entries) > MOST_MIB * 2**20:
        raise _WorkbookRefused("form-too-large", f"unpacked, it is larger than {MOST_MIB} MiB")
    if len(set(names)) < len(names) or any(entry.flag_bits & 1 for entry in entries):
        raise _WorkbookRefused("form-unreadable", "the file is damaged")
    is_document = {"mimetype", CONTENT} <= set(names)
    is_document = is_document and archive.read("mimetype").startswith(_DOCUMENT)
    is_workbook = "[Content_Types].xml" in names and any(n.startswith("xl/") for n in names)
    if not (is_document or is_workbook):
        raise _WorkbookRefused("form-unreadable", "it is another kind of file", _WRITE_ANEW)
    for part in names:
        if is_document and part.startswith(("Basic/", "Scripts/")):
            raise _WorkbookRefused("form-unsafe", "it has macros", "save it without macros")
        if part.lower().endswith(("vbaproject.bin", ".bin")) and "vba" in part.lower():
            hint = "save it as an Excel workbook without macros (.xlsx)"
            raise _WorkbookRefused("form-unsafe", "it has macros", hint)
        if part.startswith("xl/externalLinks/"):
            hint = "remove all references to other files"
            raise _WorkbookRefused("form-unsafe", "it has links to other workbooks", hint)
    parts: dict[str, bytes] = {}
    unpacked, elements = 0, itertools.count(1)
    for entry in sorted(entries, key=lambda one: one.filename):  # the manifest before the content
        content = b"".join(_chunks(archive, entry))
        unpacked += len(content)
        if unpacked > MOST_MIB * 2**20:
            raise _WorkbookRefused("form-too-large", f"unpacked, it is larger than {MOST_MIB} MiB")
        if entry.filename == "META-INF/manifest.xml" and b"encryption-data" in content:
            hint = "save it without a password"
            raise _WorkbookRefused("form-unreadable", "it is protected by a password", hint)
        if entry.filename.lower().endswith((".xml", ".rels", ".vml")):
            _check_xml(content, elements)
            parts[entry.filename] = content
    return parts


def _chunks(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Unpack a file of the archive bit by bit."""
    size, most = 0, max(_SMALL, entry.compress_size * MOST_RATIO)
    with archive.open(entry) as part:
        while chunk := part.read(_CHUNK):
            size += len(chunk)
            if size > most:
                reason = "its compression ratio is suspiciously high"
                raise _WorkbookRefused("form-too-large", reason)
            yield chunk


def _check_xml(content: bytes, elements: Iterator[int]) -> None:
    """Refuse XML with a document type, without which it has no entities, or with many elements."""

    def refuse_type(*_: object) -> None:
        raise _WorkbookRefused("form-unsafe", "it defines entities or a document type")

    def count(*_: object) -> None:
        if next(elements) > MOST_ELEMENTS:
            reason = f"it has more than {MOST_ELEMENTS:,} elements"
            raise _WorkbookRefused("form-too-large", reason)

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler, parser.StartElementHandler = refuse_type, count
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, LookupError, ValueError) as fault:  # an encoding nobody can read
        hint = "it may be incomplete; ask for it to be sent again"
        raise _WorkbookRefused("form-unreadable", "the file is damaged", hint) from fault
