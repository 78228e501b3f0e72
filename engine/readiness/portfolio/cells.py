"""Reading the cells of one column as its question types them.

Whole columns are read at once where their type allows it; texts are read once for each text that
occurs. What does not fit is refused with the words that a single assessment has for it.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from readiness.documents.building import build
from readiness.documents.reading import LARGEST_EXACT
from readiness.model.questionnaire import NUMBER_TYPES, Question
from readiness.model.value import read_value
from readiness.portfolio.kinds import is_list, is_text, plainly
from readiness.portfolio.planes import Flags, Plane, empty, from_bitmap, full, packed, unpacked
from readiness.portfolio.vectors import Coded, Numbers, Truths, Vector
from readiness.problems import Problems, Source

_FIRST_DAY = 719_163  # the ordinal of 1970-01-01, from which Arrow counts its days
_NUMBER = re.compile(r"[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?", re.ASCII)
_WHOLE = re.compile(r"[-+]?\d+", re.ASCII)
_WRONG = -(2**63)
_WIDE = 8  # bytes of a number
_MOST_DIGITS = 20  # of a whole number that can be admissible
SEPARATOR = ";"
"""Between the options that are chosen in one cell of text."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer that does not fit; `row` counts from 0 within what was read."""

    row: int
    question: str
    reason: str


@dataclass
class Cells:
    """The cells of one column; `as_text` where there is nothing but text, as in CSV."""

    question: Question
    column: Any
    as_text: bool
    refused: list[Refusal] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.column = plainly(self.column)

    @property
    def rows(self) -> int:
        """How many cells there are."""
        return len(self.column)

    def vector(self) -> Vector:
        """What they hold, row by row; what does not fit goes to `refused`, and is unknown."""
        kind, column = self.question.type, self.column
        if pa.types.is_null(column.type):
            return blank(self.question, self.rows)
        if pa.types.is_boolean(column.type):
            known = _known(column)
            true = from_bitmap(column.buffers()[1], column.offset, self.rows)
            return Truths(known, empty(self.rows), true & known)
        if kind in NUMBER_TYPES and not is_text(column.type):
            return self._numbers(column, _known(column))
        if kind == "date" and not is_text(column.type):
            return self._days()
        if is_list(column.type):
            return self._choices()
        return self._texts()

    # Numbers and days

    def _numbers(self, column: Any, known: Plane) -> Numbers:
        if pa.types.is_decimal(column.type):
            # By way of its digits: the direct way does not end at the nearest double.
            column = column.cast(pa.string()).cast(pa.float64())
        values = _buffer(column)
        if values.dtype.kind == "f" and values.dtype != np.float64:
            values = values.astype(np.float64)
        return Numbers(self._fitting(values, known), empty(self.rows), values)

    def _fitting(self, values: npt.NDArray[Any], known: Plane) -> Plane:
        """Where there is a number within the limits of the question."""
        low, high = _limits(self.question)
        if _are_within(values, low, high):
            return known
        with np.errstate(invalid="ignore"):
            outside = ~((values >= low) & (values <= high)) & unpacked(known, self.rows)
        for row in np.flatnonzero(outside).tolist():
            self._refuse(row, self._reason(values[row].item()))
        return known & ~packed(outside)

    def _days(self) -> Numbers:
        column = self.column
        if pa.types.is_timestamp(column.type) and column.type.tz is not None:
            column = pc.local_timestamp(column)  # a day is one in the time zone of the column
        known = _known(column)
        if not pa.types.is_date32(column.type):
            days = pc.cast(column, pa.date32(), safe=False)
            same = pc.fill_null(pc.equal(pc.cast(days, column.type), column), fill_value=True)
            for row in np.flatnonzero(~np.asarray(same)).tolist():
                self._refuse(row, f"'{self.question.id}' takes a date without a time of day")
            known = known & packed(np.asarray(same, np.bool_))
            column = days
        values = _buffer(column).astype(np.int64) + _FIRST_DAY
        first, last = _first_and_last(self.question)
        outside = ((values < first) | (values > last)) & unpacked(known, self.rows)
        for row in np.flatnonzero(outside).tolist():
            self._refuse(row, self._day_at_odds(int(values[row])))
        return Numbers(known & ~packed(outside), empty(self.rows), values, is_date=True)

    def _day_at_odds(self, ordinal: int) -> str:
        """Why a day is refused: it is beyond the limits of the question, or of any calendar."""
        if 1 <= ordinal <= datetime.date.max.toordinal():
            return self._reason(datetime.date.fromordinal(ordinal))
        return f"'{self.question.id}' takes a date of the years 1 to 9999"

    # Texts

    def _texts(self) -> Vector:
        column = self.column
        if not pa.types.is_dictionary(column.type):
            column = column.dictionary_encode()
        spelled = column.dictionary.to_pylist()
        codes, known = _buffer(column.indices), _known(column.indices)
        read = [self._text(text) for text in spelled]
        wrong: Flags = np.array([value is None for value in read] or [False], np.bool_)
        if wrong.any():
            at_odds = wrong.take(codes, mode="clip") & unpacked(known, self.rows)
            known = known & ~packed(at_odds)
            self._refuse_texts(codes, np.flatnonzero(at_odds), spelled)
        return self._typed(codes, known, read)

    def _text(self, text: str | None) -> Any:
        """The value that a text stands for; None where it stands for none."""
        return None if text is None else _value_of(self.question, text, as_text=self.as_text)

    def _refuse_texts(
        self, codes: npt.NDArray[Any], rows: npt.NDArray[Any], spelled: Sequence[str | None]
    ) -> None:
        """Refuse the texts in some rows; those that are as good as no answer are not refused."""
        reasons: dict[int, str] = {}
        for row, code in zip(rows.tolist(), codes[rows].tolist(), strict=True):
            text = spelled[code]
            if text is None or self._is_blank(text):
                continue
            if code not in reasons:
                reasons[code] = self._reason(text)
            self._refuse(row, reasons[code])

    def _is_blank(self, text: str) -> bool:
        return self.as_text and not text.strip()

    def _typed(self, codes: npt.NDArray[Any], known: Plane, read: list[Any]) -> Vector:
        kind = self.question.type
        if kind in NUMBER_TYPES or kind == "date":
            plain = [_plain(value) for value in read] or [0]
            values = np.array(plain).take(codes, mode="clip")
            return Numbers(known, empty(self.rows), values, is_date=kind == "date")
        if kind == "yes_no":
            flags: Flags = np.array([value is True for value in read] or [False], np.bool_)
            true = packed(flags.take(codes, mode="clip"))
            return Truths(known, empty(self.rows), true & known)
        spelled = tuple("" if value is None else value for value in read)
        return Coded(known, empty(self.rows), codes, spelled or ("",))

    # Sets of choices

    def _choices(self) -> Vector:
        """The sets that occur, each chosen option a bit of a number meanwhile."""
        column = self.column
        options = list(self.question.options)
        chosen = column.flatten().dictionary_encode()
        spelled = chosen.dictionary.to_pylist()
        bits = [_bit(text, options) for text in spelled]
        lengths = np.asarray(pc.fill_null(pc.list_value_length(column), 0))
        rows = np.repeat(np.arange(self.rows), lengths)
        places = pc.fill_null(chosen.indices, len(bits)).to_numpy(zero_copy_only=False)
        sets = np.zeros(self.rows, np.int64)
        np.bitwise_or.at(sets, rows, np.array([*bits, _WRONG], np.int64).take(places))
        wrong = np.flatnonzero(sets < 0).tolist()
        for row in wrong:
            self._refuse(row, self._reason(column[row].as_py()))
        known = _known(column)
        if wrong:
            known = known & ~packed(sets < 0)
        found, codes = np.unique(np.maximum(sets, 0), return_inverse=True)
        values = [
            tuple(option for place, option in enumerate(options) if one >> place & 1)
            for one in found.tolist()
        ]
        return Coded(known, empty(self.rows), codes, tuple(values) or ((),))

    # One value

    def _value(self, held: Any, problems: Problems) -> Any:
        """What a cell holds as the question types it; None, and problems, where it does not."""
        if self.as_text and isinstance(held, str):
            if self._is_blank(held):
                return None
            held = _as_plain(self.question, held)
        return read_value(self.question, build(held, Source("", "")), problems)

    def _reason(self, held: Any) -> str:
        """Why what a cell holds is refused."""
        problems = Problems()
        self._value(held, problems)
        if self.question.type == "yes_no":  # a cell cannot say why an answer is not known
            return f"{told(problems, hints=False)}: leave it empty where the answer is not known"
        return told(problems)

    def _refuse(self, row: int, reason: str) -> None:
        self.refused.append(Refusal(row, self.question.id, reason))


def told(problems: Problems, *, hints: bool = True) -> str:
    """Problems in one line."""
    return "; ".join(
        f"{problem.message}: {problem.hint}" if problem.hint and hints else problem.message
        for problem in problems
    )


def _bit(text: str | None, options: list[str]) -> int:
    """The number that stands for a chosen option; `_WRONG` for what is none."""
    key = "" if text is None else text.strip()
    return 1 << options.index(key) if key in options else _WRONG


def blank(question: Question, rows: int) -> Vector:
    """The vector of a question that nobody answered."""
    nowhere = empty(rows)
    if question.type == "yes_no":
        return Truths(nowhere, nowhere, nowhere)
    if question.type in NUMBER_TYPES or question.type == "date":
        values = np.broadcast_to(np.zeros(1), rows)
        return Numbers(nowhere, nowhere, values, is_date=question.type == "date")
    return Coded(nowhere, nowhere, np.broadcast_to(np.zeros(1, np.uint8), rows), ("",))


def _known(column: Any) -> Plane:
    """Where a column holds something."""
    bitmap = column.buffers()[0]
    if bitmap is None or not column.null_count:
        return full(len(column))
    return from_bitmap(bitmap, column.offset, len(column))


def _buffer(column: Any) -> npt.NDArray[Any]:
    """The numbers of a column without their nulls' marks; days as their number since 1970."""
    kind = column.type
    dtype = np.dtype(np.int32) if pa.types.is_date32(kind) else np.dtype(kind.to_pandas_dtype())
    held = np.frombuffer(column.buffers()[1], dtype)
    return held[column.offset : column.offset + len(column)]


def _are_within(values: npt.NDArray[Any], low: float, high: float) -> bool:
    """Whether all values are within limits; what stands for nulls may be what is not."""
    if not len(values):
        return True
    if values.itemsize == _WIDE and low <= 0 <= high:
        # Read as whole numbers without a sign, negative ones are the largest, and doubles that
        # are not negative stand in their own order: one look at the values is enough.
        most = np.array([high], values.dtype).view(np.uint64)[0]
        if values.view(np.uint64).max() <= most:
            return True
    return bool(low <= values.min() and values.max() <= high)


@lru_cache(maxsize=4_096)
def _value_of(question: Question, text: str, *, as_text: bool) -> Any:
    """The value that a text stands for; None where it stands for none."""
    if question.type == "choice":  # without looking for the option that was meant
        key = text.strip()
        return key if key in question.options else None
    problems = Problems()
    value = Cells(question, pa.nulls(0), as_text)._value(text, problems)
    return None if len(problems) else value  # a set comes without what is wrong in it


def _limits(question: Question) -> tuple[float, float]:
    low, high = question.minimum, question.maximum
    least = max(low, -LARGEST_EXACT) if isinstance(low, int | float) else -LARGEST_EXACT
    most = min(high, LARGEST_EXACT) if isinstance(high, int | float) else LARGEST_EXACT
    return least, most


def _first_and_last(question: Question) -> tuple[int, int]:
    """The ordinals of the days between which a question takes its answer."""
    low, high = question.minimum, question.maximum
    first = datetime.date.fromisoformat(low) if isinstance(low, str) else datetime.date.min
    last = datetime.date.fromisoformat(high) if isinstance(high, str) else datetime.date.max
    return first.toordinal(), last.toordinal()


def _plain(value: Any) -> float:
    """A number or a day as a number; any where there is none."""
    if value is None:
        return 0
    return value if isinstance(value, int | float) else int(value.toordinal())


def _as_plain(question: Question, text: str) -> Any:
    """What a cell of text means: a number where one is asked for, options where several are."""
    text = text.strip()
    if question.type in NUMBER_TYPES and _NUMBER.fullmatch(text):
        is_whole = len(text) <= _MOST_DIGITS and _WHOLE.fullmatch(text)
        return int(text) if is_whole else float(text)
    if question.type == "choices":
        return [part.strip() for part in text.split(SEPARATOR) if part.strip()]
    return text
