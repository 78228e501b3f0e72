"""Broken documents: what their author gets to read, word for word."""

from __future__ import annotations

from pathlib import Path

import pytest

from readiness.documents.reading import decode, read
from readiness.documents.validation import validate
from readiness.problems import DocumentError, Problem, Problems
from readiness.problems.catalogue import DOCUMENTS
from tests.conftest import GoldenCheck

BAD = Path(__file__).parents[1] / "golden" / "documents" / "bad"
DOCUMENT_FILES = sorted(BAD.glob("*.yaml"))
# These need bytes or a file system: tests/documents/test_reading.py and the tests of loading.
NOT_AS_TEXT = {
    "file-not-found",
    "file-unreadable",
    "not-utf8",
    "too-large",
    "more-problems",
}


def found_in(file: Path) -> tuple[Problem, ...]:
    """All problems of a document, whose first line is a comment that names its kind."""
    data = file.read_bytes()
    kind = data.decode().splitlines()[0].removeprefix("# kind: ")
    problems = Problems()
    try:
        validate(read(decode(data, file.name)), kind, problems)
    except DocumentError as error:
        return error.problems
    return tuple(problems)


@pytest.mark.parametrize("file", DOCUMENT_FILES, ids=lambda file: file.stem)
def test_message(file: Path, golden: GoldenCheck) -> None:
    """Each problem is told with its place, an excerpt and, where there is one, a hint."""
    text = "\n".join(str(problem) for problem in found_in(file))
    golden(file.with_suffix(".txt"), text + "\n")


def test_every_message_has_a_broken_document() -> None:
    """No message of the document stage is without a document that causes it."""
    caused = {problem.code for file in DOCUMENT_FILES for problem in found_in(file)}
    assert set(DOCUMENTS) == caused | NOT_AS_TEXT


@pytest.mark.parametrize("file", DOCUMENT_FILES, ids=lambda file: file.stem)
def test_file_shows_what_its_name_says(file: Path) -> None:
    """A broken document is named after the message that it is there for."""
    assert any(file.stem.startswith(problem.code) for problem in found_in(file))
