"""Moving an engagement to another ruleset: which answers stay, and what has to be asked again."""

from __future__ import annotations

from collections.abc import Mapping as Map
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from readiness.assurance.difference import changes_in
from readiness.dependencies.ruleset import Ruleset
from readiness.documents.editing import REMOVED, edit_text
from readiness.documents.emitting import flow_text
from readiness.documents.opening import read_bytes
from readiness.documents.schemas import FORMATS
from readiness.loading.engagements import load_engagement
from readiness.loading.files import read_file
from readiness.loading.rulesets import named_from
from readiness.model.answers import Given
from readiness.model.fields import child, entries
from readiness.model.fields import texts as texts_in
from readiness.model.questionnaire import Question
from readiness.model.value import why_not
from readiness.problems import Problems

_NAMES = {
    "checks": "check",
    "gates": "gate",
    "areas": "area",
    "questions": "question",
    "sections": "section",
}


@dataclass(frozen=True, slots=True)
class Upgrade:
    """What becomes of an engagement: `texts` are its documents as they would be, by file.

    `kept` are the questions whose answers stay, `dropped` those whose answers go, each with the
    reason, `to_ask` the questions that have no answer of old, each with the reason. `removed` are
    entries of the engagement that name what there is no longer.
    """

    engagement: str
    to: Ruleset
    kept: tuple[str, ...]
    dropped: Map[str, str]
    to_ask: Map[str, str]
    removed: tuple[str, ...]
    texts: Map[Path, tuple[bytes, bytes]]

    def to_dict(self) -> dict[str, Any]:
        """Return it as values that JSON can hold."""
        return {
            "format": FORMATS["upgrade"],
            "engagement": self.engagement,
            "ruleset": {"id": self.to.id, "version": self.to.version},
            "kept": list(self.kept),
            "dropped": [{"question": key, "reason": why} for key, why in self.dropped.items()],
            "to_ask": [{"question": key, "reason": why} for key, why in self.to_ask.items()],
            "removed": list(self.removed),
        }


def upgrade(path: str | Path, to: Ruleset, named: str, *, paths: Sequence[Path] = ()) -> Upgrade:
    """Return what becomes of the engagement in a file under another ruleset; nothing is written.

    `named` is the id of that ruleset, or its file as named from here. An answer stays if its
    question means the same: its type, unit, options, columns and group are as they were, or the
    answer fits the question as it is now. Raises `DocumentError` where the engagement cannot be
    used, and `NotEditable` where one of its documents cannot be changed.
    """
    inquiry = load_engagement(path, paths=paths, names_all=True)
    old = (inquiry.ruleset.scope.whole or inquiry.ruleset).questions
    given: dict[str, list[Given]] = {}
    for sheet in inquiry.sheets:
        for one in sheet.given:
            given.setdefault(one.question, []).append(one)
    dropped = {key: why for key, held in given.items() if (why := _reason(old[key], to, held))}
    kept = tuple(key for key in given if key not in dropped)
    to_ask = {
        key: dropped.get(key, "new question" if key not in old else "not answered before")
        for key in to.questions
        if key not in kept
        and (key in dropped or key not in old)
        and to.questions[key].was not in kept
    }
    texts: dict[Path, tuple[bytes, bytes]] = {}
    files = [sheet.node.source.path or Path(path) for sheet in inquiry.sheets]
    for file, sheet in zip(files, inquiry.sheets, strict=True):
        keys = [("answers", one.question) for one in sheet.given if one.question in dropped]
        _edit(file, list(dict.fromkeys(keys)), texts)
    removed = _stale(Path(path), to)
    _edit(Path(path), removed, texts)
    for file in dict.fromkeys([Path(path), *files]):
        _rename(file, to, named, texts)
    return Upgrade(
        str(path), to, kept, dropped, to_ask, tuple(" → ".join(keys) for keys in removed), texts
    )


def _reason(old: Question, to: Ruleset, given: Sequence[Given]) -> str:
    """Why answers to a question cannot stay; empty if they can."""
    new = to.questions.get(old.id) or _renamed(to).get(old.id)
    if new is None:
        return f"'{to.id}' does not ask it"
    changed = [what for what in changes_in(old, new) if what not in ("options", "columns")]
    if changed:
        return f"its {' and '.join(changed).replace('_or_usual', '')} changed"
    for one in given:
        if one.state == "answered" and _means_less(old, new, one.value):
            return "its options changed, and the answer is not among them"
        if one.state == "answered" and not _still_fits(new, one.value):
            return "the answer no longer fits the question"
        if one.state == "not_applicable" and old.may_not_apply and not new.may_not_apply:
            return "'does not apply' is no longer an answer"
    return ""


def _renamed(ruleset: Ruleset) -> dict[str, Question]:
    """The questions that had another id before, by that."""
    return {one.was: one for one in ruleset.questions.values() if one.was}


def _means_less(old: Question, new: Question, value: Any) -> bool:
    """Whether an option that was chosen is gone, or has another text."""
    if old.kind not in ("choice", "choices"):
        return False
    chosen = [value] if isinstance(value, str) else list(value)
    return any(old.options[one] != new.options.get(one) for one in chosen)


def _still_fits(question: Question, value: Any) -> bool:
    return not why_not(question, flow_text(value))


def _stale(path: Path, to: Ruleset) -> list[tuple[str, ...]]:
    """The entries of an engagement that name a check, gate or question there is no longer."""
    root = read_file(path, Problems())
    found: list[tuple[str, ...]] = []
    for section, kind in (("waivers", "check"), ("resolutions", "question"), ("progress", "check")):
        keys = [key for key, _ in entries(child(root, section))]
        found += [
            (section, key)
            for key in keys
            if key not in to.names[kind] and not key.startswith("consistency.")
        ]
    for part, kind in _NAMES.items():
        keys = [key for key, _ in entries(child(child(root, "scope"), part))]
        found += [("scope", part, key) for key in keys if key not in to.names[kind]]
    return found


def _edit(
    file: Path, keys: Sequence[tuple[str, ...]], texts: dict[Path, tuple[bytes, bytes]]
) -> None:
    before, after = texts.get(file) or (read_bytes(file),) * 2
    text = after.decode("utf-8")
    for path in keys:
        text = edit_text(text, path, REMOVED, name=str(file))
    if keys:
        texts[file] = before, text.encode("utf-8")


def _rename(file: Path, to: Ruleset, named: str, texts: dict[Path, tuple[bytes, bytes]]) -> None:
    """Let a document name the new ruleset, or its questionnaires."""
    before, after = texts.get(file) or (read_bytes(file),) * 2
    text = after.decode("utf-8")
    root = read_file(file, Problems())
    if child(root, "ruleset") is not None:
        text = edit_text(text, ["ruleset"], named_from(file.parent, named), name=str(file))
    asked = {one.text for one in texts_in(child(root, "questionnaire"))}
    ids = [one.id for one in to.questionnaires]
    if asked - set(ids):
        text = edit_text(text, ["questionnaire"], ids[0] if len(ids) == 1 else ids, name=str(file))
    if text.encode("utf-8") != before:
        texts[file] = before, text.encode("utf-8")
