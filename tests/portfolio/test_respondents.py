"""The answers of respondents in columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pytest

from readiness.assessing import Assessor
from tests.portfolio.bakery import AS_OF
from tests.semantics.harness import ruleset_of

TEAM = {"ask_each": "team"}
CASE: dict[str, Any] = {
    "questions": {
        "s.ready": {"type": "yes_no", **TEAM, "not_applicable": "justified"},
        "s.level": {"type": "choice", "options": {"a": "A", "b": "B"}, **TEAM},
        "s.cost": {"type": "number", **TEAM, "ask_when": "s.ready and s.limit > 1"},
        "s.since": {"type": "date", "maximum": "today", **TEAM},
        "s.ways": {"type": "choices", "options": {"x": "X", "y": "Y"}, **TEAM},
        "s.word": {"type": "text", **TEAM, "ask_when": "s.word_of_all == s.level_of_all"},
        "s.limit": "number",
        "s.word_of_all": "text",
        "s.level_of_all": "text",
    },
    "checks": {
        "every": {"met_when": "every(s.ready)"},
        "some": {"met_when": "some(s.level == 'a' or 'y' in s.ways)"},
        "share": {"met_when": "share(s.ready) >= 0.5"},
        "agree": {"met_when": "agree(s.level) and agree(s.ready)"},
        "words": {"met_when": "agree(s.word)"},
        "costs": {"met_when": "count(s.cost < 3) >= 1 and agree(s.cost)"},
        "compared": {"met_when": "every(s.cost <= s.limit)"},
        "days": {"met_when": "some(days_since(s.since) > 100)"},
        "ways": {"met_when": "every(count(s.ways) >= 1)"},
        "both": {"met_when": "every(s.ready or stated(s.word))"},
    },
}  # fmt: skip
ASSESSOR = Assessor(ruleset_of(CASE))
ROWS: list[dict[str, Any]] = [
    {},
    {"s.ready": True, "s.level": "a"},
    {"s.ready": {"by": {"it": True, "sales": False}}, "s.level": {"by": {"sales": "b"}}},
    {"s.ready": {"by": {"it": True}}, "s.level": "a", "s.limit": 2},
    {"s.ready": {"by": {"it": True, "hr": None}}, "s.cost": {"by": {"it": 0.1, "hr": 7}}},
    {"s.ready": {"by": {"it": {"value": True, "note": "seen"}, "hr": {"unknown": "asked"}}}},
    {"s.ready": {"by": {"it": {"not_applicable": "no IT"}, "hr": True}}},
    {"s.ready": {"by": {"it": True, "hr": True}}, "s.cost": {"by": {"it": 0.1, "hr": 0.3}},
     "s.limit": 3, "s.since": {"by": {"it": "2026-01-02", "hr": "2027-01-01"}}},
    {"s.limit": {"by": {"it": 3, "hr": 3}}, "s.ready": {"by": {"it": True}}},
    {"s.ways": {"by": {"it": ["x"], "hr": []}}, "s.word": {"by": {"it": " A ", "hr": "a"}},
     "s.word_of_all": "same", "s.level_of_all": "Same"},
    {"s.word": {"by": {"it": "b", "hr": "a"}}, "s.word_of_all": "one"},
]  # fmt: skip


def of_columns(columns: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the statuses in each row; none for a refused row."""
    found = ASSESSOR.assess_table(columns, as_of=AS_OF).table.to_pylist()
    lines = {line["row"]: line for line in found}
    count = len(next(iter(columns.values())))
    return [
        {key: lines.get(number, {}).get(f"status.{key}") for key in CASE["checks"]}
        for number in range(1, count + 1)
    ]


def of_cases(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the statuses of each row assessed alone."""
    found = [ASSESSOR.assess(row, as_of=AS_OF).checks for row in rows]
    return [{key: one[key].status for key in CASE["checks"]} for one in found]


def test_respondents_in_lists_of_values() -> None:
    """Each respondent that a row names is expected to answer, as in a single assessment."""
    columns = {key: [row.get(key) for row in ROWS] for key in CASE["questions"]}
    assert of_columns(columns) == of_cases(ROWS)


def test_plain_answers_beside_those_of_respondents() -> None:
    """An answer without a name counts only in rows that name nobody."""
    ready = pa.array([{"by": {"it": True}}, None])
    level = pa.array(["b", "a"])
    rows: list[dict[str, Any]] = [
        {"s.ready": {"by": {"it": True}}, "s.level": "b"}, {"s.level": "a"},
    ]  # fmt: skip
    assert of_columns({"s.ready": ready, "s.level": level}) == of_cases(rows)


@pytest.mark.parametrize("is_map", [True, False], ids=["maps", "structs"])
def test_maps_and_structs(is_map: bool) -> None:
    """A map names those with a key, a struct those with an answer; rows may name different ones."""
    said: list[dict[str, float | None]] = [
        {"it": 1.0, "hr": 2.0}, {"it": 0.1}, {"sales": None, "hr": 5.0}, {"hr": 2.0, "it": 2.0},
    ]  # fmt: skip
    kind = pa.struct([("by", pa.map_(pa.string(), pa.float64()))]) if is_map else None
    cells = [{"by": list(one.items()) if is_map else one} for one in said]
    ready: list[Any] = [
        {"by": {"it": True}},
        {"by": {"hr": True}},
        None,
        {"by": {"it": False, "hr": True}},
    ]
    found = of_columns(
        {"s.cost": pa.array(cells, kind), "s.ready": pa.array(ready), "s.limit": [2, 3, 3, 3]}
    )
    named = [{who: one for who, one in held.items() if is_map or one} for held in said]
    rows: list[dict[str, Any]] = [
        {"s.cost": {"by": cost}, "s.ready": yes, "s.limit": limit}
        for cost, yes, limit in zip(named, ready, [2, 3, 3, 3], strict=True)
    ]
    assert found == of_cases(rows)


def test_one_odd_answer_of_a_respondent() -> None:
    """One answer that is refused, or given with a reason, leaves the others in the column."""
    kind = pa.struct([("value", pa.string()), ("unknown", pa.string())])
    cells = [
        {"by": [("it", {"value": one}), ("hr", {"unknown": "asked"})]} for one in ("a", "z", "b")
    ]
    column = pa.array(cells, pa.struct([("by", pa.map_(pa.string(), kind))]))
    found = ASSESSOR.assess_table({"s.level": column}, as_of=AS_OF)
    assert [one.row for one in found.refused] == [2]
    said = [{"by": {"it": one, "hr": {"unknown": "asked"}}} for one in ("a", "b")]
    expected = [one["some"] for one in of_cases([{"s.level": one} for one in said])]
    assert found.table["status.some"].to_pylist() == expected == ["met", "undetermined"]


def test_respondents_are_evaluated_in_columns() -> None:
    """No condition over respondents is evaluated row by row."""
    columns = {key: [row.get(key) for row in ROWS] for key in CASE["questions"]}
    (block,) = ASSESSOR.assess_table(columns, as_of=AS_OF).blocks
    assert block.judged.by_row == frozenset()
