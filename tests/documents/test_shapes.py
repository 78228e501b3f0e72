"""Shapes of texts."""

from __future__ import annotations

import pytest

from readiness.documents.shapes import SHAPES, advice, correction, matches

KEBAB, REFERENCE, SNAKE, DOTTED = list(SHAPES)[1:5]
VERSION = r"^\d+\.\d+\.\d+$"
DATE = r"^\d{4}-\d{2}-\d{2}$"


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        (KEBAB, "Executive Sponsor", "executive-sponsor"),
        (KEBAB, "executiveSponsor", "executive-sponsor"),
        (KEBAB, "executive_sponsor", "executive-sponsor"),
        (KEBAB, "Jörg Müller", "joerg-mueller"),
        (KEBAB, "Jo\u0308rg", "joerg"),
        (KEBAB, "Ann Åberg", "ann-aberg"),
        (KEBAB, "Żółć & Co.", "zolc-and-co"),
        (KEBAB, "François O'Neill", "francois-oneill"),
        (KEBAB, "Straße", "strasse"),
        (KEBAB, "Иван Smith", ""),
        (KEBAB, "-office--move-", "office-move"),
        (KEBAB, "a/../b", "a-b"),
        (KEBAB, "2nd-sponsor", ""),
        (KEBAB, "2027", ""),
        (KEBAB, "", ""),
        (KEBAB, "営業", ""),
        (SNAKE, "Data Sources", "data_sources"),
        (DOTTED, "Sponsor.Named By", "sponsor.named_by"),
        (DOTTED, "sponsor", ""),
        (REFERENCE, "CRM Base>=1.2", "crm-base >=1.2"),
        (REFERENCE, "CRM Base", "crm-base"),
        (VERSION, "1", "1.0.0"),
        (VERSION, "v1.2", "1.2.0"),
        (VERSION, "latest", ""),
        (DATE, "2026/1/5", "2026-01-05"),
        (DATE, "2026-01-05T10:00:00Z", "2026-01-05"),
        (DATE, "31.12.2026", "2026-12-31"),
        (DATE, "1 March 2027", "2027-03-01"),
        (DATE, "31.2.2026", ""),
        (DATE, "1/2/2026", ""),
        (r"^[0-9a-f]{64}$", "AB" * 32, "ab" * 32),
    ],
)
def test_correction(pattern: str, text: str, expected: str) -> None:
    """A near miss is put right; what could mean several things is left alone."""
    assert expected == correction(pattern, text)


@pytest.mark.parametrize(
    ("pattern", "text", "hint"),
    [
        (KEBAB, "Jörg Müller", "write 'joerg-mueller'"),
        (DATE, "1 March 2027", "write '2027-03-01'"),
        (DATE, "1/3/2027", "write '2027-03-01' or '2027-01-03'"),
        (DATE, "soon", ""),
    ],
)
def test_advice(pattern: str, text: str, hint: str) -> None:
    """What to write is said where it is certain; of two days both are."""
    assert hint == advice(pattern, text)


@pytest.mark.parametrize("pattern", [pattern for pattern in SHAPES if pattern.endswith("$")])
def test_the_end_is_the_end(pattern: str) -> None:
    """A line break after a text is part of it, as in JSON Schema and unlike Python's `$`."""
    texts = ["a", "a.b", "1.0.0", "2026-01-31", "https://a.b", "0" * 64]
    fitting = [text for text in texts if matches(pattern, text)]
    assert fitting
    assert not any(matches(pattern, text + "\n") for text in fitting)
