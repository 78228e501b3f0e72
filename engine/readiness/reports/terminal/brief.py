"""A check in brief."""

from __future__ import annotations

from readiness.reports.terminal.marks import QUIET
from readiness.reports.terminal.page import Page
from readiness.result.assessment import CheckResult


def print_check(page: Page, check: CheckResult, line: str) -> None:
    """Mark and title, and below them the id and a line."""
    is_accepted = check.waived and check.status in ("unmet", "undetermined")
    mark = page.mark("conditional_go" if is_accepted else check.status)
    page.hang(mark, check.check.title)
    page.write(page.joined((part, QUIET) for part in (check.id, line) if part), mark.cell_len)
