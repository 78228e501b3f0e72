"""The cells of a workbook: from the XML of its parts, which is known to be harmless.

The parts are those of Office Open XML (ECMA-376, part 1, 18). What people fill in is read: values,
comments on cells, and merged areas.
"""

from __future__ import annotations

import datetime
import functools
import io
import posixpath
import re
from collections.abc import Iterator
from collections.abc import Mapping as Map
from dataclasses import dataclass
from functools import lru_cache
from xml.etree import ElementTree as ET

from readiness.collecting.form.cells import FormCell, Spot

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
