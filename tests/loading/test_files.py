"""Documents from files, checked against the schema of their kind."""

from __future__ import annotations

from pathlib import Path

import pytest

from readiness.documents.reading import read
from readiness.loading.files import check_document, load
from readiness.problems import Problems, Source

SHEET = "format: readiness/answers/1\nanswers: {s.a: true}\n"


def test_a_document_knows_its_kind_and_its_file(tmp_path: Path) -> None:
    path, problems = tmp_path / "sheet.yaml", Problems()
    path.write_text(SHEET)
    document = load(path, "answers", problems)
    assert document is not None
    assert (document.kind, document.path, len(problems)) == ("answers", path, 0)
    assert document.tree.plain()["answers"] == {"s.a": True}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("- a list\n", "not-a-mapping"),
        ("format: readiness/cases/1\n", "format-of-another-kind"),
        ("format: readiness/answer/1\n", "format-unknown"),
    ],
)
def test_what_is_of_another_kind_is_not_loaded(tmp_path: Path, text: str, code: str) -> None:
    path, problems = tmp_path / "sheet.yaml", Problems()
    path.write_text(text)
    assert load(path, "answers", problems) is None
    assert [problem.code for problem in problems] == [code]


def test_what_is_wrong_inside_is_told_and_the_document_is_there(tmp_path: Path) -> None:
    path, problems = tmp_path / "sheet.yaml", Problems()
    path.write_text(SHEET + "mood: good\n")
    assert load(path, "answers", problems) is not None
    assert len(problems) == 1


def test_a_list_is_checked_as_an_empty_document() -> None:
    problems = Problems()
    document = check_document(read(Source("e.yaml", "- 1\n")), "engagement", "e.yaml", problems)
    assert [problem.code for problem in problems] == ["not-a-mapping"]
    assert (document.tree.entries, document.tree.place.line) == ({}, 1)
