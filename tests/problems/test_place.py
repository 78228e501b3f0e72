"""Excerpts: the line of text and the carets under it."""

from __future__ import annotations

import pytest

from readiness.problems import Excerpt, Place


@pytest.mark.parametrize(
    ("line", "column", "length", "carets"),
    [
        ("  a: bord", 6, 4, "   ^^^^"),
        ("\ta: bord", 5, 4, "   ^^^^"),
        ("a: 東京 x", 7, 1, "        ^"),  # a wide letter takes two columns of a terminal
        ("a: 東京 x", 4, 2, "   ^^^^"),
        ("a: e\u0301 x", 7, 1, "     ^"),  # an accent takes none
        ("a: b", 9, 1, "        ^"),
        ("a: b", 4, 99, "   ^"),
    ],
)
def test_carets_stand_under_the_place(line: str, column: int, length: int, carets: str) -> None:
    """Carets stand under the stretch, however wide its letters are, and end with the line."""
    shown = Excerpt(Place("it.yaml", 1, column, length), line).render()
    assert "    " + carets == shown[1]


def test_long_line_is_cut_around_the_place() -> None:
    """Of a long line some hundred characters are shown, the place among them."""
    line = "a " * 5_000 + "here" + " b" * 5_000
    text, carets = Excerpt(Place("it.yaml", 1, 10_001, 4), line).render()
    assert text[carets.index("^") : carets.rindex("^") + 1] == "here"
    assert len(text) < 120


def test_what_cannot_be_seen_is_shown_as_such() -> None:
    """A control character does not reach the terminal."""
    assert Excerpt(Place("f", 1, 1), "a\x1bb").render()[0] == "    a\N{REPLACEMENT CHARACTER}b"
