"""Conditions over the rows of tables in columns, compared with single assessments."""

from __future__ import annotations

import random
from typing import Any

import pyarrow as pa
import pytest

from readiness.assessing import Assessor
from tests.portfolio.bakery import AS_OF
from tests.semantics.harness import ruleset_of

CONDITIONS = [
    "every(shop.ovens, hot)",
    "some(shop.ovens, not hot or size > shop.least)",
    "every(shop.ovens, stated(name) and size >= 1)",
    "some(shop.ovens, size * 0.1 == 0.3)",
    "every(shop.ovens, size / used > 2)",
    "every(shop.ovens, 'cake' in wares)",
    "every(shop.ovens, kind == 'gas' and shop.open)",
    "count(shop.ovens) >= 2",
    "count(shop.ovens, hot) == 1",
    "share(shop.ovens, hot) >= 0.5",
    "sum(shop.ovens, size) == 0.3",
    "sum(shop.ovens, size * used) > 2 * shop.least",
    "mean(shop.ovens, size) < 1.5",
    "min(shop.ovens, size) < 0.2",
    "max(shop.ovens, size) >= shop.least",
    "covers(shop.ovens, name, shop.shelves, name)",
]
CASE: dict[str, Any] = {
    "questions": {
        "shop.open": {"type": "yes_no", "not_applicable": "justified"},
        "shop.least": "number",
        "shop.ovens": {
            "type": "table",
            "ask_when": "shop.open",
            "not_applicable": "justified",
            "columns": {
                "name": {"type": "text"},
                "hot": {"type": "yes_no"},
                "size": {"type": "number"},
                "used": {"type": "number"},
                "kind": {"type": "choice", "options": {"gas": "Gas", "wood": "Wood"}},
                "wares": {"type": "choices", "options": {"bread": "Bread", "cake": "Cake"}},
            },
        },
        "shop.shelves": {"type": "table", "columns": {"name": {"type": "text"}}},
    },
    "checks": {f"c{number}": {"met_when": text} for number, text in enumerate(CONDITIONS)},
    "gates": {"sell": {"requires": ["c0"]}},
}
ASSESSOR = Assessor(ruleset_of(CASE))
CELLS: dict[str, list[Any]] = {
    "name": ["A", "a ", "b", " "],
    "hot": [True, True, False],
    "size": [0.1, 0.2, 0.3, 1.0, 3.0, -2.0],
    "used": [0.0, 1.0, 0.1],
    "kind": ["gas", "wood"],
    "wares": [["bread"], ["cake", "bread"], []],
}


def _table(draw: random.Random, names: list[str]) -> list[dict[str, Any]] | None:
    if draw.random() < 0.1:
        return None
    missing = draw.choice([0.0, 0.0, 0.4])
    return [
        {name: None if draw.random() < missing else draw.choice(CELLS[name]) for name in names}
        for _ in range(draw.randint(0, 3))
    ]


def _row(draw: random.Random) -> dict[str, Any]:
    return {
        "shop.open": draw.choice([True, True, True, False, None]),
        "shop.least": draw.choice([0.1, 1.0, None]),
        "shop.ovens": _table(draw, list(CELLS)),
        "shop.shelves": _table(draw, ["name"]),
    }


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("is_noted", [False, True], ids=["plain", "with notes"])
def test_conditions_over_tables(seed: int, *, is_noted: bool) -> None:
    """Each condition over tables has in columns the result of a single assessment."""
    draw = random.Random(seed)
    rows = [_row(draw) for _ in range(150)]
    if is_noted:
        for row in rows:
            if row["shop.ovens"] is not None:
                row["shop.ovens"] = draw.choice(
                    [
                        {"value": row["shop.ovens"], "note": "Seen"},
                        {"value": row["shop.ovens"]},
                        {"unknown": "Nobody looked"},
                        {"not_applicable": "A shop without a kitchen"},
                    ]
                )
    found = ASSESSOR.assess_table(pa.Table.from_pylist(rows), as_of=AS_OF)
    assert not found.refused
    for row, line in zip(rows, found.table.to_pylist(), strict=True):
        given = {key: held for key, held in row.items() if held is not None}
        alone = ASSESSOR.assess(given, as_of=AS_OF)
        expected = {key: one.status for key, one in alone.checks.items()}
        assert {key: line[f"status.{key}"] for key in expected} == expected, row


def test_a_table_that_does_not_fit_is_refused() -> None:
    """A row whose table has a cell that does not fit is refused; the other rows are assessed."""
    ovens = [[{"kind": "gas"}], [{"kind": "coal"}], [None], [{"kind": " "}]]
    found = ASSESSOR.assess_table(pa.table({"shop.ovens": pa.array(ovens)}), as_of=AS_OF)
    assert {one.row for one in found.refused} >= {2}
    assert 1 in found.table["row"].to_pylist()
    assert "coal" in next(one.reason for one in found.refused if one.row == 2)
