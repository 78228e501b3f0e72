"""Sets of checks as integers."""

from __future__ import annotations

import random

import pytest

from readiness.dependencies.graph import members


@pytest.mark.parametrize("share", [0.0, 0.001, 0.05, 0.5, 1.0])
def test_members(share: float) -> None:
    """A set returns the positions it was made from, lowest first, whether few or many."""
    draw = random.Random(f"members {share}")
    held = [position for position in range(3_000) if draw.random() < share]
    assert list(members(sum(1 << position for position in held))) == held
