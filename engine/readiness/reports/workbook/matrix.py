"""Which gate waits for which check."""

from __future__ import annotations

from readiness.reports.report_model import CheckEntry, GateEntry, Report
from readiness.reports.workbook.sheet import Marked, SheetColumn, SheetWriter, Value
from readiness.reports.workbook.styles import OF_VERDICT
from readiness.reports.workbook.tables import mark, status

REQUIRES, WAITS_FOR, ADVISES = "requires", "waits for", "advises"

_REMARK = (
    "How each gate hangs on each check: it requires the check itself, it waits for it because a"
    " check that it requires does, or it only advises it. The colour is that of the check's status."
)
_FIRST: tuple[SheetColumn[CheckEntry], ...] = (
    SheetColumn("Check", 48, lambda one: one.title),
    SheetColumn("Id", 32, lambda one: one.id),
    SheetColumn("Status", 16, status, True),
    SheetColumn("Standing", 13, lambda one: one.standing, True),
)


def fill_matrix(sheet: SheetWriter, report: Report) -> None:
    """A row for each check, a column for each gate, below its title and its verdict."""
    columns = (*_FIRST, *(_column(gate) for gate in report.gates))
    before: list[Value] = [None] * len(_FIRST)
    titles = [gate.result.gate.title for gate in report.gates]
    verdicts = [_verdict(gate) for gate in report.gates]
    above = [[*before, *titles], [*before, *verdicts]]
    nothing = "There are no checks."
    sheet.fill(_REMARK, columns, report.checks, nothing=nothing, above=above, least=6)


def _verdict(entry: GateEntry) -> Marked:
    return Marked(entry.verdict, OF_VERDICT[entry.result.verdict])


def _column(entry: GateEntry) -> SheetColumn[CheckEntry]:
    gate = entry.result.gate
    requires, advises = frozenset(gate.requires), frozenset(gate.advises)

    def relation(check: CheckEntry) -> Marked | None:
        if check.id in requires:
            return Marked(REQUIRES, mark(check))
        if gate.id in check.result.gates:
            return Marked(WAITS_FOR, mark(check))
        return Marked(ADVISES, mark(check)) if check.id in advises else None

    return SheetColumn(gate.id, 17, relation, is_word=True)
