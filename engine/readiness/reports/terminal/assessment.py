"""The report that a person reads in a terminal: verdicts, then what to do, then the rest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from readiness.reports.phrasing import (
    ASSURANCES,
    CONTRADICTIONS,
    name_owner,
    score_range,
    verdict_of,
)
from readiness.reports.report_model import CheckEntry, ContradictionEntry, Report
from readiness.reports.reported_work import done_but_open, late, reported_work
from readiness.reports.terminal.page import (
    BAD,
    GOOD,
    OPEN,
    QUIET,
    STRONG,
    Column,
    Page,
    print_plain,
    print_table,
)
from readiness.result.score import Score

if TYPE_CHECKING:
    from readiness.reports.changes import Changes
    from readiness.reports.phrasing import Judged
    from readiness.result.assessment import Assessment

_LABEL = 13
_CELLS = 20
_MOST_FINDINGS = 4


def text_report(report: Report) -> str:
    """The report as plain text, 100 columns wide."""
    return print_plain(lambda console: print_report(report, console))


def print_report(report: Report, console: Console, top: int = 0) -> None:
    """Print an assessment: verdicts, what to do first and why, what then, and what else to know.

    Of long lists only the first `top` entries are shown, all if it is 0. Texts of documents are
    shown as they are, never as markup.
    """
    page = Page(console, top)
    for print_part in (
        print_head,
        _print_warnings,
        _print_conflicts,
        _print_contradictions,
        _print_changes,
        _print_first,
        _print_later,
        _print_notable,
        _print_unanswered,
        _print_areas,
        _print_hint,
    ):
        print_part(page, report)


def print_head(page: Page, report: Report) -> None:
    """Print what may begin, how far things are, and on whose word."""
    page.title(report.assessment)
    page.blank()
    _print_gates(page, report)
    page.blank()
    figures = f" {report.score}"
    page.field("Score", page.text(_bar(page, report.assessment.score), figures), width=_LABEL)
    for label, told in (("Report", report.presented), *report.marks):
        page.field(label, told, width=_LABEL)
    page.field("As of", report.assessment.as_of.isoformat(), width=_LABEL)
    page.field("Assurance", ASSURANCES[report.assessment.assurance], width=_LABEL)
    page.field("Respondents", report.respondents, width=_LABEL)


def _print_gates(page: Page, report: Report) -> None:
    if not report.gates:
        page.write("The ruleset has no gates, so there is no verdict.")
    results = ((entry.result, entry.sentences) for entry in report.gates)
    print_verdicts(page, [(one, one.gate.title, one.id, said) for one, said in results])


def print_verdicts(page: Page, gates: Sequence[tuple[Judged, str, str, Iterable[str]]]) -> None:
    """Print gates: of each its verdict, its title and its id, and below them lines."""
    width = 4 + max((len(verdict_of(judged)) for judged, *_ in gates), default=0)
    for judged, title, gate, lines in gates:
        verdict = page.state(judged.verdict, verdict_of(judged))
        verdict.pad_right(width - verdict.cell_len)
        page.hang(verdict, page.text((title, STRONG), (f" ({gate})", QUIET)))
        for line in lines:
            page.hang(" " * width, line)


def _bar(page: Page, score: Score) -> Text:
    """What is met, what may still be, and what is not, as a bar."""
    low, high = (_cells(share or 0.0) for share in (score.low, score.high))
    return Text.assemble(
        (page.marks.full * low, GOOD),
        (page.marks.part * (high - low), OPEN),
        (page.marks.empty * (_CELLS - high), QUIET),
    )


def _cells(share: float) -> int:
    """As many cells as the share fills; all and none stand for exactly that."""
    cells = round(share * _CELLS)
    return min(max(cells, 1), _CELLS - 1) if 0 < share < 1 else cells


def _print_changes(page: Page, report: Report) -> None:
    if changes := report.changes:
        from readiness.reports.terminal.assessment import print_changes

        page.heading(changes.title)
        print_changes(changes, page)


def _print_first(page: Page, report: Report) -> None:
    """What to do first, in order: what to do about each, and why."""
    page.heading("What to do first, and why")
    page.write(report.introduction)
    width, number = len(f"{len(report.first)}. "), 0
    for gate, entries in report.gaps.items():
        page.blank()
        page.write((f"For the gate {gate}" if gate else "For no gate", STRONG))
        for entry in page.some(entries):
            number += 1
            _print_blocker(page, entry, number, width)
    unknown = page.section("What to find out first", report.to_find_out)
    for place, entry in enumerate(page.some(unknown), 1):
        _print_blocker(page, entry, place, width)


def _print_blocker(page: Page, entry: CheckEntry, number: int, indent: int) -> None:
    page.blank()
    page.hang(Text(f"{number}. ".rjust(indent), STRONG), (entry.title, STRONG))
    check = entry.result.check
    is_unknown = entry.result.status == "undetermined"
    state = page.state(entry.result.status, entry.status)
    page.write(page.join([state, check.severity, entry.id]), indent)
    if is_unknown:  # what is missing has to be found out before anything is done
        _print_findings(page, entry, indent)
    effort = f", effort {entry.effort}" if entry.owner and entry.effort else ""
    for label, line in entry.remedy:
        if not (effort and label == "Effort"):
            page.field(label, line + (effort if label == "Owner" else ""), indent)
    if not is_unknown:
        _print_findings(page, entry, indent)
    if held := entry.held_back:
        page.field("Blocks", held, indent)


def _print_findings(page: Page, entry: CheckEntry, indent: int) -> None:
    label, style = entry.found, STRONG if entry.result.status == "undetermined" else ""
    for finding in entry.findings[:_MOST_FINDINGS]:
        line = page.text(finding.said)
        if finding.question:
            said = (f" {page.marks.dash} {finding.said}", style)
            line = page.text(finding.question.label, said)
        page.field(label, line, indent)
        label = ""
    if len(entry.findings) > _MOST_FINDINGS:
        page.field("", (f"and {len(entry.findings) - _MOST_FINDINGS} more", QUIET), indent)


def _print_later(page: Page, report: Report) -> None:
    """The later waves, and what is open and holds nothing back."""
    for position, (number, wave) in enumerate(page.section("Next, wave by wave", report.later)):
        if position:
            page.blank()
        page.write((f"Wave {number}", STRONG))
        for entry in page.some(wave):
            _print_check(page, entry, f"waits for: {entry.prerequisites}")
            if entry.result.status == "undetermined":
                for finding in entry.findings:  # such as a division by zero
                    if finding.question is None:
                        page.write((f"unknown because: {finding.said}", QUIET), 2)
    aside = page.section("Can be done at any time: open, but blocking nothing", report.aside)
    for entry in page.some(aside):
        _print_check(page, entry, entry.action)


def _print_check(page: Page, entry: CheckEntry, line: str) -> None:
    """Print the mark, the title and the id of a check, and below them a line."""
    mark = page.mark(entry.result.closed_by or entry.result.status)
    page.hang(mark, page.text(entry.title, (f" ({entry.id})", QUIET)))
    if line:
        page.write((line, QUIET), mark.cell_len)


def _print_warnings(page: Page, report: Report) -> None:
    for warning in page.section("Warnings", report.warnings):
        page.bullet(warning)


def _print_conflicts(page: Page, report: Report) -> None:
    """The questions on which respondents disagree: who says what, and what was settled."""
    for number, entry in enumerate(page.section("Where respondents disagree", report.conflicts)):
        if number:
            page.blank()
        page.write(page.text((entry.question.label, STRONG), (f" ({entry.question.id})", QUIET)))
        for answer in entry.answers:
            page.write(f"{answer.who}: {answer.said}", 2)
        if differs := entry.difference:
            page.write(differs, 2)
        page.write(entry.settled, 2)


def _print_contradictions(page: Page, report: Report) -> None:
    for entry in page.section(CONTRADICTIONS, report.contradictions):
        print_contradiction(page, entry)


def print_contradiction(page: Page, entry: ContradictionEntry) -> None:
    """Print what contradicts what: the answers, and who accepted that."""
    one = entry.contradiction
    page.write(page.text((one.message, STRONG), (f" ({one.id})", QUIET)))
    for question, _, said in entry.answers:
        page.write(f"{question.label} {said}", 2)
    page.write(entry.accepted, 2)


def _print_notable(page: Page, report: Report) -> None:
    """What was closed out of order, waivers, and what is out of scope."""
    if premature := page.section("Done too early", report.premature):
        page.write(
            "These are closed although a prerequisite is still open. "
            "Revisit them once it is closed."
        )
    for entry in page.some(premature):
        _print_check(page, entry, f"needs: {entry.prerequisites}")
    waived = [(entry, entry.result.waived) for entry in report.checks if entry.result.waived]
    for entry, waiver in page.section("Waivers in force", waived):
        _print_check(page, entry, f"without the waiver: {entry.status}")
        page.write(waiver.reason, 2)
        page.write(entry.approval, 2)
    for one in page.section("Out of scope", report.scope):
        head = page.text((one.title, STRONG), (f" ({one.exclusion.id})", QUIET))
        page.bullet(page.text(f"{one.exclusion.kind} ", head, "" if one.in_force else ", not yet"))
        page.write(one.exclusion.reason, 2)
        page.write(one.decision, 2)
        if one.parts:
            page.write((one.parts, QUIET), 2)


def _print_unanswered(page: Page, report: Report) -> None:
    """The questions without an answer, by section."""
    if not report.unanswered:
        return
    page.heading("Unanswered questions")
    page.write(f"{report.unanswered_of}, by section of the questionnaire:")
    for section, entries in groupby(report.unanswered, key=lambda entry: entry.section):
        page.write((section, STRONG))
        for entry in page.some(entries):
            page.bullet(page.text(entry.question.label, (f" ({entry.question.id})", QUIET)))


def _print_areas(page: Page, report: Report) -> None:
    """The score of each area with a bar; not for some gates only, since areas are of all checks."""
    scores = report.assessment.area_scores
    if not scores or not report.is_whole:
        return
    page.heading("Scores by area")
    width = max(len(score_range(score)) for score in scores.values())
    for area, score in scores.items():
        figures = score_range(score).rjust(width)
        head = Text.assemble(_bar(page, score), f"  {figures}  ")
        page.hang(head, report.assessment.ruleset.areas[area].title)
    key = f"{page.marks.full} met, {page.marks.part} undetermined, {page.marks.empty} unmet"
    page.write((f"{key}; weighted: critical 3, major 2, minor 1", QUIET))


def _print_hint(page: Page, report: Report) -> None:
    check = report.first[0].id if report.path and report.first else ""
    page.blank()
    page.write(("To see why a check has its status:", QUIET))
    command = report.proposed("explain", check=check)
    if report.options:  # too long for most terminals, and to be copied in one piece
        page.print_line(Text("  ") + page.text(command))
    else:
        page.write(command, 2)


def print_work(page: Page, assessment: Assessment) -> None:
    """Print what is late, and what is reported done although its check is still open."""
    work = reported_work(assessment)
    parts = {"Late": late(work), "Reported done, but the check is still open": done_but_open(work)}
    for heading, found in parts.items():
        for one in page.section(heading, found):
            owner = f"{name_owner(one.owner)}: " if one.owner else ""
            title = (one.result.check.title, STRONG)
            page.bullet(page.text(title, (f" ({one.result.id}) ", QUIET), f"{owner}{one.words}"))


def print_comparison(changes: Changes, console: Console) -> None:
    """Print a comparison; texts of documents are shown as they are, never as markup."""
    page = Page(console)
    page.write((changes.title, STRONG))
    for (title, said), label in zip(changes.sides, ("Before", "Now"), strict=True):
        page.field(label, page.text(title, (f" ({said})", QUIET)))
    page.blank()
    print_changes(changes, page)
    if changes.comparison.between:
        page.heading("Trend")
        columns = (Column("As of"), Column("Gates", wraps=True), Column("Open", is_number=True),
                   Column("Score"))  # fmt: skip
        rows = [
            [
                one["as_of"],
                page.join(
                    page.text(page.mark(word), key) for key, word in one["gates"].items()
                ),
                f"{one['open']} of {one['checks']}",
                score_range(Score(**one["score"])),
            ]
            for one in changes.comparison.trend
        ]  # fmt: skip
        print_table(page, columns, rows)
    for note in changes.comparison.notes:
        page.blank()
        page.write((note, QUIET))


def print_changes(changes: Changes, page: Page) -> None:
    """Print what changed, block by block."""
    styles = {"better": GOOD, "worse": BAD, "same": ""}
    page.write(changes.summary)
    for block in changes.blocks:
        page.heading(f"{block.title} ({len(block.entries)})")
        for one in block.entries:
            title = page.text((one.title, STRONG), (f" ({one.id})" if one.id else "", QUIET))
            turn = page.text(
                one.was, f" {page.marks.turns} ", (one.now, f"{STRONG} {styles[one.direction]}")
            )
            page.bullet(page.text(title, ": ", turn) if not one.lines else title)
            if one.lines:
                page.hang("    ", turn)
            for line in one.lines:
                page.hang("    ", line.replace("→", page.marks.turns))
