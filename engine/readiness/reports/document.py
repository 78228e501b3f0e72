"""The result document."""

from __future__ import annotations

from readiness.documents.json_files import json_file_text
from readiness.reports.dossier.dossier import Dossier


def json_report(dossier: Dossier) -> str:
    """The result document as JSON text; always whole, whichever gates are asked about."""
    return json_file_text(dossier.document)
