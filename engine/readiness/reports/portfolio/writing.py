"""The formats in which a summary is told."""

from __future__ import annotations

import datetime
import importlib
from collections.abc import Mapping, Sequence

from readiness.dependencies.ruleset import Ruleset
from readiness.documents.json_files import json_file_text
from readiness.portfolio.tally import Tally
from readiness.reports.portfolio.summary import Summary

FORMATS: Mapping[str, tuple[str, str]] = {
    "text": ("text", "text_summary"),
    "json": ("writing", "json_summary"),
    "html": ("pages", "html_summary"),
    "markdown": ("pages", "markdown_summary"),
}
"""The formats by name, each with its module and the function that lays a summary out in it."""


def json_summary(summary: Summary) -> str:
    """The summary document as JSON text."""
    return json_file_text(summary.to_dict())


def write_summary(
    tally: Tally, ruleset: Ruleset, as_of: datetime.date, name: str, missing: Sequence[str] = ()
) -> str:
    """What came out over the cases of a tally, in the format of that name.

    `missing` are the questions without a column. Raises `KeyError` for a format there is not.
    """
    module, function = FORMATS[name]
    found = importlib.import_module(f"readiness.reports.portfolio.{module}")
    text: str = getattr(found, function)(Summary(tally, ruleset, as_of, tuple(missing)))
    return text
