"""Why a check is open, in the words of the questionnaire."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from readiness.model.questionnaire import Question
from readiness.result.assessment import Assessment, CheckResult
from readiness.result.reason import Reading, Reason


@dataclass(frozen=True, slots=True)
class Gap:
    """A question, by whom it was answered and how, or why that is not enough.

    `question` is None where the reason is not one question's.
    """

    question: Question | None
    said: str


def gaps(assessment: Assessment, check: CheckResult) -> tuple[Gap, ...]:
    """What leaves a check undetermined, or what was answered that makes it unmet."""
    if check.status == "undetermined":
        return tuple(_missing(assessment, check))
    return tuple(_answered(assessment, check))


def decisive(reason: Reason) -> Iterator[Reason]:
    """The leaves through which a condition is what it is."""
    if not reason.parts:
        yield reason
    same = [part for part in reason.parts if part.truth == reason.truth]
    # a part turned round by `not` is the opposite
    for part in same or [part for part in reason.parts if part.truth in ("true", "false")]:
        yield from decisive(part)


def _answered(assessment: Assessment, check: CheckResult) -> Iterator[Gap]:
    told: set[str] = set()
    for leaf in decisive(check.because):
        for key, readings in _by_question(leaf).items():
            if key not in told:
                told.add(key)
                question = assessment.ruleset.questions[key]
                rows = f"; not so: {leaf.text}" if _is_about_rows(question, leaf) else ""
                yield Gap(question, _all_said(readings) + rows)


def _is_about_rows(question: Question, leaf: Reason) -> bool:
    return question.type == "table" and leaf.truth == "false"


def _by_question(leaf: Reason) -> dict[str, list[Reading]]:
    found: dict[str, list[Reading]] = {}
    for reading in leaf.answers:
        found.setdefault(reading.question, []).append(reading)
    return found


def _all_said(readings: list[Reading]) -> str:
    settled = [reading for reading in readings if reading.settled_by]
    return "; ".join(said(reading) for reading in settled or readings)


def said(reading: Reading) -> str:
    """What one respondent said, after their name."""
    words = {
        "unknown": f"not known: {reading.text}",
        "not_applicable": f"does not apply: {reading.text}",
    }.get(reading.state, reading.text)
    if reading.settled_by:
        return f"{words} (settled by {reading.settled_by})"
    return f"{reading.respondent}: {words}" if reading.respondent else words


def _missing(assessment: Assessment, check: CheckResult) -> Iterator[Gap]:
    trees = [tree for tree in (check.because.applies_when, check.because) if tree is not None]
    leaves = [leaf for tree in trees if tree.truth == "unknown" for leaf in decisive(tree)]
    open_ = assessment.open_questions(check.id)
    if not open_:
        for why in dict.fromkeys(leaf.why for leaf in leaves if leaf.why):
            yield Gap(None, why)
    for key in sorted(open_, key=assessment.ruleset.question_rank.__getitem__):
        reading = [leaf for leaf in leaves if any(one.question == key for one in leaf.answers)]
        yield Gap(assessment.ruleset.questions[key], _lack(assessment, key, reading))


def _lack(assessment: Assessment, key: str, leaves: list[Reason]) -> str:
    """Why a question has no answer that counts."""
    if _asking_is_open(assessment, key):
        return f"asked only when {assessment.ruleset.ask_when[key].text}"
    readings = [one for leaf in leaves[:1] for one in leaf.answers if one.question == key]
    silent = [one for one in readings if one.state == "unanswered"]
    names = [one.respondent for one in silent if one.respondent]
    if names:
        return f"no answer from {', '.join(names)}"
    if silent or not readings:
        return "no answer yet"
    return leaves[0].why


def _asking_is_open(assessment: Assessment, key: str) -> bool:
    term = assessment.ruleset.ask_when.get(key)
    return term is not None and assessment.explaining.reason(term).truth == "unknown"
