"""Conditions as every report lays them out: each part below its whole, down to the answers read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from readiness.evaluation.wording import spoken
from readiness.model.questionnaire import Question
from readiness.reports.labels import state_in_words
from readiness.result.reason import Reading, Reason


@dataclass(frozen=True, slots=True, eq=False)
class ConditionLine:
    """A condition, or a part of one; `level` is how deep it stands in the whole, from 0 on."""

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
    def values(self) -> list[tuple[str, str]]:
        """The derived values that it read, each with what it comes to."""
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
                f"{key}: {(spoken(column, row[key]) if key in row else '') or 'blank'}"
                for key, column in question.columns.items()
            )
            yield truth, f"row {number}: {'; '.join(cells)}"


def conditions_of(because: Reason) -> dict[str, ConditionLine]:
    """The conditions of a check by what they are: when it applies, and when it is met."""
    applies = because.applies_when
    found = {"applies when": ConditionLine(applies)} if applies is not None else {}
    return found | {"met when": ConditionLine(because)}
