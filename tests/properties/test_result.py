"""The result does not depend on how it was produced, and matches its schema."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import readiness
from readiness.assessing import Assessor
from readiness.documents.schemas import schema
from readiness.problems import Problems
from readiness.result.assessment import Assessment
from tests.properties.cases import TODAY, Case
from tests.properties.pairs import Pair
from tests.properties.shrinking import hold
from tests.semantics.harness import found_in, sheets_of

ROOT = Path(__file__).parents[2]
DAY = date.fromisoformat(TODAY)


def shuffled(sheets: Case, draw: random.Random) -> Case:
    """Return the same sheets, each with its answers in another order."""
    return {
        name: dict(draw.sample(list(answers.items()), len(answers)))
        for name, answers in sheets.items()
    }


def test_the_same_input_gives_the_same_bytes(pairs: list[Pair]) -> None:
    """A result written twice is the same; the order of answers changes only a sheet's digest."""

    def rule(pair: Pair) -> str:
        once = pair.assessment()
        if once.to_json() != pair.assessment().to_json():
            return "twice: the second result differs"
        again = pair.with_sheets(shuffled(pair.case["sheets"], pair.draw("shuffle")))
        same = _said(once) == _said(again.assessment())
        return "" if same else "order: it matters"

    hold(rule, pairs[::4])


def _said(found: Assessment) -> dict[str, Any]:
    """Return the result document without the digests of sheets, which depend on the order."""
    document = {key: value for key, value in found.to_dict().items() if key != "sha256"}
    sheets = [{**sheet, "sha256": ""} for sheet in document["answers"]]
    return {**document, "answers": sheets}


def test_the_result_is_what_its_schema_says(pairs: list[Pair]) -> None:
    """Every result is valid by the published schema of results."""
    validator = Draft202012Validator(schema("result"))

    def rule(pair: Pair) -> str:
        error = next(validator.iter_errors(pair.assessment().to_dict()), None)
        return "" if error is None else f"schema: {error.json_path}: {error.message}"

    hold(rule, pairs[::10])


def test_the_assessor_says_what_its_parts_say(pairs: list[Pair]) -> None:
    """`assess` with plain circumstances equals evaluating the combined answers with the program."""

    def rule(pair: Pair) -> str:
        case = pair.case
        found = Assessor(pair.ruleset).assess(
            pair.sheets,
            as_of=DAY,
            assurance=case.get("assurance", "stated"),
            groups=case.get("groups"),
            resolutions=case.get("resolutions"),
            waivers=case.get("waivers"),
            scope=case.get("scope"),
            find_evidence=found_in(case),
        )
        same = found.to_json() == pair.assessment().to_json()
        return "" if same else "assessor: it says something else"

    hold(rule, pairs[1::10])


@pytest.mark.slow
def test_the_result_does_not_hang_on_the_seed_of_hashing() -> None:
    """Two processes with different hash seeds write the same bytes."""
    program = (
        "from tests.properties.pairs import drawn\n"
        "for pair in drawn(0):\n"
        "    print(pair.assessment().to_dict()['sha256'])\n"
    )
    path = os.pathsep.join([str(Path(readiness.__file__).parents[1]), str(ROOT)])
    printed = [
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONPATH": path, "PYTHONHASHSEED": seed},
            cwd=ROOT, capture_output=True, text=True, check=True, timeout=120,
        ).stdout
        for seed in ("1", "2")
    ]  # fmt: skip
    assert len(printed[0].split()) == 100
    assert printed[0] == printed[1]


def test_sheets_read_with_validation_are_the_sheets_read_without(pairs: list[Pair]) -> None:
    """Sheets filled in by the properties are read the same with and without validation."""
    for pair in pairs[3::20]:
        problems = Problems()
        sheets = sheets_of(pair.case, pair.ruleset, problems)
        problems.raise_if_any()
        short = pair.with_sheets(pair.case["sheets"]).sheets
        assert [sheet.given for sheet in sheets] == [sheet.given for sheet in short]
