"""Opening workbooks that come from outside: nothing is read before it is known to be harmless."""

from __future__ import annotations

import io
import itertools
import zipfile
import zlib
from collections.abc import Iterator
from xml.parsers import expat

from readiness.collecting.workbook.cell_reading import OpenedSheet, sheets_in
from readiness.collecting.workbook.opendocument import CONTENT, TooManyCells, document_sheets
from readiness.documents.opening import BrokenFile
from readiness.problems import DocumentError, Problems

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


def open_workbook(data: bytes, name: str, problems: Problems) -> list[OpenedSheet]:
    """The sheets of a workbook.

    `name` is the name of the file. Formulas are not calculated, links not followed, nothing is run.
    Raises `DocumentError` with all of `problems` if it is no workbook or cannot be trusted.
    """
    try:
        return _sheets(_parts_of(data), name)
    except _WorkbookRefused as refused:
        refused.tell(problems, refused.code, name)
        raise DocumentError(problems) from None


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
