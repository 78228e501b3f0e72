"""Many documents, each with a different problem."""

from __future__ import annotations

from pathlib import Path

import pytest

import readiness
from readiness.problems import DocumentError
from tests.conftest import GoldenCheck
from tests.problems.broken import GOLDEN

MANY = GOLDEN / "many"


def test_all_problems_at_once(golden: GoldenCheck, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty wrong documents are reported in one error, which names each of them."""
    monkeypatch.chdir(MANY)
    documents = {path.as_posix() for path in Path().rglob("*.yaml")}
    with pytest.raises(DocumentError) as caught:
        readiness.load_engagement("engagement.yaml")
    assert len(documents) == 20
    assert documents == {problem.file for problem in caught.value.problems}
    golden(MANY / "message.txt", f"{caught.value}\n")
