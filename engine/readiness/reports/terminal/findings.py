"""What the reader must know besides: disagreement, order, waivers, warnings, open questions."""

from __future__ import annotations

import datetime

from readiness.evaluation.wording import spoken
from readiness.model.answers import Given
from readiness.model.engagement import Waiver
from readiness.model.questionnaire import Question
from readiness.reports.terminal.brief import print_check
from readiness.reports.terminal.marks import QUIET, STRONG
from readiness.reports.terminal.page import Page
from readiness.reports.terminal.selection import Selection
from readiness.reports.words import STATUSES, counted, days_left, listed


def print_conflicts(page: Page, selection: Selection) -> None:
    """The questions on which respondents disagree: who says what, and what was settled."""
    assessment = selection.assessment
    differing = {*assessment.conflicts, *assessment.answers.settled}
    shown = selection.questions(key for key in assessment.ruleset.questions if key in differing)
    if shown:
        page.heading("Where respondents disagree")
    for key in shown:
        if key != shown[0]:
            page.blank()
        _print_conflict(page, selection, assessment.ruleset.questions[key])


def _print_conflict(page: Page, selection: Selection, question: Question) -> None:
    page.write(page.text((question.label, STRONG), (f" ({question.id})", QUIET)))
    for one in selection.assessment.answers.given[question.id]:
        page.write(f"{one.respondent or 'not named'}: {_given(question, one)}", 2)
    resolution = selection.assessment.answers.circumstances.resolutions.get(question.id)
    if resolution is None:
        page.write("not settled: it counts as unknown", 2)
        return
    value = "it does not apply"
    if resolution.state == "answered":
        value = spoken(question, resolution.value)
    by = f" by {resolution.by}" if resolution.by else ""
    page.write(f"settled{by}: {value}. {resolution.reason}", 2)


def _given(question: Question, one: Given) -> str:
    if one.state == "answered":
        return spoken(question, one.value)
    state = "does not know" if one.state == "unknown" else "does not apply"
    return f"{state}: {one.reason}"


def print_premature(page: Page, selection: Selection) -> None:
    """The checks that were closed out of order, and what they rest on."""
    premature = [check for check in selection.checks if check.standing == "premature"]
    if premature:
        page.heading("Done out of order")
        page.write(
            "These are closed while something that they rest on is open, "
            "and may have to be done again."
        )
    for check in premature:
        print_check(page, check, f"rests on {listed(selection.nearest(check))}")


def print_waivers(page: Page, selection: Selection) -> None:
    """The gaps that are accepted, by whom, and until when."""
    waived = [(check, check.waived) for check in selection.checks if check.waived]
    if waived:
        page.heading("Waivers in force")
    for check, waiver in waived:
        print_check(page, check, f"the check itself is {STATUSES[check.status]}")
        page.write(waiver.reason, 2)
        page.write(approval(waiver, selection.assessment.as_of), 2)


def approval(waiver: Waiver, today: datetime.date) -> str:
    """Who approved a waiver, when, and until when it holds."""
    by = f" by {waiver.approved_by}" if waiver.approved_by else ""
    on = f" on {waiver.approved_on}" if waiver.approved_on else ""
    until = "does not expire"
    if waiver.expires:
        until = f"expires {waiver.expires} ({days_left(waiver.expires, today)})"
    return f"approved{by}{on}, {until}" if by or on else until


def print_warnings(page: Page, selection: Selection) -> None:
    """What decides nothing, though the reader should know it."""
    if selection.assessment.warnings:
        page.heading("Warnings")
    for warning in selection.assessment.warnings:
        page.bullet(warning)


def print_unanswered(page: Page, selection: Selection) -> None:
    """The questions without an answer, by section."""
    assessment = selection.assessment
    open_ = selection.questions(assessment.unanswered)
    if not open_:
        return
    whole = len(selection.questions(assessment.ruleset.questions))
    page.heading("Questions without an answer")
    page.write(f"{len(open_)} of {counted(whole, 'question')}, by section of the questionnaire:")
    for section, ids in _by_section(selection, open_).items():
        page.bullet(page.text((f"{section}: ", STRONG), ", ".join(ids)))


def _by_section(selection: Selection, ids: tuple[str, ...]) -> dict[str, list[str]]:
    """Ids under the title of their section, in the order of the questionnaires."""
    titles = {
        key: held.sections[question.section].title
        for held in selection.assessment.ruleset.questionnaires
        for key, question in held.questions.items()
    }
    found: dict[str, list[str]] = {}
    for key in ids:
        found.setdefault(titles[key], []).append(key)
    return found
