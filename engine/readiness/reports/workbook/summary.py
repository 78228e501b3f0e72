"""The first sheet: what came out, how long until each gate, and how to verify it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from readiness.evaluation.wording import listed
from readiness.planning.plan import Milestone
from readiness.reports.report_model import Digest, GateEntry, Report
from readiness.reports.workbook.sheet import Marked, SheetColumn, SheetWriter, Value
from readiness.reports.workbook.styles import OF_VERDICT

_NO_GATES = "The ruleset has no gates."


def fill_summary(sheet: SheetWriter, report: Report) -> None:
    """Title, facts, gates, warnings, digests, and how to verify them."""
    last = len(_GATES)
    sheet.set_widths(column.width for column in _GATES)
    sheet.head(report.title, f"Readiness assessment against {report.ruleset}", last)
    for name, text in _facts(report):
        sheet.put(1, name, "name")
        sheet.across(2, last, text)
        sheet.row += 1
    sheet.row += 1
    sheet.section("Gates")
    sheet.table("Gates", _GATES, report.gates, nothing=_NO_GATES)
    if report.warnings:
        sheet.section("Warnings")
        _put_lines(sheet, report.warnings)
    sheet.section("Digests")
    sheet.table("Digests", _DIGESTS, report.digests, nothing="")
    sheet.section("How to verify")
    _put_lines(sheet, _verifying(report))


def _facts(report: Report) -> Iterator[tuple[str, str]]:
    yield from report.facts
    if not report.is_whole:
        asked = listed([gate.result.id for gate in report.gates])
        yield "Shown", f"what {asked} and the gates before wait for, and no more"
    yield "What to do first", report.introduction


def _put_lines(sheet: SheetWriter, lines: tuple[str, ...]) -> None:
    for line in lines:
        sheet.across(1, len(_GATES), line)
        sheet.row += 1
    sheet.row += 1


def _verifying(report: Report) -> tuple[str, ...]:
    assessment = report.assessment
    day = assessment.as_of.isoformat()
    return (
        "The same documents give the same result, and the same digest at its end:",
        report.proposed("assess-as-then", day=day, assurance=assessment.assurance),
        "With the file that this writes, all is compared, and the assessment worked again:",
        report.proposed("verify-against"),
    )


def _of_milestone(tell: Callable[[Milestone], Value]) -> Callable[[GateEntry], Value]:
    return lambda entry: tell(entry.milestone) if entry.milestone else None


def _of_estimated(tell: Callable[[Milestone], Value]) -> Callable[[GateEntry], Value]:
    """A figure of a gate, unless it waits for work none of which has an estimate."""

    def told(milestone: Milestone) -> Value:
        return tell(milestone) if milestone.is_estimated or not milestone.activities else None

    return _of_milestone(told)


def _falls_on(milestone: Milestone) -> Value:
    """The day, unless the gate waits for nothing, or for nothing that has an estimate."""
    return milestone.falls_on if milestone.is_estimated else None


_GATES: tuple[SheetColumn[GateEntry], ...] = (
    SheetColumn("Gate", 30, lambda one: one.result.gate.title),
    SheetColumn("Id", 16, lambda one: one.result.id),
    SheetColumn(
        "Verdict", 19, lambda one: Marked(one.verdict, OF_VERDICT[one.result.verdict]), True
    ),
    SheetColumn("What it waits for", 71, lambda one: "\n".join(one.sentences)),
    SheetColumn("Days, likely", 10, _of_estimated(lambda one: one.likely)),
    SheetColumn("Days, low", 10, _of_estimated(lambda one: one.low)),
    SheetColumn("Days, high", 10, _of_estimated(lambda one: one.high)),
    SheetColumn("Earliest on", 13, _of_milestone(_falls_on)),
    SheetColumn("Not estimated", 18, _of_milestone(lambda one: ", ".join(one.unestimated))),
)

_DIGESTS: tuple[SheetColumn[Digest], ...] = (
    SheetColumn("Document", 30, lambda one: one.name),
    SheetColumn("Kind", 16, lambda one: one.kind),
    SheetColumn("Version", 19, lambda one: one.version, True),
    SheetColumn("SHA-256", 71, lambda one: one.sha256),
)
