"""The result document."""

from __future__ import annotations

from readiness.documents.json_files import json_file_text
from readiness.reports.report_model import Report


def json_report(report: Report) -> str:
    """The result document as JSON text; always whole, whichever gates are asked about."""
    return json_file_text(report.document)
