"""The result document."""

from __future__ import annotations

import json

from readiness.reports.dossier.dossier import Dossier


def json_report(dossier: Dossier) -> str:
    """The result document as JSON text; always whole, whichever gates are asked about."""
    return json.dumps(dossier.document, ensure_ascii=False, indent=2) + "\n"
