"""A condition as a tree: its parts with their truth, and at the leaves the answers read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.text import Text

from readiness.evaluation.wording import spoken
from readiness.reports.gaps import said
from readiness.reports.sentences import evidence_in_words
from readiness.reports.terminal.marks import QUIET, STRONG
from readiness.reports.terminal.page import Page
from readiness.reports.words import state_in_words
from readiness.result.assessment import Assessment
from readiness.result.reason import Reading, Reason

_MOST_ROWS = 20


class ConditionTree:
    """Prints conditions of one assessment."""

    def __init__(self, page: Page, assessment: Assessment) -> None:
        self.page = page
        self.questions = assessment.ruleset.questions
        self.as_of = assessment.as_of
        self.marks = page.marks

    def print_condition(self, reason: Reason) -> None:
        """The condition, each part below the whole that it is part of."""
        self._print_node(reason, Text(), Text())

    def _print_node(self, reason: Reason, first: Text, rest: Text) -> None:
        page = self.page
        inner = rest + Text(self.marks.trunk if reason.parts else "  ", QUIET)
        page.hang(first + page.mark(reason.truth), reason.text, inner)
        for line, deeper in self._below(reason):
            margin = inner + Text(" " * deeper)
            page.hang(margin, line, margin + Text("  "))
        for part in reason.parts:
            is_last = part is reason.parts[-1]
            sign = self.marks.last if is_last else self.marks.branch
            trunk = " " * len(self.marks.trunk) if is_last else self.marks.trunk
            self._print_node(part, rest + Text(sign, QUIET), rest + Text(trunk, QUIET))

    def _below(self, reason: Reason) -> Iterator[tuple[Text, int]]:
        """What stands below a condition, with its indent: figures, answers, why it is unknown."""
        for value, state in reason.values:
            yield self.page.text((value, STRONG), f" = {state_in_words(state, reason.places)}"), 0
        asked = ""
        for reading in reason.answers:
            if reading.question != asked:
                asked = reading.question
                label = self.questions[asked].label
                yield self.page.text(label, (f" ({asked})", QUIET)), 0
            yield from ((line, deeper + 2) for line, deeper in self._reading(reading, reason.rows))
        if reason.why and reason.truth in ("unknown", "false"):  # else the answers have said it
            yield self.page.text((f"{reason.truth} because: ", STRONG), reason.why), 0
        elif reason.why and reason.truth == "true":
            yield self.page.text(("note: ", STRONG), reason.why), 0

    def _reading(self, reading: Reading, truths: Sequence[str]) -> Iterator[tuple[Text, int]]:
        place = f" ({reading.file}:{reading.line})" if reading.line else ""
        name = f"{reading.respondent}: " if reading.respondent else ""
        yield self.page.text(name, (said(reading), STRONG), (place, QUIET)), 0
        yield from ((self.page.text(row), 2) for row in self._rows(reading, truths))
        if reading.note:
            yield self.page.text(f"{'reason' if reading.settled_by else 'note'}: {reading.note}"), 2
        for item in reading.evidence:
            yield self.page.text(f"evidence: {evidence_in_words(item, self.as_of)}"), 2

    def _rows(self, reading: Reading, truths: Sequence[str]) -> Iterator[str]:
        """The rows of a table, blank cells named as such, with what the condition came to."""
        question = self.questions[reading.question]
        if question.type != "table" or not isinstance(reading.value, tuple):
            return
        for number, row in enumerate(reading.value[:_MOST_ROWS], 1):
            cells = (
                f"{key}: {(spoken(column, row[key]) if key in row else '') or 'blank'}"
                for key, column in question.columns.items()
            )
            known = len(truths) == len(reading.value)
            mark = f"{self.marks.of(truths[number - 1])} " if known else ""
            yield f"{mark}row {number}: {'; '.join(cells)}"
        if len(reading.value) > _MOST_ROWS:
            yield f"and {len(reading.value) - _MOST_ROWS} more"
