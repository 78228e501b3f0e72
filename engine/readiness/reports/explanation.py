"""Why one check came out as it did: its condition down to the answers, and what hangs on it."""

from __future__ import annotations

from rich.console import Console

from readiness.reports.sentences import approval
from readiness.reports.terminal.marks import QUIET, STRONG
from readiness.reports.terminal.page import Page
from readiness.reports.terminal.tree import ConditionTree
from readiness.reports.words import (
    STANDINGS,
    STATUSES,
    TRUTHS,
    VERDICTS,
    citation,
    effort_in_days,
)
from readiness.result.assessment import Assessment, CheckResult

_MOST_CHECKS = 12


def print_explanation(assessment: Assessment, check_id: str, console: Console) -> None:
    """Print one check with its reason; raises `KeyError` where the ruleset has no such check."""
    page, check = Page(console), assessment.checks[check_id]
    _print_head(page, assessment, check)
    if check.check.why:
        page.heading("Why it matters")
        page.write(check.check.why)
    _print_conditions(page, assessment, check)
    _print_place(page, assessment, check)
    _print_remedy(page, check)
    _print_sources(page, assessment, check)


def _print_head(page: Page, assessment: Assessment, check: CheckResult) -> None:
    area = assessment.ruleset.areas[check.check.area].title
    page.write((check.check.title, STRONG))
    page.write(page.joined([check.id, area, check.check.severity]))
    page.blank()
    page.field("Status", page.state(check.status, STATUSES[check.status]))
    page.field("Standing", STANDINGS[check.standing])
    if check.waived:
        page.field("Waiver", check.waived.reason)
        page.field("", approval(check.waived, assessment.as_of))


def _print_conditions(page: Page, assessment: Assessment, check: CheckResult) -> None:
    """Both conditions, and what the marks in them mean."""
    tree, because = ConditionTree(page, assessment), check.because
    if because.applies_when is not None:
        page.heading("Applies when")
        tree.print_condition(because.applies_when)
    page.heading("Met when")
    tree.print_condition(because)
    page.blank()
    page.write((", ".join(f"{page.marks.of(key)} {word}" for key, word in TRUTHS.items()), QUIET))


def _print_place(page: Page, assessment: Assessment, check: CheckResult) -> None:
    """What it waits for, what it holds, and the gates."""
    page.heading("Its place in the order")
    _print_checks(page, assessment, "Waits for", check.waits_for)
    _print_checks(page, assessment, "Holds" if check.is_open else "Needed by", check.holds)
    if not check.gates:
        page.field("Gates", "none waits for it")
    for number, key in enumerate(check.gates):
        gate = assessment.gates[key]
        verdict = page.state(gate.verdict, VERDICTS[gate.verdict])
        title = page.text(gate.gate.title, (f" ({key})", QUIET))
        page.field("" if number else "Gates", page.joined([verdict, title]))


def _print_checks(page: Page, assessment: Assessment, label: str, ids: tuple[str, ...]) -> None:
    """Open checks, each on a line of its own, root blockers in bold."""
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


def _print_remedy(page: Page, check: CheckResult) -> None:
    remedy = check.check.remedy
    lines = {
        "Do": remedy.action,
        "Owner": remedy.owner,
        "Effort": effort_in_days(remedy.effort_days) if remedy.effort_days else "",
    }
    if any(lines.values()):
        page.heading("Remedy")
    for label, line in lines.items():
        if line:
            page.field(label, line)


def _print_sources(page: Page, assessment: Assessment, check: CheckResult) -> None:
    works = [assessment.ruleset.sources[key] for key in check.check.cites]
    if works:
        page.heading("Sources")
    for work in works:
        page.bullet(citation(work))
        for line in (work.note, work.url):
            if line:
                page.write((line, QUIET), 2)
