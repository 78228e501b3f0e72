"""The cells of a form that was filled in, the words on it, and the values that cells can mean."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Iterator
from collections.abc import Mapping as Map
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, assert_never

from readiness.conditions.terms import Term
from readiness.documents.decimals import Number, as_written, exact
from readiness.documents.nodes import Mapping, MappingEntry, Node, Scalar, Sequence, Span
from readiness.documents.sanitize import clean_text
from readiness.documents.shapes import certain
from readiness.evaluation.formatting import format_number
from readiness.model.proposals import numbers_in, one_of, without_unit
from readiness.model.questionnaire import Field, Question
from readiness.model.value import why_not
from readiness.problems import Excerpt, Place, Problem, Problems, Source, quote_names
from readiness.reports.condition_sentences import Sentences

UNKNOWN = "don't know"
INAPPLICABLE = "does not apply"
NONE_OF_THEM = "None of these"
NO_ROWS = "no rows"
MARK = "x"
STATES = {"unknown": UNKNOWN, "not_applicable": INAPPLICABLE}
"""What a form shows instead of an answer, by the state of an entry."""
_MOST = 160  # characters of what an option is called
_MOST_TOLD = 80  # characters of a text that a remark quotes


def shorten(text: str) -> str:
    """Return a text on one line, shortened for a remark."""
    line = " ".join(text.split())
    return line if len(line) <= _MOST_TOLD else f"{line[: _MOST_TOLD - 1]}…"


def name_options(field: Field) -> dict[str, str]:
    """What the options of a field are called, by their keys; no two are called alike."""
    names = {
        key: " ".join(clean_text(label).split())[:_MOST] for key, label in field.options.items()
    }
    often = Counter(name.casefold() for name in names.values())
    keys = Counter(key.casefold() for key in names)
    shown = {}
    for key, name in names.items():
        others = keys[name.casefold()] - (name.casefold() == key.casefold())
        alone = name and often[name.casefold()] == 1 and not others
        shown[key] = name if alone else f"{name} ({key})".strip()
    return shown


def option_marks(field: Field, chosen: Any) -> Iterator[tuple[str, str, bool]]:
    """The key of each option, what it is called, and whether it is chosen.

    The last one, under an empty key, is that none of them is.
    """
    for key, name in {**name_options(field), "": NONE_OF_THEM}.items():
        is_marked = isinstance(chosen, tuple) and (key in chosen if key else not chosen)
        yield key, name, is_marked


def how(field: Field) -> str:
    """How a field is answered, in a few words."""
    held = field.question_type
    match field.kind:
        case "truth" | "choice" | "choices" | "text" | "table":
            return held.how
        case "date":
            return held.how + _limits(field, "later", "earlier")
        case "number":
            unit = f" {held.joint} {field.unit}" if field.unit and not held.is_percentage else ""
            return held.how + unit + _limits(field, "more", "less")
    assert_never(field.kind)


def _limits(field: Field, more: str, less: str) -> str:
    low, high = _limit(field.minimum), _limit(field.maximum)
    if low and high:
        return f", {low} to {high}"
    return f", {low} or {more}" if low else f", {high} or {less}" if high else ""


def _limit(limit: float | str | None) -> str:
    return "" if limit is None else limit if isinstance(limit, str) else format_number(limit)


def only_if(term: Term, numbers: Map[str, int]) -> str:
    """When a question is asked, as a sentence; `numbers` are those of the questions in the form."""

    def name_question(question: Question) -> str:
        number = numbers.get(question.id)
        return f"question {number}" if number else f"“{question.label}”"

    return f"Only if {Sentences(name_question).clause(term)}."


CellValue = bool | int | float | str | datetime.date | None


@dataclass(frozen=True, slots=True)
class Spot:
    """A cell of a file: its name for people, its row and its column counted from 1."""

    file: str
    name: str
    row: int
    column: int

    @property
    def excerpt(self) -> Excerpt:
        """The place, for problems with what stands there."""
        return Excerpt(Place(self.file, self.row, self.column, cell=self.name))

    @property
    def place(self) -> Place:
        """The place alone."""
        return self.excerpt.place


@dataclass(frozen=True, slots=True)
class FormCell:
    """The content of a cell.

    `broken` says what it holds instead of a value, such as a formula. `is_share` is for a number
    that the cell shows as a percentage: 0.85 as 85 %. `is_typed` is for a number that the program
    in which it was typed has read, and maybe rounded.
    """

    spot: Spot
    value: CellValue = None
    broken: str = ""
    is_share: bool = False
    is_typed: bool = False

    @property
    def is_blank(self) -> bool:
        """Whether nothing stands there, or blanks only."""
        blank = self.value is None or (isinstance(self.value, str) and not self.value.strip())
        return blank and not self.broken

    @property
    def text(self) -> str:
        """The value as a text without blanks around it; empty where there is none."""
        match self.value:
            case None:
                return ""
            case bool():
                return "yes" if self.value else "no"
            case datetime.datetime():
                moment = self.value
                midnight = moment.time() == datetime.time()
                return moment.date().isoformat() if midnight else moment.isoformat(" ")
            case datetime.date():
                return self.value.isoformat()
            case float() if self.value.is_integer():
                return str(int(self.value))
            case _:
                return str(self.value).strip()


def scalar(spot: Spot, value: str | Number | bool | None) -> Scalar:
    """Return the value of a cell as a scalar; the text of a decimal has all digits."""
    text = "" if value is None else str(value)
    value = float(value) if isinstance(value, Decimal) else value
    return Scalar(Source(spot.file, "", spot.name), *_span(spot.row, spot.column), value, text)


def mapping(spot: Spot, entries: Map[str, Node]) -> Mapping:
    """Values by key; each key stands where its value does, the whole at `spot`."""
    held = {key: MappingEntry(_key(key, value), value) for key, value in entries.items()}
    return Mapping(Source(spot.file, "", spot.name), *_span(spot.row, spot.column), held)


def _key(key: str, value: Node) -> Scalar:
    return Scalar(value.source, *_span(value.line, value.column), key, key)


def _span(row: int, column: int) -> Span:
    return row, column, row, column + 1


def sequence(spot: Spot, elements: list[Node]) -> Sequence:
    """A list of values."""
    span = _span(spot.row, spot.column)
    return Sequence(Source(spot.file, "", spot.name), *span, tuple(elements))


NONE = ""
"""The key of the mark that says that none of the options applies."""

_MARKED = frozenset({MARK, "yes", "y", "true", "1", "✓", "✔", "☒", "☑"})
_NOT_MARKED = frozenset({"", "no", "n", "false", "0", "-", "–", "☐"})
_INSTEAD = {
    UNKNOWN: "unknown",
    "dont know": "unknown",
    "do not know": "unknown",
    "unknown": "unknown",
    "not known": "unknown",
    INAPPLICABLE: "not_applicable",
    "not applicable": "not_applicable",
    "not_applicable": "not_applicable",
    "n/a": "not_applicable",
}


class CellReader:
    """Reads cells; `advice` is what to do in a form about a value that is refused, by place."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        self.advice: dict[Place, str] = {}

    def of(self, field: Field, cell: FormCell, options: Map[str, str] | None = None) -> Node | None:
        """The value in a cell; None where it is blank, and where a problem says that it is broken.

        `options` is what the options were called in the form, by their keys.
        """
        if cell.is_blank or self._is_broken(cell):
            return None
        self.advice[cell.spot.place] = _advice(field, options)
        if field.kind == "number":
            return self._number(field, cell)
        if field.kind == "truth" and isinstance(cell.value, bool):
            return scalar(cell.spot, cell.value)
        if field.kind == "choice":
            return scalar(cell.spot, _option(cell.text, options or name_options(field)))
        if field.kind == "date" and not isinstance(cell.value, str | datetime.date):
            days = days_counted(cell.value)
            found = one_of(days, "", lambda day: why_not(field, day))
            self.advice[cell.spot.place] = found.hint
        return scalar(cell.spot, cell.text)

    def read_marks(self, field: Field, marks: Map[str, FormCell], at: Spot) -> Node | None:
        """The options that are marked, as a list; None where nothing is marked."""
        chosen: list[Node] = []
        none = NONE in marks and self._is_marked(marks[NONE])
        for option, cell in marks.items():
            if option != NONE and self._is_marked(cell):
                self.advice[cell.spot.place] = _advice(field)
                chosen.append(scalar(cell.spot, option))
                if none:
                    facts = {"id": field.id, "option": option}
                    self.problems.add("none-and-some", cell.spot, marks[NONE].spot, **facts)
        return sequence(at, chosen) if chosen or none else None

    def text(self, cell: FormCell) -> Scalar | None:
        """The text in a cell; None where there is none."""
        if cell.is_blank or self._is_broken(cell):
            return None
        return scalar(cell.spot, cell.text)

    def state(self, cell: FormCell) -> str:
        """Return the state given instead of an answer: `unknown`, `not_applicable`, or empty."""
        if cell.is_blank or self._is_broken(cell):
            return ""
        said = " ".join(cell.text.casefold().replace("’", "'").split())
        state = _INSTEAD.get(said, "")
        if not state:
            facts = {"found": cell.text, "unknown": UNKNOWN, "inapplicable": INAPPLICABLE}
            self.problems.add("state-unreadable", cell.spot, **facts)
        return state

    def add_advice(self, problem: Problem) -> Problem:
        """A problem of the value in a cell, with what to do about it in a form."""
        if problem.code == "may-not-be-inapplicable":
            return replace(problem, hint=f'choose "{UNKNOWN}" if the answer is not known')
        if problem.code not in ("answer-of-wrong-type", "not-an-option"):
            return problem
        hint = self.advice.get(problem.place, "")
        return replace(problem, hint=hint) if hint else problem

    def _is_marked(self, cell: FormCell) -> bool:
        if self._is_broken(cell):
            return False
        said = cell.text.casefold()
        if said not in _MARKED and said not in _NOT_MARKED:
            hint = f"enter {MARK} if the option applies, and leave the others blank"
            self.problems.add("mark-unreadable", cell.spot, hint=hint, found=cell.text)
        return said in _MARKED

    def _is_broken(self, cell: FormCell) -> bool:
        if cell.broken:
            self.problems.add("cell-unreadable", cell.spot, found=cell.broken)
        return bool(cell.broken)

    def _number(self, field: Field, cell: FormCell) -> Scalar:
        value, place = cell.value, cell.spot.place
        if isinstance(value, str):
            found = number_in(value, field)
            return scalar(cell.spot, cell.text if found is None else found)
        if isinstance(value, datetime.date):
            self.advice[place] = (
                "the spreadsheet changed it to a date; format the cell as a number and type it "
                "again"
            )
            return scalar(cell.spot, cell.text)
        if isinstance(value, bool):
            return scalar(cell.spot, cell.text)
        assert isinstance(value, int | float)
        if cell.is_share and not field.question_type.is_percentage:
            values = write_number(of_share(value)), write_number(value)
            meant = one_of(values, "write the number", lambda number: why_not(field, number))
            self.advice[place] = f"the cell shows a percentage: {meant.hint} as a plain number"
            return scalar(cell.spot, f"{of_share(value)} %")
        if cell.is_typed and abs(value) >= 10**KEPT_DIGITS:
            self.advice[place] = (
                f"a spreadsheet stores only {KEPT_DIGITS} digits of a number; leave the cell "
                "blank and write the number in the answer sheet"
            )
            return scalar(cell.spot, cell.text)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return scalar(cell.spot, of_share(value) if cell.is_share else value)


def _option(text: str, shown: Map[str, str]) -> str:
    """The key of the option that a text names, by its key or by what it is called."""
    if text in shown:
        return text
    exact = [key for key, name in shown.items() if text in (name, f"{key}: {name}")]
    if len(exact) == 1:
        return exact[0]
    found = options_alike(text, shown)
    return found[0] if len(found) == 1 else text


def options_alike(text: str, names: Map[str, str]) -> list[str]:
    """The keys of the options that a text names, whatever its capitals and its blanks."""
    said = " ".join(text.casefold().split())
    return [
        key
        for key, name in names.items()
        if said in (key.casefold(), " ".join(name.split()).casefold())
    ]


def _advice(field: Field, options: Map[str, str] | None = None) -> str:
    match field.kind:
        case "truth":
            is_row = not isinstance(field, Question)  # its own state is that of the whole table
            known = "leave the cell blank" if is_row else f'choose "{UNKNOWN}" in the next column'
            return f"write yes or no; if not known, {known}"
        case "choices" if options is None:
            return f"enter {MARK} next to each option that applies"
        case "choice" | "choices":
            shown = options or name_options(field)
            return "the options are " + quote_names(list(shown.values()), most=20, joint="and")
        case "table":
            return f'choose "{NO_ROWS}", or leave this cell blank and fill in the rows'
        case "number" | "date" | "text":
            return ""
    assert_never(field.kind)


# Of more digits than these a spreadsheet keeps only the first.
KEPT_DIGITS = 15

# Spreadsheets count days; they disagree on those before March 1900.
_FIRST_DAY, _LAST_DAY = 61, 2_958_465


def number_in(text: str, field: Field) -> Number | None:
    """The number that a text can only mean; None where there is none, or where it may be two.

    It may have the unit of the field before or behind it. `1.200` may be 1200 or 1.2.
    """
    found = numbers_in(without_unit(text, field))
    if len(found) != 1:
        return None
    [number] = found
    return as_written(number) if re.search(r"[.eE]", number) else int(number)


def days_counted(number: object) -> tuple[str, ...]:
    """The day that a spreadsheet means by a number, as an ISO date; empty where it means none."""
    if not isinstance(number, int | float) or not _FIRST_DAY <= number <= _LAST_DAY:
        return ()
    return ((datetime.date(1899, 12, 30) + datetime.timedelta(days=int(number))).isoformat(),)


def of_share(number: float) -> int | float:
    """A number that a cell shows as a percentage, as the percentage: 85 of 0.85."""
    value = Decimal(repr(number)) * 100
    return int(value) if value == value.to_integral_value() else float(value)


def write_number(number: Number) -> str:
    """A number as a text that means nothing else, with all its digits."""
    is_whole = isinstance(number, float) and number.is_integer() and abs(number) < 1e15
    if isinstance(number, int) or is_whole:
        return str(int(number))
    return certain(format(Decimal(exact(number)), "f"))


def is_kept(number: Number) -> bool:
    """Whether a spreadsheet keeps all digits of a number."""
    digits = Decimal(exact(number)).normalize().as_tuple().digits
    return len(digits) <= KEPT_DIGITS and abs(number) < 10**KEPT_DIGITS
