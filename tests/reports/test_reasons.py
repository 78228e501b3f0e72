"""The reasons for an open check: what is missing, or what was found."""

from __future__ import annotations

from typing import Any

import pytest

from readiness.reports.reasons import BY_TITLE, findings_of
from tests.semantics.harness import assess

YES, EACH = "yes_no", {"type": "yes_no", "ask_each": "all"}
GROUPS = {"all": ["sales", "it"]}

TOLD: tuple[tuple[str, dict[str, Any], list[tuple[str | None, str]]], ...] = (
    (
        "an unanswered question",
        {"questions": {"s.a": YES}, "checks": {"one": {"met_when": "s.a"}}},
        [("s.a", "no answer yet")],
    ),
    (
        "a question that depends on an unanswered one",
        {
            "questions": {"s.a": YES, "s.b": {"type": YES, "ask_when": "s.a"}},
            "checks": {"one": {"met_when": "s.b"}},
        },
        [("s.a", "no answer yet"), ("s.b", "asked only when “s.a” is answered yes")],
    ),
    (
        "respondents who have not answered",
        {
            "questions": {"s.a": EACH},
            "checks": {"one": {"met_when": "every(s.a)"}},
            "groups": GROUPS,
            "sheets": {"sales": {"s.a": True}},
        },
        [("s.a", "no answer from it")],
    ),
    (
        "a respondent who is asked because of another answer",
        {
            "questions": {"s.a": EACH, "s.b": EACH | {"ask_when": "s.a"}},
            "checks": {"one": {"met_when": "every(s.b)"}},
            "groups": GROUPS,
            "sheets": {"sales": {"s.a": True, "s.b": True}, "it": {"s.a": True}},
        },
        [("s.b", "no answer from it")],
    ),
    (
        "a fault, with the question whose answer can fix it",
        {
            "questions": {"s.n": "number"},
            "checks": {"one": {"met_when": "1 / s.n > 1"}},
            "answers": {"s.n": 0},
        },
        [("s.n", "1 / s.n: division by zero")],
    ),
    (
        "a fault that no answer can fix",
        {
            "questions": {"s.n": "number"},
            "checks": {"one": {"met_when": "1 / 0 > 1"}},
            "answers": {"s.n": 0},
        },
        [(None, "1 / 0: division by zero")],
    ),
    (
        "what made it unmet, not what is in its favour",
        {
            "questions": {"s.a": YES, "s.b": YES},
            "checks": {"one": {"met_when": {"all": ["s.a", "s.b"]}}},
            "answers": {"s.a": True, "s.b": False},
        },
        [("s.b", "no")],
    ),
    (
        "what made it unmet through a negated condition",
        {
            "questions": {"s.a": YES, "s.b": YES},
            "checks": {"one": {"met_when": {"any": ["not s.a", "s.b"]}}},
            "answers": {"s.a": True, "s.b": False},
        },
        [("s.a", "yes"), ("s.b", "no")],
    ),
    (
        "respondents with the same answer, together",
        {
            "questions": {"s.a": EACH},
            "checks": {"one": {"met_when": "some(s.a)"}},
            "groups": GROUPS,
            "sheets": {"sales": {"s.a": False}, "it": {"s.a": False}},
        },
        [("s.a", "sales and it: no")],
    ),
)


@pytest.mark.parametrize(("case", "told"), [row[1:] for row in TOLD], ids=[row[0] for row in TOLD])
def test_findings(case: dict[str, Any], told: list[tuple[str | None, str]]) -> None:
    """Each question is listed once, with those who have not answered it, or with its answers."""
    assessment = assess(case)
    check = assessment.checks["one"]
    found = findings_of(assessment, check, check.explain(BY_TITLE))
    assert told == [(one.question.id if one.question else None, one.said) for one in found]
