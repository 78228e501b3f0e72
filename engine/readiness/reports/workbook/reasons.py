"""The reasons: the conditions of every check, part by part."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from readiness.reports.labels import TRUTHS, state_in_words
from readiness.reports.phrasing import said
from readiness.reports.report_model import Report
from readiness.reports.workbook.sheet import Column, Marked, Sheet
from readiness.reports.workbook.styles import OF_TRUTH
from readiness.result.reason import Reading, Reason

_REMARK = (
    "Why each check is what it is: its conditions with what they come to, each part below the whole"
    " that it is part of, down to the answers read. Notes and evidence stand on the sheet Answers."
)


@dataclass(frozen=True, slots=True)
class Part:
    """A condition of a check, or a part of one; `level` is how deep it stands, from 0 on."""

    check: str
    whole: str
    level: int
    reason: Reason


def fill_reasons(sheet: Sheet, report: Report) -> None:
    """A row for each condition and each part of it, check by check."""
    sheet.set_widths(column.width for column in _COLUMNS)
    sheet.head("Reasons", _REMARK, len(_COLUMNS))
    found = [part for entry in report.checks for part in parts(entry.id, entry.because)]
    sheet.only_table("Reasons", _COLUMNS, found, nothing="There are no checks.", fixed=1)


def parts(check: str, reason: Reason) -> Iterator[Part]:
    """All parts of the reason of a check; each whole comes before its parts."""
    if reason.applies_when is not None:
        yield from _parts(check, "applies when", 0, reason.applies_when)
    yield from _parts(check, "met when", 0, reason)


def _parts(check: str, whole: str, level: int, reason: Reason) -> Iterator[Part]:
    yield Part(check, whole, level, reason)
    for part in reason.parts:
        yield from _parts(check, whole, level + 1, part)


def _read(part: Part) -> str:
    return "\n".join(_lines(part.reason))


def _lines(reason: Reason) -> Iterator[str]:
    for key, value in reason.values:
        yield f"{key} = {state_in_words(value, reason.places)}"
    for reading in reason.answers:
        yield _in_words(reading)
    if reason.rows:
        rows = (f"row {number} {TRUTHS[truth]}" for number, truth in enumerate(reason.rows, 1))
        yield ", ".join(rows)


def _in_words(reading: Reading) -> str:
    who = f", {reading.respondent}" if reading.respondent else ""
    place = f" ({reading.file}:{reading.line})" if reading.line else ""
    return f"{reading.question}{who}: {said(reading)}{place}"


_COLUMNS: tuple[Column[Part], ...] = (
    Column("Check id", 28, lambda one: one.check),
    Column("Part of", 13, lambda one: one.whole),
    Column("Level", 8, lambda one: one.level),
    Column("Comes to", 15, lambda one: Marked(TRUTHS[one.reason.truth],
           OF_TRUTH[one.reason.truth]), is_word=True),
    Column("Condition", 66, lambda one: one.reason.text, indent=lambda one: one.level),
    Column("Values and answers read", 66, _read),
    Column("Because", 40, lambda one: one.reason.why),
)  # fmt: skip
