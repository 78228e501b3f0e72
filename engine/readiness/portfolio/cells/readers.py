"""Which reader reads the columns of an Arrow type as a question types them."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from readiness.model.questionnaire import Question
from readiness.portfolio.cells.numbers import Amounts, Days
from readiness.portfolio.cells.reader import Blanks, Decoded, Flags, Reader, dtype_of
from readiness.portfolio.cells.texts import Choices, Texts
from readiness.portfolio.kinds import is_columnar, is_list, is_text


def reader_of(question: Question, kind: Any, *, as_text: bool) -> Reader | None:
    """The reader of such columns; None where they have to be read a row at a time."""
    if not is_columnar(question, kind, as_text=as_text):
        return None
    return _reader(question, kind, as_text)


def _reader(question: Question, kind: Any, as_text: bool) -> Reader:
    types = pa.types
    if types.is_run_end_encoded(kind):
        return _decoded(question, kind.value_type, as_text, pc.run_end_decode)
    if types.is_dictionary(kind) and not is_text(kind):
        return _decoded(question, kind.value_type, as_text, lambda one: one.dictionary_decode())
    if types.is_null(kind):
        return Blanks(question)
    if types.is_boolean(kind):
        return Flags(question)
    if is_text(kind):
        return Texts(question, as_text, kind=kind)
    if types.is_decimal(kind):
        # By way of its digits: the direct way does not end at the nearest double.
        return _decoded(
            question, pa.float64(), as_text, lambda one: one.cast(pa.string()).cast(pa.float64())
        )
    if question.kind == "number":
        return Amounts(question, as_text, dtype=dtype_of(kind))
    if types.is_timestamp(kind) and kind.tz is not None:
        # A day is one in the time zone of the column.
        return _decoded(question, pa.timestamp(kind.unit), as_text, pc.local_timestamp)
    return Choices(question) if is_list(kind) else Days(question)


def _decoded(question: Question, kind: Any, as_text: bool, decode: Any) -> Reader:
    return Decoded(question, as_text, decode=decode, reader=_reader(question, kind, as_text))
