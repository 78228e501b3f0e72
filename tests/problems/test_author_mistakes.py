"""The slips of authors who know spreadsheets, and whether the advice helps them."""

from __future__ import annotations

import contextlib
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from readiness.assurance.lint import lint
from readiness.documents.reading import decode, read
from readiness.documents.shapes import SHAPES
from readiness.problems import Problem
from readiness.problems.catalogue import MESSAGES
from tests.problems.advice import follow
from tests.problems.broken import BAD, cases, entry, error_of

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


@pytest.mark.parametrize("row", TABLE["conditions"], ids=lambda row: row["slip"])
def test_condition(row: dict[str, str], tmp_path: Path) -> None:
    """A slip in a condition is reported, and the advice makes it what its author meant."""
    check(row, tmp_path, "ruleset.yaml", f"met_when: {STANDS}", "met_when: {}")


@pytest.mark.parametrize("row", TABLE["documents"], ids=lambda row: row["slip"])
def test_document(row: dict[str, str], tmp_path: Path) -> None:
    """A slip in a document is reported, and the advice makes it what its author meant."""
    check(row, tmp_path, row["in"], row["stands"], "{}")


def check(row: dict[str, str], tmp_path: Path, name: str, stands: str, form: str) -> None:
    """Make a slip, follow the advice, and compare the document with the one that was meant."""
    folder = tmp_path / "ward"
    shutil.copytree(WARD, folder)
    file = folder / name
    right = file.read_text(encoding="utf-8")
    assert stands in right

    def write(wording: str) -> None:
        text = right.replace(stands, form.replace("{}", wording), 1)
        file.write_text(text, encoding="utf-8", newline="\n")

    write(row["slip"])
    if "says" in row:
        assert any(row["says"] in str(problem) for problem in found(folder))
        return
    write(row["meant"])
    assert not found(folder), "what is meant has problems itself"
    wanted = plain(file)
    write(row["slip"])
    met = repair(folder)
    assert met, "nothing was reported"
    assert not found(folder)
    assert wanted == plain(file)


def plain(file: Path) -> Any:
    """Return a document without its places and spelling."""
    return read(decode(file.read_bytes(), file.name)).plain()


WORDS_OF_PROGRAMMERS = re.compile(
    r"\b(mappings?|kebab|snake.?case|scalars?|nodes?|booleans?)\b", re.IGNORECASE
)


def test_messages_use_no_words_of_programmers() -> None:
    """No message and no rule about names uses a word that an author has to look up."""
    texts = [*MESSAGES.values(), *(shape.rule for shape in SHAPES.values())]
    assert not [text for text in texts if WORDS_OF_PROGRAMMERS.search(text)]
    golden = (Path(__file__).parents[1] / "golden").glob("*/bad/**/*.txt")
    hints = [line for file in golden for line in file.read_text(encoding="utf-8").split("\n")]
    advice = [line for line in hints if re.match(r"  [^ ]", line)]
    assert len(advice) > 100
    assert not [line for line in advice if WORDS_OF_PROGRAMMERS.search(line)]


IN_ONE_FILE = [case for case in cases() if (BAD / f"{case}.yaml").is_file() and case != "not-utf8"]


@pytest.mark.parametrize("case", IN_ONE_FILE)
def test_advice_of_every_message_is_followed(case: str, tmp_path: Path) -> None:
    """Whatever a hint proposes to write solves the problem that it stands under."""
    shutil.copytree(BAD.parent / "shop", tmp_path / "shop")
    folder = tmp_path / "bad"
    shutil.copytree(BAD, folder)
    whole = (folder / f"{case}.yaml").read_text(encoding="utf-8")
    with contextlib.chdir(folder):
        error = error_of(entry(case))
        for problem in error.problems if error else ():
            if problem.place.file != f"{case}.yaml" or not follow(problem, folder):
                continue
            left = error_of(entry(case))
            assert problem not in (left.problems if left else ()), str(problem)
            (folder / f"{case}.yaml").write_text(whole, encoding="utf-8", newline="\n")
