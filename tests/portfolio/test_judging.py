"""Conditions over rows: which questions are asked, and the result of junctions."""

from __future__ import annotations

import itertools
from typing import Any

import pyarrow as pa
import pytest

from readiness.assessing import Assessor
from tests.portfolio.bakery import AS_OF
from tests.semantics.harness import ruleset_of

ASKED = [
    "s.a", {"not": "s.a"}, {"all": ["s.a", "s.b"]}, {"any": ["s.a", "s.b", "s.c"]},
    {"at_least": 2, "of": ["s.a", "s.b", "s.c"]}, {"all": ["s.a", {"any": ["s.b", "s.c"]}]},
]  # fmt: skip


@pytest.mark.parametrize("ask_when", ASKED, ids=str)
def test_questions_that_are_not_asked(ask_when: Any) -> None:
    """In every row an answer counts only if its question is asked, as in a single assessment."""
    case: dict[str, Any] = {
        "questions": {
            "s.a": "yes_no",
            "s.b": {"type": "yes_no", "not_applicable": "justified"},
            "s.c": {"type": "yes_no", "ask_when": "s.b"},
            "s.d": {"type": "number", "ask_when": ask_when},
        },
        "checks": {"check": {"met_when": "s.d > 1"}, "other": {"met_when": "s.c"}},
        "gates": {},
    }
    assessor = Assessor(ruleset_of(case))
    truths = [True, False, None]
    combinations = itertools.product(truths, [*truths, "out"], truths, [0, 2, None])
    held: list[dict[str, Any]] = [dict(zip("abcd", row, strict=True)) for row in combinations]
    b = [{"not_applicable": "none"} if row["b"] == "out" else {"value": row["b"]} for row in held]
    columns = {
        "s.a": [row["a"] for row in held],
        "s.b": [one if one.get("value", 0) is not None else None for one in b],
        "s.c": [row["c"] for row in held],
        "s.d": [row["d"] for row in held],
    }
    found = assessor.assess_table(pa.table(columns), as_of=AS_OF).table.to_pylist()
    assert len(found) == len(held)
    for line in found:
        row = {key: column[line["row"] - 1] for key, column in columns.items()}
        single = assessor.assess({k: v for k, v in row.items() if v is not None}, as_of=AS_OF)
        assert {key: line[f"status.{key}"] for key in ("check", "other")} == {
            key: single.checks[key].status for key in ("check", "other")
        }, row
