"""What went into a result held against what is at hand, digest by digest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from readiness.dependencies.ruleset import Ruleset
from readiness.result.document import identity
from readiness.verification.differences import differences
from readiness.verification.results import Document
from readiness.verification.steps import Steps

Identity = Mapping[str, Any]


def compare_rules(document: Document, ruleset: Ruleset, steps: Steps) -> None:
    """The ruleset and the questionnaires, each with the documents that it is put together from."""
    _compare("ruleset", document["ruleset"], identity(ruleset.checklist), steps)
    held = {one.id: identity(one) for one in ruleset.questionnaires}
    said = {one["id"]: one for one in document["questionnaires"]}
    for name, one in said.items():
        if name in held:
            _compare("questionnaire", one, held[name], steps)
        else:
            steps.found("questionnaire", f"the ruleset does not read the questionnaire {name}")
    for name in held:
        if name not in said:
            steps.found("questionnaire", f"the result is without the questionnaire {name}")
    ids = [one["id"] for one in document["questionnaires"]]
    if ids != list(held) and said.keys() == held.keys():
        found = _told("questionnaires", ids, list(held))
        steps.found("questionnaire", "the questionnaires are not listed as they are read", found)


def compare_answers(document: Document, again: Document, steps: Steps) -> None:
    """The answer sheets and the engagement; `again` is the result worked again."""
    said, held = _by_file(document["answers"]), _by_file(again["answers"])
    found = []
    for name, one in said.items():
        if name not in held:
            found.append(f"{name} is not there")
        elif one["sha256"] != held[name]["sha256"]:
            found.append(f"{name} was changed")
        elif one.get("respondent") != held[name]["respondent"]:
            found.append(f"{name} is of {held[name]['respondent'] or 'nobody who is named'}")
    found += [f"{name} is there, and not in the result" for name in held if name not in said]
    found = found or _told("answers", document["answers"], again["answers"])
    if found:
        steps.found("answers", "the answer sheets are not those that were assessed", found)
    else:
        count = f"{len(said)} answer sheets are" if len(said) != 1 else "the answer sheet is"
        steps.fine("answers", f"{count} what was assessed")
    _compare_engagement(document, again, steps)


def _compare_engagement(document: Document, again: Document, steps: Steps) -> None:
    held = again["engagement"]
    if "engagement" not in document:
        steps.undone("engagement", "the result does not record which engagement it is of")
        return
    said = document["engagement"]
    if said == held:
        if held is not None:
            steps.fine("engagement", f"the engagement {held['id']} is what was assessed")
    elif said is None or held is None:
        one, other = ("a single sheet", "an engagement")[:: 1 if said is None else -1]
        steps.found("engagement", f"the result is of {one}, and this is {other}")
    else:
        what = "was changed" if said["id"] == held["id"] else f"is {held['id']}"
        steps.found("engagement", f"the engagement {said['id']} {what}", _digests(said, held))


def _by_file(sheets: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """The sheets by their files; one that was in no file has its number."""
    named = enumerate(sheets, start=1)
    return {sheet.get("file") or f"sheet {number}": sheet for number, sheet in named}


def _compare(kind: str, said: Identity, held: Identity, steps: Steps) -> None:
    name = f"{said['id']} {said['version']}"
    if said["id"] != held["id"]:
        steps.found(kind, f"the result is of the {kind} {said['id']}, and this is {held['id']}")
    elif said["version"] != held["version"]:
        text = f"the result is of the {kind} {name}, and here it is {held['version']}"
        steps.found(kind, text, _digests(said, held))
    elif said["sha256"] != held["sha256"]:
        text = f"the {kind} {name} is not what was assessed"
        steps.found(kind, text, _changed(said, held) or _digests(said, held))
    elif "extends" not in said:
        steps.fine(kind, f"the {kind} {name} is what was assessed")
        text = f"the result does not record which documents the {kind} {name} is put together from"
        steps.undone(kind, text)
    elif changed := _changed(said, held):
        text = f"the {kind} {name} says the same, and is put together from other documents"
        steps.found(kind, text, changed)
    else:
        count = len(said["extends"])
        of = f" ({count} documents put together)" if count else ""
        steps.fine(kind, f"the {kind} {name}{of} is what was assessed")


def _changed(said: Identity, held: Identity) -> list[str]:
    """Which of the documents that it is put together from differ."""
    if "extends" not in said:
        return []
    parts, others = _chain(said), _chain(held)
    if list(parts) == list(others):
        found = [f"{name} differs" for name in parts if parts[name] != others[name]]
        return found or _told("extends", said["extends"], held["extends"])
    return [f"the result says {_listed(parts)}", f"here it is {_listed(others)}"]


def _chain(whole: Identity) -> dict[str, str]:
    return {f"{one['id']} {one['version']}": one["sha256"] for one in whole.get("extends", ())}


def _listed(parts: Mapping[str, str]) -> str:
    return ", ".join(parts) or "nothing"


def _digests(said: Identity, held: Identity) -> list[str]:
    return [f"the result says {said['sha256']}", f"here it is {held['sha256']}"]


def _told(name: str, said: Any, held: Any) -> list[str]:
    """Every difference, in words."""
    return [one.text for one in differences(name, said, held)]
