"""A result held against the same assessment worked again: what differs, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from readiness.evaluation.judging import Judging
from readiness.evaluation.verdicts import Judgement
from readiness.loading.engagements import Inquiry
from readiness.result.assessment import Assessment
from readiness.verification.differences import Difference, differences
from readiness.verification.reperformance import CouldNotReperform, Reperformance, reperform
from readiness.verification.results import Document
from readiness.verification.steps import Steps

ENGINES = ("native", "reference", "durable")

# What goes in has steps of its own, and the digest follows from all the rest.
_APART = frozenset({"ruleset", "questionnaires", "answers", "engagement", "engine", "sha256"})
_JUDGED = frozenset({"status", "standing", "verdict"})


def rework_natively(document: Document, again: Document, steps: Steps) -> None:
    """Compare every field with the result worked again.

    Where the result is of another version of the program, sentences that are worded differently,
    and fields that only this version writes, are noted and are no findings.
    """
    judged = [Difference(text) for text in _judged(document, _statuses(again))]
    found = [*judged, *differences("", _rest(document), _rest(again))]
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
    more = ", and so does every other computed field" if name == "native" else ""
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
