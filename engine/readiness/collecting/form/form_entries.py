"""What one respondent gave, question by question, and as the text of an answer sheet."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Mapping as Map
from decimal import Decimal
from typing import Any

from readiness.documents.editing import REMOVED, NotEditable, edit_text
from readiness.documents.emitting import WIDTH, block_lines, flow_text, key_text
from readiness.documents.nodes import Mapping, Scalar
from readiness.documents.reading import read
from readiness.documents.schemas import FORMATS
from readiness.model.answers import Evidence, Given, Sheet, read_evidence
from readiness.model.fields import child, entries, text
from readiness.problems import Problems, Source
from readiness.reports.respondents.conflicts import writable

_NO_ANSWERS = frozenset({"unknown", "not_applicable"})
_STEP = 2


def entries_by(respondent: str, sheets: Iterable[Sheet], problems: Problems) -> dict[str, Given]:
    """What a respondent gave on some sheets, by question.

    A question that was answered on two of them goes to `problems`, unless both say the same.
    """
    found: dict[str, Given] = {}
    for sheet in sheets:
        for entry in _of_sheet(respondent, sheet):
            before = found.get(entry.question)
            if before is None or before.state == "blank":
                found[entry.question] = entry
            elif entry.state != "blank" and not (
                before == entry and type(before.value) is type(entry.value)
            ):
                hint = "a form has room for one answer; remove one of them"
                facts = {"id": entry.question, "respondent": respondent}
                problems.add("given-twice", before, entry, hint=hint, **facts)
    return found


def _of_sheet(respondent: str, sheet: Sheet) -> Iterator[Given]:
    given = {one.question for one in sheet.given if one.respondent == respondent}
    yield from (one for one in sheet.given if one.respondent == respondent)
    for key, node in entries(child(sheet.node, "answers")):
        spoken = child(node, "by")
        own = node if sheet.respondent == respondent else None
        held = child(spoken, respondent) if spoken else own
        if key in given or not isinstance(held, Mapping):
            continue
        value = held.get("value")
        if isinstance(value, Scalar) and value.value is None:
            note, evidence = text(held.get("note")), read_evidence(held.get("evidence"))
            if note or evidence:
                said = (None, "", note, evidence)
                yield Given(key, respondent, "blank", *said, sheet.name, held.place)


def plain_text(text: str) -> str:
    """A text as cells keep it: line ends are one character, and no blanks are around it."""
    return text.replace("\r\n", "\n").strip()


def answers_text(
    given: Map[str, Given],
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
    lines.append("answers:" if given else "answers: {}")
    section = ""
    for key, entry in given.items():
        if section and not key.startswith(f"{section}."):
            lines.append("")
        section = key.partition(".")[0]
        lines += _entry_lines(key, entry)
    return "\n".join(lines) + "\n"


def _entry_lines(key: str, entry: Given) -> list[str]:
    head = f"{key_text(key)}:"
    first, *rest = block_lines(entry_as_plain(entry), WIDTH - _STEP, _STEP, used=len(head) + 1)
    indent = " " * _STEP
    return [indent + line if line else "" for line in (head + first, *rest)]


def entry_as_plain(entry: Given) -> object:
    """An entry as a document holds it."""
    more: dict[str, object] = {"note": entry.note} if entry.note else {}
    if entry.evidence:
        more["evidence"] = [_evidence_written(item) for item in entry.evidence]
    if entry.state in _NO_ANSWERS:
        return {entry.state: entry.reason, **more}
    value = writable(entry.value)
    return {"value": value, **more} if more else value


def entry_as_json(entry: Given) -> Any:
    """The same of plain JSON values: days are texts, decimals the nearest number."""

    def nearest(value: object) -> object:
        return float(value) if isinstance(value, Decimal) else str(value)

    return json.loads(json.dumps(entry_as_plain(entry), default=nearest))


def with_entry(sheet: str, entry: Given, respondent: str, order: Sequence[str], name: str) -> str:
    """The text of an answer sheet with an entry of a respondent; all else stays as it is.

    One that says nothing is removed. `order` is that of the questions, `name` the sheet's. Raises
    `NotEditable` where the answer cannot be changed by itself.
    """
    root = read(Source(name, sheet.lstrip("\ufeff")))
    path = ["answers", entry.question]
    if child(child(child(root, "answers"), entry.question), "by") is not None:
        if not respondent:
            raise NotEditable(f"it answers '{entry.question}' for several respondents")
        path += ["by", respondent]
    value = REMOVED if entry.is_empty else entry_as_plain(entry)
    return edit_text(sheet, path, value, order=order, name=name)


def on_one_line(entry: Given) -> str:
    """The same as YAML on one line."""
    return flow_text(entry_as_plain(entry))


def _evidence_written(item: Evidence) -> dict[str, object]:
    """An item of evidence as a document holds it."""
    held = {"title": item.title, "file": item.file, "url": item.url}
    days = {"collected": item.collected, "expires": item.expires}
    found: dict[str, object] = {key: text for key, text in held.items() if text}
    return found | {key: datetime.date.fromisoformat(day) for key, day in days.items() if day}
