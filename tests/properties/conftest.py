"""Random pairs for all properties, block by block, so that few are held at a time."""

from __future__ import annotations

import pytest

from tests.lanes import each
from tests.properties.pairs import BLOCK, PAIRS, Pair, drawn

# Of all blocks the first alone belongs to the fast lane.
BLOCKS = each(
    range(-(-PAIRS // BLOCK)), fast=lambda number: number == 0, ids=lambda number: f"block{number}"
)


@pytest.fixture(scope="session", params=BLOCKS)
def pairs(request: pytest.FixtureRequest) -> list[Pair]:
    """One block of pairs of a ruleset and answers; each test sees all blocks."""
    return list(drawn(request.param))
