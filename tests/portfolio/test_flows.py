"""Net present values and internal rates of return in columns."""

from __future__ import annotations

import random
from typing import Any

import pytest

from readiness.assessing import Assessor
from readiness.portfolio.values import RowFallback
from tests.portfolio.bakery import AS_OF
from tests.semantics.harness import ruleset_of

COLUMNS = {"flow": "number", "cost": "number"}
CASE: dict[str, Any] = {
    "questions": {
        "s.t": {"type": "table", "columns": {key: {"type": one} for key, one in COLUMNS.items()}},
        "s.rate": "number",
        "s.hurdle": "number",
    },
    "checks": {
        "worth": {"met_when": "npv(s.rate, s.t, flow) > 0"},
        "exactly": {"met_when": "npv(0.1, s.t, flow) == 0"},
        "net": {"met_when": "npv(s.rate, s.t, flow - cost) >= s.hurdle"},
        "returns": {"met_when": "irr(s.t, flow) * 100 > s.hurdle"},
        "equal": {"met_when": "irr(s.t, flow) == 0.1"},
        "both": {"met_when": "irr(s.t, flow - cost) > s.rate"},
    },
}  # fmt: skip
ASSESSOR = Assessor(ruleset_of(CASE))
KNOWN: list[list[float]] = [
    [], [0], [-100], [-100, 110], [-100, 60, 55], [100, -110], [-100, 0, 121], [-1, 2, -1],
    [0, 0, -100, 50, 50, 50], [-0.1, 0.11], [-1e15, 1.1e15], [1e-9, -1.1e-9], [-1, 10_000_000],
    [-1e-300, 1e15], [2**53 - 1] * 9, [-1, *[0] * 300, 5],
]  # fmt: skip


def rows(number: int) -> list[dict[str, Any]]:
    """Return cases with known and with random flows, some of them incomplete."""
    draw = random.Random("flows")
    found: list[dict[str, Any]] = []
    for place in range(number):
        flows = [
            draw.choice([-1, 1, 1, 1]) * draw.choice([0, 0.1, 5, 99.95, draw.uniform(0, 1e4)])
            for _ in range(draw.randint(1, 9))
        ]
        table: list[dict[str, Any]] = [
            {"flow": flow, "cost": draw.choice([0, 0.1, 12.5])}
            for flow in (KNOWN[place] if place < len(KNOWN) else flows)
        ]
        if table and draw.random() < 0.1:
            draw.choice(table)["flow"] = None
        case = {
            "s.t": table,
            "s.rate": draw.choice([0, 0.1, 0.1, 0.075, -0.5, -1, -1.5, 1e-20, None]),
            "s.hurdle": draw.choice([10, 9.99, 10.000000000001, 0, None]),
        }
        found.append({key: held for key, held in case.items() if held is not None})
    return found


def test_flows_in_columns_are_those_of_single_cases() -> None:
    """Columns say exactly what each row gives alone, also where a rate equals its threshold."""
    cases = rows(400)
    columns = {key: [row.get(key) for row in cases] for key in CASE["questions"]}
    found = ASSESSOR.assess_table(columns, as_of=AS_OF).table
    alone = [ASSESSOR.assess(row, as_of=AS_OF).checks for row in cases]
    for key in CASE["checks"]:
        expected = [one[key].status for one in alone]
        assert found[f"status.{key}"].to_pylist() == expected, key


def test_few_rows_are_calculated_exactly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only rows that are too close to a threshold for doubles are calculated with all digits."""
    counts: list[int] = []
    exactly = RowFallback.exactly

    def counted(self: RowFallback, term: Any, places: Any) -> Any:
        counts.append(len(places))
        return exactly(self, term, places)

    monkeypatch.setattr(RowFallback, "exactly", counted)
    cases = rows(400)[len(KNOWN) :]
    columns = {key: [row.get(key) for row in cases] for key in ("s.t", "s.rate")}
    (block,) = ASSESSOR.assess_table(columns, as_of=AS_OF).blocks
    assert block.judged.by_row == frozenset()
    assert sum(counts) < len(cases)
