"""The report on one screen: verdicts, the gaps that matter most, and what is still outstanding."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from readiness.evaluation.formatting import join_names
from readiness.reports.phrasing import count_noun, name_owner
from readiness.reports.readers.views import MOST_GAPS, ReaderView
from readiness.reports.report_model import Report
from readiness.reports.terminal.assessment import print_verdicts
from readiness.reports.terminal.page import QUIET, STRONG, Page

_LABEL = 13


def print_brief(report: Report, console: Console, top: int = 0) -> None:
    """Print a report on one screen, with the first `top` gaps, else five; no text is markup."""
    page, view = Page(console), ReaderView(report)
    page.title(report.assessment)
    page.blank()
    gates = [(one.result, one.result.gate.title, one.result.id, ()) for one in report.gates]
    print_verdicts(page, gates)
    gaps = view.gaps[: top or MOST_GAPS]
    if gaps:
        page.heading(f"Gaps that matter most: {len(gaps)} of {len(view.gaps)}")
    for number, entry in enumerate(gaps, 1):
        page.hang(Text(f"{number}. ", STRONG), page.text(entry.title, (f" ({entry.id})", QUIET)))
        if entry.action:
            owner = f" {page.marks.dash} {name_owner(entry.owner)}" if entry.owner else ""
            page.write((f"{entry.action}{owner}", QUIET), 3)
    page.blank()
    for label, line in _rest(report, view):
        page.field(label, line, width=_LABEL)
    page.blank()
    page.write((report.proposed("assess"), QUIET))


def _rest(report: Report, view: ReaderView) -> Iterator[tuple[str, str]]:
    """Yield what is outstanding, where respondents disagree, and what was accepted."""
    yield "Score", report.score
    persons = [
        f"{who or 'anyone'} {len(entries)}" for who, entries in view.outstanding_by_person.items()
    ]
    whom = f" ({join_names(persons)})" if persons else ""
    yield "Outstanding", f"{count_noun(len(view.outstanding), 'question')}{whom}"
    if view.disagreements:
        yield "Disagreement", "; ".join(view.disagreements)
    if view.contradictions:
        yield "Inconsistent", " ".join(view.contradictions)
    if report.waivers:
        yield "Accepted", "; ".join(entry.check.title for entry in report.waivers)
    if report.scope:
        yield "Out of scope", "; ".join(one.title for one in report.scope if one.in_force)
