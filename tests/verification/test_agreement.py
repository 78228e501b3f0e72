"""The native engine, the reference interpreter and the independent engine agree."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from readiness.assessing import Assessor
from readiness.loading.engagements import load_engagement
from readiness.verification.independent_run import Reperformer, differences, reperform
from tests.lanes import each, first_of
from tests.properties.pairs import BLOCK, PAIRS, Pair, drawn
from tests.properties.shrinking import hold
from tests.properties.test_evaluators import difference
from tests.semantics.harness import assess, judged_by_reference, load_cases
from tests.verification.library import needs_durable

ROOT = Path(__file__).parents[2]
ENGAGEMENTS = sorted((ROOT / "questionnaires").rglob("engagement.yaml"))
COUNT = PAIRS if "READINESS_PAIRS" in os.environ else 200
CASES = load_cases()

pytestmark = needs_durable


@pytest.mark.parametrize("file", sorted({case["file"] for case in CASES}))
def test_semantics(file: str, reperformer: Reperformer) -> None:
    """Each hand-evaluated case has the same outcome in all three; those that differ are named."""
    differ: dict[str, list[str]] = {}
    for case in CASES:
        if case["file"] != file:
            continue
        found = assess(case)
        again = reperformer.reperform(found.ruleset, found.sheets, found.answers.circumstances)
        differ[case["rule"]] = [
            str(one)
            for judgement in (found.judgement, judged_by_reference(found))
            for one in differences(judgement, again)
        ]
    assert {rule: found for rule, found in differ.items() if found} == {}
    assert differ


@pytest.mark.parametrize("block", first_of(-(-COUNT // BLOCK), 1))
def test_random_pairs(block: int, reperformer: Reperformer) -> None:
    """For random rulesets and answers all three agree."""

    def rule(pair: Pair) -> str:
        again = reperformer.reperform(pair.ruleset, pair.sheets, pair.circumstances)
        if said := difference(pair.by_reference, pair.judgement):
            return f"reference and native: {said}"
        return "\n".join(f"differ: {one}" for one in differences(pair.judgement, again)[:1])

    hold(rule, drawn(block))


@pytest.mark.parametrize(
    "path",
    each(
        ENGAGEMENTS,
        fast=lambda path: path.parent.name == "sund-savings",
        ids=lambda path: path.parent.name,
    ),
)
def test_shipped_engagements(path: Path) -> None:
    """Each shipped engagement has the same outcome, in the same order."""
    inquiry = load_engagement(path)
    first, again = Assessor(inquiry.ruleset).assess(inquiry).judgement, reperform(inquiry)
    assert differences(first, again) == []
    assert list(first.verdicts) == list(again.verdicts)
    assert list(first.statuses) == list(again.statuses)
    assert (again.engine, again.attempts) == ("durable-rules", 1)
    assert again.facts > len(inquiry.ruleset.checks)


def test_there_are_engagements() -> None:
    """The shipped engagements are found."""
    assert len(ENGAGEMENTS) >= 3
