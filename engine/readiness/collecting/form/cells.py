"""The cells of a form that was filled in, each of which knows where it stands."""

from __future__ import annotations

import datetime
from collections.abc import Mapping as Map
from dataclasses import dataclass
from decimal import Decimal

from readiness.documents.decimals import Number
from readiness.documents.nodes import Entry, Mapping, Node, Scalar, Sequence
from readiness.problems import Excerpt, Place, Source

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
    """What stands in a cell.

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
    """A single value that stands in a cell; of a decimal its text has all digits."""
    text = "" if value is None else str(value)
    value = float(value) if isinstance(value, Decimal) else value
    start, end = (spot.row, spot.column), (spot.row, spot.column + 1)
    return Scalar(Source(spot.file, "", spot.name), start, end, value, text)


def mapping(spot: Spot, entries: Map[str, Node]) -> Mapping:
    """Values by key; each key stands where its value does, the whole at `spot`."""
    held = {key: Entry(_key(key, value), value) for key, value in entries.items()}
    start = (spot.row, spot.column)
    return Mapping(Source(spot.file, "", spot.name), start, start, held)


def _key(key: str, value: Node) -> Scalar:
    start = (value.line, value.column)
    return Scalar(value.source, start, (value.line, value.column + 1), key, key)


def sequence(spot: Spot, elements: list[Node]) -> Sequence:
    """A list of values."""
    start = (spot.row, spot.column)
    return Sequence(Source(spot.file, "", spot.name), start, start, tuple(elements))
