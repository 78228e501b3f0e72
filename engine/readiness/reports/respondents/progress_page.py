"""Progress that a person reads in a terminal: who has answered what, and what to ask next."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.text import Text

from readiness.evaluation.formatting import format_day, join_names
from readiness.reports.phrasing import CONTRADICTIONS, count_noun, verdict_of
from readiness.reports.report_model import build_report
from readiness.reports.respondents.progress import ANYONE, Lack, Progress, ProgressRow, Wanted
from readiness.reports.terminal.assessment import print_contradiction, print_work
from readiness.reports.terminal.page import QUIET, STRONG, Column, Page, Part, print_table

_FIGURES = {
    "Asked": "put",
    "Answered": "answered",
    "Unknown": "unknown",
    "N/A": "not_applicable",
    "Missing": "missing",
    "Conflicts": "conflicts",
    "No evidence": "lacks",
}
_MOST = 10
_MOST_LISTED = 40
_ANYONE = "company-wide"


def print_progress(progress: Progress, console: Console, *, is_whole: bool = True) -> None:
    """Print each respondent's progress, what is missing, and what matters most now.

    `is_whole` is False if only one respondent is shown.
    """
    page = Page(console)
    page.title(progress.assessment)
    page.blank()
    figures = _shown_figures(progress)
    columns = [Column("Respondent", wraps=True)]
    columns += [Column(title, is_number=True) for title in figures]
    print_table(page, columns, list(_rows(page, progress, figures, is_whole=is_whole)))
    if is_whole and any(row.helped for row in progress.rows):
        page.blank()
        page.write(
            "For each company-wide question, one answer from anyone who knows is enough. "
            "The other rows count the questions that every member of a group answers."
        )
    _print_wanted(page, progress)
    _print_missing(page, progress)
    _print_lacks(page, progress)
    if is_whole:
        for entry in page.section(CONTRADICTIONS, build_report(progress.assessment).contradictions):
            print_contradiction(page, entry)
        print_work(page, progress.assessment)


def _shown_figures(progress: Progress) -> dict[str, str]:
    """The figures shown: overdue and changed answers only where there can be some."""
    found = dict(_FIGURES)
    if any(row.due for row in progress.rows):
        found["Overdue"] = "overdue"
    if any(row.changed is not None for row in progress.rows):
        found["Changed"] = "changed"
    return found


def _rows(
    page: Page, progress: Progress, figures: dict[str, str], *, is_whole: bool
) -> Iterator[Sequence[Part]]:
    for row in progress.rows:
        yield _head(page, progress, row), *_figures([row], figures)
    if is_whole and len(progress.rows) > 1:
        yield "all", *_figures(progress.rows, figures)


def _head(page: Page, progress: Progress, row: ProgressRow) -> Text:
    """A respondent, and what has come from it."""
    name = page.text((_name(progress, row.name), STRONG))
    if row.name is ANYONE:
        return name
    lines = [", ".join(row.sheets) or "no answer sheet yet"]
    if row.helped:
        lines.append(f"{count_noun(len(row.helped), 'company-wide answer')}")
    if row.due:
        day = format_day(datetime.date.fromisoformat(row.due))
        lines.append(f"{'overdue since' if row.overdue else 'due'} {day}")
    return Text("\n").join([name, *(page.text((line, QUIET)) for line in lines)])


def _name(progress: Progress, name: str | None) -> str:
    if name is ANYONE:
        return _ANYONE
    return progress.assessment.circumstances.people.name(name) or "not named"


def _figures(rows: Sequence[ProgressRow], figures: dict[str, str]) -> list[str]:
    return [str(sum(len(getattr(row, key) or ()) for row in rows)) for key in figures.values()]


def _print_wanted(page: Page, progress: Progress) -> None:
    page.heading("What to ask next")
    page.write(_introduction(progress))
    for number, one in enumerate(progress.wanted[:_MOST], 1):
        head = f"{number}. "
        asked = page.text((one.question.label, STRONG), (f" ({one.question.id})", QUIET))
        page.hang(head, asked)
        page.write(_whom(progress, one), len(head))
    if len(progress.wanted) > _MOST:
        page.write(f"and {len(progress.wanted) - _MOST} more")


def _introduction(progress: Progress) -> str:
    gate = progress.gate
    head = ""
    if gate is not None:
        head = f"The next gate is {gate.gate.title} ({gate.id}), which is {verdict_of(gate)}"
    number = count_noun(len(progress.wanted), "question")
    if gate is None:
        before = "Every gate is passed. " if progress.assessment.gates else ""
    elif progress.is_for_gate:
        return f"{head}. " + (
            f"{number} could still decide it, in this order:"
            if progress.wanted
            else "There are no questions for this respondent."
        )
    else:
        before = f"{head}: no outstanding answer can change that. "
    if not progress.wanted:
        return f"{before}No outstanding answer could decide a check."
    return f"{before}{number} could still decide a check, in this order:"


def _whom(progress: Progress, one: Wanted) -> str:
    names = join_names(
        [_name(progress, name) if name else "one unnamed respondent" for name in one.of]
    )
    match one.kind:
        case "settle":
            said = f"resolve: {names} disagree"
        case "find_out":
            said = f"find out: {names} {'does' if len(one.of) == 1 else 'do'} not know"
        case _:
            said = f"ask: {names or 'anyone who knows'}"
    titles = [progress.assessment.gates[key].gate.title for key in one.could_decide]
    gates = f"the gate{'' if len(titles) == 1 else 's'} {join_names(titles)}"
    return f"{said}; one answer could decide {gates}" if one.could_decide else said


def _print_missing(page: Page, progress: Progress) -> None:
    rows = [row for row in progress.rows if row.missing or row.undecided]
    for row in page.section("Answers still missing", rows):
        name = _name(progress, row.name)
        _print_questions(page, progress, name, row.missing)
        said = f"{name}, may still be asked, depending on other answers"
        _print_questions(page, progress, said, row.undecided)
    changed = [row for row in progress.rows if row.changed]
    for row in page.section("Answers that changed", changed):
        _print_questions(page, progress, _name(progress, row.name), row.changed or ())


def _print_questions(page: Page, progress: Progress, head: str, keys: Sequence[str]) -> None:
    """Print questions by their titles below a line that says whose they are."""
    questions = progress.assessment.ruleset.questions
    if keys:
        page.write((head, STRONG))
    for key in keys[:_MOST_LISTED]:
        label = questions[key].label if key in questions else key
        page.bullet(page.text(label, (f" ({key})", QUIET)), 2)
    if len(keys) > _MOST_LISTED:
        page.write(f"and {count_noun(len(keys) - _MOST_LISTED, 'more question')}", 2)


def _print_lacks(page: Page, progress: Progress) -> None:
    lacks = [lack for row in progress.rows for lack in row.lacks]
    for lack in page.section("Evidence still missing", lacks):
        given = lack.given
        place = f" ({given.sheet}:{given.place.line})" if given.place.line else ""
        name = given.who or "not named"
        label = progress.assessment.ruleset.questions[given.question].label
        asked = page.text((f"{name}: ", STRONG), label, (f" ({given.question})", QUIET))
        page.bullet(asked)
        page.write(page.text(_why(lack), (place, QUIET)), 2)


def _why(lack: Lack) -> str:
    return {
        "none": "the question requires evidence",
        "expired": "all evidence has expired",
    }.get(lack.why, f"there is no file {lack.file}")
