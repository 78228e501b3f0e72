"""Conditions on one line."""

from __future__ import annotations

from typing import Any

import pytest

from readiness.conditions.terms import canonical, in_full
from tests.semantics.harness import ruleset_of

QUESTIONS = dict.fromkeys(("s.a", "s.b", "s.c", "s.d"), "yes_no") | {"s.n": "number"}


def term_of(condition: Any) -> Any:
    """Return the term of a condition as a document writes it."""
    case = {"questions": QUESTIONS, "checks": {"c": {"met_when": condition}}}
    return ruleset_of(case).met_when["c"]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("s.a and s.b", "s.a and s.b"),
        ({"all": ["s.a", "s.b", "s.c"]}, "s.a and s.b and s.c"),
        ({"any": ["s.a", "s.n > 2"]}, "s.a or s.n > 2"),
        ({"not": "s.a"}, "not s.a"),
        ({"not": {"any": ["s.a", "s.b"]}}, "not (s.a or s.b)"),
        ({"all": ["s.a", {"any": ["s.b", {"not": "s.c"}]}]}, "s.a and (s.b or not s.c)"),
        ({"any": ["s.a and s.b", "s.c"]}, "(s.a and s.b) or s.c"),
        ({"not": "s.a and s.b"}, "not (s.a and s.b)"),
        ({"all": ["not s.a", {"not": {"not": "s.b"}}]}, "not s.a and not not s.b"),
    ],
)
def test_a_group_is_written_as_an_expression(written: Any, shown: str) -> None:
    """A group is shown with all its parts, as an equivalent expression."""
    assert shown == in_full(term_of(written))
    assert canonical(term_of(shown)) == canonical(term_of(written))


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ({"all": ["s.a"]}, "s.a"),
        ({"all": ["s.a", {"any": ["s.b"]}]}, "s.a and s.b"),
        ({"all": [{"any": [{"any": ["s.a", "s.b"]}]}, "s.c"]}, "(s.a or s.b) and s.c"),
        ({"not": {"all": [{"any": ["s.a", "s.b"]}]}}, "not (s.a or s.b)"),
    ],
)
def test_a_group_of_one(written: Any, shown: str) -> None:
    """A group of one condition is shown as that condition, with brackets if needed."""
    assert in_full(term_of(written)) == shown


def test_a_number_of_parts() -> None:
    """`at_least` has no expression; its parts are listed."""
    written = {"at_least": 2, "of": ["s.a", {"all": ["s.b", "s.c"]}, "s.d"]}
    assert in_full(term_of(written)) == "at least 2 of (s.a; s.b and s.c; s.d)"
