"""A portfolio of companies on a shipped ruleset, identical each time."""

from __future__ import annotations

import datetime
import random
from functools import cache
from typing import Any

import pyarrow as pa

from readiness.assessing import Assessor
from readiness.dependencies.ruleset import Ruleset
from readiness.documents.reading import decode, read
from readiness.loading.rulesets import load_ruleset
from readiness.model.questionnaire import Question
from readiness.portfolio.assessed_block import Portfolio
from readiness.portfolio.tally import Tally
from tests.commands.running import ROOT
from tests.semantics.harness import ruleset_of

AS_OF = datetime.date(2026, 11, 21)
RULESET = "crm-pre-implementation"
COMPANIES = 200
REFUSED = 3


@cache
def shipped() -> Ruleset:
    """Return the ruleset of the example."""
    return load_ruleset(ROOT / "rulesets" / RULESET / "ruleset.yaml")


@cache
def answers() -> tuple[dict[str, Any], ...]:
    """Return companies' answers, good except for a few each; some are invalid."""
    file = ROOT / "rulesets" / RULESET / "cases.yaml"
    good = read(decode(file.read_bytes(), file.name)).plain()["bases"]["all-good"]
    draw, found = random.Random(7), []
    for number in range(COMPANIES + REFUSED):
        care = draw.choice([1, 0.99, 0.95, 0.8, 0.5])
        row = {
            key: value if draw.random() < care else _worse(draw, shipped().questions[key], value)
            for key, value in good.items()
        }
        found.append(row | {"programme.stage": "nothing of the sort"} if number % 70 == 60 else row)
    return tuple(found)


@cache
def companies() -> Portfolio:
    """Return the companies' portfolio."""
    rows = answers()
    table = pa.table({key: pa.array([row[key] for row in rows]) for key in rows[0]})
    return Assessor(shipped()).assess_table(table, as_of=AS_OF)


def _worse(draw: random.Random, question: Question, value: Any) -> Any:
    """Return another answer to a question, or none."""
    if draw.random() < 0.3:
        return None
    if isinstance(value, bool):
        return not value
    if isinstance(value, dict):
        return {"by": {who: _worse(draw, question, one) for who, one in value["by"].items()}}
    if question.type == "table":
        return [{k: not v if isinstance(v, bool) else v for k, v in row.items()} for row in value]
    if question.type == "choice":
        return draw.choice(list(question.options))
    if question.type == "choices":
        return value[:1]
    return value // 2 if isinstance(value, int | float) else value


def tally_of(portfolio: Portfolio) -> Tally:
    """Return the tally of all blocks of a portfolio."""
    found = Tally.none(portfolio.layout.ruleset)
    for block in portfolio.blocks:
        found += block.tally()
    return found


def small(case: dict[str, Any], columns: dict[str, list[Any]]) -> tuple[Tally, Ruleset]:
    """Return the tally of a table of answers to a case in short form, and its ruleset."""
    ruleset = ruleset_of(case)
    found = Assessor(ruleset).assess_table(pa.table(columns), as_of=AS_OF)
    return tally_of(found), ruleset
