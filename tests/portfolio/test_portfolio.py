"""Assessing whole tables."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import pyarrow as pa
import pytest

from readiness.problems import DocumentError
from tests.portfolio.bakery import AS_OF, ASSESSOR, assessed

STAFF = {"shop.staff": [12, 5, 2000, None]}


class Exporting:
    """A data frame of another library, which exports its columns through Arrow's interface."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._table.__arrow_c_stream__(requested_schema)


@pytest.mark.parametrize(
    "table",
    [
        pa.table(STAFF),
        pa.record_batch(STAFF),
        pa.table(STAFF).to_reader(),
        STAFF,
        Exporting(pa.table(STAFF)),
    ],
    ids=["table", "batch", "reader", "columns", "another library's"],
)
def test_what_is_taken_as_a_table(table: Any) -> None:
    """Everything that Arrow accepts as a table is assessed."""
    found = ASSESSOR.assess_table(table, as_of=AS_OF)
    assert found.table["row"].to_pylist() == [1, 2, 4]
    assert found.table["status.staffed"].to_pylist() == ["met", "unmet", "undetermined"]
    assert [(one.row, one.question) for one in found.refused] == [(3, "shop.staff")]


def test_refused_values_are_shown_in_words() -> None:
    """A refused value that no document can hold is shown as what it is, also within a list."""
    noon = datetime.datetime(2025, 1, 1, 12)
    found = ASSESSOR.assess_table({"shop.since": [noon, [noon], object()]}, as_of=AS_OF)
    assert [one.value for one in found.refused] == [
        "the moment 2025-01-01 12:00:00",
        '["the moment 2025-01-01 12:00:00"]',
        "an object of type 'object'",
    ]


@pytest.mark.slow
def test_rows_keep_their_order_and_numbers() -> None:
    """Blocks, chunks and empty chunks become one table in the order of the rows."""
    staff = [n % 20 for n in range(3000)]
    whole = pa.table({"shop.staff": staff, "n": range(3000)})
    cuts = [0, 0, 1, 65, 65, 700, 2999, 3000]
    parts = [whole.slice(a, b - a) for a, b in pairwise(cuts)]
    one = ASSESSOR.assess_table(whole, as_of=AS_OF, keep=["n"]).table
    other = ASSESSOR.assess_table(pa.concat_tables(parts), as_of=AS_OF, keep=["n"]).table
    assert one["row"].to_pylist() == list(range(1, 3001))
    assert one["n"].to_pylist() == list(range(3000))
    assert other.to_pylist() == one.to_pylist()


def test_a_table_without_rows() -> None:
    """The result has no rows, and all columns."""
    found = assessed({"staff": pa.array([], pa.int64()), "oven": pa.array([], pa.string())})
    assert found.table.num_rows == 0
    assert "status.staffed" in found.table.schema.names
    assert found.refused == ()
    none = ASSESSOR.assess_table(pa.schema([("shop.open", pa.bool_())]).empty_table(), as_of=AS_OF)
    assert none.table.num_rows == 0


def test_kept_columns_of_any_type() -> None:
    """Kept values are unchanged, including types; dictionaries may differ by chunk."""
    towns = pa.chunked_array(
        [pa.array(["Ulm", "Jena"]).dictionary_encode(), pa.array(["Bonn"]).dictionary_encode()]
    )
    kept = {
        "town": towns,
        "place": pa.array([{"x": 1}, None, {"x": 3}]),
        "day": pa.array([AS_OF, None, AS_OF]),
        "view": pa.array(["a", None, "c"], pa.string_view()),
    }
    found = assessed({"staff": [12, 5000, 11], **kept}, keep=tuple(kept))
    for name, column in kept.items():
        assert found.table.schema.field(name).type == column.type
        assert found.table[name].to_pylist() == [column[0].as_py(), column[2].as_py()]


@pytest.mark.parametrize("keep", ["case", ["case"], iter(["case", "case"])])
def test_columns_to_keep(keep: Iterable[str]) -> None:
    """One column may be named by itself, and any iterable of names is gone through only once."""
    columns = {"shop.staff": [12], "case": ["a"]}
    found = ASSESSOR.assess_table(columns, as_of=AS_OF, keep=keep)
    assert found.table["case"].to_pylist() == ["a"]
    assert found == ASSESSOR.assess_table(columns, as_of=AS_OF, keep=("case",))


def test_the_day_is_that_of_the_assessment() -> None:
    """Without a date, the assessment is as of today."""
    today = datetime.date.today()
    assert ASSESSOR.assess_table(STAFF).table.equals(
        ASSESSOR.assess_table(STAFF, as_of=today).table
    )


@pytest.mark.slow
def test_every_row_refused() -> None:
    """If every row is refused, the result has no rows, and each refusal has its row number."""
    found = assessed({"staff": [-1] * 1000})
    assert found.table.num_rows == 0
    assert [one.row for one in found.refused] == list(range(1, 1001))


def test_columns_at_odds_raise() -> None:
    """Problems of columns are raised, not reported row by row."""
    with pytest.raises(DocumentError, match="is not a question"):
        assessed({"staff": [1], "stuff": [1]})
