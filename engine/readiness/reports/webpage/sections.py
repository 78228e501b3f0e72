"""The answers section by section, and question by question."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from readiness.reports.report_model import AnswerEntry, Report


@dataclass(frozen=True, slots=True, eq=False)
class SectionEntry:
    """A section of a questionnaire with the answers to each of its questions."""

    title: str
    questions: tuple[tuple[AnswerEntry, ...], ...]


def sections(report: Report) -> tuple[SectionEntry, ...]:
    """The sections that have answers, in the order of the questionnaires."""
    return tuple(
        SectionEntry(
            title,
            tuple(tuple(same) for _, same in groupby(own, key=lambda one: one.question.id)),
        )
        for title, own in groupby(report.answers, key=lambda one: one.section)
    )
