"""The formats of reports, and the module that renders each."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from readiness.plugins import Plugin, installed

if TYPE_CHECKING:
    from readiness.planning.plan import Plan
    from readiness.reports.readers.paper import Paper, Printable
    from readiness.reports.readers.ruleset import RulesetPaper
    from readiness.reports.report_model import Report
    from readiness.result.assessment import Assessment

READERS = ("board", "management", "auditor")
"""For whom a report can be; everything that is known is in that for auditors."""

DOCUMENTS = ("html", "markdown", "docx", "pdf")
"""The formats in which a whole ruleset is shown to those who decide about it."""


@dataclass(frozen=True, slots=True)
class Format:
    """A format: the file it goes to in a folder, and the function that lays a report out in it.

    `ends` are the ends of names that stand for it. `library` and `extra` name what it needs beyond
    the plain installation; else empty. `for_reader` is the function in a module of `readers` that
    lays out a report for one kind of reader; empty where the format only gets fewer checks.
    `plugin` is what lays it out instead of a module of ours.
    """

    file: str
    ends: tuple[str, ...]
    function: str
    for_reader: str = ""
    library: str = ""
    extra: str = ""
    plugin: Plugin | None = None


FORMATS: Mapping[str, Format] = {
    "text": Format(
        "assessment.txt", (".txt",), "terminal.assessment.text_report", "plain.text_report"
    ),
    "json": Format("assessment.json", (".json",), "formats.json_report", "plain.json_report"),
    "html": Format(
        "assessment.html", (".html", ".htm"), "webpage.page.html_report", "paper.html_report"
    ),
    "markdown": Format(
        "assessment.md", (".md",), "markdown.page.markdown_report", "paper.markdown_text"
    ),
    "xlsx": Format(
        "assessment.xlsx", (".xlsx",), "workbook.workbook.xlsx_report", "plain.xlsx_report",
        "xlsxwriter", "xlsx",
    ),
    "pdf": Format("assessment.pdf", (".pdf",), "", "pdf.pdf_report", "typst", "paper"),
    "docx": Format("assessment.docx", (".docx",), "", "word.docx_report", "docx", "paper"),
    "csv": Format("checks.csv", (".csv",), "csv_tables.csv_report"),
    "junit": Format("junit.xml", (".xml",), "junit.junit_report"),
    "sarif": Format("assessment.sarif", (".sarif",), "sarif.sarif_report"),
}  # fmt: skip
"""Our own formats by name; the first is the default."""


PLANS: Mapping[str, str] = {
    "text": "plan.plan_as_text",
    "json": "formats.plan_as_json",
    "csv": "csv_tables.plan_as_csv",
    "ics": "plan_calendar.plan_as_calendar",
    "xlsx": "workbook.action_plan.action_plan",
}
"""The function for each format of plans."""


def all_formats() -> Mapping[str, Format]:
    """Return our formats, and behind them those of installed plug-ins with other names."""
    added = {
        name: Format(f"assessment.{name}", (f".{name}",), "", plugin=plugin)
        for name, plugin in installed("reports").items()
    }
    return {**FORMATS, **added, **FORMATS}


def json_report(report: Report) -> str:
    """The result document as JSON text; always whole, whichever gates are asked about."""
    from readiness.problems.terminal_text import json_file_text  # only this format needs it

    return json_file_text(report.document)


def plan_as_json(plan: Plan) -> str:
    """The plan as JSON text."""
    return plan.to_json()


def lay_out(name: str, report: Report, reader: str = "auditor") -> bytes:
    """A report in the format of that name for one of `READERS`, as the bytes of a file.

    Raises `KeyError` for a format there is not, `ModuleNotFoundError` where its library is missing,
    `DocumentError` if a plug-in cannot lay it out.
    """
    held = FORMATS.get(name) or all_formats()[name]
    if held.plugin:
        return _lay_out_by(held.plugin, report, reader)
    shown: Report | Paper = report
    function = held.function
    if reader != "auditor" or not function:
        from readiness.reports.readers.paper import Paper

        shown = Paper(report, reader)
        if held.for_reader:
            function = f"readers.{held.for_reader}"
        else:
            shown = replace(report, only=shown.shown)
    return _call(function, shown)


def lay_out_ruleset(name: str, paper: RulesetPaper) -> bytes:
    """A whole ruleset in one of `DOCUMENTS`, as `lay_out` does with a report."""
    return _call(f"readers.{FORMATS[name].for_reader}", paper)


def _call(named: str, shown: Report | Printable | Plan) -> bytes:
    """What a function of a module of reports returns, as the bytes of a file."""
    module, _, function = named.rpartition(".")
    found = getattr(importlib.import_module(f"readiness.reports.{module}"), function)
    laid_out: str | bytes = found(shown)
    return laid_out.encode("utf-8", "replace") if isinstance(laid_out, str) else laid_out


def _lay_out_by(plugin: Plugin, report: Report, reader: str) -> bytes:
    if reader != READERS[-1]:
        plugin.fail(f"it has no report for {reader}, only the one for {READERS[-1]}s")
    found = plugin.call(report.assessment)
    if not isinstance(found, str | bytes):
        plugin.fail(f"it returned a value of type '{type(found).__name__}', not a text or bytes")
    return found.encode("utf-8", "replace") if isinstance(found, str) else found


def render(
    assessment: Assessment | Plan,
    format: str = "text",  # noqa: A002
    reader: str = "auditor",
) -> bytes:
    """Return the report of an assessment in one of `FORMATS` or of a plug-in, for one of `READERS`.

    A plan is returned in one of `PLANS`, the same for all readers. Raises `ValueError` for any
    other format or reader, `LookupError` for a result that was read back (it has no answer sheets),
    `ModuleNotFoundError` if the extra of the format is not installed, `DocumentError` if its
    plug-in fails.
    """
    from readiness.planning.plan import Plan  # only where something is rendered

    formats = PLANS if isinstance(assessment, Plan) else all_formats()
    for name, known in ((format, tuple(formats)), (reader, READERS)):
        if name not in known:
            msg = f"'{name}' is none of {', '.join(known)}"
            raise ValueError(msg)
    if isinstance(assessment, Plan):
        return _call(PLANS[format], assessment)
    from readiness.reports.report_model import build_report

    _ = assessment.sheets  # a result that was read back has none, and says so
    return lay_out(format, build_report(assessment), reader)
