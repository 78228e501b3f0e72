"""Any input, through every way in, is accepted or refused with a message."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from readiness import load_engagement
from tests.lanes import each, first_of
from tests.problems.mutants import documents
from tests.problems.ways_in import WAYS

# READINESS_FUZZ=100000 for a long run.
HOW_MANY = int(os.environ.get("READINESS_FUZZ", "200"))
FIRST = int(os.environ.get("READINESS_FUZZ_FIRST", "0"))


EACH_WAY = each(WAYS, fast=lambda name: name != "shipped documents")


@pytest.mark.parametrize("part", first_of(5, 1))
@pytest.mark.parametrize("name", EACH_WAY)
def test_what_comes_in_damaged(name: str, part: int, tmp_path: Path) -> None:
    """Damaged input is accepted, or refused with a message; changed bytes are found."""
    way, share = WAYS[name]
    seeds = range(FIRST, FIRST + round(HOW_MANY * share))[part::5]
    faults = {seed: fault for seed in seeds if (fault := way(seed, tmp_path))}
    assert faults == {}


def test_undamaged_documents(tmp_path: Path) -> None:
    """The shipped documents that are damaged are valid beforehand."""
    (tmp_path / "answers").mkdir()
    for name, text in documents().items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    load_engagement(tmp_path / "engagement.yaml")


@pytest.mark.parametrize("seed", [69, 1165, 3677, 3003999])
def test_values_that_once_failed(seed: int, tmp_path: Path) -> None:
    """An unreadable value in place of a list has a specific hint."""
    assert WAYS["values"][0](seed, tmp_path) == ""
