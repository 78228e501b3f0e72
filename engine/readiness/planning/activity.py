"""An activity of a plan: closing one open check."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from readiness.model.ruleset import Check, Effort
from readiness.planning.network import Times
from readiness.result.assessment import CheckResult


@dataclass(frozen=True, slots=True, eq=False)
class Activity:
    """Closing one open check.

    `times` are in working days from the start of the plan, `starts_on` and `finishes_on` the days
    of the calendar of its earliest times. `days` is 0 where `effort` is None: then nobody has
    estimated it. `waits_for` are the activities that have to be finished right before. For a check
    that is undetermined the work may turn out not to be needed.
    """

    result: CheckResult
    wave: int
    days: float
    times: Times
    is_critical: bool
    waits_for: tuple[str, ...]
    starts_on: datetime.date
    finishes_on: datetime.date

    @property
    def id(self) -> str:
        """The check's id."""
        return self.result.id

    @property
    def check(self) -> Check:
        """The check that it closes."""
        return self.result.check

    @property
    def owner(self) -> str:
        """Whose work it is; empty where the ruleset does not say."""
        return self.check.remedy.owner

    @property
    def effort(self) -> Effort | None:
        """The estimate; None where there is none."""
        return self.check.remedy.effort_days
