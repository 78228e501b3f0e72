"""Tables written to files, read back by other libraries."""

from __future__ import annotations

import csv
import datetime
import io
import json
import math
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.documents.csv_text import CsvDialect, SeparatedRows, head_of, lines_of
from readiness.documents.sanitize import harmless
from readiness.portfolio.files.case_files import (
    jsonable,
    write_json_lines,
    write_parquet,
    write_separated,
)
from tests.odd_values import TEXTS

HOSTILE = [
    "=1+1", "+1", "-1+1", "-", "@SUM(A1)", "\t=1", " =1", "\u00a0=1", "\u200b=1", "＝1", "\r=1",
    "\n=1", '=HYPERLINK("https://example.org")', "\x00=1", "\ufeff-1",
]  # fmt: skip
DAY = datetime.date(2026, 11, 21)
TIME = datetime.datetime(2026, 11, 21, 9, 30)
COLUMNS: dict[str, pa.Array] = {
    "row": pa.array([1, 2, 4]),
    "verdict.go": pa.array(["go", None, "no_go"]).dictionary_encode(),
    "verdict.on": pa.array([None, None, "go"]).dictionary_encode(),
    "text": pa.array(["a\nb", None, '"q" \\ ü ‹\u2028›']),
    "large": pa.array(["x", "", None], pa.large_string()),
    "view": pa.array(["x", "", None], pa.string_view()),
    "yes": pa.array([True, None, False]),
    "small": pa.array([1, None, -3], pa.int8()),
    "double": pa.array([0.1, None, 1e300]),
    "day": pa.array([DAY, None, DAY]),
    "nothing": pa.nulls(3),
}
PLAIN = pa.table(COLUMNS)


def written(sink: Any, table: pa.Table, rows: int = 100) -> bytes:
    file = io.BytesIO()
    with sink(file, table.schema) as write:
        for batch in table.to_batches(rows):
            write(batch)
    return file.getvalue()


def without_null(row: dict[str, Any]) -> dict[str, Any]:
    return {name: held for name, held in row.items() if held is not None}


@pytest.mark.parametrize("rows", [1, 2, 100])
def test_parquet_reads_back(rows: int) -> None:
    """The table read back equals the one written, including types."""
    found = pq.read_table(io.BytesIO(written(write_parquet, PLAIN, rows)))
    assert found.to_pylist() == PLAIN.to_pylist()
    assert found.schema.field("verdict.go").type == PLAIN.schema.field("verdict.go").type


@pytest.mark.parametrize("rows", [1, 2, 100])
def test_json_lines_read_back(rows: int) -> None:
    """Each line is an object of the values that are not null, in the order of the columns."""
    lines = written(write_json_lines, PLAIN, rows).decode().split("\n")
    assert lines.pop() == ""
    found = [json.loads(line) for line in lines]
    days = [one and one.isoformat() for one in COLUMNS["day"].to_pylist()]
    table = PLAIN.set_column(PLAIN.schema.names.index("day"), "day", pa.array(days))
    expected = [without_null(row) for row in table.to_pylist()]
    assert found == expected
    assert [list(one) for one in found] == [list(row) for row in expected]


@pytest.mark.parametrize("rows", [1, 2, 100])
def test_csv_reads_back(rows: int) -> None:
    """Arrow's reader and Python's find what was written; null is an empty cell."""
    held = written(write_separated, PLAIN, rows)
    found = list(csv.DictReader(io.StringIO(held.decode("utf-8-sig"), newline="")))
    assert [row["text"] for row in found] == [one or "" for one in COLUMNS["text"].to_pylist()]
    assert [row["verdict.go"] for row in found] == ["go", "", "no_go"]
    types = {"day": pa.date32(), "double": pa.float64(), "row": pa.int64(), "yes": pa.bool_(),
             "small": pa.int8()}  # fmt: skip
    back = pyarrow.csv.read_csv(
        io.BytesIO(held),
        parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
        convert_options=pyarrow.csv.ConvertOptions(column_types=types),
    )
    for name in types:
        assert back[name].to_pylist() == COLUMNS[name].to_pylist()


def test_the_same_bytes_however_rows_come() -> None:
    """Text files do not depend on how many rows were written at a time."""
    long = pa.concat_tables([PLAIN] * 50)
    for sink in (write_json_lines, write_separated):
        assert len({written(sink, long, rows) for rows in (1, 7, 150)}) == 1


def test_an_empty_table() -> None:
    """CSV has its header, JSON Lines nothing, Parquet its schema."""
    empty = PLAIN.slice(0, 0)
    assert written(write_json_lines, empty) == b""
    assert written(write_separated, empty).decode().count("\n") == 1
    assert (
        pq.read_table(io.BytesIO(written(write_parquet, empty))).schema.names == empty.schema.names
    )


@pytest.mark.parametrize(
    "kind", [pa.string(), pa.large_string(), pa.string_view(), pa.binary()], ids=str
)
@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_nothing_runs_in_a_spreadsheet(text: str, kind: Any) -> None:
    """Texts of every type, and column names, are shown exactly as they are."""
    held = pa.array([text.encode() if kind == pa.binary() else text], kind)
    table = pa.table([pa.array([1]), held], names=["row", text])
    shown = written(write_separated, table).decode("utf-8-sig")
    for row in csv.reader(io.StringIO(shown, newline="")):
        shown = row[1].lstrip("\ufeff\u200b\u00a0 \t\r\n\x00")
        assert shown[:1] not in set("=+-@＝")


@pytest.mark.slow
@settings(deadline=None)
@given(st.lists(st.tuples(*[st.sampled_from(TEXTS) | st.text(max_size=5)] * 2), max_size=5))
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("guard", [harmless, None])
def test_columns_are_written_as_rows_are(
    separator: str, guard: Any, rows: list[tuple[str, str]]
) -> None:
    """Columns and rows give the same text: names, texts, byte order mark and guard."""
    way = CsvDialect(separator, guard)
    rows = [tuple(text.encode("utf-8", "replace").decode() for text in row) for row in rows]  # type: ignore[misc]
    one, other = io.BytesIO(), io.BytesIO()
    SeparatedRows(one, ["a", "=b"], way).write(rows)
    columns = [pa.array([row[place] for row in rows], pa.string()) for place in (0, 1)]
    with write_separated(other, pa.schema([("a", pa.string()), ("=b", pa.string())]), way) as write:
        write(pa.record_batch(columns, ["a", "=b"]))
    found = []
    for file in (one, other):
        head = head_of(file.getvalue(), {"a"}.__contains__)
        assert head.separator == separator
        found.append([list(head.names), *(cells for _, cells in lines_of(file.getvalue(), head))])
        assert file.getvalue().startswith(b"\xef\xbb\xbf")
    assert found[0] == found[1]


@pytest.mark.parametrize("text", ["-5.5", "-5", "-.5", "-1e-7", "0.5"])
def test_numbers_are_not_guarded(text: str) -> None:
    """A cell that is a number, even a negative one, is a number wherever it is opened."""
    table = pa.table([pa.array([text])], names=["kept"])
    assert written(write_separated, table).decode("utf-8-sig") == f'"kept"\n"{text}"\n'


STRANGE: dict[str, tuple[pa.Array, list[Any]]] = {
    "NaN": (pa.array([math.nan, math.inf, 1.5]), [None, None, 1.5]),
    "half": (pa.array([1.5, None], pa.float16()), [1.5, None]),
    "decimal": (pa.array([Decimal("1.50")]), ["1.50"]),
    "time": (pa.array([TIME]), ["2026-11-21T09:30:00"]),
    "zone": (pa.array([TIME], pa.timestamp("s", "UTC")), ["2026-11-21T09:30:00+00:00"]),
    "hour": (pa.array([TIME.time()]), ["09:30:00"]),
    "duration": (pa.array([datetime.timedelta(hours=1)]), ["1:00:00"]),
    "bytes": (pa.array([b"\x00\xff"]), ["00ff"]),
    "list": (pa.array([[1, None], [], None]), [[1, None], [], None]),
    "struct": (pa.array([{"a": DAY, "b": math.nan}]), [{"a": "2026-11-21", "b": None}]),
    "map": (pa.array([[("k", 1)]], pa.map_(pa.string(), pa.int8())), [[["k", 1]]]),
    "numbers by place": (pa.array([7, None, 7]).dictionary_encode(), [7, None, 7]),
    "uuid": (pa.array([b"0" * 16], pa.uuid()), ["30" * 16]),
    "run ends": (pa.RunEndEncodedArray.from_arrays([2, 3], ["a", "b"]), ["a", "a", "b"]),
}


@pytest.mark.parametrize("name", STRANGE)
def test_columns_of_any_type(name: str) -> None:
    """Kept values of any type are written: as JSON, and in one cell in CSV."""
    column, expected = STRANGE[name]
    table = pa.table({"row": pa.array(range(len(column))), "kept": column})
    found = [json.loads(line).get("kept") for line in written(write_json_lines, table).splitlines()]
    if name in ("struct", "map"):  # a text
        found = [one if one is None else json.loads(one) for one in found]
    assert found == expected
    shown = written(write_separated, table).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(shown, newline="")))
    assert len(rows) == len(column) + 1
    if name in ("list", "struct", "map"):
        assert [one and json.loads(one) for _, one in rows[1:] if one] == [
            one for one in expected if one is not None
        ]


def test_a_first_column_that_may_be_null() -> None:
    """An object begins with its first non-null member, whichever column that is."""
    table = pa.table({"a": [None, 1, None], "b": ["x\n{,", None, None]})
    found = written(write_json_lines, table).splitlines()
    assert found == [b'{"b":"x\\n{,"}', b'{"a":1}', b"{}"]


def test_many_columns_with_few_values() -> None:
    """Columns that are merged give the same text as each alone."""
    names = ["met", "unmet", "undetermined", "not_applicable"]
    columns = {
        f"status.{n}": pa.array([names[(row * n + row // 3) % 4] if row % 5 else None
                                 for row in range(200)]).dictionary_encode()
        for n in range(1, 40)
    }  # fmt: skip
    table = pa.table({"row": range(200), **columns})
    found = [json.loads(line) for line in written(write_json_lines, table).splitlines()]
    assert found == [without_null(row) for row in table.to_pylist()]


def test_what_json_holds() -> None:
    """Python values as JSON: no number that JSON does not have, and keys as texts."""
    assert jsonable({1: [math.inf, (True, b"\x01")]}) == {"1": [None, [True, "01"]]}
