"""The columns of a table: which are refused, and which the result has."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from readiness.portfolio.layout import layout_of
from readiness.problems import DocumentError
from readiness.problems.catalogue import PORTFOLIO
from tests.conftest import GoldenCheck
from tests.portfolio.bakery import ASSESSOR, RULESET

GOLDEN = Path(__file__).parent.parent / "golden" / "portfolio"

TABLES: dict[str, tuple[list[tuple[str, Any]], tuple[str, ...]]] = {
    "stray-column": (
        [("shop.open", pa.bool_()), ("shop.opne", pa.bool_()), ("town; ls", pa.string()),
         ("\x1b[31m" + "x" * 80, pa.string())], (),
    ),
    "repeated-column": (
        [("shop.open", pa.bool_()), ("shop.open", pa.bool_()), ("n", pa.int8()), ("n", pa.int8())],
        ("n",),
    ),
    "nameless-column": ([("shop.open", pa.bool_()), ("", pa.string())], ()),
    "no-column-to-keep": ([("shop.open", pa.bool_()), ("company", pa.string())],
                          ("company", "compny")),
    "kept-column-taken": (
        [("shop.open", pa.bool_()), ("row", pa.int64()), ("status.opened", pa.string())],
        ("row", "status.opened"),
    ),
    "no-answers-in-table": ([("company", pa.string())], ("company",)),
    "column-of-wrong-type": (
        [("shop.open", pa.int64()), ("shop.since", pa.float64()), ("shop.wares", pa.string())], (),
    ),
}  # fmt: skip


def problems_of(name: str) -> DocumentError:
    fields, keep = TABLES[name]
    with pytest.raises(DocumentError) as fault:
        layout_of(RULESET, pa.schema(fields), keep, name="bakeries.parquet")
    return fault.value


@pytest.mark.parametrize("name", TABLES)
def test_messages(name: str, golden: GoldenCheck) -> None:
    """All problems of the columns are reported together, with what to do about them."""
    fault = problems_of(name)
    assert name in {problem.code for problem in fault.problems}
    golden(GOLDEN / f"{name}.txt", f"{fault}\n")


def test_every_message_about_columns_is_tried() -> None:
    """Every message of the catalogue is tested, except those about files and values."""
    elsewhere = {
        "not-a-table", "unreadable-table", "columns-missing", "no-table", "no-column",
        "mixed-column", "column-too-short", "column-in-unknown-zone", "column-of-two-types",
    }  # fmt: skip
    assert PORTFOLIO.keys() - TABLES.keys() == elsewhere


def test_a_single_name_to_keep() -> None:
    """A text is one name, not one name per letter."""
    schema = pa.schema([("shop.open", pa.bool_()), ("town", pa.string())])
    assert layout_of(RULESET, schema, "town").kept == layout_of(RULESET, schema, ["town"]).kept


def test_a_question_that_is_kept_too() -> None:
    """A column may be both an answer and kept unchanged; it is read once."""
    table = pa.table({"shop.staff": [12, 5], "town": ["Ulm", "Jena"]})
    keep = ["town", "shop.staff", "town"]
    found = ASSESSOR.assess_table(table, keep=keep).table
    assert found.schema.names[:3] == ["row", "town", "shop.staff"]
    assert found["shop.staff"].to_pylist() == [12, 5]
    assert found["status.staffed"].to_pylist() == ["met", "unmet"]
    assert layout_of(RULESET, table.schema, keep).read == ["shop.staff", "town"]


def test_columns_that_come_out() -> None:
    """The order is: row, kept columns, verdicts, blockers, the first one, statuses, standings."""
    schema = layout_of(RULESET, pa.schema([("shop.open", pa.bool_())])).schema
    checks = list(RULESET.checks)
    assert schema.names == [
        "row", "verdict.sell", "blockers", "first_root_blocker",
        *(f"status.{key}" for key in checks), *(f"standing.{key}" for key in checks),
    ]  # fmt: skip
