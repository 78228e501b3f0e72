"""Reading columns of texts and of lists of texts."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from readiness.evaluation.answer_readers import value_reader
from readiness.model.questionnaire import Field
from readiness.portfolio.cell import RefusedCell, as_plain, reason, refusals, value_of
from readiness.portfolio.vectors import (
    Coded,
    Flags,
    Numbers,
    Plane,
    Truths,
    Vector,
    empty,
    numbers_of,
    open_column,
    pack_flags,
    unpack_flags,
)

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
        self._read = value_reader(question)
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
