"""The messages about unusable documents, word for word."""

from __future__ import annotations

import contextlib
import re
from functools import cache
from pathlib import Path

import pytest

import readiness
from readiness.documents.reading import MAXIMUM_MIB
from readiness.problems import DocumentError, Problem
from readiness.problems.catalogue import (
    CHECKLIST,
    COLLECTING,
    FINDINGS,
    MESSAGES,
    PLAN,
    PORTFOLIO,
    RENAMING,
)
from tests.conftest import GoldenCheck
from tests.documents.test_bad_documents import DOCUMENT_FILES, found_in
from tests.problems.broken import BAD, cases, entry, error_of

# Oversized documents are made where they are tested; values from hosts are not documents.
NOT_IN_A_FILE = {
    "too-large", "more-problems", "as-of-no-day", "answers-no-mapping", "files-not-allowed",
    "format-newer", "result-unreadable", "result-changed", "plugin-failed", "nothing-to-lint",
}  # fmt: skip
# Only reports need these files.
FOR_REPORTS = {"no-such-branding-file"}


@cache
def refused(case: str) -> DocumentError | None:
    """Return the message that refuses a case, in the folder of the broken documents."""
    with contextlib.chdir(BAD):
        return error_of(entry(case))


def problems_of(case: str) -> tuple[Problem, ...]:
    """Return the message when loading a case."""
    error = refused(case)
    assert error is not None
    return error.problems


@pytest.mark.parametrize("case", cases())
def test_message(case: str, golden: GoldenCheck, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each problem is reported with its place, an excerpt and, if there is one, a hint."""
    monkeypatch.chdir(BAD)
    golden(BAD / f"{case}.txt", f"{refused(case)}\n")


@pytest.mark.parametrize("case", cases())
def test_messages_of_the_library_name_no_options(
    case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A host has no command line, so messages about documents name no command option."""
    monkeypatch.chdir(BAD)
    assert not re.search(r"--[a-z]", str(refused(case)))


def test_every_message_has_a_broken_document(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every message about a document is caused by a broken document."""
    monkeypatch.chdir(BAD)
    caused = {problem.code for case in cases() for problem in problems_of(case)}
    caused |= {problem.code for file in DOCUMENT_FILES for problem in found_in(file)}
    # which separate tests cover
    elsewhere = FINDINGS.keys() | COLLECTING.keys() | PORTFOLIO.keys() | PLAN.keys()
    elsewhere |= CHECKLIST.keys() | RENAMING.keys()
    assert MESSAGES.keys() - elsewhere == caused | NOT_IN_A_FILE | FOR_REPORTS


@pytest.mark.parametrize("case", [case for case in cases() if case in MESSAGES])
def test_case_shows_what_its_name_says(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A broken document that is named after a message causes it."""
    monkeypatch.chdir(BAD)
    assert case in {problem.code for problem in problems_of(case)}


def test_document_of_any_size(tmp_path: Path) -> None:
    """A document that is too large is refused before it is read."""
    file = tmp_path / "ruleset.yaml"
    with file.open("wb") as written:
        written.truncate((MAXIMUM_MIB + 1) * 2**20)
    with pytest.raises(DocumentError, match=f"larger than {MAXIMUM_MIB} MiB"):
        readiness.load_ruleset(file)
