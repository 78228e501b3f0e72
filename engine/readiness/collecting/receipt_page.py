"""The receipt of a form, as a person reads it in a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console

from readiness.collecting.form.entries import FormEntry
from readiness.collecting.form.merging import Outcome
from readiness.collecting.form_reading import Returned
from readiness.collecting.receipt import Receipt
from readiness.evaluation.disagreement import first_difference
from readiness.evaluation.wording import listed, spoken
from readiness.model.answers import Given
from readiness.model.questionnaire import Question
from readiness.problems import Place, Problem
from readiness.reports.phrasing import counted
from readiness.reports.terminal.marks import QUIET, STRONG
from readiness.reports.terminal.page import Page

_STATUS = {
    "imported": "Imported into {sheet}.",
    "unchanged": "Nothing to change in {sheet}.",
    "dry_run": "Dry run: nothing was written. This is what would change in {sheet}.",
    "refused": "Refused: nothing was written to {sheet}.",
}
_COUNTS = {
    "asked": "Asked", "answered": "Answered", "unknown": "Don't know",
    "not_applicable": "Does not apply", "blank": "Blank", "unread": "Not usable",
    "changed": "Changed", "left_alone": "Left alone",
}  # fmt: skip
_ALWAYS = frozenset(_COUNTS) - {"not_applicable", "unread"}
_LABEL = 16


def print_receipt(receipt: Receipt, console: Console) -> None:
    """Print whose form it is, how much of it was answered, and what became of each change."""
    page, returned = Page(console), receipt.returned
    page.write((f"Form {returned.name}{_whose(receipt)}", STRONG))
    page.write(_STATUS[receipt.status].format(sheet=receipt.sheet or "an answer sheet"))
    if returned.issue is None:
        page.write(
            "The form does not say what it was issued with, so everything in it counts as changed."
        )
    page.blank()
    for name, number in receipt.counts.items():
        if number or name in _ALWAYS:
            page.field(_COUNTS[name], str(number), 0, _LABEL)
    verb = "Would change" if receipt.status in ("dry_run", "refused") else "Changed"
    _print_outcomes(page, receipt, verb, [o for o in receipt.changed if o.kind != "conflict"])
    _print_conflicts(page, receipt)
    _print_emptied(page, receipt)
    _print_ids(page, "Removed with the answers that were replaced", receipt.lost)
    _print_ids(
        page,
        "Answered, but not asked because of other answers: these do not count",
        receipt.hidden,
    )
    _print_problems(page, "Cannot be imported", receipt.refusals)
    _print_problems(page, "Cannot be read", returned.problems)
    _print_problems(page, "No longer fits the questionnaire, and was left out", returned.left_out)
    _print_problems(page, "Not part of an answer, and not imported", returned.remarks, "remark")


def _whose(receipt: Receipt) -> str:
    returned, issue = receipt.returned, receipt.returned.issue
    parts = [f" of {returned.respondent}"] if returned.respondent else []
    if issue is not None:
        parts.append(f"issue {issue.number}" + (f" of {issue.day}" if issue.day else ""))
        parts += [f"engagement {issue.engagement}"] if issue.engagement else []
    return ", ".join(parts)


def _said(question: Question, *entries: FormEntry | None) -> list[str]:
    """Entries in words: the answers or why there are none, with notes and evidence that differ."""
    notes = [f"note: {one.note}" if one and one.note else "" for one in entries]
    items = [listed([item.title for item in one.evidence]) if one else "" for one in entries]
    evidence = [f"evidence: {titles}" if titles else "" for titles in items]
    more = [said if len(set(said)) > 1 else [""] * len(entries) for said in (notes, evidence)]
    rows = zip((_answer(question, one) for one in entries), *more, strict=True)
    return ["; ".join(filter(None, row)) for row in rows]


def _answer(question: Question, entry: FormEntry | None) -> str:
    if entry is None or entry.state == "blank":
        return "blank"
    if entry.state == "answered":
        return spoken(question, entry.value)
    return f"{_COUNTS[entry.state].lower()}: {entry.reason}"


def print_conflict(page: Page, returned: Returned, one: Outcome) -> None:
    """Print both sides of a conflict, and what the form was issued with, each with its origin."""
    _print_question(page, returned.ruleset.questions[one.question])
    for label, text in _sides(returned, one):
        page.field(label, text, 2)


def _sides(returned: Returned, one: Outcome) -> Iterator[tuple[str, str]]:
    question = returned.ruleset.questions[one.question]
    issued, form, sheet = _said(question, one.issued, one.form, one.sheet)
    if returned.issue is not None:
        yield "issued", issued
    yield "form", form + _origin(one.form)
    yield "sheet", sheet + _origin(one.sheet)
    given = [*_as_given(one.form, "form"), *_as_given(one.sheet, "sheet")]
    if differs := first_difference(question, given):
        yield "", differs


def _as_given(entry: FormEntry | None, side: str) -> Iterator[Given]:
    """The entry of a side, as an answer that is compared with others."""
    if entry is not None:
        said = (entry.question, side, entry.state, entry.value, entry.reason, entry.note)
        yield Given(*said, entry.evidence, "", Place(""))


def _origin(entry: FormEntry | None) -> str:
    place = entry.excerpt.place if entry and entry.excerpt else None
    return f" ({place})" if place and place.line else ""


def _print_outcomes(page: Page, receipt: Receipt, heading: str, found: Sequence[Outcome]) -> None:
    if found:
        page.heading(heading)
    for one in found:
        question = receipt.returned.ruleset.questions[one.question]
        _print_question(page, question)
        page.write(f" {page.marks.turns} ".join(_said(question, one.sheet, one.form)), 2)


def _print_conflicts(page: Page, receipt: Receipt) -> None:
    if receipt.conflicts:
        page.heading("Changed in the form and in the sheet")
    for one in receipt.conflicts:
        print_conflict(page, receipt.returned, one)
        taken = f"the {one.side} is taken" if one.side else "neither is taken: the sheet stays"
        page.write(taken, 2)
    if receipt.undecided:
        page.write("Take one side with --prefer form or --prefer sheet.")


def _print_emptied(page: Page, receipt: Receipt) -> None:
    if receipt.emptied:
        page.heading("Emptied in the form, kept in the sheet")
    for one in receipt.emptied:
        question = receipt.returned.ruleset.questions[one.question]
        _print_question(page, question)
        [issued, _] = _said(question, one.issued, None)
        page.write(f"{listed(one.emptied)} emptied; issued with {issued}", 2)
    if receipt.emptied:
        page.write("Remove what was emptied with --clear.")


def _print_question(page: Page, question: Question) -> None:
    page.write(page.text((question.label, STRONG), (f" ({question.id})", QUIET)))


def _print_ids(page: Page, heading: str, ids: Iterable[str]) -> None:
    if named := list(ids):
        page.heading(heading)
        page.write(listed(named))


def _print_problems(
    page: Page, heading: str, problems: Sequence[Problem], noun: str = "problem"
) -> None:
    if problems:
        page.heading(f"{heading}: {counted(len(problems), noun)}")
    for problem in problems:
        for line in str(problem).splitlines():
            text = line.lstrip(" ")
            page.write(text, len(line) - len(text))
