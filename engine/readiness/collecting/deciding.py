"""Resolutions, waivers and reported work, as they are written into the text of an engagement."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from readiness.assessing import Assessor, Change, changes
from readiness.dependencies.ruleset import Ruleset
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
from readiness.problems import Problems, Source, refuse_unknown
from readiness.problems.values import brief
from readiness.reports.respondents.conflicts import writable
from readiness.result.assessment import Assessment


@brief
@dataclass(frozen=True, slots=True)
class Decision:
    """A decision in an engagement: its new text, and the results before and after."""

    text: str
    before: Assessment
    after: Assessment

    @property
    def changes(self) -> tuple[Change, ...]:
        """What the decision changes: verdicts, then checks."""
        return changes(self.before, self.after)


def waive(
    inquiry: Inquiry,
    check: str,
    *,
    reason: str = "",
    approved_by: str = "",
    approved_on: datetime.date | None = None,
    expires: datetime.date | None = None,
    remove: bool = False,
) -> Decision:
    """Return an engagement with a waiver of a check, or without it; nothing is written.

    It replaces an earlier waiver; `approved_on` is by default the day of the assessment. Raises
    `DocumentError` for an unknown check and for what is missing.
    """
    stated = {
        "reason": reason, "approved_by": approved_by, "expires": expires,
        "approved_on": approved_on or inquiry.circumstances.as_of,
    }  # fmt: skip
    return decide(inquiry, ("waivers", check), None if remove else _without_blanks(stated))


def resolve(
    inquiry: Inquiry,
    question: str,
    *,
    value: object = None,
    not_applicable: str = "",
    reason: str = "",
    by: str = "",
    evidence: Sequence[Mapping[str, str]] = (),
    remove: bool = False,
) -> Decision:
    """Return an engagement with a resolution of a question, or without it; nothing is written.

    Give the `value` that counts, or why the question is `not_applicable`. It replaces an earlier
    resolution. Raises `DocumentError` for an unknown question and for what is missing.
    """
    stated = {
        "value": value, "not_applicable": not_applicable, "reason": reason, "by": by,
        "evidence": [dict(one) for one in evidence] or None,
    }  # fmt: skip
    return decide(inquiry, ("resolutions", question), None if remove else _without_blanks(stated))


def _without_blanks(stated: Mapping[str, object]) -> dict[str, object]:
    return {key: one for key, one in stated.items() if one not in (None, "")}


def decide(
    inquiry: Inquiry,
    at: tuple[str, str],
    decision: Mapping[str, object] | None,
    before: Assessment | None = None,
    text: str | None = None,
) -> Decision:
    """Return an engagement with a decision, or without it if it is None.

    `at` is `resolutions` with the question, or `waivers` with the check. `before` is the
    result without it, `text` the text of the engagement, if they are at hand. Raises
    `DocumentError` and `NotEditable` as `edit_text`.
    """
    ruleset = inquiry.ruleset
    kind = "question" if at[0] == "resolutions" else "check"
    known = decidable(ruleset, kind)
    refuse_unknown(kind, [at[1]], known, kind)
    if inquiry.engagement is None:
        msg = f"'{inquiry.name}' is a single answer sheet; decisions belong in an engagement"
        raise ValueError(msg)
    assessor = Assessor(ruleset)
    old = inquiry.engagement.node.source.text if text is None else text
    new = with_decision(old, at, decision, known, inquiry.name)
    circumstances = circumstances_of(new, inquiry)
    after = assessor.assess_sheets(inquiry.sheets, circumstances, inquiry.title)
    return Decision(new, before or assessor.assess(inquiry), after)


def decidable(ruleset: Ruleset, kind: str) -> list[str]:
    """Return what decisions may be about, in its order: the checks of a ruleset or its questions.

    Consistency rules follow the questions. `kind` is `check` or `question`.
    """
    if kind == "check":
        return list(ruleset.checks)
    return [*ruleset.questions, *(rule.key for rule in ruleset.consistency.values())]


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
