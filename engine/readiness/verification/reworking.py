"""A result held against the same assessment worked again: what differs, in words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from readiness.evaluation.judging import Judging
from readiness.evaluation.verdicts import Judgement
from readiness.loading.engagements import Inquiry
from readiness.result.assessment import Assessment
from readiness.verification.reperformance import CouldNotReperform, Reperformance, reperform
from readiness.verification.results import Document
from readiness.verification.steps import Steps

ENGINES = ("native", "reference", "durable")

# What has a step of its own, and the digest, which follows from all the rest.
_APART = frozenset({"ruleset", "questionnaires", "answers", "engagement", "engine", "sha256"})
_JUDGED = frozenset({"status", "standing", "verdict"})
_LONGEST = 60


# Sentences of the program, which another version may word differently: of a condition, an answer
# in words, why something is unknown, and what a reader should know.
_WORDED = frozenset({"text", "reason", "warnings"})


class _Difference(NamedTuple):
    """A difference in words; `is_of_version` where another version of the program may make it."""

    text: str
    is_of_version: bool = False


def rework_natively(document: Document, again: Document, steps: Steps) -> None:
    """Compare every field with the result worked again.

    Where the result is of another version of the program, sentences that are worded differently,
    and fields that only this version writes, are noted and are no findings.
    """
    judged = [_Difference(text) for text in _judged(document, _statuses(again))]
    found = [*judged, *_fields("", _rest(document), _rest(again))]
    if document["engine"] != again["engine"]:
        aside = [one for one in found if one.is_of_version]
        found = [one for one in found if not one.is_of_version]
        if aside:
            number = _counted(len(aside), "field")
            steps.noted("native", f"this version words or adds {number}, such as: {aside[0].text}")
    _tell("native", "the program", document, [one.text for one in found], steps)


def rework_by_reference(document: Document, assessment: Assessment, steps: Steps) -> None:
    """Compare statuses, standings and verdicts with what the reference interpreter says."""
    waived = assessment.answers.circumstances.waived()
    judging = Judging(assessment.ruleset, assessment.reference, waived)
    found = [*_judged(document, judging.judgement())]
    _tell("reference", "the reference interpreter", document, found, steps)


def rework_independently(document: Document, inquiry: Inquiry, steps: Steps) -> None:
    """Compare statuses, standings and verdicts with what the independent engine says."""
    try:
        again = reperform(inquiry)
    except CouldNotReperform as fault:
        steps.undone("durable", f"not worked again by the independent engine: {fault}")
        return
    found = [*_judged(document, again)]
    _tell("durable", f"{again.engine} {again.version}", document, found, steps)


def _tell(name: str, who: str, document: Document, found: Sequence[str], steps: Steps) -> None:
    if found:
        number = _counted(len(found), "difference")
        steps.found(name, f"worked again by {who}: {number}", found)
        return
    checks, gates = len(document["checks"]), len(document["gates"])
    more = ", and so does every other field" if name == "native" else ""
    agree = f"{_counted(checks, 'check')} and {_counted(gates, 'gate')} agree"
    steps.fine(name, f"worked again by {who}: {agree}{more}")


def _counted(number: int, noun: str) -> str:
    return f"1 {noun}" if number == 1 else f"{number:,} {noun}s"


def _statuses(document: Document) -> Judgement:
    """What a result says of its checks and gates."""
    checks, gates = document["checks"], document["gates"]
    return Judgement(
        {check["id"]: check["status"] for check in checks},
        {check["id"]: check["standing"] for check in checks},
        {gate["id"]: gate["verdict"] for gate in gates},
    )


def _judged(document: Document, again: Judgement | Reperformance) -> Iterator[str]:
    """The statuses, standings and verdicts that differ."""
    said = _statuses(document)
    for kind, what, word in (
        ("statuses", "check", ""),
        ("standings", "check", "standing "),
        ("verdicts", "gate", ""),
    ):
        one, other = getattr(said, kind), getattr(again, kind)
        for key in dict.fromkeys((*one, *other)):
            first, second = one.get(key, "nothing"), other.get(key, "nothing")
            if first != second:
                yield (f"{what} {key}: the result says {word}{first}, worked again: {word}{second}")


def _rest(document: Document) -> dict[str, Any]:
    """A result without what has been compared already."""
    rest = {key: value for key, value in document.items() if key not in _APART}
    for key in ("checks", "gates"):
        rest[key] = [
            {name: value for name, value in one.items() if name not in _JUDGED}
            for one in document[key]
        ]
    return rest


def _fields(path: str, said: Any, again: Any, key: str = "") -> Iterator[_Difference]:
    """The fields that differ, each by its path; `key` is the nearest key on the way to them."""
    if isinstance(said, dict) and isinstance(again, dict):
        for name in dict.fromkeys((*said, *again)):
            here = f"{path}.{name}" if path else name
            if name not in again:
                yield _Difference(f"{here}: only in the result")
            elif name not in said:
                yield _Difference(f"{here}: not in the result", is_of_version=True)
            else:
                yield from _fields(here, said[name], again[name], name)
    elif isinstance(said, list) and isinstance(again, list):
        yield from _items(path, said, again, key)
    elif said != again or isinstance(said, bool) != isinstance(again, bool):
        yield _Difference(
            f"{path}: the result says {_shown(said)}, worked again: {_shown(again)}",
            is_of_version=key in _WORDED and isinstance(said, str) and isinstance(again, str),
        )


def _items(path: str, said: list[Any], again: list[Any], key: str) -> Iterator[_Difference]:
    one, other = _by_name(said), _by_name(again)
    for name in dict.fromkeys((*one, *other)):
        here = f"{path}[{name}]"
        if name not in other:
            yield _Difference(f"{here}: only in the result")
        elif name not in one:
            yield _Difference(f"{here}: not in the result")
        else:
            yield from _fields(here, one[name], other[name], key)
    if list(one) != list(other) and set(one) == set(other):
        yield _Difference(f"{path}: in another order")


def _by_name(items: list[Any]) -> Mapping[str | int, Any]:
    """The items of a list by their ids where each has one of its own, else by their places."""
    names = [str(item["id"]) for item in items if isinstance(item, dict) and "id" in item]
    if len(names) == len(items) == len(set(names)):
        return dict(zip(names, items, strict=True))
    return dict(enumerate(items))


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
