"""The checklist as a spreadsheet: a check a row, with the question that it reads."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable
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

_TOLD: Map[str, tuple[str, int]] = json.loads(packaged("readiness.authoring", "checklist.json"))
COLUMNS = tuple(_TOLD)
SEVERITY, MET_WHEN, APPLIES_WHEN, REFERENCE = "Severity", "Met when", "Applies when", "Reference"
FURTHER = (SEVERITY, MET_WHEN, APPLIES_WHEN, REFERENCE)
"""The columns that are read as well, and are not in the template."""
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
    book = empty_workbook("Checklist", datetime.datetime(2000, 1, 1))
    sheet = SheetWriter(book, "Checklist", Texts())
    shown = _columns((name, width) for name, (_, width) in _TOLD.items())
    sheet.table("Checklist", shown, _EXAMPLES, nothing="")
    sheet.held.freeze_panes(1, 0)
    sheet.held.repeat_rows(0)
    place = COLUMNS.index("Type")
    rule = {"validate": "list", "source": list(TYPES), "error_type": "warning"}
    sheet.held.data_validation(1, place, len(_EXAMPLES) + _ROOM, place, rule)
    guide = SheetWriter(book, "Guide", Texts())
    told = [(name, text) for name, (text, _) in _TOLD.items()]
    guide.table("Guide", _columns((("Column", 16), ("What to write", 90))), told, nothing="")
    return pack_workbook(book)


def _columns(widths: Iterable[tuple[str, int]]) -> list[SheetColumn[Any]]:
    """Return the columns of rows whose values stand in the order of the columns."""
    return [
        SheetColumn(name, width, itemgetter(place)) for place, (name, width) in enumerate(widths)
    ]
