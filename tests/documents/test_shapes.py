"""Shapes of texts."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.documents.shapes import SHAPES, advice, correction, days_in, matches

KEBAB, REFERENCE, SNAKE, DOTTED = list(SHAPES)[1:5]
EMAIL = next(pattern for pattern, shape in SHAPES.items() if "e-mail" in shape.rule)
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
        (KEBAB, "2nd-sponsor", "c-2nd-sponsor"),
        (KEBAB, "2027", "c-2027"),
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
        (EMAIL, "Ann <ann@example.com>", "ann@example.com"),
        (r"^[0-9a-f]{64}$", "AB" * 32, "ab" * 32),
    ],
)
def test_correction(pattern: str, text: str, expected: str) -> None:
    """A near miss is corrected; a text that could mean several things is not."""
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
    """The hint says what to write if that is certain; for two possible dates it names both."""
    assert hint == advice(pattern, text)


@pytest.mark.parametrize("pattern", [pattern for pattern in SHAPES if pattern.endswith("$")])
def test_the_end_is_the_end(pattern: str) -> None:
    """A line break after a text is part of it, as in JSON Schema and unlike Python's `$`."""
    texts = ["a", "a.b", "1.0.0", "2026-01-31", "https://a.b", "ann@example.com", "0" * 64,
             "logo.png", "firm.docx", "#004a7f", "en-GB"]  # fmt: skip
    fitting = [text for text in texts if matches(pattern, text)]
    assert fitting
    assert not any(matches(pattern, text + "\n") for text in fitting)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("1 March 2027", ["2027-03-01"]),
        ("1. März 2027", ["2027-03-01"]),
        ("1er mars 2027", []),
        ("March 1st, 2027", ["2027-03-01"]),
        ("the 2nd of march 2027", ["2027-03-02"]),
        ("Monday, 1 March 2027", ["2027-03-01"]),
        ("1-Mar-2027", ["2027-03-01"]),
        ("Sept. 3, 2027", ["2027-09-03"]),
        ("2027/3/1", ["2027-03-01"]),
        ("2027-3-1", ["2027-03-01"]),
        ("20270301", ["2027-03-01"]),
        ("2027-03-01T10:30:00Z", ["2027-03-01"]),
        ("2027-03-01 10:30", ["2027-03-01"]),
        ("1.3.2027", ["2027-03-01"]),
        ("01. 03. 2027", ["2027-03-01"]),
        ("3/1/2027", ["2027-01-03", "2027-03-01"]),
        ("13/3/2027", ["2027-03-13"]),
        ("3/13/2027", ["2027-03-13"]),
        ("3/3/2027", ["2027-03-03"]),
        ("31.2.2027", []),
        ("30 February 2027", []),
        ("1.3.27", []),
        ("March 2027", []),
        ("2027", []),
        ("next week", []),
        ("1 Merch 2027", []),
        ("", []),
    ],
)
def test_days(text: str, days: list[str]) -> None:
    """One date, two if the month may come first, and none if it is not certain."""
    assert list(days_in(text)) == days


@given(st.dates(datetime.date(1000, 1, 1)), st.sampled_from(["%d %B %Y", "%B %d, %Y", "%d.%m.%Y"]))
def test_every_day_that_is_written_out(day: datetime.date, pattern: str) -> None:
    """A date written in full has exactly that meaning."""
    assert days_in(day.strftime(pattern)) == (day.isoformat(),)


@given(st.text(max_size=20))
def test_any_text(text: str) -> None:
    """Every result is a date."""
    for day in days_in(text):
        assert datetime.date.fromisoformat(day).isoformat() == day
