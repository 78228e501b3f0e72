"""A condition as lists in lists: its parts with their truth, and at the ends the answers read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from readiness.evaluation.wording import spoken
from readiness.reports.labels import TRUTHS, state_in_words
from readiness.reports.markdown.blocks import item, sign
from readiness.reports.markdown.escaping import code, escaped
from readiness.reports.markdown.evidence import place_of, remarks
from readiness.reports.phrasing import said
from readiness.result.assessment import Assessment
from readiness.result.reason import Reading, Reason

_DEEPEST = 12  # what lies deeper stands at the same indent: readers of Markdown give up sooner


class ConditionList:
    """Writes conditions of one assessment."""

    def __init__(self, assessment: Assessment) -> None:
        self.questions = assessment.ruleset.questions
        self.as_of = assessment.as_of

    def lines(self, reason: Reason, depth: int) -> Iterator[str]:
        """The condition, each part below the whole that it is part of."""
        yield item(f"{sign(reason.truth)} {TRUTHS[reason.truth]}: {code(reason.text)}", depth)
        below = min(depth + 1, _DEEPEST)
        for value, state in reason.values:
            yield item(f"{code(value)} = {escaped(state_in_words(state, reason.places))}", below)
        asked = ""
        for reading in reason.answers:
            if reading.question != asked:
                asked = reading.question
                yield item(f"{escaped(self.questions[asked].label)} ({code(asked)})", below)
            yield from self._reading(reading, reason.rows, below + 1)
        if reason.why:
            yield item(f"{TRUTHS[reason.truth]} because: {escaped(reason.why)}", below)
        elif reason.why:
            yield item(f"note: {escaped(reason.why)}", below)
        for part in reason.parts:
            yield from self.lines(part, below)

    def _reading(self, reading: Reading, truths: Sequence[str], depth: int) -> Iterator[str]:
        name = f"{escaped(reading.respondent)}: " if reading.respondent else ""
        shown = f"{name}**{escaped(said(reading))}**{place_of(reading.file, reading.line)}"
        yield item(shown, depth)
        yield from self._rows(reading, truths, depth + 1)
        label = "reason" if reading.settled_by else "note"
        yield from remarks(label, reading.note, reading.evidence, self.as_of, depth + 1)

    def _rows(self, reading: Reading, truths: Sequence[str], depth: int) -> Iterator[str]:
        """The rows of a table, blank cells named as such, with what the condition came to."""
        question = self.questions[reading.question]
        if question.type != "table" or not isinstance(reading.value, tuple):
            return
        known = len(truths) == len(reading.value)
        for number, row in enumerate(reading.value, 1):
            cells = (
                f"{key}: {(spoken(column, row[key]) if key in row else '') or 'blank'}"
                for key, column in question.columns.items()
            )
            mark = f"{sign(truths[number - 1])} " if known else ""
            yield item(f"{mark}row {number}: {escaped('; '.join(cells))}", depth)
