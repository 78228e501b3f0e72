"""The slips of authors who know spreadsheets, and whether the advice helps them."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path
from typing import Any

import pytest

from readiness.assurance.lint import lint
from readiness.documents.reading import decode, read
from readiness.problems import Problem
from tests.problems.advice import follow

WARD = Path(__file__).with_name("ward")
TABLE: dict[str, list[dict[str, str]]] = read(
    decode(Path(__file__).with_name("author_mistakes.yaml").read_bytes(), "table")
).plain()
# What lint finds about the ward in any case.
USUAL = {"unread-question", "waiver-not-needed", "silent-respondent"}
STANDS = "support.hotline"


def found(folder: Path) -> list[Problem]:
    """Return what is reported about the documents in a folder."""
    with contextlib.chdir(folder):
        return [problem for problem in lint(["."]) if problem.code not in USUAL]


def repair(folder: Path) -> list[Problem]:
    """Follow the first advice until there is none to follow; return the problems that were met."""
    met: list[Problem] = []
    while (problems := found(folder)) and len(met) < 6:
        met.append(problems[0])
        followed = (problem for problem in problems if follow(problem, folder))
        if next(followed, None) is None:
            break
    return met


def quoted(text: str) -> str:
    """Return an expression as a value in YAML, in quotes only where YAML asks for them."""
    return f'"{text}"' if text[0] in "'=" and '"' not in text else text


@pytest.mark.parametrize("row", TABLE["conditions"], ids=lambda row: row["slip"])
def test_condition(row: dict[str, str], tmp_path: Path) -> None:
    """A slip in a condition is reported, and the advice makes it what its author meant."""
    check(row, tmp_path, "ruleset.yaml", f"met_when: {STANDS}", "met_when: {}")


def check(row: dict[str, str], tmp_path: Path, name: str, stands: str, form: str) -> None:
    """Make a slip, follow the advice, and compare the document with the one that was meant."""
    folder = tmp_path / "ward"
    shutil.copytree(WARD, folder)
    file = folder / name
    right = file.read_text(encoding="utf-8")
    assert stands in right
    meant = right.replace(stands, form.format(row["meant"]), 1)
    file.write_text(meant, encoding="utf-8", newline="\n")
    assert not found(folder), "what is meant has problems itself"
    wanted = plain(file)
    file.write_text(
        right.replace(stands, form.format(row["slip"]), 1), encoding="utf-8", newline="\n"
    )
    met = repair(folder)
    if "says" in row:
        assert row["says"] in str(met[0])
        return
    assert met, "nothing was reported"
    assert not found(folder)
    assert wanted == plain(file)


def plain(file: Path) -> Any:
    """Return a document without its places and spelling."""
    return read(decode(file.read_bytes(), file.name)).plain()
