"""Why a check is what it is, as every report tells it.

Conditions are laid out with each part below its whole, down to the answers read; findings say in
the words of the questionnaire why a check is open or does not apply.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from readiness.conditions.terms import questions_of
from readiness.evaluation.formatting import format_answer, join_names
from readiness.model.questionnaire import Question
from readiness.model.value import Row
from readiness.reports.condition_sentences import Sentences
from readiness.reports.phrasing import format_response, state_in_words
from readiness.result.assessment import Assessment, CheckResult
from readiness.result.explain import Naming
from readiness.result.reason import Reading, Reason

_TITLES = Sentences(lambda question: f"“{question.label}”", expands=True)
# Readers know the questions by their texts; ids are for JSON.
BY_TITLE = Naming(_TITLES.name_question, _TITLES.clause, _TITLES.noun)
_ROW_NAME = 40  # characters of the text that a row is called by


@dataclass(frozen=True, slots=True, eq=False)
class ConditionLine:
    """A condition, or a part of one; `level` is its depth in the whole, from 0 on."""

    reason: Reason
    level: int = 0

    @property
    def parts(self) -> list[ConditionLine]:
        """What it is made of."""
        return [ConditionLine(part, self.level + 1) for part in self.reason.parts]

    def walk(self) -> Iterator[ConditionLine]:
        """It and all that is below it; each whole comes before its parts."""
        yield self
        for part in self.parts:
            yield from part.walk()

    @property
    def why(self) -> str:
        """Why it is what it is, as far as the answers below it do not say that already."""
        reason = self.reason
        is_unanswered = [one.state for one in reason.answers] == ["unanswered"]
        if is_unanswered and reason.why.endswith("is not answered"):
            return ""
        return "" if reason.truth == "not_applicable" else reason.why

    @property
    def values(self) -> list[tuple[str, str]]:
        """The derived values that it read, each with its value."""
        reason = self.reason
        return [(name, state_in_words(state, reason.places)) for name, state in reason.values]

    @property
    def answers(self) -> list[tuple[str, list[Reading]]]:
        """The answers that it read, by question."""
        groups = groupby(self.reason.answers, key=lambda one: one.question)
        return [(question, list(readings)) for question, readings in groups]

    def rows(self, question: Question, reading: Reading) -> Iterator[tuple[str, str]]:
        """The rows of a table in words, blank cells named as such.

        Each with the truth of the condition on it, which is empty where that is not known.
        """
        if question.type != "table" or not isinstance(reading.value, tuple):
            return
        truths = self.reason.rows
        if len(truths) != len(reading.value):
            truths = ("",) * len(reading.value)
        for number, (row, truth) in enumerate(zip(reading.value, truths, strict=True), 1):
            cells = (
                f"{key}: {(format_answer(column, row[key]) if key in row else '') or 'blank'}"
                for key, column in question.columns.items()
            )
            yield truth, f"row {number}: {'; '.join(cells)}"


def conditions_of(because: Reason) -> dict[str, ConditionLine]:
    """The conditions of a check by what they are: when it applies, and when it is met."""
    applies = because.applies_when
    found = {"applies when": ConditionLine(applies)} if applies is not None else {}
    return found | {"met when": ConditionLine(because)}


@dataclass(frozen=True, slots=True)
class Finding:
    """A question, by whom it was answered and how, or why that is not enough.

    `question` is None where the reason is not one question's.
    """

    question: Question | None
    said: str

    @property
    def text(self) -> str:
        """The question with what was said to it."""
        return self.said if self.question is None else f"{self.question.label} – {self.said}"


def findings_of(assessment: Assessment, check: CheckResult, because: Reason) -> tuple[Finding, ...]:
    """What leaves a check undetermined, makes it unmet, or makes it not applicable."""
    if check.status == "not_applicable":
        return tuple(_inapplicable(assessment, check, because))
    if check.status == "undetermined":
        return tuple(_missing(assessment, check, because))
    return tuple(_read(assessment, because))


def decisive(reason: Reason) -> Iterator[Reason]:
    """The leaves through which a condition is what it is."""
    if not reason.parts:
        yield reason
    same = [part for part in reason.parts if part.truth == reason.truth]
    # a part negated by `not` is the opposite
    for part in same or [part for part in reason.parts if part.truth in ("true", "false")]:
        yield from decisive(part)


def _inapplicable(assessment: Assessment, check: CheckResult, because: Reason) -> Iterator[Finding]:
    """Why a check does not apply: its `applies_when` with what was answered, or its answers."""
    applies = because.applies_when
    if applies is None or applies.truth == "true":
        yield from _read(assessment, because, ("not_asked", "not_applicable"))
        return
    when = _TITLES.clause(assessment.ruleset.applies_when[check.id])
    yield Finding(None, f"applies only when {when}")
    yield from _read(assessment, applies)


def _read(assessment: Assessment, because: Reason, states: Sequence[str] = ()) -> Iterator[Finding]:
    """What was answered to the questions through which a condition is what it is.

    Only the answers in `states`, if it names any.
    """
    told: set[str] = set()
    for leaf in decisive(because):
        for key in dict.fromkeys(one.question for one in leaf.answers):
            if key not in told:
                told.add(key)
                question = assessment.ruleset.questions[key]
                readings = [one for one in leaf.answers if one.question == key]
                if states and not (readings := [one for one in readings if one.state in states]):
                    continue
                rows = _failing_rows(leaf, readings) if question.type == "table" else ""
                yield Finding(question, _all_said(readings) + rows)


def _failing_rows(leaf: Reason, readings: list[Reading]) -> str:
    """Which rows of a table make a condition false; where none does by itself, the condition."""
    if leaf.truth != "false":
        return ""
    tables = [reading.value for reading in readings if isinstance(reading.value, tuple)]
    rows = next((table for table in tables if len(table) == len(leaf.rows)), ())
    failing = [
        f"{number}{_name_row(rows[number - 1])}" if rows else str(number)
        for number, truth in enumerate(leaf.rows, 1)
        if truth == "false"
    ]
    if not failing:
        return f"; {leaf.why or f'not true: {leaf.text}'}"
    if len(failing) == 1:
        return f"; row {failing[0]} does not meet the condition"
    return f"; rows {join_names(failing)} do not meet the condition"


def _name_row(row: Row) -> str:
    """What a row is about: its first text, in brackets."""
    first = next((cell for cell in row.values() if isinstance(cell, str) and cell), "")
    short = first if len(first) <= _ROW_NAME else first[: _ROW_NAME - 1].rstrip() + "…"
    return f" ({short})" if short else ""


def _all_said(readings: list[Reading]) -> str:
    settled = [reading for reading in readings if reading.settled_by]
    alike: dict[str, list[str]] = {}
    for reading in settled or readings:
        alike.setdefault(format_response(reading), []).append(reading.who)
    return "; ".join(_after_names(words, names) for words, names in alike.items())


def _after_names(words: str, respondents: list[str]) -> str:
    names = join_names([name for name in respondents if name])
    return f"{names}: {words}" if names else words


def _missing(assessment: Assessment, check: CheckResult, because: Reason) -> Iterator[Finding]:
    trees = [one.reason for one in conditions_of(because).values()]
    leaves = [leaf for tree in trees if tree.truth == "unknown" for leaf in decisive(tree)]
    open_ = assessment.open_questions(check.id)
    if not open_:
        for why in dict.fromkeys(leaf.why for leaf in leaves if leaf.why):
            yield Finding(None, why)
    for key in sorted(open_, key=assessment.ruleset.question_rank.__getitem__):
        reading = [leaf for leaf in leaves if any(one.question == key for one in leaf.answers)]
        question = assessment.ruleset.questions[key]
        asked = assessment.ruleset.ask_when.get(key)
        if asked is not None and not open_.isdisjoint(questions_of(asked)):
            yield Finding(question, f"asked only when {_TITLES.clause(asked)}")
        else:
            yield Finding(question, _lack(key, reading))


def _lack(key: str, leaves: list[Reason]) -> str:
    """Why a question has no answer that counts."""
    readings = [one for leaf in leaves[:1] for one in leaf.answers if one.question == key]
    silent = [one for one in readings if one.state == "unanswered"]
    names = [one.who for one in silent if one.who]
    if names:
        return f"no answer from {join_names(names)}"
    if silent or not readings:
        return "no answer yet"
    return leaves[0].why
