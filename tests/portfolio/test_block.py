"""Answers that are written as in answers documents, within the cells of a table."""

from __future__ import annotations

import datetime
from typing import Any

import pyarrow as pa
import pytest

from readiness.portfolio.cells.one import Refusal
from readiness.portfolio.written import written
from tests.portfolio.bakery import assessed, statuses

MET, UNMET, OPEN = "met", "unmet", "undetermined"


def test_structs_as_in_an_answers_document() -> None:
    """A cell may say a value with a note, or that the answer is unknown."""
    column = pa.array([{"value": "wood", "note": "seen"}, {"unknown": "asking"}, None])
    assert statuses("oven", column) == [MET, OPEN, OPEN]
    refused = statuses("oven", pa.array([{"value": "coal"}]))[0]
    assert refused.startswith("'coal' is not an option of 'shop.oven'")


def test_structs_that_say_nothing() -> None:
    """A struct all of whose fields are null is no answer."""
    assert statuses("staff", pa.array([{"value": 12}, {"value": None}])) == [MET, OPEN]


def test_maps_as_in_an_answers_document() -> None:
    """A map is read as a struct is; a key that it has twice is refused."""
    kind = pa.map_(pa.string(), pa.float64())
    column = pa.array([[("value", 12.0)], None, [("value", 1.0), ("value", 2.0)]], kind)
    assert statuses("staff", column) == [MET, OPEN, "a key is given twice in 'shop.staff'"]


@pytest.mark.parametrize(
    "kind",
    [
        pa.map_(pa.string(), pa.map_(pa.string(), pa.bool_())),
        pa.struct([("by", pa.map_(pa.string(), pa.bool_()))]),
    ],
    ids=["map", "struct"],
)
def test_respondents(kind: Any) -> None:
    """Each row has respondents of its own; one who says nothing is still expected to answer."""
    people: list[Any] = [[("anna", True), ("bert", True)], [("anna", True), ("bert", False)],
                         [("anna", True), ("bert", None)]]  # fmt: skip
    cells = [{"by": held} if pa.types.is_struct(kind) else [("by", held)] for held in people]
    column = pa.array([*cells, None], kind)
    assert statuses("agreed", column) == [MET, UNMET, OPEN, OPEN]


def test_plain_values_for_a_question_asked_of_each() -> None:
    """A plain value is the answer of one respondent."""
    assert statuses("agreed", pa.array([True, False, None])) == [MET, UNMET, OPEN]
    assert statuses("agreed", pa.array(["yes", "no", None])) == [MET, UNMET, OPEN]


def test_tables_in_a_cell() -> None:
    """Lists of structs are the rows of a table; an empty one has none."""
    column = pa.array([[{"hours": 8}], [], None, [{"hours": None}]])
    assert statuses("shifts", column) == [MET, UNMET, OPEN, MET]
    wrong = statuses("shifts", pa.array([[{"hous": 8}]]))
    assert wrong == ["'shop.shifts' has no column 'hous': did you mean 'hours'?"]


def test_columns_of_all_kinds_together() -> None:
    """One row that is refused keeps no other from being assessed; all its reasons are told."""
    found = assessed(
        {
            "open": pa.array([True, True, True]),
            "oven": pa.array(["wood", "coal", "wood"]),
            "staff": pa.array([{"value": 12}, {"value": 2000}, None]),
            "shifts": pa.array([[{"hours": 8}], None, []]),
        }
    )
    assert [(one.row, one.question) for one in found.refused] == [
        (2, "shop.oven"), (2, "shop.staff"),
    ]  # fmt: skip
    lines = found.table.to_pylist()
    assert [line["row"] for line in lines] == [1, 3]
    assert [line["verdict.sell"] for line in lines] == ["go", "undetermined"]


def test_days_within_structs() -> None:
    """A time within a struct is a day at midnight, and else refused as a text would be."""
    kind = pa.struct([("value", pa.timestamp("us"))])
    noon = datetime.datetime(2025, 1, 1, 12)
    column = pa.array([{"value": datetime.datetime(2025, 1, 1)}, {"value": noon}], kind)
    found = statuses("since", column)
    assert found[0] == MET
    assert found[1].startswith("'shop.since' takes a date such as 2026-11-21, not '2025-01-01 12:0")


def test_what_python_cannot_hold() -> None:
    """A day beyond every calendar is refused with its row, and the others are read."""
    days = pa.array([2**30, 0], pa.int32()).cast(pa.date32())
    column = pa.StructArray.from_arrays([days], ["value"])
    refused: list[Refusal] = []
    assert written("day", column, refused) == [None, {"value": datetime.date(1970, 1, 1)}]
    assert refused == [Refusal(0, "day", "'day' holds a time that cannot be read")]
