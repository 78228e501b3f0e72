"""Commands that change a document, at work on it at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.collecting.garden import ENGAGEMENT, write_garden
from tests.commands.running import run_process

SAID = ("--reason", "I looked.", "--by", "ada", "--force")


@pytest.mark.parametrize("round_", range(2))
def test_resolutions_at_once(tmp_path: Path, round_: int) -> None:
    """Of resolutions that are written at the same time none is lost."""
    del round_
    path = write_garden(tmp_path)
    keys = ["is.dug", "is.fenced", "is.glazed"]

    def resolve(key: str) -> int:
        return run_process(
            "resolve", path.name, key, "--value", "yes", *SAID, folder=tmp_path
        ).status

    with ThreadPoolExecutor(len(keys)) as pool:
        assert list(pool.map(resolve, keys)) == [0] * len(keys)
    text = path.read_text()
    assert [key for key in keys if f"  {key}:\n" not in text] == []
    assert text.startswith(ENGAGEMENT[:20])
