"""What people edited in an action plan, compared with what was issued and with the engagement."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rich.text import Text

from readiness.collecting.deciding import DAYS, with_progress
from readiness.collecting.form.cells import FormCell, Spot, days_counted
from readiness.collecting.workbook.cell_reading import OpenedSheet, open_workbook
from readiness.documents.sanitize import harmless
from readiness.documents.schemas import FORMATS
from readiness.documents.shapes import days_in
from readiness.loading.engagements import Inquiry
from readiness.model.engagement import PROGRESS
from readiness.problems import (
    Place,
    Problem,
    Problems,
    nearest,
    quote_names,
    refusal,
)
from readiness.problems.problem import Whole
from readiness.problems.proposals import format_command
from readiness.problems.terminal_text import printable_lines
from readiness.problems.values import brief
from readiness.reports.phrasing import count_noun
from readiness.reports.terminal.page import QUIET, STRONG, Page
from readiness.reports.workbook.action_plan import (
    COLUMNS,
    COST,
    EDITED,
    ISSUED,
    REFERENCE,
    STATED,
    STATUSES,
    as_cell,
)

if TYPE_CHECKING:
    from rich.console import Console


@brief
@dataclass(frozen=True, slots=True)
class Edit:
    """A value of the engagement that the plan changes; texts, empty where nothing stands.

    `issued` is what the engagement stated when the plan was issued, `stated` what it states now,
    and `value` what it is to state. `assumed` is for a day that the plan does not name.
    """

    check: str
    title: str
    field: str
    issued: str
    stated: str
    value: str
    place: Place
    assumed: bool = False

    @property
    def is_conflict(self) -> bool:
        """Whether the engagement states something else than when the plan was issued."""
        return self.stated not in (self.issued, self.value)

    def to_dict(self) -> dict[str, Any]:
        """As plain values that JSON can hold."""
        keys = ("check", "title", "field", "issued", "stated", "value")
        found = {key: getattr(self, key) or None for key in keys}
        return {**found, "cell": self.place.cell, "assumed": self.assumed}


@brief
@dataclass(frozen=True)
class ProgressImport:
    """What became of an action plan: what was changed, and what was not and why."""

    file: str
    changes: tuple[Edit, ...]
    conflicts: tuple[Edit, ...]
    problems: tuple[Problem, ...]
    remarks: tuple[Problem, ...]
    is_dry_run: bool = False

    @property
    def is_complete(self) -> bool:
        """Whether everything that was edited is in the engagement."""
        return not (self.conflicts or self.problems)

    def to_dict(self) -> dict[str, Any]:
        """As plain values that JSON can hold."""
        told = {"problems": self.problems, "remarks": self.remarks}
        return {
            "format": FORMATS["progress"],
            "file": self.file,
            "dry_run": self.is_dry_run,
            "changes": [one.to_dict() for one in self.changes],
            "conflicts": [one.to_dict() for one in self.conflicts],
            **{key: [_problem(one) for one in found] for key, found in told.items()},
        }


def _problem(one: Problem) -> dict[str, Any]:
    head = {"code": one.code, "message": one.message, "hint": one.hint or None}
    return {**head, "cell": one.place.cell or None}


def import_progress(
    data: bytes, name: str, inquiry: Inquiry, text: str | None = None, *, is_dry_run: bool = False
) -> tuple[ProgressImport, str]:
    """Return what an action plan changes, and the text of the engagement with it.

    `data` is the content of the workbook `name`, `text` that of the engagement if it is
    not as it was loaded. What was edited in
    both is left as the engagement states it. Raises `DocumentError` for a workbook that is no
    action plan of this engagement, and `NotEditable` as `with_progress`.
    """
    if text is None:
        assert inquiry.engagement is not None
        text = inquiry.engagement.node.source.text
    problems, remarks = Problems(), Problems()
    reading = _PlanReader(name, open_workbook(data, name), inquiry, problems, remarks)
    edits = [edit for edit in reading.edits() if edit.value != edit.stated]
    changes = tuple(edit for edit in edits if not edit.is_conflict)
    found = ProgressImport(
        file=name,
        changes=changes,
        conflicts=tuple(edit for edit in edits if edit.is_conflict),
        problems=tuple(problems.in_order()),
        remarks=tuple(remarks.in_order()),
        is_dry_run=is_dry_run,
    )
    wanted: dict[str, dict[str, str]] = {}
    for edit in changes:
        wanted.setdefault(edit.check, {})[edit.field] = edit.value
    return found, with_progress(text, wanted, list(inquiry.ruleset.checks), inquiry.name)


@dataclass
class _PlanReader:
    """Reads the rows of an action plan."""

    name: str
    sheets: list[OpenedSheet]
    inquiry: Inquiry
    problems: Problems
    remarks: Problems
    issued: dict[str, list[str]] = field(default_factory=dict)

    def edits(self) -> Iterator[Edit]:
        """Yield what the plan changes; raises `DocumentError` for one of another engagement."""
        hidden = next((one for one in self.sheets if one.mark == ISSUED), None)
        if hidden is None:
            raise refusal("plan-foreign", Whole(self.name), hint=_WRITE_ONE)
        if (of := hidden.text(1, 2)) != self.inquiry.id:
            raise refusal("plan-of-another", Whole(self.name), name=of, other=self.inquiry.id)
        for row in list(hidden.rows)[1:]:
            words = [hidden.text(row, column) for column in range(1, STATED + len(PROGRESS))]
            self.issued[words[0]] = words
        shown = [(one, row) for one in self.sheets if one is not hidden and (row := _heads(one))]
        if not shown:
            hint = f"the headings are {quote_names(COLUMNS, most=20, joint='and')}"
            raise refusal("plan-without-table", Whole(self.name), hint=hint)
        for sheet in self.sheets:
            if sheet not in (hidden, shown[0][0]) and sheet.rows:
                self.remarks.add("plan-sheet-unknown", sheet.first, title=sheet.title)
        yield from self._rows(*shown[0])

    def _rows(self, sheet: OpenedSheet, top: int) -> Iterator[Edit]:
        columns: dict[str, int] = {}
        for column, cell in sheet.rows[top].items():
            if cell.text in COLUMNS and cell.text not in columns:
                columns[cell.text] = column
            elif not cell.is_blank and cell.text != COST:
                self.remarks.add("plan-column-unknown", cell.spot, text=cell.text)
        for heading in EDITED.values():
            if heading not in columns:
                spot = sheet.spot(top, 1)
                self.remarks.add("plan-column-missing", spot, text=heading)
        seen: set[str] = set()
        checks = self.inquiry.ruleset.checks
        for row in sorted(number for number in sheet.rows if number > top):
            check, spot = sheet.text(row, columns[REFERENCE]), sheet.spot(row, columns[REFERENCE])
            if check in seen:
                self.problems.add("plan-row-twice", spot, id=check)
            elif check in self.issued and check in checks:
                seen.add(check)
                yield from self._row(sheet, row, check, columns)
            elif check in self.issued:
                self.remarks.add("plan-check-gone", spot, id=check)
            elif text := next((one.text for one in sheet.rows[row].values() if one.text), ""):
                hint = nearest(check, self.issued) if check else ""
                self.remarks.add("plan-row-unknown", spot, hint=hint, text=check or text)

    def _row(
        self, sheet: OpenedSheet, row: int, check: str, columns: Mapping[str, int]
    ) -> Iterator[Edit]:
        words = self.issued[check]
        issued = dict(zip(EDITED, words[1:STATED], strict=False))
        stated_then = dict(zip(PROGRESS, words[STATED - 1 :], strict=False))
        spots = {
            key: sheet.spot(row, columns[heading])
            for key, heading in EDITED.items()
            if heading in columns
        }
        read = {
            key: self._read(key, sheet.rows[row].get(spot.column) or FormCell(spot))
            for key, spot in spots.items()
        }
        values = {
            key: value for key, value in read.items() if value is not None and value != issued[key]
        }
        unread = {key for key, value in read.items() if value is None}
        assumed = self._by_status(check, values, issued, spots, unread)
        stated_now = self.inquiry.circumstances.progress_of(check)
        for key, value in (values | assumed).items():
            spot = spots["state" if key in assumed else key]
            if key == "owner" and not value and not stated_then[key]:
                self.remarks.add("plan-owner-stays", spot, name=issued[key])
                continue
            yield Edit(
                check=check,
                title=self.inquiry.ruleset.checks[check].title,
                field=key,
                issued=_typed(stated_then[key]),
                stated=_typed(as_cell(getattr(stated_now, key))),
                value=_typed(value),
                place=spot.place,
                assumed=bool(assumed.get(key)),
            )

    def _read(self, key: str, cell: FormCell) -> str | None:
        """Return what a cell says; None where a problem says that it cannot be read."""
        if cell.broken:
            self.problems.add("cell-unreadable", cell.spot, found=cell.broken)
            return None
        if key in DAYS:
            return self._day(cell)
        if key != "state":
            return cell.text
        said = " ".join(cell.text.casefold().split())
        if said not in STATUSES:
            facts = {"hint": f"choose {_STATUSES}", "found": cell.text or "blank"}
            self.problems.add("plan-status-unreadable", cell.spot, **facts)
            return None
        return said

    def _day(self, cell: FormCell) -> str | None:
        if cell.is_blank:
            return ""
        value = cell.value
        if isinstance(value, datetime.datetime):
            return value.date().isoformat()
        days = days_in(value) if isinstance(value, str) else days_counted(value)
        if len(days) == 1:
            return days[0]
        hint = f"write {' or '.join(days) or 'a day such as 2026-12-01'}"
        self.problems.add("plan-day-unreadable", cell.spot, hint=hint, found=cell.text)
        return None

    def _by_status(
        self,
        check: str,
        values: dict[str, str],
        issued: Mapping[str, str],
        at: Mapping[str, Spot],
        unread: AbstractSet[str],
    ) -> dict[str, str]:
        """Return the days that an edited status means, of those that are not typed themselves.

        A day that is `unread` is typed, so no other day replaces it. Takes out of `values` what
        contradicts the status, or an end before its start.
        """
        status, found = values.pop("state", ""), dict[str, str]()
        needed, ruled_out = _DAYS_OF.get(status, ("", ()))
        if needed and needed not in unread and not values.get(needed, issued[needed]):
            found[needed] = self.inquiry.circumstances.as_of.isoformat()
        for key in ruled_out:
            if typed := values.pop(key, ""):
                facts = {"status": status, "column": EDITED[key], "day": typed}
                self.problems.add("plan-status-and-day", at[key], **facts)
            elif issued[key] and key not in unread:
                found[key] = ""
        days = {**issued, **values, **found}
        if days["done"] and days["done"] < days["started"]:
            facts = {"id": check, "started": days["started"], "done": days["done"]}
            self.problems.add("done-before-started", at.get("done") or at["state"], **facts)
            for key in ("started", "done"):
                values.pop(key, None)
                found.pop(key, None)
        return found


_WRITE_ONE = f"write one with: {format_command('action-plan', file='plan.xlsx')}"
_STATUSES = quote_names(STATUSES, joint="or")
# The day that each status needs, and those that it rules out.
_DAYS_OF: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "not started": ("", ("started", "done")), "started": ("started", ("done",)),
    "done": ("done", ()),
}  # fmt: skip


def _heads(sheet: OpenedSheet) -> int:
    """Return the row with the headings of the plan; 0 if there is none."""
    wanted = {EDITED["state"], REFERENCE}
    rows = sheet.rows.items()
    return next((row for row, cells in rows if wanted <= {one.text for one in cells.values()}), 0)


def _typed(text: str) -> str:
    """Return a text without the apostrophe by which the plan keeps it from being a formula."""
    return text[1:] if text.startswith("'") and harmless(text[1:]) == text else text


_LABELS = {"owner": "person", "note": "comment"}
_SIDE = len("engagement") + 2


def print_progress_import(found: ProgressImport, console: Console, diff: str = "") -> None:
    """Print what an action plan changed in the engagement, and what it did not.

    `diff` is what would change in the file.
    """
    page = Page(console)
    number = count_noun(len(found.changes), "change")
    whole = f"{number} in the engagement" if found.changes else "Nothing was changed"
    page.write((f"Action plan {found.file}", STRONG))
    page.write(f"{number} would be made in the engagement." if found.is_dry_run else f"{whole}.")
    for one in page.section("Changed", found.changes):
        label, turns = _LABELS.get(one.field, one.field), page.marks.turns
        words = f"{label}: {one.stated or 'none'} {turns} {one.value or 'none'}"
        words += ", the day of the import, as the plan names none" if one.assumed else ""
        page.bullet(page.text((one.title, STRONG), (f" ({one.check}) ", QUIET), words))
    for one in page.section(
        "Changed in the plan and in the engagement: kept as it is", found.conflicts
    ):
        sides = {"issued": one.issued, "plan": one.value, "engagement": one.stated}
        page.bullet(page.text((one.title, STRONG), (f" ({one.check})", QUIET)))
        page.write(f"{_LABELS.get(one.field, one.field)}, {one.place.cell}", 2)
        for side, value in sides.items():
            page.field(side, value or "none", 4, _SIDE)
    parts = {"Cannot be read": found.problems, "Not imported (not part of the plan)": found.remarks}
    for heading, problems in parts.items():
        for problem in page.section(heading, problems):
            hint = f"; {problem.hint}" if problem.hint else ""
            page.bullet(f"{problem.place.cell}: {problem.message}{hint}")
    if diff:
        page.heading("Changes of the file")
        for line in printable_lines(diff, console.encoding).splitlines():
            page.print_line(Text(line))
