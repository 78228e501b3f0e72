"""Reading columns of texts and of lists of texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from readiness.evaluation.plain import Fits, fitting
from readiness.model.questionnaire import Question
from readiness.portfolio.cell import Refusal, as_plain, is_blank, reason, refusals, value_of
from readiness.portfolio.vectors import (
    Coded,
    Numbers,
    Objects,
    Plane,
    Truths,
    Vector,
    dtype_of,
    empty,
    numbers_of,
    opened,
    packed,
    unpacked,
)

_WRONG = -(2**63)
_FEW = 4_096  # texts of a dictionary that are kept from block to block


@dataclass(frozen=True, eq=False)
class _Dictionary:
    """The texts that occur, and the value that each stands for; None where it is none."""

    texts: Any
    values: Sequence[Any]

    @cached_property
    def wrong(self) -> npt.NDArray[np.bool_] | None:
        """Which of them stand for no value; None where each stands for one."""
        found = np.array([value is None for value in self.values] or [False], np.bool_)
        return found if found.any() else None

    @cached_property
    def spelled(self) -> tuple[Any, ...]:
        """The values, with a text where there is none."""
        return tuple("" if value is None else value for value in self.values) or ("",)

    @cached_property
    def flags(self) -> npt.NDArray[np.bool_]:
        """Which of them mean yes."""
        return np.array([value is True for value in self.values] or [False], np.bool_)

    @cached_property
    def numbers(self) -> npt.NDArray[Any]:
        """The values as numbers, days as their ordinals."""
        return np.array([_plain(value) for value in self.values] or [0])


class TextReader:
    """Reads columns of texts, as they are or by their number in a dictionary."""

    def __init__(self, question: Question, *, as_text: bool) -> None:
        self.question = question
        self.as_text = as_text
        self._last: _Dictionary | None = None

    def read(self, column: Any) -> tuple[Vector, Sequence[Refusal]]:
        """A column, with the texts that stand for no value of the question refused."""
        if not pa.types.is_dictionary(column.type):
            column = column.dictionary_encode()
        found = self._meant(column.dictionary)
        rows, known, codes = numbers_of(column, dtype_of(column.type.index_type))
        refused: list[Refusal] = []
        if found.wrong is not None:
            at_odds = found.wrong.take(codes, mode="clip") & unpacked(known, rows)
            known = known & ~packed(at_odds)
            refused = self._refused(codes, np.flatnonzero(at_odds), found.texts.to_pylist())
        return self._vector(codes, known, found), refused

    def _vector(self, codes: npt.NDArray[Any], known: Plane, found: _Dictionary) -> Vector:
        kind, nowhere = self.question.kind, empty(len(codes))
        if kind == "number" and any(isinstance(one, Decimal) for one in found.values):
            places = np.clip(codes.astype(np.int64), 0, len(found.values) - 1).tolist()
            return Objects(known, nowhere, [found.values[place] for place in places])
        if kind in ("number", "date"):
            values = found.numbers.take(codes, mode="clip")
            return Numbers(known, nowhere, values, is_date=kind == "date")
        if kind == "truth":
            true = packed(found.flags.take(codes, mode="clip"))
            return Truths(known, nowhere, true)
        return Coded(known, nowhere, codes, found.spelled)

    def _meant(self, texts: Any) -> _Dictionary:
        """What texts stand for; blocks that follow one another mostly have the same ones."""
        last = self._last  # another thread may put another one there
        if last is not None and last.texts.equals(texts):
            return last
        found = _Dictionary(texts, list(map(self._value, texts.to_pylist())))
        if len(texts) <= _FEW:
            self._last = found
        return found

    def _value(self, text: str | None) -> Any:
        """The value that a text stands for; None where it stands for none."""
        if text is None:
            return None
        meant = as_plain(self.question, text) if self.as_text else text
        if self._fits(meant):
            return meant
        return value_of(self.question, text, as_text=self.as_text)

    @cached_property
    def _fits(self) -> Fits:
        return fitting(self.question)

    def _refused(
        self, codes: npt.NDArray[Any], rows: npt.NDArray[Any], texts: Sequence[str | None]
    ) -> list[Refusal]:
        """The texts in some rows, refused, but for those that are as good as no answer."""
        held = zip(rows.tolist(), (texts[code] for code in codes[rows].tolist()), strict=True)
        found = {row: text for row, text in held if text is not None and not is_blank(text)}
        return refusals(self.question, list(found), list(found.values()), as_text=self.as_text)


def read_choices(question: Question, column: Any) -> tuple[Coded, Sequence[Refusal]]:
    """A column of lists of options: the sets that occur; each option is a bit meanwhile.

    Sets that hold another text are refused.
    """
    count, known, _ = opened(column)
    bit_of = {option: 1 << place for place, option in enumerate(question.options)}
    chosen = column.flatten().dictionary_encode()
    bits = [bit_of.get((text or "").strip(), _WRONG) for text in chosen.dictionary.to_pylist()]
    lengths = np.asarray(pc.fill_null(pc.list_value_length(column), 0))
    rows = np.repeat(np.arange(count), lengths)
    places = pc.fill_null(chosen.indices, len(bits)).to_numpy(zero_copy_only=False)
    sets = np.zeros(count, np.int64)
    np.bitwise_or.at(sets, rows, np.array([*bits, _WRONG], np.int64).take(places))
    refused = [
        Refusal(row, question.id, reason(question, column[row].as_py(), as_text=False))
        for row in np.flatnonzero(sets < 0).tolist()
    ]
    if refused:
        known = known & ~packed(sets < 0)
    found, codes = np.unique(np.maximum(sets, 0), return_inverse=True)
    values = [
        tuple(option for option, bit in bit_of.items() if one & bit) for one in found.tolist()
    ]
    return Coded(known, empty(count), codes, tuple(values) or ((),)), refused


def _plain(value: Any) -> float:
    """A number or a day as a number; any where there is none."""
    if value is None:
        return 0
    return value if isinstance(value, int | float) else int(value.toordinal())
