"""What changed between two results, for a terminal."""

from __future__ import annotations

from rich.console import Console

from readiness.reports.changes import Changes
from readiness.reports.phrasing import score_range
from readiness.reports.terminal.page import BAD, GOOD, QUIET, STRONG, Column, Page, print_table
from readiness.result.score import Score


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
