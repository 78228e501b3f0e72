"""Tables as hosts pass them in."""

from __future__ import annotations

import importlib
import importlib.util
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from readiness.problems import DocumentError
from tests.portfolio.bakery import AS_OF, ASSESSOR, CHECK_OF, assessed, statuses

MET, UNMET, OPEN = "met", "unmet", "undetermined"


def refused(table: Any) -> str:
    """Return the message for a refused table."""
    with pytest.raises(DocumentError) as caught:
        ASSESSOR.assess_table(table, as_of=AS_OF)
    return str(caught.value)


@pytest.mark.parametrize(
    ("table", "what", "hint"),
    [
        ([{"shop.staff": 1}], "type 'list'", "pyarrow.Table.from_pylist(rows)"),
        ([], "type 'list'", "give a pyarrow.Table"),
        (None, "type 'NoneType'", "give a pyarrow.Table"),
        ("shop.staff", "type 'str'", "give a pyarrow.Table"),
        (5, "type 'int'", "give a pyarrow.Table"),
        ({"shop.staff": 5}, "the column 'shop.staff' is not a list", "{'shop.staff': [...]}"),
        ({"shop.staff": "abc"}, "the column 'shop.staff' is not a list", "{'shop.staff': [...]}"),
        ({"shop.staff": [1], "shop.open": [True, False]}, "has 1 rows, but others have 2", ""),
        ({"shop.staff": [1, 2], "town": [object(), 1]}, "'town' contains values of several", "one"),
        ({}, "no column is a question", ""),
    ],
)
def test_what_is_no_table(table: Any, what: str, hint: str) -> None:
    """Anything else than a table is refused with what it is and what to do."""
    assert what in refused(table)
    assert hint in refused(table)


def test_columns_of_python() -> None:
    """Values in a column mean the same as single values; each row is checked separately."""
    values = [11, "x", None, np.float32(11), {"value": 11, "note": None}, math.nan, "", object()]
    found = ASSESSOR.assess_table({"shop.staff": values}, as_of=AS_OF)
    rows = {row["row"]: row["status.staffed"] for row in found.table.to_pylist()}
    assert rows == {1: MET, 3: OPEN, 4: MET, 5: MET, 6: OPEN, 7: OPEN}
    assert [one.row for one in found.refused] == [2, 8]
    assert found.refused[1].reason == (
        "'shop.staff' takes a number, not an object of type 'object':"
        " give it as a number, text, date, list or mapping of plain Python"
    )


def test_columns_of_python_over_several_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Values that are read one by one stay with their rows."""
    monkeypatch.setattr("readiness.portfolio.assessed_block.LEAST_ROWS", 4)
    monkeypatch.setattr("readiness.portfolio.assessed_block.MOST_ROWS", 4)
    values = [{"value": n} for n in range(30)]
    found = ASSESSOR.assess_table({"shop.staff": values, "n": list(range(30))}, keep="n")
    for row in found.table.to_pylist():
        assert row["status.staffed"] == (MET if row["n"] > 10 else UNMET)


@pytest.mark.parametrize("values", [[math.nan, None], [" ", ""], [None, None], [np.nan, "", None]])
@pytest.mark.parametrize("name", ["motto", "oven", "wares", "shifts", "since", "agreed", "open"])
def test_lists_without_an_answer(name: str, values: list[Any]) -> None:
    """A list without answers is valid for every question."""
    found = ASSESSOR.assess_table({f"shop.{name}": values}, as_of=AS_OF)
    assert set(found.table[f"status.{CHECK_OF[name]}"].to_pylist()) == {OPEN}
    assert found.table.num_rows == len(values)


@pytest.mark.parametrize("kind", [pa.float16(), pa.float32(), pa.float64()], ids=str)
def test_nan_is_no_answer(kind: Any) -> None:
    """NaN among numbers is no answer."""
    values = [np.dtype(kind.to_pandas_dtype()).type(one) for one in (11, math.nan, 3, 2000)]
    found = statuses("staff", pa.array(values, kind))
    assert found[:3] == [MET, OPEN, UNMET]
    assert found[3].startswith("'shop.staff' must be 1000 or less")


def test_an_empty_text_is_no_answer() -> None:
    """An empty text in a text column is no answer, for every type of question."""
    for name, text in {"open": "yes", "oven": "wood", "since": "2025-01-01", "motto": "a"}.items():
        assert statuses(name, pa.array([text, "", "  "])) == [MET, OPEN, OPEN]


@pytest.mark.parametrize("kind", [pa.float16(), pa.float32()], ids=str)
def test_short_numbers_are_what_they_show(kind: Any) -> None:
    """0.1 in four bytes is 0.1, not the nearest double."""
    dtype = np.dtype(kind.to_pandas_dtype())
    assert statuses("rent", pa.array(np.array([0.1, 0.11], dtype), kind)) == [MET, UNMET]


@pytest.mark.parametrize("column", ["since", "struct"])
def test_unknown_zone(column: str) -> None:
    """Times in an unknown zone are refused, also within structs."""
    held = pa.array([0, None], pa.timestamp("us", "Mars/Base"))
    if column == "struct":
        held = pa.StructArray.from_arrays([held], ["value"])
    with pytest.raises(DocumentError) as caught:
        assessed({"since": held})
    assert str(caught.value) == (
        "the table: the times of 'shop.since' are in the unknown time zone 'Mars/Base'\n"
        "  give dates without a time, or times in UTC"
    )


def test_by_in_a_struct_is_as_in_a_map() -> None:
    """A struct has a field for each respondent of any row; those without a value do not count."""
    rows: list[Any] = [{"by": {"anna": True}}, {"by": {"anna": True, "bert": False}},
                       {"by": {"bert": {"value": True, "note": None}}}, None]  # fmt: skip
    plain = [rows[0], rows[1], None, None]
    alike = pa.array(plain)
    kind = pa.struct([("by", pa.map_(pa.string(), pa.bool_()))])
    maps = pa.array([one and {"by": list(one["by"].items())} for one in plain], kind)
    expected = [
        OPEN if row is None else ASSESSOR.assess({"shop.agreed": row}).checks["united"].status
        for row in plain
    ]
    assert statuses("agreed", alike) == statuses("agreed", maps) == expected
    found = ASSESSOR.assess_table({"shop.agreed": rows}, as_of=AS_OF).table["status.united"]
    assert found.to_pylist() == [MET, UNMET, MET, OPEN]


def test_a_column_to_keep() -> None:
    """The message about an unknown column explains how a host keeps it, not how a command does."""
    assert "to copy it to the output: keep=['town']" in refused(
        {"shop.staff": [1], "town": ["Ulm"]}
    )


def test_data_frames() -> None:
    """Data frames of pandas and polars are tables; unsuitable ones get a message with a way out."""
    pandas: Any = pytest.importorskip("pandas")
    good = pandas.DataFrame({"shop.staff": [11, pandas.NA], "shop.oven": ["wood", None]})
    assert ASSESSOR.assess_table(good.convert_dtypes(), as_of=AS_OF).table.num_rows == 2
    mixed = pandas.DataFrame({"shop.staff": [11, "x"]}, dtype=object)
    assert "the column 'shop.staff' contains values of several types" in refused(mixed)
    polars: Any = importlib.import_module("polars") if _has("polars") else None
    if polars is not None:
        frame = polars.DataFrame({"shop.staff": [11]})
        assert ASSESSOR.assess_table(frame, as_of=AS_OF).table.num_rows == 1
        assert "call its method collect() first" in refused(frame.lazy())


def as_polars(table: pa.Table) -> Any:
    return pytest.importorskip("polars").from_arrow(table)


def as_pandas(table: pa.Table) -> Any:
    pytest.importorskip("pandas")
    return table.to_pandas()


def as_duckdb(table: pa.Table) -> Any:
    return pytest.importorskip("duckdb").connect().from_arrow(table)


def as_stream(table: pa.Table) -> Any:
    return pa.RecordBatchReader.from_stream(table)


@pytest.mark.parametrize("given", [as_polars, as_pandas, as_duckdb, as_stream])
def test_nested_answers_of_other_libraries(given: Callable[[pa.Table], Any]) -> None:
    """Tables, choices, notes and respondents come from every library as they come from Arrow."""
    table = pa.table(
        {
            "shop.shifts": [[{"hours": 8.0}, {"hours": None}], [], None],
            "shop.wares": [["bread"], ["bread", "cake"], None],
            "shop.oven": [{"value": "wood", "note": "seen"}, {"value": None, "note": None}, None],
            "shop.agreed": [{"by": {"anna": True, "bert": None}}, {"by": {"bert": False}}, None],
            "shop.motto": ["on and on", None, ""],
        }
    )
    found = ASSESSOR.assess_table(given(table), as_of=AS_OF)
    assert found.refused == ()
    expected = ASSESSOR.assess_table(table, as_of=AS_OF).table
    assert found.table.to_pylist() == expected.to_pylist()
    assert expected["status.united"].to_pylist() == ["met", "unmet", "undetermined"]


def _has(name: str) -> bool:
    return importlib.util.find_spec(name) is not None
