"""What an engagement reports about the work on checks that are still open."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from readiness.model.engagement import ReportedProgress
from readiness.reports.phrasing import describe_progress
from readiness.result.assessment import Assessment, CheckResult


@dataclass(frozen=True, slots=True)
class ReportedWork:
    """The work on one open check as of a day; `owner` is whose work it is."""

    result: CheckResult
    progress: ReportedProgress
    owner: str
    day: datetime.date

    @property
    def words(self) -> str:
        """What is reported."""
        return describe_progress(self.progress, self.day)

    def to_dict(self) -> dict[str, Any]:
        """As plain values that JSON can hold."""
        head = {"check": self.result.id, "title": self.result.check.title}
        return {**head, "owner": self.owner or None, **self.progress.to_dict(self.day)}


def reported_work(assessment: Assessment) -> tuple[ReportedWork, ...]:
    """Return what is reported about open checks, in working order."""
    circumstances, checks = assessment.circumstances, assessment.checks
    return tuple(
        ReportedWork(
            checks[key],
            circumstances.progress[key],
            circumstances.owner_of(checks[key].check),
            assessment.as_of,
        )
        for wave in assessment.order
        for key in wave
        if key in circumstances.progress
    )


def late(work: Iterable[ReportedWork]) -> list[ReportedWork]:
    """Return what was due before the day of the assessment and is not reported done."""
    return [one for one in work if one.progress.is_late(one.day)]


def done_but_open(work: Iterable[ReportedWork]) -> list[ReportedWork]:
    """Return what is reported done although its check is still open."""
    return [one for one in work if one.progress.done]
