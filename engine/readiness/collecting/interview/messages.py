"""What a respondent reads: a question, what depends on it, and what an answer changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from readiness.collecting.form.cells import how, name_options
from readiness.collecting.interview.flow import Dependents, LeftOut
from readiness.collecting.interview.parse_input import COMMANDS, Complaint
from readiness.evaluation.formatting import format_answer, join_names
from readiness.model.answers import Given
from readiness.model.questionnaire import Field, Question
from readiness.model.value import Row, Value
from readiness.reports.phrasing import (
    STATUSES,
    capitalise,
    count_noun,
    evidence_in_words,
    given_in_words,
    verdict_of,
)
from readiness.reports.report_model import build_report
from readiness.reports.terminal.page import BAD, QUIET, STRONG, Page, Symbols
from readiness.result.assessment import Assessment, GateResult

_FEW = 3
TABLE_WORDS = {
    "add": "add a row, column by column",
    "change 2": "change row 2; press Enter to keep a cell",
    "delete 2": "delete row 2",
    "none": "there is nothing to list",
    "done": "finish the table",
}


def print_question(page: Page, question: Question, hanging: Dependents) -> None:
    """The question with all that one needs to answer it."""
    page.blank()
    page.write((question.label, STRONG))
    if question.help:
        page.write(question.help, 2)
    evidence = f", evidence {question.evidence}" if question.evidence != "none" else ""
    applies = ", /na if it does not apply" if question.may_not_apply else ""
    page.write((f"{how_typed(question)}{evidence}{applies}", QUIET), 2)
    print_options(page, question)
    page.write((in_short(hanging), QUIET), 2)


def print_options(page: Page, field: Field) -> None:
    """The options with their numbers."""
    width = len(str(len(field.options)))
    for number, (key, name) in enumerate(name_options(field).items(), 1):
        same = name.casefold() == key.casefold() or name.endswith(f"({key})")
        more = "" if same else f" ({key})"
        page.hang(f"  {number:>{width}}  ", page.text(name, (more, QUIET)))


def print_help(page: Page, question: Question) -> None:
    """How to answer a question, then the commands."""
    page.write(f"{capitalise(how_typed(question))}.")
    if question.help:
        page.write(question.help)
    if question.kind == "table":
        _print_words(page, TABLE_WORDS)
    _print_words(page, COMMANDS)
    page.write("To start a text with /, type //.")


def print_given(page: Page, question: Question, given: Given, assessment: Assessment) -> None:
    """What was given for a question already."""
    if given.state != "blank":
        page.write(page.text(("Current answer: ", STRONG), given_in_words(question, given)), 2)
    if given.note:
        page.write(f"note: {given.note}", 2)
    for item in given.evidence:
        page.write(f"evidence: {evidence_in_words(item, assessment.as_of)}", 2)


def print_rows(page: Page, question: Question, rows: Sequence[Row]) -> None:
    """The rows of a table with their numbers."""
    for number, row in enumerate(rows, 1):
        cells = (
            f"{column.label}: {cell_in_words(column, row.get(key))}"
            for key, column in question.columns.items()
        )
        page.hang(f"  {number}  ", "; ".join(cells))


def print_complaint(page: Page, complaint: Complaint) -> None:
    """What is wrong with what was typed, and what to do."""
    for number, line in enumerate(complaint):
        if number:
            page.write(line, 2)
        else:
            page.hang(page.text((f"{page.marks.no} ", f"{STRONG} {BAD}")), line)


def print_why(page: Page, assessment: Assessment, hanging: Dependents) -> None:
    """Print the gates and the checks that depend on a question, with their state."""
    if not hanging.checks:
        page.write(in_short(hanging))
    for key in hanging.gates:
        gate = assessment.gates[key]
        mark = page.state(gate.verdict, verdict_of(gate))
        page.write(page.text("gate ", mark, f" {gate.gate.title} ({key})"), 2)
    for key in hanging.checks:
        check = assessment.checks[key]
        mark = page.state(check.status, STATUSES[check.status])
        page.write(page.text("check ", mark, f" {check.check.title} ({key})"), 2)
        if check.check.why:
            page.write((check.check.why, QUIET), 4)


def how_typed(field: Field) -> str:
    """How an answer is typed."""
    match field.kind:
        case "choice":
            return "one of these: type its number or the beginning of its name"
        case "choices":
            return "any of these, separated by commas; type none if none applies"
        case "text":
            return f"{how(field)}, on one line"
        case "table" if isinstance(field, Question):
            labels = [column.label for column in field.columns.values()]
            return f"a table with the columns {join_names(labels)}"
        case _:
            return how(field)


def in_short(hanging: Dependents) -> str:
    """Return which gates and checks depend on a question, on one line."""
    if not hanging.checks:
        return "No answer to this question would change the result."
    kinds = {"gate": hanging.gates, "check": hanging.checks}
    counts = [count_noun(len(keys), noun) for noun, keys in kinds.items() if keys]
    return f"Affects {join_names(counts)}"


def describe_left_out(left: LeftOut, gates: Sequence[str], *, where: str = "") -> Iterator[str]:
    """Yield which questions were not asked, and why; `where` limits it to a section."""
    if left.idle:
        what = "the verdict of the selected gates" if gates else "any status"
        yield f"{_were(left.idle, 'not asked', where)}: no answer would change {what}."
    if where:
        return
    if left.others:
        yield f"{_were(left.others, 'not asked')}: someone else has answered."
    if left.assigned:
        yield f"{_were(left.assigned, 'not asked')}: only somebody else is asked."
    if left.waiting:
        yield (
            f"{_were(left.waiting, 'not asked')}: whether to ask depends on an answer that is "
            "still missing."
        )
    if left.skipped:
        yield f"{_were(left.skipped, 'skipped')} and will be asked next time."


def describe_hidden(
    hidden: Counter[tuple[str, ...]], questions: Mapping[str, Question], *, where: str = ""
) -> Iterator[str]:
    """Yield how many questions do not apply, and because of the answers to which questions."""
    of = f" of {where}" if where else ""
    for deciding, number in hidden.most_common(_FEW):
        labels = join_names([f"“{questions[key].label}”" for key in deciding[:2]])
        do = "does" if number == 1 else "do"
        answers = "answer" if len(deciding) == 1 else "answers"
        yield (
            f"{count_noun(number, 'question')}{of} {do} not apply because of the {answers} to "
            f"{labels}."
        )
    if more := sum(number for _, number in hidden.most_common()[_FEW:]):
        yield f"{count_noun(more, 'more question')} {'does' if more == 1 else 'do'} not apply."


def _were(number: int, done: str, where: str = "") -> str:
    of = f" of {where}" if where else ""
    return f"{count_noun(number, 'question')}{of} {'was' if number == 1 else 'were'} {done}"


def cell_in_words(column: Field, value: Value | None) -> str:
    """Return the content of a cell in words; a blank cell is called "blank"."""
    return (format_answer(column, value) if value is not None else "") or "blank"


def _print_words(page: Page, words: Mapping[str, str]) -> None:
    width = max(map(len, words)) + 2
    for word, meaning in words.items():
        page.hang(f"  {word.ljust(width)}", meaning)


_CHANGED = ("met", "unmet", "not_applicable", "undetermined")


def standing_line(
    assessment: Assessment, gates: Sequence[str], marks: Symbols, progress: str, width: int
) -> str:
    """The next decision with its verdict, then how far the interview is, as the width allows."""
    shown = [entry.result for entry in build_report(assessment, gates=gates).gates]
    ahead = next((one for one in shown if not one.is_passed), None)
    verdicts = ["all gates: go"] if shown else []
    if ahead:
        verdicts = [f"{ahead.gate.title}: {verdict_of(ahead).lower()}"]
    line = (" · " if marks.yes == "✓" else " | ").join([*verdicts, progress])
    return line if len(line) <= width else progress[:width]


def describe_changes(before: Assessment, after: Assessment, gates: Sequence[str]) -> Iterator[str]:
    """What an answer changed, in sentences: contradictions, the verdicts of gates, then checks."""
    known = {one.id for one in before.contradictions}
    for one in after.contradictions:
        if one.id not in known:
            asked = join_names([f"'{after.ruleset.questions[key].label}'" for key in one.questions])
            yield f"Contradiction: {one.message} Check your answers to {asked}."
    for gate in (entry.result for entry in build_report(after, gates=gates).gates):
        if gate.verdict != before.gates[gate.id].verdict:
            why = _why(before, after, gate)
            yield f"{gate.gate.title} ({gate.id}) is now {verdict_of(gate)}{why}"
    yield from _checks(before, after, gates)


def _why(before: Assessment, after: Assessment, gate: GateResult) -> str:
    """What made a gate no go: its own checks that turned unmet, else a gate that comes before."""
    if gate.verdict != "no_go":
        return ""
    old = before.judgement.statuses
    unmet = [key for key in gate.waits_for if after.judgement.statuses[key] == "unmet"]
    new = [key for key in unmet if old[key] != "unmet"]
    if named := (new or unmet)[:_FEW]:
        return f"; unmet: {_name_checks(after, named)}"
    earlier = [after.gates[key].gate for key in gate.gate.after]
    named = [f"{one.title} ({one.id})" for one in earlier if after.gates[one.id].verdict == "no_go"]
    return f", because it waits for {join_names(named)}"


def _checks(before: Assessment, after: Assessment, gates: Sequence[str]) -> Iterator[str]:
    """Yield the checks whose status changed, by their new status."""
    old, found = before.judgement.statuses, dict[str, list[str]]()
    for check in (entry.result for entry in build_report(after, gates=gates).checks):
        if check.status != old[check.id]:
            found.setdefault(check.status, []).append(check.id)
    for status in _CHANGED:
        if status in found:
            yield f"Now {STATUSES[status]}: {_name_checks(after, found[status])}"


def _name_checks(assessment: Assessment, checks: Sequence[str]) -> str:
    named = [f"{assessment.checks[key].check.title} ({key})" for key in checks]
    if len(named) > _FEW + 1:
        named = [*named[:_FEW], f"{len(named) - _FEW} more"]
    return join_names(named)
