"""Evidence, notes and places, as answers carry them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator

from readiness.model.answers import Evidence
from readiness.reports.markdown.blocks import item
from readiness.reports.markdown.escaping import address, code, escaped
from readiness.reports.phrasing import evidence_in_words


def place_of(file: str, line: int) -> str:
    """Where an answer stands, in brackets, with a blank before; empty if it was never in a file."""
    return f" ({code(f'{file}:{line}')})" if line else ""


def remarks(
    label: str, note: str, evidence: Iterable[Evidence], today: datetime.date, depth: int
) -> Iterator[str]:
    """The note of an answer and each piece of evidence, as items."""
    if note:
        yield item(f"{label}: {escaped(note)}", depth)
    for one in evidence:
        yield item(f"evidence: {_with_link(one, today)}", depth)


def _with_link(one: Evidence, today: datetime.date) -> str:
    """The evidence in words, its web address as a link."""
    words = evidence_in_words(one, today)
    before, bracket, after = words.rpartition(f"({one.url})") if one.url else (words, "", "")
    return f"{escaped(before)} ({address(one.url)}){escaped(after)}" if bracket else escaped(words)
