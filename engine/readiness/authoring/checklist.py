"""The checklist as a spreadsheet: a check a row, with the question that it reads."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Map
from operator import itemgetter
from typing import Any

from readiness.model.question_types import QUESTION_TYPES
from readiness.problems.packaged import packaged
from readiness.reports.workbook.sheet import (
    SheetColumn,
    SheetWriter,
    Texts,
    empty_workbook,
    pack_workbook,
)

_TOLD: dict[str, tuple[str, int]] = json.loads(packaged("readiness.authoring", "checklist.json"))
SEVERITY, MET_WHEN, APPLIES_WHEN, REFERENCE = "Severity", "Met when", "Applies when", "Reference"
FURTHER = (SEVERITY, MET_WHEN, APPLIES_WHEN, REFERENCE)
_FURTHER = {name: _TOLD.pop(name) for name in FURTHER}
COLUMNS = tuple(_TOLD)
"""The columns that are read as well, and are not in the template."""
AS_SHOWN = "As shown"
"""The hidden sheet with the rows as they were shown, which tells what people have changed."""
YES_NO = "yes/no"
TYPES = (YES_NO, *(name for name in QUESTION_TYPES if name not in ("yes_no", "table")))
RECOMMENDED = " (recommended)"

_ROOM = 500  # rows in which there are drop-downs
_EXAMPLES = (
    (
        "People", "Has an executive sponsor been named?", YES_NO, "",
        "An executive sponsor is named", "Without a sponsor nobody settles conflicts.",
        "Name a sponsor on the executive committee.", "Programme manager", 5,
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
        "Discuss the plan with all departments and get it signed.", "Programme manager", 3,
        "Project handbook", "Chapter 3", "", "Start",
    ),
)  # fmt: skip


def checklist_template() -> bytes:
    """Return the template of a checklist as a workbook, with three example rows."""
    return _workbook([dict(zip(COLUMNS, row, strict=True)) for row in _EXAMPLES], _TOLD)


def checklist_workbook(rows: Sequence[Map[str, Any]]) -> bytes:
    """Return the rows of a ruleset as a workbook, which can be changed and read back."""
    return _workbook(rows, {**_TOLD, **_FURTHER}, hidden=True)


def _workbook(
    rows: Sequence[Map[str, Any]], told: Map[str, tuple[str, int]], *, hidden: bool = False
) -> bytes:
    book = empty_workbook("Checklist", datetime.datetime(2000, 1, 1))
    values = [[row[name] for name in told] for row in rows]
    shown = _columns((name, width) for name, (_, width) in told.items())
    sheet = SheetWriter(book, "Checklist", Texts())
    sheet.table("Checklist", shown, values, nothing="")
    sheet.held.freeze_panes(1, 0)
    sheet.held.repeat_rows(0)
    place = COLUMNS.index("Type")
    rule = {"validate": "list", "source": list(TYPES), "error_type": "warning"}
    sheet.held.data_validation(1, place, len(values) + _ROOM, place, rule)
    guide = SheetWriter(book, "Guide", Texts())
    texts = [(name, text) for name, (text, _) in told.items()]
    guide.table("Guide", _columns((("Column", 16), ("What to write", 90))), texts, nothing="")
    if hidden:
        kept = SheetWriter(book, AS_SHOWN, Texts())
        kept.table("AsShown", shown, values, nothing="")
        kept.held.hide()
    return pack_workbook(book)


def _columns(widths: Iterable[tuple[str, int]]) -> list[SheetColumn[Any]]:
    """Return the columns of rows whose values are in the order of the columns."""
    return [
        SheetColumn(name, width, itemgetter(place)) for place, (name, width) in enumerate(widths)
    ]
