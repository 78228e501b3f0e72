"""Renders Markdown as a reader sees it."""

from __future__ import annotations

import re

from lxml import html
from markdown_it import MarkdownIt

_RENDER = MarkdownIt("js-default", {"html": True})
TAGS = frozenset(
    {"main", "h1", "h2", "h3", "h4", "p", "ul", "ol", "li", "strong", "code", "pre", "a", "span",
     "table", "thead", "tbody", "tr", "th", "td", "details", "summary", "br"}
)  # fmt: skip
# What GitHub looks for in the visible text.
REFERENCE = re.compile(
    r"@\w|.\$|\$.|#\d|\bGH-\d|\w://|\bwww\.\w|:[\w+-]+:|\w@\w", re.IGNORECASE | re.DOTALL
)


def rendered(written: str) -> html.HtmlElement:
    """Return the HTML of a page in Markdown."""
    root = html.fragment_fromstring(_RENDER.render(written), create_parent="main")
    for line_end in root.iter("br"):
        line_end.tail = f"\n{line_end.tail or ''}"
    return root


def text_of(element: html.HtmlElement) -> str:
    """Return the visible text, with repeated spaces as one."""
    return on_one_line(element.text_content())


def on_one_line(text: str) -> str:
    """Return a text with repeated spaces as one."""
    return " ".join(text.split())


def references(root: html.HtmlElement) -> list[str]:
    """Return what GitHub would turn into a link or formula in the text outside code."""
    found = []
    for element in root.iter():
        skipped = element.tag in ("code", "pre", "a")
        inside = any(above.tag in ("code", "pre", "a") for above in element.iterancestors())
        pieces = ["" if skipped or inside else element.text, "" if inside else element.tail]
        found += [piece for piece in pieces if piece and REFERENCE.search(piece)]
    return found
