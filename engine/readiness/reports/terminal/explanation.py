"""Why one check has its status: its condition down to the answers, and what depends on it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from rich.console import Console
from rich.text import Text

from readiness.reports import phrasing
from readiness.reports.reasons import ConditionLine
from readiness.reports.report_model import CheckEntry, build_report
from readiness.reports.terminal.page import QUIET, STRONG, Branch, Page
from readiness.result.assessment import Assessment
from readiness.result.reason import Reading

_MOST_CHECKS = 12
_MOST_ROWS = 20

Line = tuple[Text, int]


def print_explanation(assessment: Assessment, check_id: str, console: Console) -> None:
    """Print one check with its reason; raises `KeyError` where the ruleset has no such check."""
    page, entry = Page(console), build_report(assessment).check[check_id]
    _print_head(page, entry)
    if entry.result.check.why:
        page.heading("Why it matters")
        page.write(entry.result.check.why)
    for title, condition in entry.conditions.items():
        page.heading(title.capitalize())
        _branch(page, assessment, condition).print(page)
    page.blank()
    page.write(
        (", ".join(f"{page.marks.of(key)} {word}" for key, word in phrasing.TRUTHS.items()), QUIET)
    )
    _print_place(page, assessment, entry)
    owner = phrasing.name_owner(entry.owner)
    remedy = [("Action", entry.action), ("Owner", owner), ("Effort", entry.effort)]
    questions, stated = assessment.ruleset.questions, entry.result.check.remedy
    changed = [f"{questions[key].label} ({key})" for key in stated.changes]
    changed += [f"{key} becomes {said}" for key, said in stated.to_dict().get("sets", {}).items()]
    remedy += [("Cost", entry.cost), ("Changes", "; ".join(changed))]
    for label, line in page.section("Remedy", [told for told in remedy if told[1]]):
        page.field(label, line)
    sources = assessment.ruleset.sources
    for cited in page.section("Sources", entry.result.check.citations):
        work = sources[cited.source]
        page.bullet(phrasing.citation(work, cited))
        for line in (work.note, work.url):
            if line:
                page.write((line, QUIET), 2)


def _print_head(page: Page, entry: CheckEntry) -> None:
    page.write((entry.title, STRONG))
    page.write(page.join([entry.id, entry.area, entry.result.check.severity]))
    page.blank()
    page.field("Status", page.state(entry.result.status, entry.status))
    page.field("Progress", phrasing.STANDINGS[entry.standing])
    if entry.out_of_scope:
        page.field("Scope", f"out of scope: {entry.out_of_scope}")
    if entry.result.waived:
        page.field("Waiver", entry.result.waived.reason)
        page.field("", entry.approval)


def _branch(page: Page, assessment: Assessment, condition: ConditionLine) -> Branch:
    """A condition as a tree: its parts with their truth, and at the leaves the answers read."""
    return Branch(
        page.text(condition.reason.text),
        list(_below(page, assessment, condition)),
        [_branch(page, assessment, part) for part in condition.parts],
        mark=page.mark(condition.reason.truth),
        hanging=2,
    )


def _below(page: Page, assessment: Assessment, condition: ConditionLine) -> Iterator[Line]:
    """What stands below a condition, with its indent: figures, answers, why it is unknown."""
    reason = condition.reason
    for name, value in condition.values:
        yield page.text((name, STRONG), f" = {value}"), 0
    for key, readings in condition.answers:
        label = assessment.ruleset.questions[key].label
        yield page.text(label, (f" ({key})", QUIET)), 0
        for reading in readings:
            yield from _reading(page, assessment, condition, reading)
    if condition.why:
        label = "note" if reason.truth == "true" else f"{reason.truth} because"
        yield page.text((f"{label}: ", STRONG), condition.why), 0


def _reading(
    page: Page, assessment: Assessment, condition: ConditionLine, reading: Reading
) -> Iterator[Line]:
    place = f" ({reading.file}:{reading.line})" if reading.line else ""
    name = f"{reading.who}: " if reading.who else ""
    yield page.text(name, (phrasing.format_response(reading), STRONG), (place, QUIET)), 2
    rows = condition.rows(assessment.ruleset.questions[reading.question], reading)
    for truth, row in islice(rows, _MOST_ROWS):
        yield page.text(f"{page.marks.of(truth)} {row}" if truth else row), 4
    if further := sum(1 for _ in rows):
        yield page.text(f"and {further} more"), 4
    if reading.note:
        yield page.text(f"{'reason' if reading.settled_by else 'note'}: {reading.note}"), 4
    if reading.changed:
        yield page.text((reading.changed, QUIET)), 4
    for item in reading.evidence:
        yield page.text(f"evidence: {phrasing.evidence_in_words(item, assessment.as_of)}"), 4


def _print_place(page: Page, assessment: Assessment, entry: CheckEntry) -> None:
    """What it waits for, what it holds, and the gates."""
    result = entry.result
    page.heading("Position in the order of work")
    _print_checks(page, assessment, "Waits for", result.waits_for)
    _print_checks(page, assessment, "Blocks" if result.is_open else "Needed by", result.holds)
    if not result.gates:
        page.field("Gates", "no gate waits for it")
    for number, key in enumerate(result.gates):
        gate = assessment.gates[key]
        verdict = page.state(gate.verdict, phrasing.verdict_of(gate))
        title = page.text(gate.gate.title, (f" ({key})", QUIET))
        page.field("" if number else "Gates", page.join([verdict, title]))


def _print_checks(page: Page, assessment: Assessment, label: str, ids: tuple[str, ...]) -> None:
    """Print open checks, each on a separate line, root blockers in bold."""
    if not ids:
        page.field(label, "no open check")
    for key in ids[:_MOST_CHECKS]:
        found = assessment.checks[key]
        style = STRONG if key in assessment.root_blockers else ""
        title = page.text((found.check.title, style), (f" ({key})", QUIET))
        page.hang(page.label(label) + page.mark(found.status), title)
        label = ""
    if len(ids) > _MOST_CHECKS:
        page.field("", (f"and {len(ids) - _MOST_CHECKS} more", QUIET))
