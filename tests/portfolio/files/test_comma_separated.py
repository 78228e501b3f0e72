"""Cases in CSV."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.documents.csv_text import head_of, lines_of
from readiness.documents.opening import BrokenFile
from readiness.problems import DocumentError
from tests.odd_values import CSV_FILES
from tests.portfolio.bakery import RULESET
from tests.portfolio.files.reading import read

TWO = {1: {"shop.staff": "12", "shop.motto": "a"}, 2: {"shop.staff": "5"}}
NO_UTF_8 = "it is not in UTF-8"
NOT_CLOSED = "this cell begins with a quotation mark, and none closes it"


@pytest.mark.parametrize(
    "text",
    [
        "shop.staff,shop.motto\n12,a\n5,\n",
        "shop.staff;shop.motto\n12;a\n5;\n",
        "shop.staff\tshop.motto\n12\ta\n5\t\n",
        "\ufeffshop.staff,shop.motto\r\n12,a\r\n5,\r\n",
        "shop.staff,shop.motto\r12,a\r5,\r",
        'shop.staff,shop.motto\n"12","a"\n5,""\n',
        '"shop.staff","shop.motto"\n12,a\n5,""',
        "shop.staff,shop.motto\n12,a\n5,",
        "\n\nshop.staff,shop.motto\n\n12,a\n\n\n5,\n\n",
    ],
    ids=["commas", "semicolons", "tabs", "byte order mark", "old ends of lines", "quotes",
         "quoted names", "no end", "empty lines"],
)  # fmt: skip
def test_ways_to_write_the_same(text: str) -> None:
    """Delimiters, quotes, line ends, a byte order mark and empty lines do not matter."""
    found = read(text.encode(), "csv")
    assert (found.rows, found.refused) == (TWO, {})


def test_the_delimiter_makes_most_questions() -> None:
    """Another delimiter within a name or a cell does not mislead the detection."""
    found = read(b"shop.wares;a,b\nbread,cake;x\n", "csv", keep=("a,b",))
    assert found.rows == {1: {"shop.wares": "bread,cake", "a,b": "x"}}


def test_ends_of_lines_and_quotes_within_cells() -> None:
    """A quoted cell may contain delimiters, quotes and line ends; it remains one row."""
    text = b'shop.motto,shop.staff\n"a\nb\r\n, ""c""",1\nlast,2\n'
    found = read(text, "csv")
    assert found.rows[1]["shop.motto"] == 'a\nb\r\n, "c"'
    assert found.rows[2] == {"shop.motto": "last", "shop.staff": "2"}


def test_lines_of_another_length() -> None:
    """A line with too few or too many cells is refused by its number."""
    text = b'shop.staff,shop.motto\n1\n2,a\n\n"x\ny",b,c\n4,d\n5\n'
    found = read(text, "csv")
    assert set(found.rows) == {2, 4}
    assert found.refused == {
        1: "it has 1 cell, but the first line has 2",
        3: "it has 3 cells, but the first line has 2",
        5: "it has 1 cell, but the first line has 2",
    }


@pytest.mark.parametrize("rows", [1, 7, 1000])
def test_numbers_over_many_blocks(rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refused lines anywhere, even whole blocks of them, leave the other rows' numbers right."""
    monkeypatch.setattr("readiness.portfolio.files.comma_separated._LINES_AT_ONCE", 20)
    draw = random.Random("blocks")
    is_wrong = [100 < n < 160 or draw.random() < 0.3 for n in range(300)]
    lines = ["1,2,3" if wrong else f"{n},m{n}" for n, wrong in enumerate(is_wrong, 1)]
    found = read(("shop.staff,shop.motto\n" + "\n".join(lines)).encode(), "csv", rows=rows)
    assert list(found.refused) == [n for n, wrong in enumerate(is_wrong, 1) if wrong]
    assert found.rows == {
        n: {"shop.staff": str(n), "shop.motto": f"m{n}"}
        for n, wrong in enumerate(is_wrong, 1)
        if not wrong
    }


@pytest.mark.parametrize("text", [b"shop.staff,shop.motto\n", b"shop.staff,shop.motto"])
def test_names_alone(text: bytes) -> None:
    """A file with only a header is a table without rows."""
    assert read(text, "csv").rows == {}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"", "it is empty"),
        (b"\n\r\n\n", "it is empty"),
        ("shop.motto\nbäckerei\n".encode("latin-1"), NO_UTF_8),
        ("shop.motto\n" + "x\n" * 10 + "ä").encode("latin-1").join([b"", b""]) and
        (("shop.motto\n" + "x\n" * 10 + "ä").encode("latin-1"), NO_UTF_8),
        ("shop.motto\na\n".encode("utf-16"), NO_UTF_8),
        (b"shop.motto," + b"x" * 2**20 + b"\n", "its first line is longer than 1 MiB"),
        (b'shop.motto\n"a\nb\nc\n', NOT_CLOSED),
    ],
    ids=["empty", "no names", "Latin 1", "Latin 1 later", "UTF-16", "long names", "open quote"],
)  # fmt: skip
def test_files_that_are_none(text: bytes, reason: str) -> None:
    """A fault of the whole file is reported in a sentence of ours."""
    with pytest.raises(BrokenFile) as fault:
        read(text, "csv")
    assert str(fault.value) == reason


@pytest.mark.slow
def test_bytes_that_are_no_text_far_down() -> None:
    """Invalid UTF-8 after the beginning of a file is refused like invalid UTF-8 at the start."""
    text = b"shop.motto\n" + b"x\n" * 2**19 + "ä\n".encode("latin-1")
    with pytest.raises(BrokenFile, match="UTF-8"):
        read(text, "csv", rows=10**6)


@pytest.mark.slow
def test_a_line_that_does_not_end() -> None:
    """A quotation mark that is never closed is found, however much follows it."""
    text = b"shop.staff,shop.motto\n1,a\n" + b"2,b\n" * 10 + b'3,"' + b"x\n" * 2**23
    with pytest.raises(BrokenFile, match=NOT_CLOSED) as fault:
        read(text, "csv")
    assert (fault.value.line, fault.value.column, fault.value.text) == (13, 3, '3,"x')
    with pytest.raises(BrokenFile, match="a line is longer than 4 MiB"):
        read(text + b'"\n', "csv")


def test_a_long_cell() -> None:
    """A cell may contain a megabyte."""
    found = read(b"shop.staff,shop.motto\n1," + b"x" * 2**20 + b"\n2,y\n", "csv")
    assert len(found.rows[1]["shop.motto"]) == 2**20
    assert found.rows[2]["shop.motto"] == "y"


def test_rows_of_nothing_but_separators() -> None:
    """Such rows are not cases and have no number, even with too many or too few separators."""
    text = b'shop.staff,shop.motto\n,\n1,a\n,,,\n , \n2\n"",""\n3,c\n,\n'
    for rows in (1, 2, 100):
        found = read(text, "csv", rows=rows)
        assert found.rows == {
            1: {"shop.staff": "1", "shop.motto": "a"},
            3: {"shop.staff": "3", "shop.motto": "c"},
        }
        assert found.refused == {2: "it has 1 cell, but the first line has 2"}


def test_blank_columns() -> None:
    """A column without a name is ignored if it is empty."""
    text = b"shop.staff,,shop.motto,,\n1,,a,,\n2, ,b,,\n"
    assert read(text, "csv").rows == {
        1: {"shop.staff": "1", "shop.motto": "a"},
        2: {"shop.staff": "2", "shop.motto": "b"},
    }


def test_something_in_a_column_without_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the first lines it is a problem of the table, further down one of the row."""
    text = b"shop.staff,,shop.motto\n" + b"1,,a\n" * 9 + b"2,x,b\n,x,\n3,,c\n"
    with pytest.raises(DocumentError, match="column 2 has no name"):
        read(text, "csv")
    monkeypatch.setattr("readiness.portfolio.files.comma_separated._HEAD_BYTES", 40)
    found = read(text, "csv")
    reason = "it has a value in column 2, which has no name"
    assert found.refused == {10: reason, 11: reason}
    assert list(found.rows) == [*range(1, 10), 12]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("every line too short", "in row 1, it has 1 cell, but the first line has 2"),
        ("every line too long", "in row 1, it has 3 cells, but the first line has 2"),
    ],
)
def test_no_line_has_as_many_cells_as_the_first(name: str, reason: str) -> None:
    """Such a file is refused, because its header does not describe its rows."""
    with pytest.raises(BrokenFile) as fault:
        read(CSV_FILES[name], "csv")
    said = "none of its lines has as many cells as the first line: "
    assert str(fault.value) == said + reason


def _one_by_one(data: bytes) -> tuple[dict[int, dict[str, str]], set[int]]:
    """Return the cases of a file by number, and the refused ones, read line by line."""
    head = head_of(data, RULESET.questions.__contains__)
    found: dict[int, dict[str, str]] = {}
    refused: set[int] = set()
    lines = [cells for _, cells in lines_of(data, head) if any(map(str.strip, cells))]
    for number, cells in enumerate(lines, 1):
        if len(cells) == len(head.names):
            row = zip(head.names, cells, strict=True)
            found[number] = {name: cell for name, cell in row if cell}
        else:
            refused.add(number)
    return found, refused


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(['"', ",", "\n", "\r\n", "a", '"b"', '""', " "]), max_size=25),
    st.integers(1, 4),
)
def test_columns_are_read_as_lines_are(pieces: list[str], rows: int) -> None:
    """In any file, reading rows in blocks gives the same as reading line by line."""
    data = b"shop.staff,shop.motto\n" + "".join(pieces).encode()
    try:
        expected, refused = _one_by_one(data)
    except BrokenFile as fault:
        with pytest.raises(BrokenFile) as caught:
            read(data, "csv", rows=rows)
        assert (caught.value.reason, caught.value.line) == (fault.reason, fault.line)
        return
    if refused and not expected:
        with pytest.raises(BrokenFile, match="none of its lines has as many cells"):
            read(data, "csv", rows=rows)
        return
    found = read(data, "csv", rows=rows)
    assert (found.rows, set(found.refused)) == (expected, refused)


@pytest.mark.parametrize("name", CSV_FILES)
def test_odd_files(name: str) -> None:
    """Every odd file is read or refused, and none of its lines is lost."""
    try:
        found = read(CSV_FILES[name], "csv")
    except (BrokenFile, DocumentError):
        return
    expected, refused = (
        _one_by_one(CSV_FILES[name]) if len(CSV_FILES[name]) < 2**17 else ({}, set())
    )
    if expected:
        assert set(found.rows) == set(expected)
        assert set(found.refused) == refused


def test_numbers_pass_over_refused_rows() -> None:
    """Each row has its number in the file, whichever rows are read or refused."""
    draw = random.Random("numbering")
    for _ in range(200):
        is_read = [draw.random() < 0.6 for _ in range(draw.randint(1, 60))] + [True]
        lines = ["12,a" if held else "12" for held in is_read]
        text = "\n".join(["shop.staff,shop.motto", *lines])
        found = read(text.encode(), "csv", rows=draw.randint(1, 9))
        assert list(found.rows) == [n for n, held in enumerate(is_read, 1) if held]
        assert list(found.refused) == [n for n, held in enumerate(is_read, 1) if not held]


@pytest.mark.slow
def test_very_many_refused_rows() -> None:
    """A hundred thousand refused rows before the next readable one are skipped in one step."""
    text = b"shop.staff,shop.motto\n" + b"1\n" * 100_000 + b"12,a\n5,b\n"
    found = read(text, "csv")
    assert list(found.rows) == [100_001, 100_002]
    assert len(found.refused) == 100_000
    assert found.pieces == 1
