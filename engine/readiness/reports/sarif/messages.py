"""Texts of documents as messages of SARIF."""

from __future__ import annotations

from readiness.reports.sanitize import one_line


def message(text: str) -> dict[str, str]:
    """A text as a message in which nothing is a link and nothing is to be filled in.

    `[text](address)` would be a link, so a blank comes between; braces stand for something to be
    filled in unless they are doubled.
    """
    shown = one_line(text).replace("](", "] (")
    return {"text": shown.replace("{", "{{").replace("}", "}}")}
