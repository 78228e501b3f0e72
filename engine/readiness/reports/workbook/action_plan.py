"""The action plan as a workbook: an action a row, which people fill in and which comes back.

A hidden sheet keeps what was issued, so that the import knows what was edited.
"""

from __future__ import annotations

import datetime
from operator import itemgetter
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name

from readiness.documents.sanitize import harmless
from readiness.evaluation.formatting import join_names
from readiness.model.engagement import PROGRESS
from readiness.planning.plan import Activity, Plan
from readiness.reports.phrasing import check_titles, count_noun, name_owner
from readiness.reports.reported_work import done_but_open, late, reported_work
from readiness.reports.workbook.sheet import (
    MARKS,
    SheetColumn,
    SheetWriter,
    Texts,
    Value,
    day,
    empty_workbook,
    pack_workbook,
    put_text,
)

STATUSES = ("not started", "started", "done")
EDITED = {
    "owner": "Person", "due": "Due", "state": "Status", "started": "Started", "done": "Done",
    "note": "Comment",
}  # fmt: skip
"""The columns that people fill in, by what the engagement calls their content."""
REFERENCE, COST = "Reference", "Cost"
COLUMNS = ("Action", "What to do", "Gates", *EDITED.values(), "Waits for", REFERENCE)
ISSUED = "readiness:plan"
"""What stands first on the hidden sheet; then come the engagement and a row for each check."""
STATED = len(EDITED) + 2
"""The column of the hidden sheet from which what the engagement states stands, as `PROGRESS`."""
_WIDTHS = (26, 34, 16, 14, 11, 11, 11, 11, 20, 22, 10)


def action_plan(plan: Plan) -> bytes:
    """The open checks in working order, as a workbook for A4 across; the same plan, the same bytes.

    Due days are those agreed, else the earliest finish by the plan.
    """
    assessment = plan.assessment
    as_of = datetime.datetime.combine(assessment.as_of, datetime.time())
    title = assessment.title or assessment.ruleset.title
    book = empty_workbook(harmless(title), as_of)
    texts = Texts()
    sheet = SheetWriter(book, "Action plan", texts)
    cells = {one.id: _cells(plan, one, texts) for one in plan.activities}
    has_costs = any(one.check.remedy.cost is not None for one in plan.activities)
    widths = {**dict(zip(COLUMNS, _WIDTHS, strict=True)), **({COST: 10} if has_costs else {})}
    columns = [
        SheetColumn(heading, width, itemgetter(number), heading == EDITED["state"])
        for number, (heading, width) in enumerate(widths.items())
    ]
    sheet.set_widths(widths.values())
    sheet.head(f"Action plan: {title}", _remark(plan), len(widths))
    top = sheet.row
    sheet.table("Plan", columns, cells.values(), nothing="Nothing is open.")
    sheet.held.freeze_panes(top, 1)
    sheet.held.repeat_rows(top - 1)
    if cells:
        _guide(book, sheet, top, top + len(cells) - 1, assessment.as_of)
    hidden = book.add_worksheet("Issued")
    hidden.very_hidden()
    engagement = assessment.engagement.id if assessment.engagement else ""
    rows: list[tuple[str, ...]] = [(ISSUED, engagement)]
    for one in plan.activities:
        stated = [as_cell(getattr(one.progress, name)) for name in PROGRESS]
        rows.append((one.id, *(_text(cells[one.id][place]) for place in _PLACES), *stated))
    for row, words in enumerate(rows, 1):
        for column, word in enumerate(words, 1):
            put_text(hidden, row, column, word)
    return pack_workbook(book)


_PLACES = tuple(COLUMNS.index(heading) for heading in EDITED.values())


def as_cell(text: str) -> str:
    """Return a text as a cell of the plan holds it."""
    return Texts().fit_cell(text).strip()


def _cells(plan: Plan, activity: Activity, texts: Texts) -> tuple[Value, ...]:
    check, work, assessment = activity.check, activity.progress, plan.assessment
    proposed = None if activity.effort is None else activity.finishes_on
    gates = "; ".join(assessment.gates[key].gate.title for key in activity.result.gates)
    return (
        check.title,
        check.remedy.action,
        gates,
        name_owner(activity.owner),
        day(work.due) if work.due else proposed,
        work.state,
        day(work.started) or None,
        day(work.done) or None,
        texts.fit_cell(work.note),
        check_titles(assessment, activity.waits_for),
        activity.id,
        check.remedy.cost,
    )


def _text(value: Value) -> str:
    return "" if value is None else as_cell(str(value))


def _remark(plan: Plan) -> str:
    work = reported_work(plan.assessment)
    told = {"is late": late(work), "is reported done, but still open": done_but_open(work)}
    said = [f"{one.result.check.title} {words}." for words, found in told.items() for one in found]
    return " ".join(
        (
            f"As of {plan.assessment.as_of}: {count_noun(len(plan.activities), 'action')}.",
            *said,
            f"Fill in {join_names(list(EDITED.values()))}; nothing else is read.",
            "A due day that nobody has agreed is the earliest finish by the plan.",
        )
    )


def _guide(book: Workbook, sheet: SheetWriter, top: int, last: int, today: datetime.date) -> None:
    """Offer the statuses and check days, and colour what is done, started and late."""
    columns = {key: COLUMNS.index(heading) for key, heading in EDITED.items()}
    status = columns["state"]
    rule = {"validate": "list", "source": list(STATUSES)}
    sheet.held.data_validation(top, status, last, status, rule)
    for key in ("due", "started", "done"):
        span = (top, columns[key], last, columns[key])
        days: dict[str, Any] = {
            "validate": "date", "criteria": ">=", "value": datetime.date(1900, 3, 1),
            "error_title": "This is not a date", "error_type": "warning",
            "error_message": "Enter a date such as 2026-12-01.",
        }  # fmt: skip
        sheet.held.data_validation(*span, days)
    due_at, state_at = (f"${xl_col_to_name(columns[key])}{top + 1}" for key in ("due", "state"))
    passed = f"{due_at}<DATE({today:%Y,%m,%d})"
    for column, formula, mark in (
        (status, f'{state_at}="done"', "good"),
        (status, f'{state_at}="started"', "open"),
        (columns["due"], f'AND({due_at}<>"",{passed},{state_at}<>"done")', "bad"),
    ):
        ground, ink = MARKS[mark]
        look = book.add_format({"bg_color": f"#{ground}", "font_color": f"#{ink}"})
        shown = {"type": "formula", "criteria": f"={formula}", "format": look}
        sheet.held.conditional_format(top, column, last, column, shown)
