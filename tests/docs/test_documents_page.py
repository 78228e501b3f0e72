"""The pages on the documents describe exactly what the schemas contain."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from readiness.documents.reading import LARGEST_EXACT, MAXIMUM_DEPTH, MAXIMUM_MIB
from readiness.documents.schemas import FORMATS, schema
from tests.docs.pages import ROOT

PAGES = [ROOT / "docs" / f"{name}.md" for name in ("documents", "answer-documents")]
TEXT = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
KINDS = ("questionnaire", "ruleset", "answers", "engagement")
SHARED = {"condition": "Conditions", "evidence": "Evidence"}


def section(title: str) -> str:
    """Return the text below a heading of the second level."""
    found = TEXT.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    assert found
    return found


def described(text: str) -> set[str]:
    """Return every key in the first column of a table, or named in prose after the word *has*."""
    cells = re.findall(r"^\| (`[^|]*`[^|]*) \|", text, re.MULTILINE)
    return {key for cell in cells for key in re.findall(r"`(\w+)`", cell)}


def mentioned(text: str) -> set[str]:
    """Return everything between backticks."""
    return set(re.findall(r"`([^`\n]+)`", text))


def keys(part: Any) -> Iterator[str]:
    """Return every key that a schema defines, without those of the shared definitions."""
    if not isinstance(part, dict):
        return
    if "also" in part.get("properties", {}):  # a condition, and one more form
        yield "also"
        return
    for key, held in part.get("properties", {}).items():
        yield key
        yield from keys(held)
    for key in ("items", "additionalProperties"):
        yield from keys(part.get(key))


def definitions(whole: dict[str, Any]) -> dict[str, Any]:
    """Return the definitions of a schema that are not shared with others."""
    return {key: held for key, held in whole.get("$defs", {}).items() if key not in SHARED}


def values(part: Any) -> Iterator[str]:
    """Yield every value of every enumeration."""
    if isinstance(part, dict):
        yield from part.get("enum", [])
        for held in part.values():
            yield from values(held)


@pytest.mark.parametrize("kind", KINDS)
def test_every_key_is_described(kind: str) -> None:
    """The section of a document mentions every key of its schema."""
    whole = schema(kind)
    wanted = {*keys(whole), *(k for part in definitions(whole).values() for k in keys(part))}
    text = section(kind.capitalize())
    if kind == "questionnaire":  # one section describes extending for both
        text += section("Ruleset").partition("### Building")[2]
    assert wanted <= mentioned(text)


@pytest.mark.parametrize("kind", KINDS)
def test_no_key_is_described_that_does_not_exist(kind: str) -> None:
    """Each key in the tables of a document's section is in its schema."""
    whole = schema(kind)
    known = {*keys(whole), *(k for part in definitions(whole).values() for k in keys(part))}
    kinds_of_answers = set(values(whole))
    assert described(section(kind.capitalize())) <= known | kinds_of_answers


@pytest.mark.parametrize("kind", KINDS)
def test_every_value_to_choose_from_is_described(kind: str) -> None:
    """The section of a document names its format and every value of its enumerations."""
    wanted = {FORMATS[kind], *values(schema(kind)["properties"])}
    assert wanted <= mentioned(section(kind.capitalize()))


@pytest.mark.parametrize("name", SHARED)
def test_shared_definitions_are_described(name: str) -> None:
    """Conditions and evidence have a section with exactly their keys."""
    part = schema("questionnaire" if name == "condition" else "answers")["$defs"][name]
    assert set(keys(part)) == described(section(SHARED[name]))


@pytest.mark.parametrize("kind", KINDS)
def test_required_keys_are_called_required(kind: str) -> None:
    """The first table of a section marks as required what the schema requires."""
    table = section(kind.capitalize()).partition("\n\nA")[0]
    required = set(re.findall(r"^\| `(\w+)` \|[^|]*\| required \|", table, re.MULTILINE))
    assert set(schema(kind)["required"]) <= required


def test_limits_are_those_of_the_program() -> None:
    """The limits of size, depth and numbers are those of the program."""
    text = (ROOT / "docs" / "yaml.md").read_text(encoding="utf-8")
    assert f"more than {MAXIMUM_MIB} MiB" in text
    assert f"more than {MAXIMUM_DEPTH} deep" in text
    assert f"beyond {LARGEST_EXACT:,}," in text
