"""An answer sheet as a text that people go on working with."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from readiness.collecting.form.entries import FormEntry
from readiness.documents.emitting import WIDTH, block_lines, flow_text, key_text
from readiness.documents.schemas import FORMATS
from readiness.model.answers import Evidence

_NO_ANSWERS = frozenset({"unknown", "not_applicable"})
_STEP = 2


def answers_text(
    entries: Mapping[str, FormEntry],
    questionnaires: Iterable[str],
    respondent: str,
    *,
    origin: str = "",
    ruleset: str = "",
) -> str:
    """The answers document of a respondent; `origin` says where the answers come from.

    What is empty is left out. A blank line stands between two sections.
    """
    named = list(questionnaires)
    lines = [f"# {line}" for line in origin.splitlines() if line.isprintable()]
    lines.append(f"format: {FORMATS['answers']}")
    if named:
        lines.append(f"questionnaire: {flow_text(named[0] if len(named) == 1 else named)}")
    if ruleset:
        lines.append(f"ruleset: {flow_text(ruleset)}")
    if respondent:
        lines.append(f"respondent: {flow_text(respondent)}")
    lines.append("answers:" if entries else "answers: {}")
    section = ""
    for key, entry in entries.items():
        if section and not key.startswith(f"{section}."):
            lines.append("")
        section = key.partition(".")[0]
        lines += _entry(key, entry)
    return "\n".join(lines) + "\n"


def _entry(key: str, entry: FormEntry) -> list[str]:
    head = f"{key_text(key)}:"
    first, *rest = block_lines(written(entry), WIDTH - _STEP, _STEP, used=len(head) + 1)
    indent = " " * _STEP
    return [indent + line if line else "" for line in (head + first, *rest)]


def written(entry: FormEntry) -> object:
    """An entry as a document holds it."""
    more: dict[str, object] = {"note": entry.note} if entry.note else {}
    if entry.evidence:
        more["evidence"] = [evidence_written(item) for item in entry.evidence]
    if entry.state in _NO_ANSWERS:
        return {entry.state: entry.reason, **more}
    value = _bare(entry.value)
    return {"value": value, **more} if more else value


def json_written(entry: FormEntry) -> Any:
    """The same of plain JSON values: days are texts, decimals the nearest number."""

    def nearest(value: object) -> object:
        return float(value) if isinstance(value, Decimal) else str(value)

    return json.loads(json.dumps(written(entry), default=nearest))


def on_one_line(entry: FormEntry) -> str:
    """The same as YAML on one line."""
    return flow_text(written(entry))


def _bare(value: object) -> object:
    """A value of dictionaries and lists."""
    match value:
        case tuple():
            return [_bare(held) for held in value]
        case Mapping():
            return {key: _bare(held) for key, held in value.items()}
        case _:
            return value


def evidence_written(item: Evidence) -> dict[str, object]:
    """An item of evidence as a document holds it."""
    held = {"title": item.title, "file": item.file, "url": item.url}
    days = {"collected": item.collected, "expires": item.expires}
    found: dict[str, object] = {key: text for key, text in held.items() if text}
    return found | {key: datetime.date.fromisoformat(day) for key, day in days.items() if day}
