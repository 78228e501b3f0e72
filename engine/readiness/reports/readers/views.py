"""What the board and the management read of a report: the few things that their decision needs."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count, takewhile

from readiness.evaluation.formatting import day_in_words, join_names, month_in_words
from readiness.model.engagement import ReportedProgress
from readiness.planning.network import Workdays
from readiness.planning.plan import Activity
from readiness.reports import report_model
from readiness.reports.phrasing import (
    approval,
    capitalise,
    check_titles,
    count_noun,
    decided_by,
    describe_progress,
    figure,
    name_owner,
    scope_remark,
)
from readiness.reports.reported_work import ReportedWork, done_but_open, late, reported_work

MOST_GAPS = 5
_MOST_NAMES = 3
VERDICTS = {
    "go": "Yes",
    "conditional_go": "Yes, with accepted gaps",
    "no_go": "No",
    "undetermined": "Not known yet",
    "out_of_scope": "Not assessed",
}


@dataclass(frozen=True, slots=True)
class OwnerWork:
    """The work of one owner: the gaps to close, and what is needed if an answer says so."""

    name: str
    days: float
    gaps: tuple[report_model.CheckEntry, ...]
    possible: tuple[report_model.CheckEntry, ...]


@dataclass(frozen=True)
class ReaderView:
    """A report as the templates of the readers use it."""

    report: report_model.Report

    def day(self, day: datetime.date) -> str:
        """Return a date in words, in the language of the engagement."""
        return day_in_words(day, self.report.branding.language)

    @property
    def dated(self) -> str:
        """The date of the report: as the engagement states it, else the day of the assessment."""
        return self._written_day(
            self.report.branding.date or self.report.assessment.as_of.isoformat()
        )

    def approval(self, entry: report_model.WaiverEntry) -> str:
        """Return who approved a waiver, when, and until when it holds."""
        return approval(entry.waiver, self.report.assessment.as_of, self._written_day)

    def accepted_for(self, entry: report_model.WaiverEntry) -> str:
        """Return the titles of the gates that would wait for a waived check."""
        gates = self.report.assessment.gates
        return join_names(
            [
                f"“{gates[key].gate.title}”"
                for key in self.report.assessment.checks[entry.check.id].gates
            ]
        )

    def scope_decision(self, entry: report_model.ScopeEntry) -> str:
        """Return who took something out of scope, and from which day."""
        return decided_by(entry.exclusion, self._written_day)

    def _written_day(self, written: str) -> str:
        return self.day(datetime.date.fromisoformat(written))

    def titles(self, checks: Sequence[str]) -> str:
        """Return the titles of the first of some checks, and how many more there are."""
        return check_titles(self.report.assessment, checks, _MOST_NAMES)

    # ---- gates ---------------------------------------------------------------------------------

    @property
    def decision(self) -> report_model.GateEntry | None:
        """The gate to decide next: the first that is not passed without conditions."""
        gates = self.report.gates
        assessed = (one for one in gates if one.result.is_in_scope)
        is_open = (one for one in assessed if one.result.held_by or one.result.verdict != "go")
        return next(is_open, None)

    def answer(self, entry: report_model.GateEntry) -> str:
        """Return whether a decision is ready, with how many of its checks are out of scope."""
        return VERDICTS[entry.result.verdict] + scope_remark(entry.result)

    def ready(self, verdict: str) -> str:
        """Return whether a decision is ready, by its verdict as reports for auditors name it."""
        return VERDICTS.get(verdict.lower().replace(" ", "_"), verdict)

    def reasons(self, entry: report_model.GateEntry) -> str:
        """Return why a gate has its verdict, in words without names of the engine."""
        if not entry.result.is_in_scope:
            return self.report.assessment.ruleset.scope.gates[entry.result.id].reason
        checks = self.report.assessment.checks
        statuses = [checks[key].status for key in entry.result.waits_for]
        unmet, open_ = statuses.count("unmet"), statuses.count("undetermined")
        before = [self.report.assessment.gates[key] for key in entry.result.gate.after]
        told = [count_noun(unmet, "gap")] if unmet else []
        told += [f"{count_noun(open_, 'unconfirmed point')}"] if open_ else []
        told += [f"waits for “{one.gate.title}”" for one in before if not one.is_passed]
        told += ["answers contradict each other"] if entry.result.held_by else []
        if told:
            return "; ".join(told)
        waived = [key for key, one in checks.items() if one.waived and entry.result.id in one.gates]
        return f"{count_noun(len(waived), 'gap')} accepted" if waived else "Everything is in place"

    def earliest(self, entry: report_model.GateEntry) -> str:
        """Return when a gate can be passed at the earliest, and the range of that."""
        time = entry.milestone
        if not entry.result.is_in_scope:
            return "–"
        if not time.activities and entry.result.held_by:
            return "once the contradictions are resolved"
        if not time.activities:
            return "now" if entry.result.is_passed else "once the decisions before it are made"
        if not time.is_estimated:
            return "not estimated"
        workdays = Workdays(self.report.plan.start, self.report.plan.days_off)
        low, likely, high = (workdays.ends(days) for days in (time.low, time.days, time.high))
        least = "not before " if time.unestimated else ""
        between = f" (between {self.day(low)} and {self.day(high)})" if low != high else ""
        return f"{least}{self.day(likely)}{between}"

    @property
    def changes(self) -> list[tuple[str, list[str]]]:
        """What has changed for the board, by kind: the decisions first, then what is in place."""
        if self.report.changes is None:
            return []
        blocks = {block.name: block.entries for block in self.report.changes.blocks}
        turned = (one for one in blocks.get("turned", ()) if one.kind == "unmet")
        told = {
            "Decisions": [
                f"{one.title}: {self.ready(one.was)} → {self.ready(one.now)}"
                for one in blocks.get("gates", ())
            ],
            "Now in place": [one.title for one in blocks.get("closed", ())],
            "No longer in place": [one.title for one in blocks.get("opened", ())],
            "Now known not to be in place": [one.title for one in turned],
        }
        return [(name, titles) for name, titles in told.items() if titles]

    # ---- gaps and what is not known ------------------------------------------------------------

    @cached_property
    def gaps(self) -> tuple[report_model.CheckEntry, ...]:
        """What is known to be missing, most urgent first."""
        first = {entry.id: entry for entry in (*self.report.first, *self.report.open)}
        return tuple(one for one in first.values() if one.result.status == "unmet")

    @property
    def main_gaps(self) -> tuple[report_model.CheckEntry, ...]:
        """The few gaps that matter most."""
        return self.gaps[:MOST_GAPS]

    @property
    def to_clarify(self) -> tuple[report_model.CheckEntry, ...]:
        """The points that are unconfirmed before the next decision, in working order."""
        needed = self.decision.result.waits_for if self.decision else ()
        return tuple(
            one
            for one in self.report.open
            if one.result.status == "undetermined" and one.id in needed
        )

    def delays(self, entry: report_model.CheckEntry) -> str:
        """Return what waits for a gap: how many other items, and which gates by their titles."""
        gates = self.report.assessment.gates
        told = [count_noun(len(entry.result.holds), "other item")] if entry.result.holds else []
        told += [f"“{gates[key].gate.title}”" for key in entry.result.gates]
        return join_names(told)

    def finish(self, entry: report_model.CheckEntry) -> str:
        """Return when a gap can be closed at the earliest."""
        activity = entry.activity
        if activity is None or activity.effort is None:
            return "not estimated"
        return self.day(activity.finishes_on)

    @cached_property
    def outstanding(self) -> tuple[report_model.UnansweredEntry, ...]:
        """The questions that could still decide something, those that decide most first."""
        matters = [one for one in self.report.unanswered if one.matters]
        return tuple(sorted(matters, key=lambda one: (-len(one.gates), -len(one.checks))))

    @cached_property
    def outstanding_by_person(self) -> dict[str, list[report_model.UnansweredEntry]]:
        """The questions by the respondents who have not answered them; empty: anybody may."""
        found: dict[str, list[report_model.UnansweredEntry]] = defaultdict(list)
        for entry in self.outstanding:
            for who in entry.of or ("",):
                found[who].append(entry)
        return dict(sorted(found.items(), key=lambda item: (not item[0], item[0])))

    @property
    def disagreements(self) -> tuple[str, ...]:
        """The questions on which respondents disagree and nobody has decided, and who they are."""
        return tuple(
            f"{one.question.label} – {join_names([answer.who for answer in one.answers])} disagree"
            for one in self.report.conflicts
            if one.resolution is None
        )

    @property
    def contradictions(self) -> tuple[str, ...]:
        """What contradicts what in the answers, where nobody has accepted that."""
        found = (entry.contradiction for entry in self.report.contradictions)
        return tuple(one.message for one in found if one.accepted is None)

    # ---- work ----------------------------------------------------------------------------------

    @cached_property
    def by_owner(self) -> tuple[OwnerWork, ...]:
        """The work by owner, the largest share first; work without an owner last."""
        found = []
        for load in sorted(self.report.plan.owners, key=lambda load: not load.name):
            entries = self.report.of(load.activities)
            gaps = tuple(one for one in entries if one.result.status == "unmet")
            possible = tuple(one for one in entries if one.result.status != "unmet")
            found.append(OwnerWork(_owner_in_words(load.name), load.days, gaps, possible))
        return tuple(found)

    @cached_property
    def late(self) -> list[ReportedWork]:
        """The work that was due and is not reported done."""
        return late(self._work)

    @cached_property
    def done_but_open(self) -> list[ReportedWork]:
        """The work that is reported done although the answers do not show it yet."""
        return done_but_open(self._work)

    @cached_property
    def _work(self) -> tuple[ReportedWork, ...]:
        shown = self.report.check
        return tuple(one for one in reported_work(self.report.assessment) if one.result.id in shown)

    def reported(self, work: ReportedProgress) -> str:
        """Return what is reported about some work, with days in words."""
        return describe_progress(work, self.report.assessment.as_of, self._written_day)

    @cached_property
    def workload(self) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
        """The working days of each owner in each month: the head of the table, and its rows."""
        held: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        for activity in sorted(self.report.plan.activities, key=lambda one: one.starts_on):
            for month, days in _by_month(activity, self.report.plan.days_off).items():
                held[activity.owner][month] += days
        months = sorted({month for found in held.values() for month in found})
        rows = tuple(
            (
                capitalise(_owner_in_words(owner)),
                *(figure(found.get(month, 0.0)) for month in months),
            )
            for owner, found in held.items()
        )
        return ("Owner", *map(month_in_words, months)), rows


def _owner_in_words(owner: str) -> str:
    return name_owner(owner) or "Nobody named"


def _by_month(activity: Activity, days_off: Collection[datetime.date]) -> dict[str, float]:
    """Return the working days of an activity by month, as 2026-12, spread evenly over its span."""
    if not activity.days:
        return {}
    workdays = map(Workdays(activity.starts_on, days_off).begins, count())
    span = list(takewhile(lambda day: day <= activity.finishes_on, workdays))
    found: dict[str, float] = defaultdict(float)
    for day in span:
        found[day.isoformat()[:7]] += activity.days / len(span)
    return found
