"""What an import tells: how much of a form was answered, and what became of it; as a page too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from readiness.collecting.form.form_entries import Outcome, entry_as_json
from readiness.collecting.forms import ReturnedForm
from readiness.documents.schemas import FORMATS
from readiness.evaluation.disagreement import first_difference
from readiness.evaluation.formatting import format_answer, join_names
from readiness.model.answers import Given
from readiness.model.questionnaire import Question
from readiness.problems import Problem
from readiness.problems.values import brief
from readiness.reports.phrasing import CONTRADICTIONS, count_noun
from readiness.reports.terminal.page import QUIET, STRONG

if TYPE_CHECKING:
    from rich.console import Console

    from readiness.reports.terminal.page import Page
    from readiness.result.contradictions import Contradiction

_STATUS = {
    "imported": "Imported into {sheet}.",
    "unchanged": "Nothing to change in {sheet}.",
    "dry_run": "Dry run: nothing was written. These changes would be made in {sheet}.",
    "refused": "Refused: nothing was written to {sheet}.",
}
_COUNTS = {
    "asked": "Asked", "answered": "Answered", "unknown": "Don't know",
    "not_applicable": "Does not apply", "blank": "Blank", "unread": "Not usable",
    "changed": "Changed", "left_alone": "Not changed",
}  # fmt: skip
_ALWAYS = frozenset(_COUNTS) - {"not_applicable", "unread"}
_LABEL = 16


@brief
@dataclass(frozen=True, slots=True)
class Receipt:
    """The receipt of one form.

    `sheet` is the file it was imported into, empty where there is none. `status` is
    - `imported`: the sheet was changed;
    - `unchanged`: there was nothing to change;
    - `dry_run`: the sheet would have been changed;
    - `refused`: nothing was written, because of `refusals` or of the problems of the form.

    `outcomes` has what became of each question that could be read. `lost` are the questions that
    were answered in a sheet that was replaced and are not in the form, `hidden` those that are
    answered in the form and not asked because of other answers. `contradictions` are those among
    the answers of the sheet.
    """

    returned: ReturnedForm
    sheet: str
    outcomes: tuple[Outcome, ...]
    status: str = "imported"
    refusals: tuple[Problem, ...] = ()
    hidden: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()

    @property
    def changed(self) -> tuple[Outcome, ...]:
        """The answers that the sheet takes from the form."""
        return tuple(one for one in self.outcomes if one.changes_the_sheet)

    @property
    def emptied(self) -> tuple[Outcome, ...]:
        """The answers of which the respondent emptied a part, and which the sheet keeps."""
        return tuple(one for one in self.outcomes if one.emptied)

    @property
    def conflicts(self) -> tuple[Outcome, ...]:
        """What was changed in the form and in the sheet."""
        return tuple(one for one in self.outcomes if one.kind == "conflict")

    @property
    def undecided(self) -> tuple[Outcome, ...]:
        """The conflicts of which neither side was taken."""
        return tuple(one for one in self.conflicts if not one.side)

    @property
    def is_complete(self) -> bool:
        """Whether all that the respondent changed could be read, and has been decided on."""
        return self.status != "refused" and not self.returned.problems and not self.undecided

    @property
    def counts(self) -> dict[str, int]:
        """How many questions were asked, how they came back, and what became of them.

        `answered`, `unknown`, `not_applicable`, `blank` and `unread` add up to `asked`, and so do
        `changed` and `left_alone`.
        """
        answers = self.returned.answers
        asked, changed = len(answers.asked), len(self.changed)
        unread = answers.unread | answers.unfit
        blank = Given("", "", "blank")
        states = Counter(
            "unread" if key in unread else answers.entries.get(key, blank).state
            for key in answers.asked
        )
        names = ("answered", "unknown", "not_applicable", "blank", "unread")
        by_state = {name: states[name] for name in names}
        return {"asked": asked, **by_state, "changed": changed, "left_alone": asked - changed}

    def to_dict(self) -> dict[str, Any]:
        """As plain values that JSON can hold."""
        returned, issue = self.returned, self.returned.issue
        told = [one for one in self.outcomes if one.kind != "untouched" or one.emptied]
        return {
            "format": FORMATS["receipt"],
            "form": returned.name,
            "sheet": self.sheet or None,
            "ruleset": returned.ruleset.id,
            "respondent": returned.respondent or None,
            "issue": issue.to_dict() if issue else None,
            "status": self.status,
            **self.counts,
            "questions": [_outcome(one) for one in told],
            "hidden": list(self.hidden),
            "lost": list(self.lost),
            "contradictions": [one.in_short() for one in self.contradictions],
            "refusals": [problem_as_plain(one) for one in self.refusals],
            "problems": [problem_as_plain(one) for one in returned.problems],
            "left_out": [problem_as_plain(one) for one in returned.left_out],
            "remarks": [problem_as_plain(one) for one in returned.remarks],
        }


def _outcome(one: Outcome) -> dict[str, Any]:
    sides = {"issued": one.issued, "form": one.form, "sheet": one.sheet}
    found: dict[str, Any] = {"question": one.question, "kind": one.kind, "side": one.side or None}
    found["emptied"] = list(one.emptied)
    return found | {side: _entry(entry) for side, entry in sides.items()}


def _entry(entry: Given | None) -> Any:
    return None if entry is None else entry_as_json(entry)


def problem_as_plain(problem: Problem) -> dict[str, Any]:
    """A problem of a form as plain values that JSON can hold."""
    place = problem.place
    found: dict[str, Any] = {"code": problem.code, "message": problem.message}
    found |= {"hint": problem.hint or None, "file": place.file, "cell": place.cell or None}
    return found | {"line": place.line or None}


def print_receipt(receipt: Receipt, console: Console) -> None:
    """Print whose form it is, how much of it was answered, and what became of each change."""
    from readiness.reports.terminal.page import Page

    page, returned = Page(console), receipt.returned
    page.write((f"Form {returned.name}{_whose(receipt)}", STRONG))
    page.write(_STATUS[receipt.status].format(sheet=receipt.sheet or "an answer sheet"))
    if receipt.status == "refused" and receipt.changed and not receipt.refusals:
        page.write("Correct the form, or use --partial to import what can be read.")
    if returned.issue is None:
        page.write(
            "The form does not contain the answers it was issued with, so every answer counts as "
            "changed."
        )
    page.blank()
    for name, number in receipt.counts.items():
        if number or name in _ALWAYS:
            page.field(_COUNTS[name], str(number), 0, _LABEL)
    verb = "Would change" if receipt.status in ("dry_run", "refused") else "Changed"
    _print_outcomes(page, receipt, verb, [o for o in receipt.changed if o.kind != "conflict"])
    _print_conflicts(page, receipt)
    _print_emptied(page, receipt)
    _print_ids(page, "Removed, because the sheet was replaced", receipt.lost)
    _print_ids(
        page,
        "Answered, but ignored: other answers mean that these questions are not asked",
        receipt.hidden,
    )
    for one in page.section(CONTRADICTIONS, receipt.contradictions):
        page.bullet(page.text(one.message, (f" ({join_names(one.questions)})", QUIET)))
    _print_problems(page, "Cannot be imported", receipt.refusals)
    _print_problems(page, "Cannot be read", returned.problems)
    _print_problems(page, "Left out, because the questionnaire has changed", returned.left_out)
    _print_problems(page, "Not imported (not part of an answer)", returned.remarks, "remark")


def _whose(receipt: Receipt) -> str:
    returned, issue = receipt.returned, receipt.returned.issue
    name = returned.who or returned.respondent
    parts = [f" of {name}"] if name else []
    if issue is not None:
        parts.append(f"issue {issue.number}" + (f" of {issue.day}" if issue.day else ""))
        parts += [f"engagement {issue.engagement}"] if issue.engagement else []
    return ", ".join(parts)


def _describe_entries(question: Question, *entries: Given | None) -> list[str]:
    """Entries in words: the answers or why there are none, with notes and evidence that differ."""
    notes = [f"note: {one.note}" if one and one.note else "" for one in entries]
    items = [join_names([item.title for item in one.evidence]) if one else "" for one in entries]
    evidence = [f"evidence: {titles}" if titles else "" for titles in items]
    more = [said if len(set(said)) > 1 else [""] * len(entries) for said in (notes, evidence)]
    rows = zip((_answer(question, one) for one in entries), *more, strict=True)
    return ["; ".join(filter(None, row)) for row in rows]


def _answer(question: Question, entry: Given | None) -> str:
    if entry is None or entry.state == "blank":
        return "blank"
    if entry.state == "answered":
        return format_answer(question, entry.value)
    return f"{_COUNTS[entry.state].lower()}: {entry.reason}"


def print_conflict(page: Page, returned: ReturnedForm, one: Outcome) -> None:
    """Print both sides of a conflict, and what the form was issued with, each with its origin."""
    _print_question(page, returned.ruleset.questions[one.question])
    for label, text in _sides(returned, one):
        page.field(label, text, 2)


def _sides(returned: ReturnedForm, one: Outcome) -> Iterator[tuple[str, str]]:
    question = returned.ruleset.questions[one.question]
    issued, form, sheet = _describe_entries(question, one.issued, one.form, one.sheet)
    if returned.issue is not None:
        yield "issued", issued
    yield "form", form + _origin(one.form)
    yield "sheet", sheet + _origin(one.sheet)
    sides = {"form": one.form, "sheet": one.sheet}
    given = [replace(entry, respondent=side) for side, entry in sides.items() if entry is not None]
    if differs := first_difference(question, given):
        yield "", differs


def _origin(entry: Given | None) -> str:
    return f" ({entry.place})" if entry and entry.place.line else ""


def _print_outcomes(page: Page, receipt: Receipt, heading: str, found: Sequence[Outcome]) -> None:
    for one in page.section(heading, found):
        question = receipt.returned.ruleset.questions[one.question]
        _print_question(page, question)
        page.write(
            f" {page.marks.turns} ".join(_describe_entries(question, one.sheet, one.form)), 2
        )


def _print_conflicts(page: Page, receipt: Receipt) -> None:
    for one in page.section("Changed in the form and in the sheet", receipt.conflicts):
        print_conflict(page, receipt.returned, one)
        used = f"the answer in the {one.side} is used"
        page.write(used if one.side else "not imported: the sheet is unchanged", 2)
    if receipt.undecided:
        page.write("Choose which answers to use with --prefer form or --prefer sheet.")


def _print_emptied(page: Page, receipt: Receipt) -> None:
    for one in page.section("Cleared in the form, kept in the sheet", receipt.emptied):
        question = receipt.returned.ruleset.questions[one.question]
        _print_question(page, question)
        [issued, _] = _describe_entries(question, one.issued, None)
        page.write(f"{join_names(one.emptied)} cleared; the form was issued with {issued}", 2)
    if receipt.emptied:
        page.write("To clear these in the sheet too, use --clear.")


def _print_question(page: Page, question: Question) -> None:
    page.write(page.text((question.label, STRONG), (f" ({question.id})", QUIET)))


def _print_ids(page: Page, heading: str, ids: Iterable[str]) -> None:
    if named := list(ids):
        page.heading(heading)
        page.write(join_names(named))


def _print_problems(
    page: Page, heading: str, problems: Sequence[Problem], noun: str = "problem"
) -> None:
    for problem in page.section(f"{heading}: {count_noun(len(problems), noun)}", problems):
        print_problem(page, problem)


def print_problem(page: Page, problem: Problem) -> None:
    """Print a problem on separate lines, indented as it is in a terminal."""
    for line in str(problem).splitlines():
        text = line.lstrip(" ")
        page.write(text, len(line) - len(text))
