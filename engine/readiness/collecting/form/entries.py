"""What one respondent gave, question by question."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from readiness.documents.nodes import Mapping, Scalar
from readiness.model.answers import Evidence, Given, Sheet, read_evidence
from readiness.model.fields import child, entries, text
from readiness.model.value import Value
from readiness.problems import Excerpt, Problems


@dataclass(frozen=True, slots=True)
class FormEntry:
    """What a respondent gave for a question.

    `state` is `answered`, `unknown`, `not_applicable`, or `blank` where there are only a note or
    evidence yet.
    """

    question: str
    state: str
    value: Value | None = None
    reason: str = ""
    note: str = ""
    evidence: tuple[Evidence, ...] = ()
    excerpt: Excerpt | None = None


def entries_by(
    respondent: str, sheets: Iterable[Sheet], problems: Problems
) -> dict[str, FormEntry]:
    """What a respondent gave on some sheets, by question.

    A question that was answered on two of them goes to `problems`, unless both say the same.
    """
    found: dict[str, FormEntry] = {}
    for sheet in sheets:
        for entry in _of_sheet(respondent, sheet):
            before = found.get(entry.question)
            if before is None or before.state == "blank":
                found[entry.question] = entry
            elif entry.state != "blank" and not _is_alike(before, entry):
                at = [one.excerpt for one in (before, entry) if one.excerpt]
                hint = "a form has room for one answer: take one of them out"
                facts = {"id": entry.question, "respondent": respondent}
                problems.add("given-twice", *at, hint=hint, **facts)
    return found


def _is_alike(one: FormEntry, other: FormEntry) -> bool:
    def said(entry: FormEntry) -> object:
        held = (entry.state, entry.value, entry.reason, entry.note, entry.evidence)
        return type(entry.value), held

    return said(one) == said(other)


def _of_sheet(respondent: str, sheet: Sheet) -> Iterator[FormEntry]:
    given = {one.question for one in sheet.given if one.respondent == respondent}
    for one in sheet.given:
        if one.respondent == respondent:
            yield entry_of(one)
    for key, node in entries(child(sheet.node, "answers")):
        spoken = child(node, "by")
        held = child(spoken, respondent) if spoken else node if _is_own(respondent, sheet) else None
        if key in given or not isinstance(held, Mapping):
            continue
        value = held.get("value")
        if isinstance(value, Scalar) and value.value is None:
            note, evidence = text(held.get("note")), read_evidence(held.get("evidence"))
            if note or evidence:
                excerpt = held.excerpt
                yield FormEntry(key, "blank", note=note, evidence=evidence, excerpt=excerpt)


def _is_own(respondent: str, sheet: Sheet) -> bool:
    return sheet.respondent == respondent


def plain_text(text: str) -> str:
    """A text as cells keep it: line ends are one character, and no blanks are around it."""
    return text.replace("\r\n", "\n").strip()


def entry_of(given: Given) -> FormEntry:
    """An answer as a form holds it."""
    return FormEntry(
        given.question,
        given.state,
        given.value,
        given.reason,
        given.note,
        given.evidence,
        Excerpt(given.place),
    )
