"""The rows of a checklist that people have filled in: their cells, and what they mean."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass
from typing import Any

from readiness.authoring.checklist import AS_SHOWN, COLUMNS, FURTHER, RECOMMENDED, TYPES, YES_NO
from readiness.collecting.form.cells import FormCell, Spot
from readiness.collecting.workbook.cell_reading import OpenedSheet, open_workbook
from readiness.documents.csv_text import head_of, lines_of
from readiness.documents.emitting import Brief
from readiness.documents.opening import BrokenFile
from readiness.documents.shapes import ID, correction, days_in, is_two_fold
from readiness.model.question_types import QUESTION_TYPES
from readiness.problems import Problems, nearest, quote_names, refusal
from readiness.problems.problem import Whole

_KNOWN = {name.casefold(): name for name in (*COLUMNS, *FURTHER)}
_NEEDED = ("Question", "Check")
_SEPARATORS = ("\n", ";", "|", " / ", ",")
_MARK = "*"
# What people and neighbouring formats call the types.
_MEANT = {
    "yes_no": "y/n, yes or no, boolean, bool, checkbox, true/false",
    "choice": "dropdown, list, select, select one, single choice, radio, options",
    "choices": "multiple choice, multiple, checkboxes, select multiple, multi-select",
    "number": "numeric, decimal, figure", "integer": "whole number, int, count",
    "money": "currency, amount", "percent": "%, percentage, per cent", "date": "day",
    "text": "free text, string, comment", "url": "link", "email": "mail",
}  # fmt: skip


def _letters(word: str) -> str:
    return re.sub(r"[^a-z%]", "", word.casefold())


_TYPE_OF = {
    _letters(word): name for name, words in _MEANT.items() for word in (name, *words.split(", "))
}
_LIMIT = re.compile(
    r"(?P<sign>>=|<=|[<>=≥≤]|at least|at most|more than|less than|min(?:imum)?|max(?:imum)?|from|up"
    r" to|not (?:before|after)|by)?\s*(?P<value>[-+]?[\d.,]*\d(?:-\d\d-\d\d)?)\s*(?P<unit>\D.*)?",
    re.IGNORECASE,
)
_UNIT = re.compile(r"(?:[^\W\d_]|[%€$£])\S*(?: [^\d\s-]\S*)*|")
_SIGNS = {
    ">=": ">=", "≥": ">=", "at least": ">=", "min": ">=", "minimum": ">=", "from": ">=",
    "not before": ">=", "<=": "<=", "≤": "<=", "at most": "<=", "max": "<=", "maximum": "<=",
    "up to": "<=", "not after": "<=", "by": "<=", ">": ">", "more than": ">", "<": "<",
    "less than": "<", "=": "==",
}  # fmt: skip
_DAYS = re.compile(r"(\d+(?:\.\d+)?)(?:\s*[/;–-]\s*(\d+(?:\.\d+)?)\s*[/;–-]\s*(\d+(?:\.\d+)?))?")


@dataclass(frozen=True, slots=True)
class ChecklistRow:
    """A row: its cells by the names of the columns; those that are not there are blank."""

    sheet: OpenedSheet
    number: int
    columns: Map[str, int]

    def cell(self, name: str) -> FormCell:
        """Return the cell in a column."""
        found = self.sheet.rows.get(self.number, {}).get(self.columns.get(name, 0))
        return found or FormCell(self.spot(name))

    def spot(self, name: str) -> Spot:
        """Return where a column is, else the first one."""
        return self.sheet.spot(self.number, self.columns.get(name, 1))

    def text(self, name: str) -> str:
        """Return the text in a column, its lines without blanks around them."""
        return "\n".join(line.strip() for line in self.cell(name).text.splitlines())


def read_checklist_rows(
    data: bytes, name: str, problems: Problems, *, as_shown: bool = False
) -> list[ChecklistRow]:
    """Return the rows of a checklist: a workbook (.xlsx or .ods), or CSV.

    With `as_shown`, return those of the hidden sheet; none where there is no such sheet.
    Adds a problem for each cell that holds no value. Raises `DocumentError` for any other
    file, and for one without the headings.
    """
    is_csv = name.lower().endswith((".csv", ".txt", ".tsv"))
    sheets = [_csv_sheet(data, name)] if is_csv else open_workbook(data, name)
    for held in (one for one in sheets if (one.title == AS_SHOWN) is as_shown):
        for top, cells in held.rows.items():
            heads = {" ".join(one.text.split()).casefold(): at for at, one in cells.items()}
            columns = {_KNOWN[head]: at for head, at in heads.items() if head in _KNOWN}
            if all(need in columns for need in _NEEDED):
                unknown = [cells[at] for head, at in heads.items() if head and head not in _KNOWN]
                for cell in unknown:
                    hint = (
                        nearest(cell.text, _KNOWN.values()) or "remove the column, or its heading"
                    )
                    problems.add("checklist-column", cell.spot, hint=hint, text=cell.text)
                rows = list(_rows(held, top, columns, problems))
                if not rows:
                    problems.add("checklist-empty", held.spot(top + 1, 1))
                return rows
    if as_shown:
        return []
    hint = f"the headings are {quote_names(COLUMNS, most=20, joint='and')}"
    raise refusal("checklist-without-headings", Whole(name), hint=hint)


def _rows(
    sheet: OpenedSheet, top: int, columns: Map[str, int], problems: Problems
) -> Iterator[ChecklistRow]:
    for number in sorted(row for row in sheet.rows if row > top):
        row = ChecklistRow(sheet, number, columns)
        cells = [row.cell(name) for name in columns]
        for cell in cells:
            if cell.broken:
                problems.add("cell-unreadable", cell.spot, found=cell.broken)
        if any(not cell.is_blank for cell in cells):
            yield row


def _csv_sheet(data: bytes, name: str) -> OpenedSheet:
    """Return CSV as a sheet."""
    try:
        head = head_of(data, lambda word: word.strip().casefold() in _KNOWN)
        lines = [(head.lines, list(head.names)), *lines_of(data, head)]
    except BrokenFile as broken:
        raise broken.refusal("file-unreadable", name) from None
    rows = {
        line: {n: FormCell(Spot(name, "", line, n), word) for n, word in enumerate(words, 1)}
        for line, words in lines
    }
    return OpenedSheet(name, "", rows)


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """The question of a row, and when its answer meets the check.

    `values` are the options, the limit or the truth that meet it, `sign` is that of the limit.
    """

    type: str
    options: Map[str, str]
    values: tuple[Any, ...] = ()
    sign: str = ""
    unit: str = ""

    def condition(self, name: str) -> str:
        """Return the condition that its answer meets the check; `name` is its id."""
        kind = QUESTION_TYPES[self.type].kind
        if kind == "truth":
            return name if self.values[0] else f"not {name}"
        if not self.values:
            return f"stated({name})"
        if kind == "choices":
            return f"covers({name}, [{', '.join(map(repr, self.values))}])"
        if kind == "choice" and len(self.values) > 1:
            return f"{name} in [{', '.join(map(repr, self.values))}]"
        value = self.values[0]
        return f"{name} {self.sign or '=='} {repr(value) if isinstance(value, str) else value}"


_LIMIT_WORDS = {
    ">=": "at least", "<=": "at most", ">": "more than", "<": "less than", "==": "=",
}  # fmt: skip


def limit_text(asked: AskedQuestion) -> str:
    """Return the limit of a number or a date as `read_question` reads it."""
    days = {">=": "not before", "<=": "by"} if QUESTION_TYPES[asked.type].kind == "date" else {}
    unit = "" if asked.type == "percent" else asked.unit
    return f"{(_LIMIT_WORDS | days)[asked.sign]} {asked.values[0]} {unit}".strip()


def separate(text: str) -> list[str]:
    """Return the entries of a cell: its lines, or what semicolons, bars or commas separate."""
    separator = next((one for one in _SEPARATORS if one in text), "\n")
    return [part.strip() for part in text.split(separator) if part.strip()]


def listed(text: str) -> list[str]:
    """Return the entries of a cell that separates them by lines or semicolons."""
    return [part.strip() for part in re.split(r"[\n;]", text) if part.strip()]


def read_question(row: ChecklistRow, problems: Problems, remarks: Problems) -> AskedQuestion | None:
    """Return the type and the options of a row; None, and a problem, where they mean nothing.

    What is taken for granted goes to `remarks`.
    """
    said, written = row.text("Type"), row.text("Options")
    parts = [(one.rstrip(f"{_MARK} "), one.endswith(_MARK)) for one in separate(written)]
    words = [label.casefold() for label, _ in parts]
    kind = "yes_no" if not written or set(words) <= {"yes", "no"} else "choice"
    if said and not (kind := _TYPE_OF.get(_letters(said), "")):
        hint = nearest(said.casefold(), TYPES) or f"write {quote_names(TYPES, most=20)}"
        problems.add("checklist-type", row.spot("Type"), hint=hint, found=said)
        return None
    asked = QUESTION_TYPES[kind].kind
    if asked == "truth":
        if not set(words) <= {"yes", "no"}:
            hint = "write 'choice' under Type, or leave the options blank"
            problems.add("checklist-options", row.spot("Options"), hint=hint, type=YES_NO)
            return None
        good = [label.casefold() for label, is_marked in parts if is_marked]
        good = good or ([*words] if len(words) == 1 else ["yes"])
        return AskedQuestion(kind, {}, (good != ["no"],))
    if asked in ("choice", "choices"):
        return _read_options(row, kind, parts, problems, remarks)
    if asked in ("number", "date") and written:
        return _read_limit(row, kind, problems)
    if written:
        hint = "leave the options blank, or write 'choice' under Type"
        problems.add("checklist-options", row.spot("Options"), hint=hint, type=said)
        return None
    return AskedQuestion(kind, {})


def _read_options(
    row: ChecklistRow,
    kind: str,
    parts: Sequence[tuple[str, bool]],
    problems: Problems,
    remarks: Problems,
) -> AskedQuestion | None:
    spot, labels = row.spot("Options"), [label for label, _ in parts]
    if len(parts) < 2 and kind == "choice":
        problems.add("checklist-too-few-options", spot)
        return None
    keys: dict[str, str] = {}
    for label in labels:
        key = derive_id(label, keys, "option").replace("-", "_")
        keys[key] = label
    good = [key for key, (_, is_marked) in zip(keys, parts, strict=True) if is_marked]
    if not good and kind == "choice":
        good = [next(iter(keys))]
        hint = f"if others do as well, mark them with *: {'; '.join(f'{one}*' for one in labels)}"
        remarks.add("checklist-first-option", spot, hint=hint, option=labels[0])
    if len(good) == len(keys) and kind == "choice":
        problems.add("checklist-all-options", spot)
        return None
    return AskedQuestion(kind, keys, tuple(good))


def _read_limit(row: ChecklistRow, kind: str, problems: Problems) -> AskedQuestion | None:
    cell, is_date = row.cell("Options"), QUESTION_TYPES[kind].kind == "date"
    text = row.text("Options")
    found = _LIMIT.fullmatch(text)
    sign = (found["sign"] or "").casefold() if found else ""
    if is_date:
        days = days_in(text[len(sign) :].strip())
        if len(days) == 1:
            return AskedQuestion(kind, {}, (days[0],), _SIGNS.get(sign, "<="))
        hint = f"write {' or '.join(days)}" if days else "write a day, such as by 2026-12-31"
    elif (
        found
        and _UNIT.fullmatch(found["unit"] or "")
        and not is_two_fold(found["value"])
        and re.fullmatch(r"[-+]?\d+(\.\d+)?|[-+]?\d{1,3}(,\d{3})+", found["value"])
    ):
        number: float = float(found["value"].replace(",", ""))
        if kind == "percent" and cell.is_share:
            number = round(number * 100, 9)
        limit = int(number) if number.is_integer() else number
        unit = "" if kind == "percent" else (found["unit"] or "").strip()
        return AskedQuestion(kind, {}, (limit,), _SIGNS.get(sign, ">="), unit)
    else:
        hint = "write one limit, its number without blanks, such as 'at most 5000 USD'"
        if found and _UNIT.fullmatch(found["unit"] or "") and re.search("[.,]", found["value"]):
            hint = f"write {' or '.join(_limits_meant(found))}"
    problems.add("checklist-limit", row.spot("Options"), hint=hint, found=text)
    return None


def _limits_meant(found: re.Match[str]) -> list[str]:
    """Return the limits that a number with separators can mean, with sign and unit."""
    value = found["value"]
    at = max(value.rfind(","), value.rfind("."))
    whole, decimals = re.sub("[.,]", "", value[:at]), value[at + 1 :]
    is_thousand = len(decimals) == len("000")
    numbers = [f"{whole}{decimals}"] if is_thousand else []
    if not is_thousand or is_two_fold(value.replace(",", ".")):
        numbers.append(f"{whole}.{decimals}" + "0" * is_thousand)
    return [" ".join(filter(None, (found["sign"], one, found["unit"]))) for one in numbers]


def read_days(row: ChecklistRow, problems: Problems) -> object:
    """Return the working days of a row as a ruleset has them; None where there are none."""
    text = row.text("Days")
    if not text:
        return None
    bare = re.sub(r"\s*(working )?days?$", "", text, flags=re.IGNORECASE)
    found = _DAYS.fullmatch(bare)
    days = [_whole(float(one)) for one in found.groups() if one] if found else []
    if not days or days[0] <= 0 or days != sorted(days):
        hint = "write a number of working days, or low/likely/high such as 2/5/10"
        if not found and _DAYS.fullmatch(pointed := bare.replace(",", ".")):
            hint = f"write {pointed}"
        problems.add("checklist-days", row.spot("Days"), hint=hint, found=text)
        return None
    return days[0] if len(days) == 1 else Brief(zip(("low", "likely", "high"), days, strict=True))


def _whole(number: float) -> float:
    return int(number) if number.is_integer() else number


def read_gates(row: ChecklistRow) -> Iterator[tuple[str, bool]]:
    """Yield the titles of the gates of a row, each with whether it waits for the check."""
    for title in listed(row.text("Gate")):
        is_advised = title.casefold().endswith(RECOMMENDED)
        yield title[: -len(RECOMMENDED)] if is_advised else title, not is_advised


# Words that say nothing in an id.
_IDLE = frozenset(
    re.findall(
        r"\w+",
        "a all an and any are as at be been by can did do does each far for from had has have "
        "how in is it its many much of on or our that the their there they this to was were what "
        "when which who will with you your",
    )
)
_MOST_WORDS, _MOST_LETTERS = 4, 40


def derive_id(text: str, taken: Map[str, Any], noun: str) -> str:
    """Return the id of what people call so: its first words that matter, in small letters.

    A text without letters of English gives `noun` and a number, and so does an id that is taken.
    """
    whole = correction(ID, text) or correction(ID, f"{noun} {text}")
    words = [word for word in whole.split("-") if word not in _IDLE] or whole.split("-")
    name = "-".join(words[:_MOST_WORDS])[:_MOST_LETTERS].strip("-")
    if not correction(ID, name):
        name = f"{noun}-{name}" if name else noun
    found, number = name, 2
    while found in taken or found.replace("-", "_") in taken:
        found, number = f"{name}-{number}", number + 1
    return found
