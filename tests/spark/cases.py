"""A ruleset with a question of every type, and cases in Spark's and Arrow's form."""

from __future__ import annotations

import datetime
import json
import random
from decimal import Decimal
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from readiness.assessing import Assessor
from readiness.loading.rulesets import load_texts
from tests.semantics.harness import documents_of

AS_OF = datetime.date(2026, 11, 21)
KEPT = ("case", "company")
BERLIN = ZoneInfo("Europe/Berlin")

# For each column its name, and its type in Spark and in Arrow.
COLUMNS: dict[str, tuple[str, Any]] = {
    "case": ("bigint", pa.int64()),
    "company": ("string", pa.string()),
    "s.agreed": ("boolean", pa.bool_()),
    "s.level": ("string", pa.string()),
    "s.parts": ("array<string>", pa.list_(pa.string())),
    "s.tiny": ("tinyint", pa.int8()),
    "s.small": ("smallint", pa.int16()),
    "s.count": ("int", pa.int32()),
    "s.large": ("bigint", pa.int64()),
    "s.single": ("float", pa.float32()),
    "s.share": ("double", pa.float64()),
    "s.cost": ("decimal(12,2)", pa.decimal128(12, 2)),
    "s.day": ("date", pa.date32()),
    "s.start": ("timestamp", pa.timestamp("us", "Europe/Berlin")),
    "s.end": ("timestamp_ntz", pa.timestamp("us")),
    "s.words": ("string", pa.string()),
    "s.sites": (
        "array<struct<name:string,size:bigint,open:boolean>>",
        pa.list_(pa.struct({"name": pa.string(), "size": pa.int64(), "open": pa.bool_()})),
    ),
    "s.noted": (
        "struct<value:boolean,unknown:string,note:string>",
        pa.struct({"value": pa.bool_(), "unknown": pa.string(), "note": pa.string()}),
    ),
    "s.each": (
        "struct<by:struct<sales:boolean,it:boolean>>",
        pa.struct({"by": pa.struct({"sales": pa.bool_(), "it": pa.bool_()})}),
    ),
    "s.decider": (
        "struct<by:map<string,string>>",
        pa.struct({"by": pa.map_(pa.string(), pa.string())}),
    ),
}
SPARK = ", ".join(f"`{name}` {kind}" for name, (kind, _) in COLUMNS.items())
ARROW = pa.schema([(name, kind) for name, (_, kind) in COLUMNS.items()])

_OPTIONS = {"board": "Board", "manager": "Manager"}
_TABLE = {"name": {"type": "text"}, "size": {"type": "number"}, "open": {"type": "yes_no"}}
_CASE: dict[str, Any] = {
    "questions": {
        "s.agreed": "yes_no",
        "s.level": {"type": "choice", "options": _OPTIONS},
        "s.parts": {"type": "choices", "options": {"a": "A", "b": "B"}, "ask_when": "s.agreed"},
        "s.tiny": "number", "s.small": "number", "s.large": "number", "s.single": "number",
        "s.count": {"type": "number", "minimum": 0, "maximum": 100},
        "s.share": "percent",
        "s.cost": {"type": "money", "unit": "EUR"},
        "s.day": "date", "s.start": "date", "s.end": "date",
        "s.words": "text",
        "s.sites": {"type": "table", "columns": _TABLE},
        "s.noted": "yes_no",
        "s.each": {"type": "yes_no", "ask_each": "team"},
        "s.decider": {"type": "choice", "options": _OPTIONS, "ask_each": "team"},
        "s.unasked": "yes_no",
    },
    "checks": {
        "agreed": {"met_when": "s.agreed and s.level == 'board'"},
        "parts": {"met_when": "'a' in s.parts", "requires": ["agreed"]},
        "numbers": {"met_when": {"all": ["s.tiny < 50", "s.small < 3000", "s.count > 20"]}},
        "more": {"met_when": {"any": ["s.large > 900000", "s.single >= 0.5"]}},
        "money": {"met_when": "s.cost < 5000 or s.share > 40", "requires": ["numbers"]},
        "days": {"met_when": "days_until(s.day) > 0 and s.start < s.end"},
        "words": {"met_when": "stated(s.words)"},
        "sites": {"met_when": "every(s.sites, size > 2 and open)", "requires": ["parts", "days"]},
        "noted": {"met_when": "s.noted"},
        "each": {"met_when": "every(s.each)", "requires": ["noted"]},
        "decider": {"met_when": "agree(s.decider)"},
        "unasked": {"met_when": "s.unasked", "applies_when": "s.count > 50"},
    },
    "gates": {
        "start": {"requires": ["agreed", "money"]},
        "launch": {"requires": ["sites", "each", "decider"], "after": ["start"]},
    },
}  # fmt: skip


@cache
def assessor() -> Assessor:
    """Return the compiled ruleset."""
    documents = documents_of(_CASE)
    texts = [json.dumps(documents[kind]) for kind in ("ruleset", "questionnaire")]
    return Assessor(load_texts(texts))


def rows(number: int, seed: str = "cases") -> list[dict[str, Any]]:
    """Return cases, some with missing answers, and some with an invalid one."""
    draw = random.Random(seed)
    return [_row(draw, case) for case in range(1, number + 1)]


def table(found: list[dict[str, Any]]) -> pa.Table:
    """Return cases in Arrow's form."""
    return pa.Table.from_pylist(found, schema=ARROW)


def _row(draw: random.Random, case: int) -> dict[str, Any]:
    found: dict[str, Any] = {
        "case": case,
        "company": None if draw.random() < 0.1 else f"Müller & Søn {case % 7}",
    }
    for name, answer in _answers(draw).items():
        found[name] = answer if draw.random() < 0.85 else None
    return found


def _answers(draw: random.Random) -> dict[str, Any]:
    day = datetime.date(2026, 11, 21) + datetime.timedelta(draw.randint(-400, 400))
    midnight = datetime.datetime(2026, draw.randint(1, 12), 5)
    not_quite = datetime.timedelta(minutes=5 if draw.random() < 0.02 else 0)
    is_wrong = draw.random() < 0.05
    return {
        "s.agreed": draw.random() < 0.8,
        "s.level": "president" if is_wrong else draw.choice(["board", "board", "manager"]),
        "s.parts": draw.sample(["a", "b"], draw.randint(0, 2)) + ["c"] * (draw.random() < 0.03),
        "s.tiny": draw.randint(-128, 127),
        "s.small": draw.randint(-32_768, 32_767),
        "s.count": draw.choice([101, -1]) if is_wrong else draw.randint(0, 100),
        "s.large": 2**60 if draw.random() < 0.02 else draw.randint(0, 1_000_000),
        "s.single": draw.choice([0.25, 0.5, 0.75]),
        "s.share": float("nan") if draw.random() < 0.02 else draw.uniform(0, 100),
        "s.cost": Decimal(draw.randint(0, 1_000_000)) / 100,
        "s.day": day,
        "s.start": (midnight + not_quite).replace(tzinfo=BERLIN),
        "s.end": datetime.datetime.combine(day, datetime.time()),
        "s.words": draw.choice(["", "as agreed", "ja – so"]),
        "s.sites": [
            {"name": f"site {n}", "size": draw.choice([1, 3, 9, None]), "open": draw.random() < 0.8}
            for n in range(draw.randint(0, 3))
        ],
        "s.noted": draw.choice(
            [
                {"value": True, "unknown": None, "note": "minute 14"},
                {"value": False, "unknown": None, "note": None},
                {"value": None, "unknown": "still counting", "note": None},
                {"value": None, "unknown": None, "note": "nothing else"},
            ]
        ),
        "s.each": {"by": {"sales": draw.choice([True, None]), "it": draw.random() < 0.8}},
        "s.decider": {"by": {who: draw.choice(list(_OPTIONS)) for who in ("sales", "it", "hr")}},
    }  # fmt: skip
