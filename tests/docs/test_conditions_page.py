"""The pages on the condition language describe what the language does."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import readiness
from readiness.conditions.functions import FUNCTIONS
from readiness.conditions.parsing import MAXIMUM_DEPTH, MAXIMUM_LENGTH
from readiness.dependencies import ruleset as rulesets
from readiness.documents.reading import decode, read
from readiness.reports.phrasing import state_in_words
from tests.docs.pages import ROOT, blocks

PAGES = [ROOT / "docs" / f"{name}.md" for name in ("conditions", "tables-and-numbers", "functions")]
TEXT = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
FILES = ROOT / "docs" / "example-answers.md"
HEADS = {"it": "Example | Result", "wrong": "Refused | Message"}


def rows(head: str) -> list[tuple[str, str]]:
    """Return the rows of all tables with that head: the condition in the first cell, the second."""
    found: list[tuple[str, str]] = []
    inside = False
    for line in TEXT.splitlines():
        cells = line.strip("| ")
        inside = (inside and line.startswith("|")) or cells == head
        if inside and (row := re.fullmatch(r"`(.+)` \| (.+)", cells)):
            found.append((row[1], row[2]))
    return found


EXAMPLES, REFUSED = rows(HEADS["it"]), rows(HEADS["wrong"])


def written(condition: str) -> Any:
    """Return a condition as in a document: an expression as text, a group as a mapping."""
    if not condition.startswith("{"):
        return condition
    return read(decode(condition.encode(), "example")).plain()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Write the files that the examples read."""
    for block in blocks(FILES, "yaml"):
        if "file" in block.options:
            text = "\n".join(block.lines) + "\n"
            (tmp_path / block.options["file"]).write_text(text, encoding="utf-8")
    return tmp_path


def write_ruleset(folder: Path, **fields: Any) -> None:
    """Write a ruleset of the page's questionnaire, with one check unless `fields` differ."""
    check = {"title": "One", "area": "all", "severity": "minor", "met_when": True}
    whole = {
        "format": "readiness/ruleset/1", "id": "examples", "questionnaire": "examples",
        "areas": {"all": {"title": "All"}}, "checks": {"one": check | fields.pop("check", {})},
        **fields,
    }  # fmt: skip
    (folder / "ruleset.yaml").write_text(json.dumps(whole), encoding="utf-8")


def test_examples_come_to_what_the_page_says(folder: Path) -> None:
    """Each example has the result given beside it."""
    values = {f"example.number{n}": written(text) for n, (text, _) in enumerate(EXAMPLES)}
    write_ruleset(folder, values=values)
    inquiry = readiness.load_engagement(folder / "engagement.yaml", paths=[folder])
    reference = readiness.Assessor(inquiry.ruleset).assess(inquiry).reference
    words = {"yes": "true", "no": "false"}
    found = [state_in_words(reference.state(term)) for term in inquiry.ruleset.values.values()]
    pairs = zip(EXAMPLES, found, strict=True)
    comes_to = [(text, words.get(state, state)) for (text, _), state in pairs]
    assert comes_to == EXAMPLES


@pytest.mark.parametrize(("condition", "message"), REFUSED)
def test_what_is_refused_is_refused_with_that_message(
    folder: Path, condition: str, message: str
) -> None:
    """Each condition that the page calls refused is refused with that message."""
    write_ruleset(folder, check={"met_when": condition})
    with pytest.raises(readiness.DocumentError) as caught:
        readiness.load_ruleset(folder / "ruleset.yaml", paths=[folder])
    assert [message] == [problem.message for problem in caught.value.problems]


def test_there_are_examples() -> None:
    """The pages have tables of examples."""
    assert len(EXAMPLES) > 100
    assert len(REFUSED) > 15


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_is_there_as_it_is(name: str) -> None:
    """Each function has a section with its forms, its result, its source, and an example."""
    function = FUNCTIONS[name]
    section = TEXT.partition(f"\n## {name}\n")[2].partition("\n#")[0]
    forms = ", ".join(f"`{form}`" for form in function.forms)
    assert f"- Forms: {forms}\n- Result: {function.result}\n" in section
    assert not function.source or f"- Source: {function.source}\n" in section
    assert any(f"`{name}(" in line for line in section.splitlines() if line.startswith("|"))


def test_no_function_is_there_that_does_not_exist() -> None:
    """The page on functions has exactly one section per function, in order."""
    part = TEXT.partition("\n# Functions\n")[2]
    assert list(FUNCTIONS) == re.findall(r"^## (\w+)$", part, re.MULTILINE)


def test_limits_are_those_of_the_program() -> None:
    """The table of limits contains the limits of the program."""
    part = TEXT.partition("\n## Limits\n")[2].partition("\n## ")[0]
    limits = (MAXIMUM_LENGTH, MAXIMUM_DEPTH, rulesets.MAXIMUM_SIZE, rulesets.MAXIMUM_DEPTH)
    assert [f"{limit:,}" for limit in limits] == re.findall(r"[\d,]*\d", part)
