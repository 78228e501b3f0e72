"""What the reader must know besides: disagreement, order, waivers, warnings, open questions."""

from __future__ import annotations

from readiness.evaluation.disagreement import first_difference
from readiness.model.questionnaire import Question
from readiness.reports.selection import Selection
from readiness.reports.sentences import approval, by_section, given_in_words, settled
from readiness.reports.terminal.brief import print_check
from readiness.reports.terminal.marks import QUIET, STRONG
from readiness.reports.terminal.page import Page
from readiness.reports.words import STATUSES, counted, listed


def print_conflicts(page: Page, selection: Selection) -> None:
    """The questions on which respondents disagree: who says what, and what was settled."""
    assessment = selection.assessment
    shown = selection.questions(assessment.disputed)
    if shown:
        page.heading("Where respondents disagree")
    for key in shown:
        if key != shown[0]:
            page.blank()
        _print_conflict(page, selection, assessment.ruleset.questions[key])


def _print_conflict(page: Page, selection: Selection, question: Question) -> None:
    page.write(page.text((question.label, STRONG), (f" ({question.id})", QUIET)))
    given = selection.assessment.answers.given[question.id]
    for one in given:
        page.write(f"{one.respondent or 'not named'}: {given_in_words(question, one)}", 2)
    if differs := first_difference(question, given):
        page.write(differs, 2)
    resolution = selection.assessment.answers.circumstances.resolutions.get(question.id)
    page.write(settled(question, resolution), 2)


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
    for section, ids in by_section(selection, open_).items():
        page.bullet(page.text((f"{section}: ", STRONG), ", ".join(ids)))
