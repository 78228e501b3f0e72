"""The checklist as a spreadsheet: a check a row, with the question that it reads."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping as Map
from collections.abc import Sequence
from functools import partial
from operator import itemgetter

from readiness.model.question_types import QUESTION_TYPES
from readiness.model.ruleset import SEVERITIES
from readiness.problems.packaged import packaged
from readiness.reports.workbook.sheet import (
    SheetColumn,
    SheetWriter,
    Texts,
    empty_workbook,
    pack_workbook,
    put_text,
)

Row = Map[str, str]
"""The texts of a row by the headings of their columns."""

_TOLD: Map[str, tuple[str, int]] = json.loads(packaged("readiness.authoring", "checklist.json"))
COLUMNS = tuple(_TOLD)
SEVERITY, MET_WHEN, APPLIES_WHEN, REFERENCE = "Severity", "Met when", "Applies when", "Reference"
FURTHER = (SEVERITY, MET_WHEN, APPLIES_WHEN, REFERENCE)
"""The columns that only the sheet of a ruleset has."""
YES_NO = "yes/no"
TYPES = (YES_NO, *(name for name in QUESTION_TYPES if name not in ("yes_no", "table")))
RECOMMENDED = " (recommended)"
ISSUED = "readiness:checklist"
"""What stands first on the hidden sheet; then come the ruleset and its rows as they were issued."""

_ROOM = 500  # rows in which there are drop-downs
_EXAMPLES = (
    (
        "People", "Has an executive sponsor been named?", YES_NO, "",
        "An executive sponsor is named", "Without a sponsor nobody settles conflicts.",
        "Name a sponsor on the executive committee.", "Programme manager", "5",
        "Project handbook", "Chapter 2", "", "Start",
    ),
    (
        "People", "How many of the staff are trained?", "percent", "at least 90",
        "The staff are trained", "Untrained staff go back to their own lists.",
        "Train the staff who have not been trained yet.", "HR", "5/10/20",
        "Project handbook", "Chapter 5", "An executive sponsor is named", "Start",
    ),
    (
        "Plan", "How far along is the plan?", "choice", "Not started; Drafted; Agreed*",
        "The plan is agreed", "Work without an agreed plan is done twice.",
        "Discuss the plan with all departments and get it signed.", "Programme manager", "3",
        "Project handbook", "Chapter 3", "", "Start",
    ),
)  # fmt: skip


def checklist_template() -> bytes:
    """Return the template of a checklist as a workbook, with three example rows."""
    rows = [dict(zip(COLUMNS, example, strict=True)) for example in _EXAMPLES]
    return checklist_workbook("Checklist", rows, COLUMNS)


def checklist_workbook(
    title: str, rows: Sequence[Row], columns: Sequence[str], issued: Sequence[str] = ()
) -> bytes:
    """Return a checklist as a workbook; the same rows give the same bytes.

    `issued` goes to a hidden sheet, above the rows as they are.
    """
    book = empty_workbook(title, datetime.datetime(2000, 1, 1))
    sheet = SheetWriter(book, "Checklist", Texts())
    shown = [
        SheetColumn(name, _TOLD.get(name, ("", 24))[1], partial(_cell, name)) for name in columns
    ]
    sheet.table("Checklist", shown, rows, nothing="")
    sheet.held.freeze_panes(1, 0)
    sheet.held.repeat_rows(0)
    for name, words in (("Type", TYPES), (SEVERITY, SEVERITIES)):
        if name in columns:
            place = columns.index(name)
            rule = {"validate": "list", "source": list(words), "error_type": "warning"}
            sheet.held.data_validation(1, place, len(rows) + _ROOM, place, rule)
    guide = SheetWriter(book, "Guide", Texts())
    told = [
        SheetColumn(name, width, itemgetter(number))
        for number, (name, width) in enumerate((("Column", 16), ("What to write", 90)))
    ]
    entries = [(name, _TOLD[name][0]) for name in columns if name in _TOLD]
    guide.table("Guide", told, entries, nothing="")
    if issued:
        hidden = book.add_worksheet("Issued")
        hidden.very_hidden()
        held: list[Sequence[str]] = [issued, *([row[name] for name in columns] for row in rows)]
        for number, line in enumerate(held, 1):
            for column, word in enumerate(line, 1):
                put_text(hidden, number, column, word)
    return pack_workbook(book)


def _cell(name: str, row: Row) -> str | float:
    """Return what a cell holds: a number where the text is one."""
    return int(row[name]) if name == "Days" and row[name].isdecimal() else row[name]
