"""Results that are read back from their documents."""

from __future__ import annotations

import json
import pickle
from typing import Any

import pytest

import readiness
from readiness import Assessment, Assessor, DocumentError

HALDEN = "questionnaires/examples/halden-outdoor/engagement.yaml"


@pytest.fixture(scope="module")
def result() -> Assessment:
    """Return a result with a conflict, a resolution and waivers."""
    inquiry = readiness.load_engagement(HALDEN)
    return Assessor(inquiry.ruleset).assess(inquiry)


def told(assessment: Assessment) -> dict[str, Any]:
    """Return what the public interface says about a result, apart from answers."""
    return {
        "gates": [
            (g.id, g.verdict, g.waits_for, g.questions, g.is_passed, g.out_of_scope)
            for g in assessment.gates.values()
        ],
        "checks": [
            (
                c.id, c.status, c.standing, c.waits_for, c.root_blockers, c.holds, c.gates,
                c.because.to_dict(), c.is_open, c.closed_by, c.waived and c.waived.reason,
            )
            for c in assessment.checks.values()
        ],
        "lists": (
            assessment.blockers, assessment.root_blockers, assessment.order, assessment.conflicts,
            assessment.disputed, assessment.warnings, assessment.unanswered, assessment.score,
            assessment.area_scores, assessment.out_of_scope, assessment.as_of,
            assessment.assurance, assessment.title, assessment.ruleset.id,
            assessment.ruleset.version, assessment.ruleset.sha256,
        ),
    }  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("compact", [False, True])
def test_a_result_that_is_read_back_says_the_same(result: Assessment, compact: bool) -> None:
    """Whole or compact, from JSON or a dictionary, also after pickling."""
    text = result.to_json(compact=compact)
    again = Assessment.from_json(text)
    assert isinstance(again, Assessment)
    assert told(again) == told(result)
    assert again.to_dict(compact=compact) == result.to_dict(compact=compact)
    assert json.loads(again.to_json(compact=compact)) == json.loads(text)
    assert again == Assessment.from_dict(json.loads(text)) == pickle.loads(pickle.dumps(again))
    assert "<table>" in again._repr_html_()
    with pytest.raises(LookupError, match="no answer sheets"):
        _ = again.sheets
    with pytest.raises(ValueError, match=f"give compact={compact}"):
        again.to_dict(compact=not compact)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"format": "readiness/assessment/2"}, "format-newer"),
        ({"format": "readiness/plan/1"}, "format-of-another-kind"),
        ({"as_of": "2026-11-22"}, "result-changed"),
        ({"mood": "good"}, "unknown-key"),
    ],
)
def test_other_documents_are_refused(result: Assessment, change: dict[str, str], code: str) -> None:
    """A newer format, another kind, a changed result and an unknown key give different errors."""
    with pytest.raises(DocumentError) as caught:
        Assessment.from_dict({**result.to_dict(), **change})
    assert [problem.code for problem in caught.value.problems] == [code]


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, b"\xff"])
def test_what_is_no_json_is_refused(text: str | bytes) -> None:
    """Damaged text raises `DocumentError`."""
    with pytest.raises(DocumentError, match="this is not JSON"):
        Assessment.from_json(text)
