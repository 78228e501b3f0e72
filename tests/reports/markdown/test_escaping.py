"""Texts in Markdown show as they are written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.documents.sanitize import lines_of, one_line
from readiness.reports.markdown.escaping import (
    address,
    code,
    escape,
    fence_around,
    in_html,
    without_html,
)
from tests.lanes import each
from tests.reports.markdown.rendering import TAGS, on_one_line, references, rendered, text_of

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</details></summary><b>",
    "![x](http://example.org/x.png)",
    "[x](javascript:alert(1))",
    "[x]: http://example.org",
    "[x][y]",
    "[^1]",
    "[^1]: a footnote",
    "[ ] a task",
    "<http://example.org>",
    "<a@example.org>",
    "# heading",
    "###### heading ##",
    "a heading #",
    "- list",
    "+ list",
    "* list",
    "1. list",
    "1) list",
    "2026. was a good year",
    "> quote",
    "---",
    "***",
    "___",
    "- - -",
    "*emphasis* **strong** _both_ __too__",
    "`code`",
    "``",
    "a ``` b",
    "```\nfence\n```",
    "~~~",
    "~~x~~",
    "| a | b |\n| --- | --- |",
    "a | b",
    "\\",
    "\\|",
    "C:\\folder\\",
    "&lt; &amp; &#35; &copy; AT&T",
    "@everyone and @team/all",
    "someone@example.org",
    "#123, owner/name#1, GH-7",
    "http://auto.link and HTTPS://auto.link",
    "www.auto.link",
    "ftp://auto.link",
    ":warning: :+1:",
    "setext\n===",
    "setext\n---",
    "    four blanks",
    "\ttab",
    "<!-- hidden -->",
    "<?php ?>",
    "<![CDATA[x]]>",
    ":::",
    "::: warning",
    "$x$ and $$y$$ and $`z`$",
    "first\n\nsecond",
    "two blanks  \nand a line",
    "a backslash\\\nand a line",
    "x" * 10_000,
    "|`*_" * 2_500,
    "#" * 10_000,
)
FEW = frozenset(text for text in HOSTILE[::6] if len(text) < 1000)
EVERY_HOSTILE = pytest.mark.parametrize(
    "text", each(HOSTILE, fast=lambda text: text in FEW, ids=lambda text: repr(text[:20]))
)
"""Each of them; the fast lane puts few through whole reports, and all through escaping."""
PLACES = ("{}", "- {}", "1. {}", "# {}", "| a |\n| --- |\n| {} |", "- **Why:** {}", "> {}")


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:20]))
def test_a_text_shows_as_it_is_written(text: str) -> None:
    """No text is taken for markup, HTML, a link or a reference, wherever it is."""
    for place in PLACES:
        root = rendered(place.format(escape(text)))
        assert on_one_line(text) in text_of(root), place
        assert TAGS | {"blockquote"} >= {element.tag for element in root.iter()}, place
        assert not list(root.iter("a")), place
        assert references(root) == [], place


@given(st.text(st.sampled_from("\\`*_{}[]()<>#+-.!|~@$&;:=^%'\"/ \n\ta1xwGH"), max_size=40))
def test_any_text_shows_as_it_is_written(text: str) -> None:
    """The same is true for any characters in any order."""
    for place in PLACES:
        root = rendered(place.format(f"{escape(text)} end"))
        assert on_one_line(f"{text} end") in text_of(root)
        assert TAGS | {"blockquote"} >= {element.tag for element in root.iter()}
        assert references(root) == []


@given(st.text(st.sampled_from("\\`*_[]<>#+-.!|~@$&;:= 1a"), max_size=40))
def test_without_html_there_is_none(text: str) -> None:
    """If HTML is not allowed, a text still shows as written, without any HTML."""
    written = without_html(text)
    assert "<" not in written
    assert on_one_line(text) in text_of(rendered(f"- x: {written}"))


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:20]))
def test_a_summary_shows_a_text(text: str) -> None:
    """Text between tags is not read as Markdown, and still shows as written."""
    summary = f"<summary>{in_html(text)}</summary>"
    root = rendered(f"<details>\n{summary}\n\ninside\n\n</details>")
    assert [on_one_line(text)] == [text_of(one) for one in root.iter("summary")]
    assert references(root) == []
    assert in_html("a < b & c") == "a &lt; b &amp; c"


@given(st.text(st.sampled_from("` a|\\<*"), max_size=20))
def test_code(text: str) -> None:
    """Code contains exactly the text, including backticks; a text of spaces gives nothing."""
    root = rendered(f"- x {code(text)} y")
    assert [one_line(text)] == [one.text_content() for one in root.iter("code")] or not text.strip()


def test_a_fence_is_longer_than_what_it_holds() -> None:
    """The fence has more backticks than any run inside."""
    assert fence_around("a", 3) == "```"
    assert fence_around("a ``` b ````` c", 3) == "``````"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://a b", "https://a)(b", "ftp://x"])
def test_only_web_addresses_become_links(url: str) -> None:
    """A web address becomes a link; anything else stays text."""
    assert not list(rendered(address(url)).iter("a"))
    link = next(rendered(address("https://example.org/a_b?c=d&e=*#f")).iter("a"))
    assert link.get("href") == "https://example.org/a_b?c=d&e=*#f"


def test_what_nobody_can_see_is_left_out() -> None:
    """Control characters, direction marks, lone surrogates and non-characters are removed."""
    written = "a\x00b\x1b[31mc\u202ed\ud800e\ufffef\u200eg\x85h"
    assert one_line(written) == "abcdefg h"
    assert lines_of("\n one \r\n\r\n two\rthree\n\n") == ["one", "", "two", "three"]
    assert escape("one\ntwo") == "one<br>two"
    assert escape(" \n ") == ""
