"""The summary that a person reads in a terminal: verdicts, then what blocks most."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from readiness.reports.phrasing import VERDICTS
from readiness.reports.portfolio.summary import (
    MEANINGS,
    MOST,
    MOST_CLASSES,
    MOST_FOR_A_GATE,
    CheckSummary,
    Summary,
)
from readiness.reports.terminal.page import (
    BAD,
    QUIET,
    STRONG,
    Column,
    Page,
    Part,
    print_plain,
    print_table,
)

_LABEL = 24
_CELLS = 30


def text_summary(summary: Summary) -> str:
    """The summary as plain text, 100 columns wide."""
    return print_plain(lambda console: print_summary(summary, console))


def print_summary(summary: Summary, console: Console) -> None:
    """Print a summary; texts of documents are shown as they are, never as markup."""
    page = Page(console)
    _print_head(page, summary)
    if summary.cases:
        _print_gates(page, summary)
        _print_areas(page, summary)
        _print_checks(page, summary)
        _print_holding(page, summary)
        _print_numbers(page, summary)
        _print_meanings(page)


def _print_head(page: Page, summary: Summary) -> None:
    page.write((f"{summary.ruleset.title} {summary.ruleset.version}", STRONG))
    page.blank()
    page.field("Cases", summary.assessed, width=_LABEL)
    page.field("As of", summary.as_of.isoformat(), width=_LABEL)
    for label, name, said in summary.highlights:
        page.field(label, page.text((name, STRONG), f" {said}"), width=_LABEL)


def _print_gates(page: Page, summary: Summary) -> None:
    page.heading("Verdicts at each gate")
    if not summary.gates:
        page.write("The ruleset has no gates, so there is no verdict.")
        return
    columns = (Column("Gate", wraps=True), *(Column(w, is_number=True) for w in VERDICTS.values()))
    rows: list[list[Part]] = [
        [_title_with(page, one.gate.title, one.id), *map(summary.figure, one.verdicts.values())]
        for one in summary.gates
    ]
    print_table(page, columns, rows)


def _title_with(page: Page, title: str, below: str) -> Text:
    """Return a title with a remark below it."""
    return Text("\n").join([page.text((title, STRONG)), page.text((below, QUIET))])


def _print_areas(page: Page, summary: Summary) -> None:
    page.heading("Blockers by area and gate")
    columns = [Column("Area", wraps=True), Column("Blocks", is_number=True)]
    columns += [Column(f"Blocks {gate.id}", is_number=True) for gate in summary.gates]
    rows: list[list[Part]] = []
    for one in summary.areas[:MOST]:
        cases = [one.blocks, *(one.held.get(gate.id) for gate in summary.gates)]
        rows.append([page.text((one.area.title, STRONG)), *map(summary.figure, cases)])
    print_table(page, columns, rows)
    _print_rest(page, len(summary.areas), MOST)


def _print_checks(page: Page, summary: Summary) -> None:
    page.heading("Checks that block the most cases")
    counts = ("Root blocker", "First", "Blocker", "Open")
    columns = [Column("", is_number=True), Column("Check", wraps=True)]
    columns += [Column(title, is_number=True) for title in counts]
    shown = summary.checks[:MOST]
    rows = [_check(page, summary, number, entry) for number, entry in enumerate(shown, 1)]
    print_table(page, columns, rows)
    _print_rest(page, len(summary.checks), MOST)


def _check(page: Page, summary: Summary, number: int, entry: CheckSummary) -> list[Part]:
    below = f"{entry.id} {page.marks.dash} {entry.area.title}"
    counts = (entry.root_blocker, entry.first, entry.blocker, entry.open)
    title = _title_with(page, entry.check.title, below)
    return [f"{number}.", title, *map(summary.figure, counts)]


def _print_rest(page: Page, number: int, most: int) -> None:
    if number > most:
        page.write((f"and {number - most:,} more", QUIET))


def _print_holding(page: Page, summary: Summary) -> None:
    for gate in summary.gates:
        page.heading(f"What blocks {gate.gate.title} ({gate.id}) most")
        if not gate.checks:
            page.write("It waits for no check.")
            continue
        width = max(len(summary.figure(one.open)) for one in gate.checks[:MOST_FOR_A_GATE])
        for one in gate.checks[:MOST_FOR_A_GATE]:
            head = f"{summary.figure(one.open).rjust(width)}  "
            page.hang(head, page.text(one.check.title, (f" ({one.id})", QUIET)))
        _print_rest(page, len(gate.checks), MOST_FOR_A_GATE)


def _print_numbers(page: Page, summary: Summary) -> None:
    page.heading("Blockers per case")
    bins = summary.bins(MOST_CLASSES)
    ranges = max(len(str(one)) for one in bins)
    most = max(one.cases for one in bins)
    for one in bins:
        bar = page.marks.full * _cells(one.cases, most)
        head = Text.assemble(f"{str(one).rjust(ranges)}  ", (bar.ljust(_CELLS), BAD), "  ")
        page.hang(head, summary.figure(one.cases))


def _cells(cases: int, most: int) -> int:
    """As many cells as the number fills; none stands for exactly none."""
    return max(round(cases / most * _CELLS), 1) if cases else 0


def _print_meanings(page: Page) -> None:
    page.heading("How the figures are counted")
    page.write("Each figure is a number of cases, with its share of all assessed cases.")
    for term, meaning in MEANINGS.items():
        page.bullet(page.text((f"{term}: ", STRONG), meaning))
