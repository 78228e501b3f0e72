"""Texts in the cells of a spreadsheet."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.documents.sanitize import harmless


@pytest.mark.parametrize("sign", list("=+-@＝＋－＠﹦﹢﹣﹫"))
@pytest.mark.parametrize("before", ["", " ", "   ", "\u00a0", "\u3000", "\ufeff", "\u200b "])
def test_a_formula_becomes_text(sign: str, before: str) -> None:
    """A text that would start a formula gets an apostrophe, also after spaces and in full width."""
    formula = f"{before}{sign}cmd|' /C calc'!A0"
    assert harmless(formula) == f"'{formula}"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("\t=1+1", "'\t=1+1"),
        ("\tplain", "'\tplain"),
        ("\r=1+1", "'\n=1+1"),
        ("\r\nplain", "'\nplain"),
        ("\x00=1+1", "'=1+1"),
        ("\u202e=1+1", "'=1+1"),
        ("\ud800=1+1", "'=1+1"),
    ],
)
def test_what_stands_in_front_of_a_formula_does_not_hide_it(written: str, shown: str) -> None:
    """Tabs, line ends and removed characters before a formula make no difference."""
    assert harmless(written) == shown


@pytest.mark.parametrize(
    "written",
    ["", "a = b", "1-2", "'quoted'", "two\nlines", "a\tb", "ﬁne", "Größe – 5 €", "👩‍👩‍👧"],
)
def test_plain_texts_stay_as_they_are(written: str) -> None:
    """A text that is not a formula is unchanged, including the tabs and line ends inside it."""
    assert harmless(written) == written


@pytest.mark.parametrize("number", ["-5.5", "-5", "-.5", "-5.", "-1e300", "-1E-7"])
def test_a_number_stays_one(number: str) -> None:
    """A cell with only a negative number is not a formula; any further text makes it one."""
    assert harmless(number) == number
    for text in (f" {number}", f"{number}+1", f"{number} ", f"+{number}", f"{number}-"):
        assert harmless(text) == f"'{text}"


def test_what_is_no_character_is_left_out() -> None:
    """Control characters, direction marks, lone surrogates and non-characters are removed."""
    assert harmless("a\x00\x07\x1b\x7f\x85\u202d\u2066\u2069\u200f\udfff\ufffe\U0001ffffb") == "ab"


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_can_be_written_and_none_is_obeyed(text: str) -> None:
    """UTF-8 and XML can hold any text that results, and none starts with a formula sign."""
    shown = harmless(text)
    assert ET.fromstring(f"<a><![CDATA[{shown.replace(']]>', '')}]]></a>") is not None
    number = re.fullmatch(r"-(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?", shown, re.ASCII)
    assert number or shown.strip()[:1] not in ("=", "+", "-", "@")
    assert shown[:1] not in ("\t", "\r", "\n")
    assert harmless(shown) == shown
