"""Resolutions, waivers and reported work, as they are written into the text of an engagement."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePath

from readiness.documents.editing import REMOVED, edit_text
from readiness.documents.from_python import build
from readiness.documents.nodes import Node
from readiness.documents.reading import read
from readiness.documents.schemas import schema
from readiness.documents.validation import validate
from readiness.loading.engagements import EvidenceFolder, Inquiry
from readiness.model.engagement import PROGRESS, Circumstances, read_circumstances
from readiness.model.questionnaire import Question
from readiness.model.value import read_value
from readiness.problems import Problems, Source
from readiness.reports.respondents.conflicts import writable

DAYS = ("due", "started", "done")
"""What of the reported work is a day."""


def evidence_of(written: str, folder: Path) -> dict[str, str]:
    """Return an item of evidence as it is written down: from a link, a file or a title.

    Files are named from `folder`, that of the engagement.
    """
    if written.lower().startswith(("https://", "http://")):
        return {"title": written, "url": written}
    if EvidenceFolder(folder).path(written, folder) is not None:
        return {"title": PurePath(written).name, "file": written}
    return {"title": written}


def value_of(question: Question, written: str, name: str) -> object:
    """Return the value that a text stands for, as a document contains it.

    Lists and numbers are read as in a sheet, all else is the text. Raises `DocumentError`, which
    calls the text `name`, where it is no answer to the question.
    """
    problems = Problems()
    value = read_value(question, _node(question, written, name), problems)
    problems.raise_if_any()
    return writable(value)


def _node(question: Question, written: str, name: str) -> Node:
    source = Source(name, written)
    if question.kind in ("number", "choices", "table"):
        return read(source)
    return build(written, source)


def with_decision(
    text: str,
    at: tuple[str, str],
    decision: Mapping[str, object] | None,
    order: Sequence[str],
    name: str,
) -> str:
    """The text of an engagement with a decision, or without it; keys as in `order`.

    `at` is `resolutions` with the question, or `waivers` with the check; `decision` is as it is
    written down. Raises `DocumentError` and `NotEditable` as `edit_text`.
    """
    kind, key = at
    if decision is None:
        return edit_text(text, at, REMOVED, name=name)
    root = read(Source(name, text.lstrip("\ufeff"))).plain()
    if isinstance(root, dict) and kind not in root:
        keys = list(schema("engagement")["properties"])
        return edit_text(text, (kind,), {key: decision}, order=keys, name=name)
    return edit_text(text, at, decision, order=order, name=name)


def with_progress(
    text: str, changes: Mapping[str, Mapping[str, str]], order: Sequence[str], name: str
) -> str:
    """The text of an engagement with what is reported about work on checks; keys as in `order`.

    `changes` has the new texts and days by check and key, empty for what is to go. Raises
    `DocumentError` and `NotEditable` as `edit_text`.
    """
    if not changes:
        return text
    root = read(Source(name, text.lstrip("\ufeff"))).plain()
    stated = dict(root.get("progress") or {}) if isinstance(root, dict) else {}
    for check, values in changes.items():
        entry = {**(stated.get(check) or {}), **values}
        kept = {key: entry[key] for key in PROGRESS if entry.get(key, "") != ""}
        stated[check] = {
            key: datetime.date.fromisoformat(value) if values.get(key) and key in DAYS else value
            for key, value in kept.items()
        }
    ranked = {key: stated[key] for key in sorted(stated, key=order.index) if stated[key]}
    keys = list(schema("engagement")["properties"])
    return edit_text(text, ("progress",), ranked or REMOVED, order=keys, name=name)


def circumstances_of(text: str, inquiry: Inquiry) -> Circumstances:
    """The circumstances of an engagement with the decisions in its text as it would be.

    Raises `DocumentError` with what is wrong with the text.
    """
    problems, now, ruleset = Problems(), inquiry.circumstances, inquiry.ruleset
    root = read(Source(inquiry.name, text.lstrip("\ufeff")))
    validate(root, "engagement", problems)
    folder = Path(inquiry.name).parent
    find = EvidenceFolder(folder).beside(Path(inquiry.name))
    found = read_circumstances(root, ruleset.names, problems, find)
    problems.raise_if_any()
    decided = {key: getattr(found, key) for key in ("resolutions", "waivers", "accepted")}
    return dataclasses.replace(now, **decided)
