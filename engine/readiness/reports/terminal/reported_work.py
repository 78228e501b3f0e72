"""What is reported about the work on open checks, in a terminal: below a plan and the progress."""

from __future__ import annotations

from collections.abc import Sequence

from readiness.reports.phrasing import name_owner
from readiness.reports.reported_work import ReportedWork, done_but_open, late
from readiness.reports.terminal.page import QUIET, STRONG, Page


def print_work(page: Page, work: Sequence[ReportedWork]) -> None:
    """Print what is late, and what is reported done although its check is still open."""
    parts = {"Late": late(work), "Reported done, but the check is still open": done_but_open(work)}
    for heading, found in parts.items():
        for one in page.section(heading, found):
            owner = f"{name_owner(one.owner)}: " if one.owner else ""
            title = (one.result.check.title, STRONG)
            page.bullet(page.text(title, (f" ({one.result.id}) ", QUIET), f"{owner}{one.words}"))
