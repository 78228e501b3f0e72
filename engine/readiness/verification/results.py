"""A result as a document of its own: whether it is one, and whether it was changed."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from readiness.documents.schemas import FORMATS
from readiness.result.digest import digest
from readiness.verification.json_text import problems_of, read_json
from readiness.verification.steps import Steps, Unreadable
from readiness.version import __version__

Document = Mapping[str, Any]


def read_result(data: bytes, name: str, steps: Steps) -> Document | None:
    """The result document that a text holds; None where it is so broken that nothing can follow.

    Raises `Unreadable` where it is no result at all.
    """
    document = read_json(data, name)
    found = document.get("format") if isinstance(document, dict) else None
    if not isinstance(document, dict) or found != FORMATS["result"]:
        hint = f'it begins with "format": "{FORMATS["result"]}"'
        raise Unreadable(f"{name}: this is not the result of an assessment: {hint}")
    problems = problems_of(document, "result", data, name)
    if problems:
        details = [line for problem in problems for line in str(problem).splitlines()]
        steps.found("schema", "the document has not the shape of a result", details)
    else:
        steps.fine("schema", "the document has the shape of a result")
    said = document.get("sha256")
    computed = digest({key: value for key, value in document.items() if key != "sha256"})
    if said == computed:
        steps.fine("digest", "its own digest fits")
    else:
        details = [f"it says {said}", f"it is {computed}"]
        steps.found("digest", "the document was changed: its own digest does not fit", details)
    return None if problems else document


def compare_engine(document: Document, steps: Steps) -> None:
    """Tell where the result comes from another program."""
    engine = document["engine"]
    if (engine["name"], engine["version"]) != ("readiness", __version__):
        steps.noted(
            "engine",
            f"the result is of {engine['name']} {engine['version']}, "
            f"and this is readiness {__version__}; they are compared all the same",
        )


def day_of(document: Document) -> datetime.date:
    """The day as of which a result holds."""
    return datetime.date.fromisoformat(document["as_of"])
