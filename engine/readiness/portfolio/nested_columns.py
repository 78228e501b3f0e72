"""Reading columns of tables, and of answers with what goes with them, as Arrow nests them."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from readiness.evaluation.answer_readers import MOST_ROWS
from readiness.model.questionnaire import TODAY, Question
from readiness.portfolio.arrow_types import is_text
from readiness.portfolio.column_reader import blank, reader_of
from readiness.portfolio.vectors import (
    Flags,
    Numbers,
    Table,
    Vector,
    empty,
    offsets_of,
    open_column,
    unpack_flags,
)

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
        odd = lengths > MOST_ROWS
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
