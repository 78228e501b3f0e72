"""Reading the columns of a question: as whole columns if their Arrow type allows it.

Each column, each cell of one that cannot be read as a whole, and each answer is read by the reader
made for its question, the odd ones with care. What does not fit is refused with the words that a
single assessment has for it.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from readiness.documents.from_python import build, plain
from readiness.documents.shapes import is_two_fold
from readiness.evaluation import answer_readers
from readiness.evaluation.reconciliation import Answers, settle
from readiness.evaluation.states import NOT_APPLICABLE, UNKNOWN, State
from readiness.loading.plain_answers import plain_sheet
from readiness.model import value as model
from readiness.model.engagement import Circumstances
from readiness.model.questionnaire import TODAY, Field, Question
from readiness.model.value import read_value
from readiness.portfolio.segments import (
    Coded,
    Flags,
    Numbers,
    Plane,
    Table,
    Truths,
    Vector,
    empty,
    from_bitmap,
    is_of_answers,
    is_text,
    numbers_of,
    offsets_of,
    open_column,
    pack_flags,
    unpack_flags,
)
from readiness.portfolio.values import alike
from readiness.problems import Problems, Source

_NUMBER = re.compile(r"[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?", re.ASCII)
_WHOLE = re.compile(r"[-+]?\d+", re.ASCII)
_MOST_DIGITS = 20  # the length of a whole number that can be valid
SEPARATOR = ";"
"""The separator between chosen options in one text cell."""


@dataclass(frozen=True, slots=True)
class RefusedCell:
    """A refused answer and the reason; `row` counts from 0 within the rows read."""

    row: int
    question: str
    reason: str


def join_problems(problems: Problems, *, hints: bool = True) -> str:
    """Return problems as one line of text."""
    return "; ".join(
        f"{problem.message}: {problem.hint}" if problem.hint and hints else problem.message
        for problem in problems
    )


def reason(question: Field, held: Any, *, as_text: bool) -> str:
    """Return why the value of a cell is refused."""
    problems = Problems()
    _value(question, held, problems, as_text=as_text)
    if question.kind == "truth":  # a cell cannot say why an answer is not known
        return f"{join_problems(problems, hints=False)}: leave it empty if the answer is not known"
    return join_problems(problems)


def refusals(
    question: Field, rows: Sequence[int], held: Sequence[Any], *, as_text: bool = False
) -> list[RefusedCell]:
    """Return the refusals of the values in some rows; the reason is worded once for all of them."""
    reasons = {one: reason(question, one, as_text=as_text) for one in dict.fromkeys(held)}
    return [
        RefusedCell(row, question.id, reasons[one]) for row, one in zip(rows, held, strict=True)
    ]


@lru_cache(maxsize=4_096)
def value_of(question: Field, text: str, *, as_text: bool) -> Any:
    """Return the value that a text means; None if it is not a valid answer."""
    if question.kind == "choice":  # without searching for the intended option
        key = text.strip()
        return key if key in question.options else None
    problems = Problems()
    value = _value(question, text, problems, as_text=as_text)
    return None if len(problems) else value  # a set has no list of problems


def _value(question: Field, held: Any, problems: Problems, *, as_text: bool) -> Any:
    """Return the value of a cell as the question types it; None, and problems, if not valid."""
    if as_text and isinstance(held, str):
        held = as_plain(question, held)
    node = build(plain(held), Source("", ""))
    return None if model.is_blank(node) else read_value(question, node, problems)


def as_plain(question: Field, text: str) -> Any:
    """Return the value that a text cell means: a number, or a list of options, if asked for.

    None if the cell is blank.
    """
    text = text.strip()
    if not text:
        return None
    if question.kind == "number" and _NUMBER.fullmatch(text) and not is_two_fold(text):
        is_whole = len(text) <= _MOST_DIGITS and _WHOLE.fullmatch(text)
        return int(text) if is_whole else float(text)
    if question.kind == "choices":
        return [part.strip() for part in text.split(SEPARATOR) if part.strip()]
    return text


# Nested Arrow columns as Python values, in the form of answers documents.


def cell_texts(question: str, column: Any, refused: list[RefusedCell]) -> list[Any]:
    """Return the value of each cell of a column, None for a blank cell.

    A map has the respondents that it names; a struct has a field for each respondent of any row,
    and only those with an answer are returned. Values that Python cannot hold go to `refused`.
    """
    try:
        found = column.to_pylist(maps_as_pydicts="strict")
    except _UNREADABLE:
        found = [_cell(question, row, cell, refused) for row, cell in enumerate(column)]
    return [_speaking(one) for one in found] if _names_all(column.type) else found


def answers_in(
    question: Question, column: Any, refused: list[RefusedCell], *, as_text: bool
) -> list[Any]:
    """Return `cell_texts` as in an answers document; `as_text` if the column is from texts."""
    held = cell_texts(question.id, column, refused)
    return [None if one is None else as_plain(question, one) for one in held] if as_text else held


# A duplicate key in a map; dates beyond any calendar, and fractions of a microsecond.
_UNREADABLE = (KeyError, ValueError, OverflowError, pa.ArrowException)


def _cell(question: str, row: int, cell: Any, refused: list[RefusedCell]) -> Any:
    try:
        return cell.as_py(maps_as_pydicts="strict")
    except KeyError:
        why = f"a key is given twice in '{question}'"
    except _UNREADABLE:
        why = f"'{question}' contains a time that cannot be read"
    refused.append(RefusedCell(row, question, why))
    return None


def _names_all(kind: Any) -> bool:
    """Return whether answers by respondent are a struct, with all respondents in every row."""
    if pa.types.is_struct(kind):
        place = kind.get_field_index("by")
        return bool(place >= 0 and pa.types.is_struct(kind.field(place).type))
    return bool(pa.types.is_map(kind) and pa.types.is_struct(kind.item_type))


def _speaking(held: Any) -> Any:
    """Return answers by respondent without the respondents that gave none."""
    if not isinstance(held, dict) or not isinstance(by := held.get("by"), dict):
        return held
    return {**held, "by": {who: one for who, one in by.items() if _says(one)} or None}


def _says(held: object) -> bool:
    if isinstance(held, dict):
        return any(_says(one) for one in held.values())
    return held is not None


class AnswerByRow:
    """Reads the answers to one question that has one answer; it may be shared between threads."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self._read = answer_readers.answer_reader(question)

    def state(self, held: Any, circumstances: Circumstances, *, as_text: bool = False) -> State:
        """The state of an answer; a `RefusedAnswer` where it does not fit."""
        if held is None:
            return UNKNOWN
        found = self._read(held, circumstances.as_of)
        return found if found is not None else self.with_care(held, circumstances, as_text=as_text)

    def with_care(self, held: Any, circumstances: Circumstances, *, as_text: bool = False) -> State:
        """The state of an answer that is written in another way, or does not fit."""
        answers = _settle(self.question, held, circumstances, as_text=as_text)
        if isinstance(answers, RefusedAnswer):
            return answers
        return answers.single.get(self.question.id, UNKNOWN)


class RefusedAnswer(str):
    """Why an answer does not fit."""

    __slots__ = ()


def vector_of(field: Field, states: Sequence[State]) -> Vector:
    """The vector of states, one for each row."""
    known = [one.__class__ is not _MISSING for one in states]
    planes = (
        pack_flags(np.array(known, np.bool_)),
        pack_flags(np.array([one is NOT_APPLICABLE for one in states], np.bool_)),
    )
    held = [one for one, is_known in zip(states, known, strict=True) if is_known]
    if isinstance(field, Question) and field.kind == "table":
        rows = [row for table in held for row in table]
        cells = {
            name: vector_of(column, [row.get(name, UNKNOWN) for row in rows])
            for name, column in field.columns.items()
        }
        lengths = [len(one) if is_known else 0 for one, is_known in zip(states, known, strict=True)]
        return Table(*planes, offsets_of(lengths), cells)
    if field.kind == "truth":
        return Truths(*planes, pack_flags(np.array([one is True for one in states], np.bool_)))
    is_date = field.kind == "date"
    if is_date or (field.kind == "number" and Decimal not in map(type, held)):
        plain = [one.toordinal() for one in held] if is_date else held
        values = np.zeros(len(states), np.int64 if is_date else np.float64)
        values[np.array(known, np.bool_)] = plain
        return Numbers(*planes, values, is_date=is_date)
    found = alike([one if is_known else "" for one, is_known in zip(states, known, strict=True)])
    codes = np.zeros(len(states), np.int64) if found.places is None else found.places
    return Coded(*planes, codes, tuple(found.values) if states else ("",))


_MISSING = type(UNKNOWN)


class AnswersOfEach:
    """Reads the answers of a row to one question asked of a group; threads may share it."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self._read_one = answer_readers.answer_reader(question)
        self._read_each = answer_readers.respondents_reader(question)

    def states(
        self, held: Any, circumstances: Circumstances, *, as_text: bool = False
    ) -> Mapping[str, State] | RefusedAnswer:
        """The state of each respondent who is named; an answer without a name is that of ""."""
        if held.__class__ is dict:
            by = held.get("by")
            names = tuple(by) if by.__class__ is dict else ()
            if all(is_plain_name(self.question, name) for name in names):
                found = self._read_each(held, names, circumstances.as_of)
                if found is not None:
                    return found
        elif (state := self._read_one(held, circumstances.as_of)) is not None:
            return {"": state}
        answers = _settle(self.question, held, circumstances, as_text=as_text)
        if isinstance(answers, RefusedAnswer):
            return answers
        return answers.each[self.question.id]


@lru_cache(maxsize=4_096)
def is_plain_name(question: Question, name: object) -> bool:
    """Whether it names a respondent as it is written; the question is any one asked of a group."""
    if not isinstance(name, str):
        return False
    key, problems = question.id, Problems()
    sheet = plain_sheet({key: {"by": {name: {"unknown": "so far"}}}}, {key: question}, problems)
    return not len(problems) and sheet.speaks_for == (name,)


def _settle(
    question: Question, held: Any, circumstances: Circumstances, *, as_text: bool
) -> Answers | RefusedAnswer:
    """What an answer comes to that is read with care; `as_text` if it is from a file of texts."""
    questions, problems = {question.id: question}, Problems()
    sheet = plain_sheet({question.id: held}, questions, problems)
    if not len(problems):
        return settle(questions, (sheet,), circumstances)
    if as_text:
        return RefusedAnswer(reason(question, held, as_text=True))
    return RefusedAnswer(join_problems(problems))


def code_of(question: Question, held: Any, *, as_text: bool) -> str:
    """Return the code of the first problem with an answer that is refused."""
    problems = Problems()
    given = as_plain(question, held) if as_text and isinstance(held, str) else held
    plain_sheet({question.id: given}, {question.id: question}, problems)
    return next((one.code for one in problems), "invalid-answer")


ColumnReader: TypeAlias = Callable[[Any], tuple[Vector, Sequence[RefusedCell]]]
"""What a column holds, row by row, and what does not fit, which is unknown."""

_MOST_OPTIONS = 62  # each is a bit of a number when sets of them are read
_FIRST_DAY = 719_163  # the ordinal of 1970-01-01, from which Arrow counts its days


def reader_of(question: Field, kind: Any, *, as_text: bool = False) -> ColumnReader | None:
    """What reads the columns of an Arrow type; None where that has to be done a row at a time.

    `as_text` where there is nothing but text, as in CSV. It may be shared between threads.
    """
    types = pa.types

    def behind(decode: Callable[[Any], Any], inner: Any) -> ColumnReader | None:
        read = reader_of(question, inner, as_text=as_text)
        return None if read is None else lambda column: read(decode(column))

    if types.is_run_end_encoded(kind):
        return behind(pc.run_end_decode, kind.value_type)
    if types.is_dictionary(kind) and not is_text(kind):
        return behind(lambda column: column.dictionary_decode(), kind.value_type)
    if question.kind == "table" or (isinstance(question, Question) and question.ask_each):
        return None
    if types.is_null(kind):
        return lambda column: (blank(question, len(column)), ())
    if not is_of_answers(question, kind, as_text=as_text):
        return None
    if is_text(kind):
        return TextReader(question, as_text=as_text).read
    if question.kind == "choices":
        is_read = types.is_list(kind) or types.is_large_list(kind)
        is_read = is_read and is_text(kind.value_type) and len(question.options) <= _MOST_OPTIONS
        return partial(read_choices, question) if is_read else None
    if types.is_boolean(kind):
        return _read_flags
    if types.is_decimal(kind) or types.is_float32(kind):
        # Through their digits: a direct conversion does not give the nearest double.
        return behind(lambda column: column.cast(pa.string()).cast(pa.float64()), pa.float64())
    if question.kind == "number":
        return partial(_read_numbers, question)
    if types.is_timestamp(kind) and kind.tz is not None:
        # A day is one in the time zone of the column.
        return behind(pc.local_timestamp, pa.timestamp(kind.unit))
    return partial(_read_days, question)


def until(vector: Vector, question: Question, today: datetime.date) -> Vector:
    """Return the vector without dates after `today` if the questionnaire does not allow them."""
    if question.maximum != TODAY or not isinstance(vector, Numbers):
        return vector
    return vector._replace(known=vector.known & pack_flags(vector.values <= today.toordinal()))


def _read_flags(column: Any) -> tuple[Truths, Sequence[RefusedCell]]:
    """A column of truth values: Arrow's bitmaps are planes as they lie."""
    rows, known, held = open_column(column)
    return Truths(known, empty(rows), from_bitmap(held, column.offset, rows)), ()


def blank(question: Field, rows: int) -> Vector:
    """The vector of a question that nobody answered."""
    nowhere = empty(rows)
    if question.kind == "truth":
        return Truths(nowhere, nowhere, nowhere)
    if question.kind in ("number", "date"):
        values = np.broadcast_to(np.zeros(1), rows)
        return Numbers(nowhere, nowhere, values, is_date=question.kind == "date")
    if isinstance(question, Question) and question.kind == "table":
        cells = {name: blank(column, 0) for name, column in question.columns.items()}
        return Table(nowhere, nowhere, np.zeros(rows + 1, np.int64), cells)
    return Coded(nowhere, nowhere, np.broadcast_to(np.zeros(1, np.uint8), rows), ("",))


def _read_numbers(question: Field, column: Any) -> tuple[Numbers, Sequence[RefusedCell]]:
    """A column of whole numbers or of floating point.

    What is beyond the limits of the question, or not whole, is refused.
    """
    rows, known, values = numbers_of(column)
    low, high = answer_readers.limits(question)
    if values.dtype == np.float16:  # the shortest decimals that are these numbers
        values = values.astype(str).astype(np.float64)
    with np.errstate(invalid="ignore"):
        fits = (values >= low) & (values <= high)
        if question.question_type.is_whole and values.dtype.kind == "f":
            fits &= values == np.rint(values)
    if fits.all():
        return Numbers(known, empty(rows), values), ()
    if values.dtype.kind == "f":  # NaN is no answer
        known = known & ~pack_flags(np.isnan(values))
    outside = ~fits & unpack_flags(known, rows)
    wrong = np.flatnonzero(outside)
    refused = refusals(question, wrong.tolist(), values[wrong].tolist())
    return Numbers(known & ~pack_flags(outside), empty(rows), values), refused


def _read_days(question: Field, column: Any) -> tuple[Numbers, Sequence[RefusedCell]]:
    """A column of dates, or of times that are midnight.

    Times of day and what is beyond the limits of the question are refused.
    """
    rows, known, _ = open_column(column)
    refused: list[RefusedCell] = []
    if not pa.types.is_date32(column.type):
        days = pc.cast(column, pa.date32(), safe=False)
        same = pc.fill_null(pc.equal(pc.cast(days, column.type), column), fill_value=True)
        midnight = np.asarray(same, np.bool_)
        why = f"'{question.id}' takes a date without a time of day"
        refused += [
            RefusedCell(row, question.id, why) for row in np.flatnonzero(~midnight).tolist()
        ]
        known = known & pack_flags(midnight)
        column = days
    values = numbers_of(column)[2].astype(np.int64) + _FIRST_DAY
    first, last = _first_and_last(question)
    outside = ((values < first) | (values > last)) & unpack_flags(known, rows)
    for row in np.flatnonzero(outside).tolist():
        ordinal, why = int(values[row]), f"'{question.id}' takes a date in the years 1 to 9999"
        if 1 <= ordinal <= datetime.date.max.toordinal():
            why = reason(question, datetime.date.fromordinal(ordinal), as_text=False)
        refused.append(RefusedCell(row, question.id, why))
    return Numbers(known & ~pack_flags(outside), empty(rows), values, is_date=True), refused


def _first_and_last(question: Field) -> tuple[int, int]:
    """The ordinals of the days between which a question takes its answer."""
    low, high = question.minimum, question.maximum
    first = datetime.date.fromisoformat(low) if isinstance(low, str) else datetime.date.min
    is_day = isinstance(high, str) and high != TODAY
    last = datetime.date.fromisoformat(str(high)) if is_day else datetime.date.max
    return first.toordinal(), last.toordinal()


_WRONG = -(2**63)
_FEW = 4_096  # texts of a dictionary that are kept from block to block


class _Dictionary(NamedTuple):
    """The texts that occur, which of them stand for no value, and the values as vectors hold them.

    `wrong` is None where each stands for one.
    """

    texts: Any
    wrong: Flags | None
    values: Any


class TextReader:
    """Reads columns of texts, as they are or by their number in a dictionary."""

    def __init__(self, question: Field, *, as_text: bool) -> None:
        self.question = question
        self.as_text = as_text
        self._read = answer_readers.value_reader(question)
        self._last: _Dictionary | None = None

    def read(self, column: Any) -> tuple[Vector, Sequence[RefusedCell]]:
        """A column, with the texts that stand for no value of the question refused."""
        if not pa.types.is_dictionary(column.type):
            column = column.dictionary_encode()
        found = self._parse(column.dictionary)
        rows, known, codes = numbers_of(column.indices)
        refused: list[RefusedCell] = []
        if found.wrong is not None:
            at_odds = found.wrong.take(codes, mode="clip") & unpack_flags(known, rows)
            known = known & ~pack_flags(at_odds)
            refused = self._refuse(codes, np.flatnonzero(at_odds), found.texts.to_pylist())
        return self._vector(codes, known, found.values), refused

    def _vector(self, codes: npt.NDArray[Any], known: Plane, values: Any) -> Vector:
        kind, nowhere = self.question.kind, empty(len(codes))
        if not isinstance(values, np.ndarray):
            return Coded(known, nowhere, codes, values)
        held = values.take(codes, mode="clip")
        if kind == "truth":
            return Truths(known, nowhere, pack_flags(held))
        return Numbers(known, nowhere, held, is_date=kind == "date")

    def _parse(self, texts: Any) -> _Dictionary:
        """What texts stand for; blocks that follow one another mostly have the same ones."""
        last = self._last  # another thread may put another one there
        if last is not None and last.texts.equals(texts):
            return last
        values = [self._value(text) for text in texts.to_pylist()]
        wrong = np.array([value is None for value in values], np.bool_)
        found = _Dictionary(texts, wrong if wrong.any() else None, self._held(values))
        if len(texts) <= _FEW:
            self._last = found
        return found

    def _value(self, text: str | None) -> Any:
        """The value that a text stands for; None where it stands for none."""
        if text is None:
            return None
        meant = as_plain(self.question, text) if self.as_text else text
        found = self._read(meant, datetime.date.max)
        return found if found is not None else value_of(self.question, text, as_text=self.as_text)

    def _held(self, values: list[Any]) -> Any:
        """Values as a vector holds them, with one at least, and anything where there is none."""
        match self.question.kind:
            case "truth":
                return np.array([value is True for value in values] or [False], np.bool_)
            case "date":
                return np.array([value.toordinal() if value else 0 for value in values] or [0])
            case "number" if not any(isinstance(value, Decimal) for value in values):
                return np.array([0 if value is None else value for value in values] or [0])
            case _:
                return tuple("" if value is None else value for value in values) or ("",)

    def _refuse(
        self, codes: npt.NDArray[Any], rows: npt.NDArray[Any], texts: Sequence[str | None]
    ) -> list[RefusedCell]:
        """The texts in some rows, refused, but for those that are as good as no answer."""
        held = zip(rows.tolist(), (texts[code] for code in codes[rows].tolist()), strict=True)
        found = {row: text for row, text in held if text is not None and text.strip()}
        return refusals(self.question, list(found), list(found.values()), as_text=self.as_text)


def read_choices(question: Field, column: Any) -> tuple[Coded, Sequence[RefusedCell]]:
    """A column of lists of options: the sets that occur; each option is a bit meanwhile.

    Sets that hold another text are refused.
    """
    count, known, _ = open_column(column)
    bit_of = {option: 1 << place for place, option in enumerate(question.options)}
    chosen = column.flatten().dictionary_encode()
    bits = [bit_of.get((text or "").strip(), _WRONG) for text in chosen.dictionary.to_pylist()]
    lengths = np.asarray(pc.fill_null(pc.list_value_length(column), 0))
    rows = np.repeat(np.arange(count), lengths)
    places = pc.fill_null(chosen.indices, len(bits)).to_numpy(zero_copy_only=False)
    sets = np.zeros(count, np.int64)
    np.bitwise_or.at(sets, rows, np.array([*bits, _WRONG], np.int64).take(places))
    refused = [
        RefusedCell(row, question.id, reason(question, column[row].as_py(), as_text=False))
        for row in np.flatnonzero(sets < 0).tolist()
    ]
    if refused:
        known = known & ~pack_flags(sets < 0)
    found, codes = np.unique(np.maximum(sets, 0), return_inverse=True)
    values = [
        tuple(option for option, bit in bit_of.items() if one & bit) for one in found.tolist()
    ]
    return Coded(known, empty(count), codes, tuple(values) or ((),)), refused


NestedReader: TypeAlias = Callable[[Any, datetime.date], tuple[Vector, Flags]]
"""What a column holds on a day, row by row, and in which rows that has to be read with care."""


def nested_reader(question: Question, kind: Any) -> NestedReader | None:
    """What reads the columns of an Arrow type; None where that has to be done a row at a time."""
    if pa.types.is_struct(kind):
        return _noted_reader(question, kind)
    if question.kind == "table" and (pa.types.is_list(kind) or pa.types.is_large_list(kind)):
        return _table_reader(question, kind.value_type)
    return None


def _noted_reader(question: Question, kind: Any) -> NestedReader | None:
    """What reads values with notes: what comes with anything else is read with care."""
    names = [field.name for field in kind]
    if "value" not in names or len(set(names)) < len(names) or "by" in names:
        return None
    inner = kind.field("value").type
    nested, plain = nested_reader(question, inner), reader_of(question, inner)
    if nested is None and plain is None:
        return None

    def reader(column: Any, today: datetime.date) -> tuple[Vector, Flags]:
        parts = dict(zip(names, column.flatten(), strict=True))
        value = parts.pop("value")
        odd = np.zeros(len(column), np.bool_)
        if nested is not None:
            vector, odd = nested(value, today)
        else:
            assert plain is not None
            vector, refused = plain(value)
            odd[[one.row for one in refused]] = True
            odd[_later(vector, question.maximum, today)] = True
        for name, part in parts.items():
            if name == "note" and is_text(part.type):
                # Nothing is a note that has nothing but blanks.
                text = pc.cast(part, pa.string())
                said = pc.equal(pc.utf8_length(pc.utf8_trim_whitespace(text)), 0)
                odd |= np.asarray(pc.fill_null(said, fill_value=False))
            else:
                odd |= np.asarray(part.is_valid())
        odd |= np.asarray(column.is_valid()) & ~unpack_flags(vector.known, len(column))
        return vector, odd

    return reader


def _table_reader(question: Question, kind: Any) -> NestedReader | None:
    """What reads tables: those with a cell that does not fit are read with care."""
    if not pa.types.is_struct(kind):
        return None
    names = [field.name for field in kind]
    if len(set(names)) < len(names) or not question.columns.keys() >= set(names):
        return None
    readers = {field.name: reader_of(question.columns[field.name], field.type) for field in kind}
    if None in readers.values():
        return None

    def reader(column: Any, today: datetime.date) -> tuple[Vector, Flags]:
        rows, known, _ = open_column(column)
        lengths = np.asarray(pc.fill_null(pc.list_value_length(column), 0), np.int64)
        held = column.flatten()
        owner = np.repeat(np.arange(rows), lengths)
        odd = lengths > answer_readers.MOST_ROWS
        odd[owner[np.asarray(held.is_null())]] = True
        cells = {
            name: blank(cell, len(held))
            for name, cell in question.columns.items()
            if name not in names
        }
        for name, part in zip(names, held.flatten(), strict=True):
            read = readers[name]
            assert read is not None
            cells[name], refused = read(part)
            odd[owner[[one.row for one in refused]]] = True
            odd[owner[_later(cells[name], question.columns[name].maximum, today)]] = True
        return Table(known, empty(rows), offsets_of(lengths), cells), odd

    return reader


def _later(vector: Vector, maximum: object, today: datetime.date) -> npt.NDArray[np.int64]:
    """The places of the days that are later than today although they may not be."""
    if maximum == TODAY and isinstance(vector, Numbers):
        return np.flatnonzero(vector.values > today.toordinal())
    return np.zeros(0, np.int64)
