"""Adapts the pages so that the website shows them as a repository host does."""

from __future__ import annotations

import re

_OPTIONS = re.compile(r"^( *```\w+) .*$", re.MULTILINE)


def on_page_markdown(markdown: str, **_context: object) -> str:
    """Return a page without the options of its blocks, which are for the tests that run them."""
    return _OPTIONS.sub(r"\1", markdown)
