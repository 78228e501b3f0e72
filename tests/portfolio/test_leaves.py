"""Leaves as tests of one subject; `test_values` compares their results with the reference."""

from __future__ import annotations

import numpy as np
import pytest

from readiness.conditions.terms import Answer, Arithmetic, questions_of
from readiness.portfolio.segments import NotColumnar, Numbers, empty, full, leaf_of
from tests.portfolio.test_values import term_of

ROWS = 3


@pytest.mark.parametrize(
    ("condition", "kind", "questions"),
    [
        ("s.yes", Answer, ("s.yes",)),
        ("s.one > 0", Answer, ("s.one",)),
        ("0 < s.one", Answer, ("s.one",)),
        ("s.one + s.two > 0", Arithmetic, ("s.one", "s.two")),
        ("s.kind in ['a', 'b']", Answer, ("s.kind",)),
        ("stated(s.day)", Answer, ("s.day",)),
        ("covers(s.marks, ['x'])", Answer, ("s.marks",)),
    ],
)
def test_the_subject_of_a_leaf(condition: str, kind: type, questions: tuple[str, ...]) -> None:
    """The subject of a leaf with literals is the leaf without them."""
    leaf = leaf_of(term_of(condition))
    assert leaf is not None
    assert isinstance(leaf.subject, kind)
    assert questions_of(leaf.subject) == questions


def test_leaves_of_more_than_one_subject() -> None:
    """A comparison of two columns has no single subject."""
    assert leaf_of(term_of("s.one > s.two")) is None


@pytest.mark.parametrize("condition", ["s.yes", "covers(s.marks, ['x'])"])
def test_a_vector_of_another_kind(condition: str) -> None:
    """Tests of booleans or options cannot read numbers; these are evaluated row by row."""
    leaf = leaf_of(term_of(condition))
    assert leaf is not None
    with pytest.raises(NotColumnar):
        leaf.test(Numbers(full(ROWS), empty(ROWS), np.zeros(ROWS)))
