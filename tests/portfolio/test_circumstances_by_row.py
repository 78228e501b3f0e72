"""Rows that state their own circumstances, however these are written."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pyarrow as pa
import pytest

from readiness.portfolio.layout import CIRCUMSTANCES
from tests.portfolio.bakery import AS_OF, ASSESSOR

WAIVER: dict[str, Any] = {"reason": "r", "approved_by": "a", "approved_on": "2026-11-01"}
DATED = {**WAIVER, "approved_on": datetime.date(2026, 11, 1), "expires": None}
OF_CHECK = pa.map_(pa.string(), pa.struct([("reason", pa.string()), ("approved_by", pa.string()),
                   ("approved_on", pa.date32()), ("expires", pa.date32())]))  # fmt: skip
WAYS = {
    "as JSON": pa.array([json.dumps({"opened": WAIVER}), ""]),
    "as a map": pa.array([[("opened", DATED)], None], OF_CHECK),
    "as a struct": pa.array([{"opened": WAIVER, "fired": None}, None]),
    "as a list of checks": pa.array([["opened"], None]),
    "as checks": pa.array([" opened ;", None]),
    "as values": [{"opened": WAIVER}, None],
}


@pytest.mark.parametrize("way", WAYS)
def test_waivers(way: str) -> None:
    """A waiver closes its check in its row alone, in whatever form it is given."""
    columns = {"shop.open": [False, False], "waivers": WAYS[way]}
    found = ASSESSOR.assess_table(columns, as_of=AS_OF).table.to_pylist()
    assert [row["status.opened"] for row in found] == ["unmet", "unmet"]
    assert [row["standing.opened"] for row in found] == ["ready", "actionable"]
    expected = ASSESSOR.assess({"shop.open": False}, as_of=AS_OF, waivers={"opened": WAIVER})
    assert found[0]["verdict.sell"] == expected.judgement.verdicts["sell"]


@pytest.mark.parametrize(
    ("column", "held", "why"),
    [
        ("as_of", "soon", "'soon' is not a date: write it as 2026-11-21"),
        ("waivers", "opend", "unknown check 'opend'"),
        ("waivers", '{"opened": {"reason": "r"}}', "the key 'approved_by' is missing"),
        ("waivers", "{oops", "this is not JSON"),
        ("groups", "bakers", "expected lines of 'key: value', found text"),
    ],
)
def test_what_is_refused(column: str, held: str, why: str) -> None:
    """A row with invalid circumstances is refused, and says which column it is."""
    found = ASSESSOR.assess_table({"shop.open": [True, True], column: [held, None]}, as_of=AS_OF)
    (one,) = found.refused
    assert (one.row, one.question, one.code, one.value) == (
        1,
        column,
        "invalid-circumstances",
        held,
    )
    assert one.reason.startswith(why)
    assert found.table["row"].to_pylist() == [2]


def test_kept_columns_state_nothing() -> None:
    """A column of one of these names that is kept is copied, as any other."""
    columns = {"shop.open": [True], **{name: ["anything"] for name in CIRCUMSTANCES}}
    found = ASSESSOR.assess_table(columns, as_of=AS_OF, keep=CIRCUMSTANCES)
    assert found.refused == ()
    assert [found.table[name].to_pylist() for name in CIRCUMSTANCES] == [["anything"]] * 3
