"""Whatever is in a document, loading it works or says what is wrong with it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import readiness
from readiness.problems import DocumentError
from tests.problems.mutants import damaged, documents

pytestmark = pytest.mark.slow

# READINESS_FUZZ=20000 for a night.
HOW_MANY = int(os.environ.get("READINESS_FUZZ", "200"))
FIRST = int(os.environ.get("READINESS_FUZZ_FIRST", "0"))


def fault_of(folder: Path, texts: dict[str, str]) -> str:
    """How loading the documents fails other than it may; empty where all is well."""
    for name, text in texts.items():
        (folder / name).write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        readiness.load_engagement(folder / "engagement.yaml")
    except DocumentError as error:
        return misplaced(error)
    except Exception as fault:  # noqa: BLE001 - this is what must not be
        return repr(fault)
    return ""


def misplaced(error: DocumentError) -> str:
    """The first problem without a message, or with a place that its document does not have."""
    if not error.problems or not str(error):
        return "an error without problems"
    for problem in error.problems:
        for excerpt in problem.excerpts:
            place = excerpt.place
            if not problem.message or (place.line and place.column > len(excerpt.text) + 1):
                return f"{place} is past the end: {problem.message}"
    return ""


def test_damaged_documents(tmp_path: Path) -> None:
    """Documents with random edits load, or raise a `DocumentError` whose places are in them."""
    (tmp_path / "answers").mkdir()
    texts = documents()
    seeds = range(FIRST, FIRST + HOW_MANY)
    faults = {seed: fault_of(tmp_path, damaged(texts, seed)) for seed in seeds}
    assert {seed: fault for seed, fault in faults.items() if fault} == {}


def test_undamaged_documents(tmp_path: Path) -> None:
    """The documents that are damaged are good ones."""
    (tmp_path / "answers").mkdir()
    for name, text in documents().items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    readiness.load_engagement(tmp_path / "engagement.yaml")
