"""Broken documents: the messages that their author gets, word for word."""

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
# These need bytes or a file system; test_reading.py and the tests of loading cover them.
NOT_AS_TEXT = {
    "result-unreadable",
    "result-changed",
    "format-newer",  # of results, in tests/result
    "nothing-to-lint",  # of a folder, in tests/assurance
    "file-not-found",
    "file-unreadable",
    "not-utf8",
    "too-large",
    "more-problems",
}


def found_in(file: Path) -> tuple[Problem, ...]:
    """Return all problems of a document; a comment in its first line names its kind."""
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
    """Each problem is reported with its place, an excerpt and, if there is one, a hint."""
    text = "\n".join(str(problem) for problem in found_in(file))
    golden(file.with_suffix(".txt"), text + "\n")


def test_every_message_has_a_broken_document() -> None:
    """Every message of the document stage is caused by a broken document."""
    caused = {problem.code for file in DOCUMENT_FILES for problem in found_in(file)}
    assert set(DOCUMENTS) == caused | NOT_AS_TEXT


@pytest.mark.parametrize("file", DOCUMENT_FILES, ids=lambda file: file.stem)
def test_file_shows_what_its_name_says(file: Path) -> None:
    """The name of a broken document is the message that it is for."""
    assert any(file.stem.startswith(problem.code) for problem in found_in(file))
