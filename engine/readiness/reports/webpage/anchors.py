"""Where in the page questions and checks are told of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from readiness.reports.report_model import CheckEntry, Report


@dataclass(frozen=True)
class Anchors:
    """The ids that links may lead to, as far as the page has them."""

    report: Report

    def checks(self, ids: Iterable[str]) -> tuple[CheckEntry, ...]:
        """Those of some checks that the page tells of."""
        return tuple(self.report.check[key] for key in ids if key in self.report.check)

    def question(self, key: str) -> str:
        """The id of what is told of a question; empty where the page does not tell of it.

        Where respondents disagree on it, that; where it has no answer, that; else its answers.
        """
        if key in self._conflicts:
            return f"conflict-{key}"
        if key in self._unanswered:
            return f"unanswered-{key}"
        return f"question-{key}" if key in self._answered else ""

    @cached_property
    def _conflicts(self) -> frozenset[str]:
        return frozenset(entry.question.id for entry in self.report.conflicts)

    @cached_property
    def _unanswered(self) -> frozenset[str]:
        return frozenset(entry.question.id for entry in self.report.unanswered)

    @cached_property
    def _answered(self) -> frozenset[str]:
        return frozenset(entry.question.id for entry in self.report.answers)
