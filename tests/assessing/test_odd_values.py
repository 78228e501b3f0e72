"""Odd Python values through every way to pass in answers."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.problems import DocumentError
from tests.odd_values import VALUES, odd_values
from tests.portfolio.bakery import AS_OF, ASSESSOR, RULESET

QUESTIONS = sorted(RULESET.questions)
MANY = int(os.environ.get("READINESS_VALUES", "100"))
Statuses = dict[str, str]


def assess(question: str, value: Any) -> Statuses:
    result = ASSESSOR.assess({question: value}, as_of=AS_OF)
    assert result.to_json()  # reasons can be worded and written
    return {key: check.status for key, check in result.checks.items()}


def judge(question: str, value: Any) -> Statuses:
    return dict(ASSESSOR.judge({question: value}, as_of=AS_OF).statuses)


def session(question: str, value: Any) -> Statuses:
    begun = ASSESSOR.session(as_of=AS_OF)
    begun.answer(question, value)
    return {key: check.status for key, check in begun.result.checks.items()}


def session_begun(question: str, value: Any) -> Statuses:
    begun = ASSESSOR.session({question: value}, as_of=AS_OF)
    return {key: check.status for key, check in begun.result.checks.items()}


def assess_table(question: str, value: Any) -> Statuses:
    found = ASSESSOR.assess_table({question: [value]}, as_of=AS_OF)
    for one in found.refused:
        assert (one.row, one.question) == (1, question)
        assert one.reason.encode()
        raise DocumentError([])
    [row] = found.table.to_pylist()
    return {key: row[f"status.{key}"] for key in RULESET.checks}


DOORS: dict[str, Callable[[str, Any], Statuses]] = {
    "assess": assess, "judge": judge, "session": session, "session_begun": session_begun,
    "assess_table": assess_table,
}  # fmt: skip


def outcome(door: str, question: str, value: Any) -> Statuses | None:
    """Return the statuses that a value leads to; None if it is refused."""
    try:
        return DOORS[door](question, value)
    except DocumentError as error:
        assert str(error).encode() is not None
        assert not error.problems or question in str(error)
        assert not re.search(r"--[a-z]", str(error))
        return None


def same_in_all(question: str, value: Any) -> Statuses | None:
    found = {door: outcome(door, question, value) for door in DOORS}
    assert found == dict.fromkeys(DOORS, found["assess"])
    return found["assess"]


@pytest.mark.slow
@pytest.mark.parametrize("question", QUESTIONS)
def test_listed_values(question: str) -> None:
    """Each odd value is accepted, counts as no answer, or is refused, in every way alike."""
    for number, value in enumerate(VALUES):
        try:
            same_in_all(question, value)
        except BaseException as fault:
            fault.add_note(f"value {number} of the list, of type {type(value).__name__}")
            raise


@settings(max_examples=MANY * settings().max_examples // 100)
@given(st.sampled_from(QUESTIONS), odd_values())
def test_any_value(question: str, value: Any) -> None:
    """The same is true of any other value; READINESS_VALUES sets how many are tried."""
    same_in_all(question, value)
