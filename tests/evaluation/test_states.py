"""An answer that is taken as it stands is read as nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from readiness.documents.from_python import build
from readiness.evaluation.states import fitting
from readiness.model.value import read_value
from readiness.problems import Problems, Source
from tests.semantics.harness import ruleset_of

QUESTIONS: dict[str, Any] = {
    "s.yes": "yes_no",
    "s.one": {"type": "choice", "options": {"a": "A", "yes": "Yes"}},
    "s.many": {"type": "choices", "options": {"a": "A", "b": "B"}},
    "s.number": "number",
    "s.part": "percent",
    "s.money": {"type": "money", "unit": "USD", "minimum": 2, "maximum": 50.5},
    "s.day": "date",
    "s.text": "text",
    "s.each": {"type": "yes_no", "ask_each": "team"},
    "s.rows": {"type": "table", "columns": {"size": {"type": "number", "title": "Size"}}},
}
VALUES: tuple[Any, ...] = (
    True, False, None, 0, 1, 2, 50, 50.5, 51, 100, 101, -1, 2**53 - 1, 2**53, 2**60, float("nan"),
    float("inf"), "", "a", " a", "yes", "b", "3", "2026-11-21", [], ["a"], [{}], {"value": True},
)  # fmt: skip


@pytest.mark.parametrize("key", QUESTIONS)
def test_what_fits_is_read_as_it_stands(key: str) -> None:
    """A value that fits is read as itself without a problem; lists, dates and texts never fit."""
    checks = {"c": {"met_when": "s.yes"}}
    question = ruleset_of({"questions": QUESTIONS, "checks": checks}).questions[key]
    fits = fitting(question)
    fitted = []
    for value in filter(fits, VALUES):
        problems = Problems()
        found = read_value(question, build(value, Source("answers", "")), problems)
        assert (found, found.__class__, list(problems)) == (value, value.__class__, [])
        fitted.append(value)
    expected = {
        "s.yes": [True, False], "s.one": ["a", "yes"], "s.part": [0, 1, 2, 50, 50.5, 51, 100],
        "s.money": [2, 50, 50.5],
        "s.number": [0, 1, 2, 50, 50.5, 51, 100, 101, -1, 2**53 - 1],
    }  # fmt: skip
    assert fitted == expected.get(key, [])
