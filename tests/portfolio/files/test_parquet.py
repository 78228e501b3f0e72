"""Cases in Parquet."""

from __future__ import annotations

import io
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from readiness.documents.opening import BrokenFile
from readiness.portfolio.files.pieces import gather_batches
from tests.portfolio.bakery import RULESET
from tests.portfolio.files.reading import opened, read

ROWS = [{"shop.staff": n, "shop.oven": ["gas", "wood"][n % 2], "n": f"x{n}"} for n in range(50)]
TABLE = pa.Table.from_pylist(ROWS)


def parquet(table: Any, **options: Any) -> bytes:
    file = io.BytesIO()
    pq.write_table(table, file, **options)
    return file.getvalue()


@pytest.mark.parametrize("group", [1, 7, 50])
@pytest.mark.parametrize("rows", [1, 10, 49, 100])
def test_row_groups_and_blocks(group: int, rows: int) -> None:
    """Rows keep their order, whatever the groups of the file; small groups are combined."""
    found = read(parquet(TABLE, row_group_size=group), "parquet", keep=("n",), rows=rows)
    assert found.rows == dict(enumerate(ROWS, 1))
    assert found.pieces <= 2 * -(-50 // rows)


def test_other_dictionaries_in_each_group() -> None:
    """Texts that each group numbers differently are the same texts afterwards."""
    parts = [pa.record_batch({"n": pa.array(held, pa.string()).dictionary_encode()})
             for held in (["a", "b"], ["b", "c", "b"], [], ["a"])]  # fmt: skip
    found = list(gather_batches(parts, 10))
    assert [batch.column(0).to_pylist() for batch in found] == [["a", "b", "b", "c", "b", "a"]]
    assert [batch.num_rows for batch in gather_batches(parts, 3)] == [2, 3, 1]
    assert list(gather_batches([], 10)) == []


def test_nested_columns() -> None:
    """Tables, sets and structs are read unchanged; a column name may contain a dot."""
    held: dict[str, list[Any]] = {
        "shop.shifts": [[{"hours": 8.0}], []],
        "shop.wares": [["cake"], None],
        "shop.oven": [{"value": "gas"}, {"value": None}],
        "a.b": [{"c": 1}, None],
    }
    found = read(parquet(pa.table(held)), "parquet", keep=("a.b",))
    assert found.rows[1] == {name: column[0] for name, column in held.items()}


def test_a_table_without_rows() -> None:
    """A table without rows is read without rows."""
    assert read(parquet(TABLE.slice(0, 0)), "parquet", keep=("n",)).rows == {}


DAMAGED = "it is damaged, or not Parquet"


@pytest.mark.parametrize(
    "held",
    [b"", b"PAR1", b"hello world, hello world", parquet(TABLE)[:-5],
     parquet(TABLE)[:400] + parquet(TABLE)[-8:]],
    ids=["empty", "magic alone", "text", "cut off", "without its middle"],
)  # fmt: skip
def test_files_that_are_none(held: bytes) -> None:
    """A file that is truncated, damaged or not Parquet is reported in a sentence of ours."""
    with pytest.raises(BrokenFile) as fault:
        opened(held, "parquet")
    assert str(fault.value) == DAMAGED


def test_a_file_that_is_damaged_within() -> None:
    """Data that cannot be unpacked is reported with the first row affected."""
    held = bytearray(parquet(TABLE, row_group_size=10, compression="zstd"))
    place = pq.ParquetFile(io.BytesIO(held)).metadata.row_group(3).column(0)
    start = place.dictionary_page_offset or place.data_page_offset
    held[start : start + place.total_compressed_size] = b"\xff" * place.total_compressed_size
    with pytest.raises(BrokenFile, match=r"^it cannot be read from row \d+ on$"):
        read(bytes(held), "parquet", keep=("n",), rows=10)


def test_a_pipe() -> None:
    """Parquet is read from its end, which a pipe does not have."""

    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    from readiness.portfolio.files.pieces import ParquetCases

    with pytest.raises(BrokenFile, match="from a pipe"):
        ParquetCases(Pipe(parquet(TABLE)), RULESET, 0)


def test_faults_of_the_disk_are_no_faults_of_the_file() -> None:
    """An error of the system while reading is raised unchanged."""

    class Broken(io.BytesIO):
        def read(self, *_: Any) -> bytes:
            raise OSError(5, "Input/output error")

    from readiness.portfolio.files.pieces import ParquetCases

    with pytest.raises(OSError, match="Input/output error"):
        ParquetCases(Broken(parquet(TABLE)), RULESET, 0)


@pytest.mark.parametrize("group", [1, 2, 100])
@pytest.mark.parametrize("rows", [1, 3, 100])
def test_dictionaries_within_lists(group: int, rows: int) -> None:
    """Lists, structs and maps may have dictionary-encoded texts, in any row groups."""
    coded = pa.dictionary(pa.int32(), pa.string())
    lists = [["bread", "cake"], None, ["cake"], []] * 3
    table = pa.table(
        {
            "shop.wares": pa.array(lists, pa.list_(coded)),
            "shop.oven": pa.array([{"value": "gas"}] * 12, pa.struct([("value", coded)])),
            "kept": pa.array([[("a", ["x"])]] * 12, pa.map_(pa.string(), pa.list_(coded))),
        }
    )
    found = read(parquet(table, row_group_size=group), "parquet", keep=("kept",), rows=rows)
    assert [row.get("shop.wares") for row in found.rows.values()] == lists
    assert found.rows[12]["shop.oven"] == {"value": "gas"}
    assert found.rows[12]["kept"] == [("a", ["x"])]
