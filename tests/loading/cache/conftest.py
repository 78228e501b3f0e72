"""The rulesets that tests of the cache load."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.loading.cache.written import garden


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the rulesets `garden` and `own`, which extends it."""
    return garden(tmp_path / "rules")
