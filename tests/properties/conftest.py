"""Random pairs for all properties, block by block, so that few are in memory at a time."""

from __future__ import annotations

import pytest

from tests.lanes import each
from tests.properties.pairs import BLOCK, PAIRS, Pair, drawn

# The fast lane includes only the first block.
BLOCKS = each(
    range(-(-PAIRS // BLOCK)), fast=lambda number: number == 0, ids=lambda number: f"block{number}"
)


@pytest.fixture(scope="session", params=BLOCKS)
def pairs(request: pytest.FixtureRequest) -> list[Pair]:
    """Return one block of pairs of a ruleset and answers; each test gets all blocks."""
    return list(drawn(request.param))
