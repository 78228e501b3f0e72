"""The shipped rulesets on Spark: random rows with tables, choices, notes and respondents.

`READINESS_SPARK_ROWS` sets how many rows, over all rulesets together.
"""

from __future__ import annotations

import datetime
import os
import random
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from readiness.assessing import Assessor
from readiness.loading.rulesets import load_ruleset
from readiness.model.questionnaire import Field, Question
from readiness.portfolio.files.json_lines import arrow_type
from tests.docs.pages import ROOT

ROWS = int(os.environ.get("READINESS_SPARK_ROWS", "160"))
ALONE = 5  # rows of each ruleset that are also assessed alone
AS_OF = datetime.date(2026, 11, 21)
RULESETS = sorted(path.parent.name for path in ROOT.glob("rulesets/*/ruleset.yaml"))
PEOPLE = ("finance", "it", "sales")


def value(draw: random.Random, field: Field) -> Any:
    """Return a random valid answer to a question, or a cell of a column."""
    match field.kind:
        case "truth":
            return draw.random() < 0.8
        case "choice":
            return draw.choice(list(field.options))
        case "choices":
            return [one for one in field.options if draw.random() < 0.6]
        case "number":
            low = field.minimum if isinstance(field.minimum, int | float) else 0
            high = field.maximum if isinstance(field.maximum, int | float) else low + 1000
            found = draw.randint(int(low), int(high))
            return float(found if field.question_type.is_whole else found - draw.random() / 10)
        case "date":
            return (AS_OF - datetime.timedelta(draw.randint(0, 900))).isoformat()
        case "table":
            assert isinstance(field, Question)
            columns = field.columns.items()
            return [
                {key: value(draw, one) if draw.random() < 0.9 else None for key, one in columns}
                for _ in range(draw.randint(0, 4))
            ]
    return draw.choice(["one", "two", "three"])


def column(draw: random.Random, question: Question, rows: int) -> pa.Array:
    """Return random answers to a question: plain, or all with notes, or from respondents."""
    held = [value(draw, question) if draw.random() < 0.9 else None for _ in range(rows)]
    plain = arrow_type(question)
    if question.ask_each:
        by = pa.struct([(who, plain) for who in PEOPLE])
        said = [
            {"by": {who: value(draw, question) for who in PEOPLE if draw.random() < 0.8}}
            for _ in range(rows)
        ]
        return pa.array(said, pa.struct([("by", by)]))
    if draw.random() < 0.2:
        noted = [{"value": one, "note": draw.choice([None, "seen"])} for one in held]
        return pa.array(noted, pa.struct([("value", plain), ("note", pa.string())]))
    return pa.array(held, plain)


def readable(column: pa.Array, row: int) -> Any:
    """Return an answer as a single assessment takes it, without the respondents who gave none."""
    held = column[row].as_py()
    if isinstance(held, dict) and "by" in held:
        by = {who: one for who, one in held["by"].items() if one is not None}
        return {"by": by} if by else None
    return held


@pytest.mark.slow
@pytest.mark.usefixtures("large_batches")
@pytest.mark.parametrize("name", RULESETS)
def test_shipped_rulesets_row_for_row(session: Any, name: str, tmp_path: Path) -> None:
    """Every row gives the same result on Spark, in a table, and alone."""
    from readiness.spark import assess

    assessor, draw = Assessor(load_ruleset(name)), random.Random(name)
    rows = max(ROWS // len(RULESETS), ALONE)
    answers = {key: column(draw, one, rows) for key, one in assessor.ruleset.questions.items()}
    table = pa.table({"case": range(rows), **answers})
    pq.write_table(table, tmp_path / "cases.parquet")
    given = session.read.parquet(str(tmp_path / "cases.parquet")).repartition(4)
    assess(given, assessor, as_of=AS_OF, keep=["case"]).write.parquet(str(tmp_path / "found"))
    found = pq.read_table(tmp_path / "found").sort_by("case")
    local = assessor.assess_table(table, as_of=AS_OF, keep=["case"])
    valid = found.filter(pa.compute.is_null(found["refused"])).drop_columns("refused")
    assert local.table.num_rows > rows / 2
    assert valid.to_pylist() == local.table.drop_columns("row").to_pylist()
    for line in valid.slice(0, ALONE).to_pylist():
        row = {key: readable(one, line["case"]) for key, one in answers.items()}
        alone = assessor.assess(row, as_of=AS_OF)
        assert {key: one.status for key, one in alone.checks.items()} == {
            key: line[f"status.{key}"] for key in alone.checks
        }
        assert {key: one.verdict for key, one in alone.gates.items()} == {
            key: line[f"verdict.{key}"] for key in alone.gates
        }
