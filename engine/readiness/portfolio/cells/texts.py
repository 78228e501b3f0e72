"""Reading columns of texts and of lists of texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from readiness.evaluation.plain import Fits, fitting
from readiness.portfolio.cells.one import Refusal, as_plain, is_blank, value_of
from readiness.portfolio.cells.reader import Read, Reader, dtype_of, numbers_of, opened
from readiness.portfolio.planes import Plane, empty, packed, unpacked
from readiness.portfolio.vectors import Coded, Numbers, Objects, Truths, Vector

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


@dataclass(frozen=True)
class Texts(Reader):
    """Columns of texts, as they are or by their number in a dictionary."""

    kind: Any = field(kw_only=True)
    _last: list[_Dictionary] = field(default_factory=list, init=False)

    def read(self, column: Any) -> Read:
        """It, with the texts that stand for no value of the question refused."""
        if not self._is_encoded:
            column = column.dictionary_encode()
        found = self._meant(column.dictionary)
        rows, known, codes = numbers_of(column, self._dtype)
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

    @cached_property
    def _is_encoded(self) -> bool:
        return bool(pa.types.is_dictionary(self.kind))

    @cached_property
    def _dtype(self) -> Any:
        return dtype_of(self.kind.index_type) if self._is_encoded else np.dtype(np.int32)

    def _meant(self, texts: Any) -> _Dictionary:
        """What texts stand for; blocks that follow one another mostly have the same ones."""
        last = next(iter(self._last), None)  # another thread may put another one there
        if last is not None and last.texts.equals(texts):
            return last
        found = _Dictionary(texts, list(map(self._value, texts.to_pylist())))
        if len(texts) <= _FEW:
            self._last[:] = [found]
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
        found = [(row, text) for row, text in held if text is not None and not is_blank(text)]
        return self.refusals([row for row, _ in found], [text for _, text in found])


@dataclass(frozen=True)
class Choices(Reader):
    """Columns of lists of options: the sets that occur."""

    def read(self, column: Any) -> Read:
        """It, with sets that hold another text refused; each option is a bit meanwhile."""
        count, known, _ = opened(column)
        chosen = column.flatten().dictionary_encode()
        bits = [self._bit(text) for text in chosen.dictionary.to_pylist()]
        lengths = np.asarray(pc.fill_null(pc.list_value_length(column), 0))
        rows = np.repeat(np.arange(count), lengths)
        places = pc.fill_null(chosen.indices, len(bits)).to_numpy(zero_copy_only=False)
        sets = np.zeros(count, np.int64)
        np.bitwise_or.at(sets, rows, np.array([*bits, _WRONG], np.int64).take(places))
        wrong = np.flatnonzero(sets < 0).tolist()
        refused = [self.refusal(row, column[row].as_py()) for row in wrong]
        if wrong:
            known = known & ~packed(sets < 0)
        found, codes = np.unique(np.maximum(sets, 0), return_inverse=True)
        values = [
            tuple(option for place, option in enumerate(self._options) if one >> place & 1)
            for one in found.tolist()
        ]
        return Coded(known, empty(count), codes, tuple(values) or ((),)), refused

    @cached_property
    def _options(self) -> list[str]:
        return list(self.question.options)

    def _bit(self, text: str | None) -> int:
        """The number that stands for a chosen option; `_WRONG` for what is none."""
        key = "" if text is None else text.strip()
        return 1 << self._options.index(key) if key in self._options else _WRONG


def _plain(value: Any) -> float:
    """A number or a day as a number; any where there is none."""
    if value is None:
        return 0
    return value if isinstance(value, int | float) else int(value.toordinal())
