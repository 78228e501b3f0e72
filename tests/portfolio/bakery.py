"""A ruleset with a question of each type, and tables of bakeries that answer it."""

from __future__ import annotations

import datetime
from typing import Any

import pyarrow as pa

from readiness.assessing import Assessor
from readiness.evaluation.states import State
from readiness.portfolio.assessed_block import Portfolio
from readiness.portfolio.segments import Vector
from readiness.portfolio.values import distinct
from tests.semantics.harness import ruleset_of

AS_OF = datetime.date(2026, 11, 21)
CASE: dict[str, Any] = {
    "questions": {
        "shop.open": "yes_no",
        "shop.oven": {"type": "choice", "options": {"gas": "Gas", "wood": "Wood fire"}},
        "shop.wares": {"type": "choices", "options": {"bread": "Bread", "cake": "Cake"}},
        "shop.staff": {"type": "number", "minimum": 0, "maximum": 1000},
        "shop.rent": {"type": "money", "unit": "EUR"},
        "shop.waste": "percent",
        "shop.since": {"type": "date", "minimum": "1900-01-01"},
        "shop.motto": "text",
        "shop.shifts": {"type": "table", "columns": {"hours": {"type": "number"}}},
        "shop.agreed": {"type": "yes_no", "ask_each": "bakers"},
    },
    "checks": {
        "opened": {"met_when": "shop.open"},
        "fired": {"met_when": "shop.oven == 'wood'", "requires": ["opened"]},
        "sweet": {"met_when": "'cake' in shop.wares"},
        "staffed": {"met_when": "shop.staff > 10"},
        "cheap": {"met_when": "shop.rent <= 0.1"},
        "thrifty": {"met_when": "shop.waste < 5"},
        "settled": {"met_when": "shop.since < '2026-01-01'"},
        "known": {"met_when": "stated(shop.motto)"},
        "manned": {"met_when": "count(shop.shifts) > 0"},
        "united": {"met_when": "every(shop.agreed)", "requires": ["opened", "sweet"]},
    },
    "gates": {"sell": {"requires": ["fired", "staffed"]}},
}
RULESET = ruleset_of(CASE)
ASSESSOR = Assessor(RULESET)
CHECK_OF = {
    "open": "opened", "oven": "fired", "wares": "sweet", "staff": "staffed", "rent": "cheap",
    "waste": "thrifty", "since": "settled", "motto": "known", "shifts": "manned",
    "agreed": "united",
}  # fmt: skip


def assessed(columns: dict[str, Any], keep: tuple[str, ...] = ()) -> Portfolio:
    """Return the portfolio of a table with these columns, named by question without the section."""
    named = {f"shop.{name}" if name in CHECK_OF else name: held for name, held in columns.items()}
    return ASSESSOR.assess_table(pa.table(named), as_of=AS_OF, keep=keep)


def statuses(name: str, column: Any) -> list[str]:
    """Return the status of the check on one column, row by row; if refused, the reason."""
    found = assessed({name: column})
    lines = {line["row"]: line[f"status.{CHECK_OF[name]}"] for line in found.table.to_pylist()}
    lines |= {one.row: one.reason for one in found.refused}
    return [lines[number] for number in range(1, len(column) + 1)]


def states(vector: Vector, rows: int) -> list[State]:
    """Return the state in each row."""
    found = distinct(vector, rows)
    places = [0] * rows if found.places is None else found.places.tolist()
    return [found.values[place] for place in places]
