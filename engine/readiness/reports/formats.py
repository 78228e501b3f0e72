"""The formats of reports, and the module that renders each."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from readiness.reports.report_model import Report


@dataclass(frozen=True, slots=True)
class Format:
    """A format: the file it goes to in a folder, and the function that lays a report out in it.

    `ends` are the ends of names that stand for it. `library` and `extra` name what it needs beyond
    the plain installation; else empty.
    """

    file: str
    ends: tuple[str, ...]
    module: str
    function: str
    library: str = ""
    extra: str = ""


FORMATS: Mapping[str, Format] = {
    "text": Format("assessment.txt", (".txt",), "terminal.assessment", "text_report"),
    "json": Format("assessment.json", (".json",), "formats", "json_report"),
    "html": Format("assessment.html", (".html", ".htm"), "webpage.page", "html_report"),
    "markdown": Format("assessment.md", (".md",), "markdown.page", "markdown_report"),
    "xlsx": Format(
        "assessment.xlsx", (".xlsx",), "workbook.workbook", "xlsx_report", "xlsxwriter", "xlsx"
    ),
    "csv": Format("checks.csv", (".csv",), "csv_tables", "csv_report"),
    "junit": Format("junit.xml", (".xml",), "junit", "junit_report"),
    "sarif": Format("assessment.sarif", (".sarif",), "sarif", "sarif_report"),
}
"""The formats by name; the first is the default."""


def json_report(report: Report) -> str:
    """The result document as JSON text; always whole, whichever gates are asked about."""
    from readiness.problems.terminal_text import json_file_text  # only this format needs it

    return json_file_text(report.document)


def lay_out(name: str, report: Report) -> bytes:
    """A report in the format of that name, as the bytes of a file.

    Raises `KeyError` for a format there is not, `ModuleNotFoundError` where its library is missing.
    """
    held = FORMATS[name]
    module = importlib.import_module(f"readiness.reports.{held.module}")
    laid_out: str | bytes = getattr(module, held.function)(report)
    return laid_out.encode("utf-8", "replace") if isinstance(laid_out, str) else laid_out
