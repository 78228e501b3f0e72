"""Reading comma-separated values."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import readiness
from readiness.documents.csv_text import Quotes, head_of, lines_of
from readiness.documents.opening import BrokenFile
from tests.odd_values import CSV_FILES

PACKAGE = Path(readiness.__file__).parent
NAMES = {"shop.staff", "shop.motto"}


def rows(data: bytes) -> list[list[str]]:
    """Return the column names of a file and its lines."""
    head = head_of(data, NAMES.__contains__)
    return [list(head.names), *(cells for _, cells in lines_of(data, head))]


@pytest.mark.slow
def test_one_door() -> None:
    """One module reads and writes comma-separated values; columns are written as it does."""
    found: dict[str, set[str]] = {"csv": set(), "pyarrow.csv": set()}
    for file in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                for name in found.keys() & {alias.name for alias in node.names}:
                    found[name].add(file.relative_to(PACKAGE).as_posix())
    assert found == {
        "csv": {"documents/csv_text.py"},
        "pyarrow.csv": {"portfolio/files/case_files.py"},
    }


@pytest.mark.parametrize(
    "text",
    [
        "shop.staff,shop.motto\n1,a\n",
        "shop.staff;shop.motto\n1;a\n",
        "shop.staff\tshop.motto\r\n1\ta\r\n",
        "\ufeffshop.staff,shop.motto\r1,a",
        "sep=;\r\nshop.staff;shop.motto\r\n1;a\r\n",
        "\ufeffSEP=;\nshop.staff;shop.motto\n1;a\n",
        'sep=|\n"shop.staff"|shop.motto\n\n1|"a"\n',
    ],
)
def test_ways_to_write_the_same(text: str) -> None:
    """The separator is detected or given in a first line; quotes and line ends do not matter."""
    assert rows(text.encode()) == [["shop.staff", "shop.motto"], ["1", "a"]]


def test_lines_are_those_of_the_file() -> None:
    """Each line has the number that an editor shows, also after cells with several lines."""
    data = b'sep=,\n\n"shop\nstaff",b\n\n1,"x\r\ny"\n2,z\n'
    head = head_of(data, NAMES.__contains__)
    assert [line for line, cells in lines_of(data, head)] == [6, 8]
    assert data[head.size :].startswith(b"\n1,")


BROKEN = {
    "quote never closed in the first row": (2, 3, "none closes it"),
    "quote never closed in the first cell": (2, 1, "none closes it"),
    "quote never closed further down": (52, 3, "none closes it"),
    "quote closed by the next one": (2, 3, "more text follows the closing one in line 3"),
    "quote never closed among the names": (1, 12, "none closes it"),
    "text behind a quote": (2, 3, "more text follows the closing one in line 2"),
    "a line of a mebibyte": (2, 1, "a cell is longer than 131,072 characters"),
    "UTF-16": (0, 0, "it is not in UTF-8"),
    "Latin 1": (0, 0, "it is not in UTF-8"),
    "a workbook": (0, 0, "it is not in UTF-8"),
}


@pytest.mark.parametrize("name", CSV_FILES)
def test_odd_files(name: str) -> None:
    """A file is read, or refused with the line and column where the fault begins."""
    try:
        found = rows(CSV_FILES[name])
    except BrokenFile as fault:
        line, column, reason = BROKEN[name]
        assert (fault.line, fault.column) == (line, column)
        assert reason in fault.reason
        assert fault.text in CSV_FILES[name].decode("latin-1")
    else:
        assert name not in BROKEN
        assert all(isinstance(cell, str) for cells in found for cell in cells)


PIECES = st.lists(st.sampled_from(['"', ",", "\n", "\r", "a", ";"]), max_size=14).map("".join)


@settings(deadline=None)
@given(PIECES, st.integers(1, 5))
def test_quotation_marks_however_a_file_comes(text: str, size: int) -> None:
    """A fault is found wherever a file is split into pieces, and only if there is one."""
    quotes, data = Quotes(","), text.encode()
    found: tuple[int, bool] | None = None
    try:
        for start in range(0, len(data), size):
            quotes.feed(data[start : start + size])
        quotes.close()
    except BrokenFile as fault:
        found = fault.line, "none closes it" in fault.reason
    assert _fault(text) == found


def _fault(text: str) -> tuple[int, bool] | None:
    """Return the line of a faulty quoted cell and whether it is never closed, found by hand."""
    line, begun, place, is_begin = 1, 0, 0, True
    while place < len(text):
        if is_begin and text[place] == '"':
            begun, end = line, place + 1
            while end < len(text) and (text[end] != '"' or text[end : end + 2] == '""'):
                end += 2 if text[end] == '"' else 1
            if end >= len(text):
                return begun, True
            line += _ends(text[place:end])
            place, is_begin = end + 1, False
            if place < len(text) and text[place] not in ",\r\n":
                return begun, False
            continue
        is_begin = text[place] in ",\r\n"
        line += text[place] == "\n" or (text[place] == "\r" and text[place : place + 2] != "\r\n")
        place += 1
    return None


def _ends(text: str) -> int:
    return text.count("\n") + text.count("\r") - text.count("\r\n")
