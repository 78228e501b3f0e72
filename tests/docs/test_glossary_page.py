"""The glossary explains the terms that results and documents use."""

from __future__ import annotations

import re

import pytest

from readiness.evaluation.verdicts import STANDINGS, STATUSES, VERDICTS
from readiness.model.ruleset import SEVERITIES
from tests.docs.pages import ROOT

TEXT = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
TERMS = re.findall(r"^## (.+)$", TEXT, re.MULTILINE)


def explanation(term: str) -> str:
    """Return the text below a term."""
    return TEXT.partition(f"\n## {term}\n")[2].partition("\n## ")[0]


@pytest.mark.parametrize(
    ("term", "words"),
    [
        ("Status", STATUSES),
        ("Standing", STANDINGS),
        ("Verdict", VERDICTS),
        ("Severity", SEVERITIES),
        ("Assurance", ("stated", "evidenced")),
    ],
)
def test_each_value_is_named(term: str, words: tuple[str, ...]) -> None:
    """A term with a fixed set of values names all of them, spelled as in the program."""
    text = explanation(term).lower()
    assert [] == [word for word in words if word.replace("_", " ") not in text]


def test_terms_are_in_alphabetical_order() -> None:
    """Readers find a term by its first letters."""
    assert sorted(TERMS, key=str.lower) == TERMS
