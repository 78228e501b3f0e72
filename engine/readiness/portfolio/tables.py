"""What a block comes to, as columns of an Arrow table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from readiness.evaluation.verdicts import STANDINGS, STATUSES, VERDICTS
from readiness.portfolio.blocking import NONE, Blocking
from readiness.portfolio.cells.one import Refusal
from readiness.portfolio.judging import Judged
from readiness.portfolio.layout import BLOCKERS, CODED, FIRST_ROOT_BLOCKER, OUTCOMES, Layout
from readiness.portfolio.outcomes import Codes, check_codes, verdict_codes
from readiness.portfolio.planes import Flags
from readiness.portfolio.refused import RefusedRow

Numbers: TypeAlias = "range | npt.NDArray[np.int64]"


@dataclass(frozen=True)
class AssessedBlock:
    """What a block of rows comes to; `numbers` are those of its rows, counted from 1.

    It stays packed, three outcomes in bits, until it is looked at.
    """

    layout: Layout
    numbers: Numbers
    judged: Judged
    blocking: Blocking
    kept: Sequence[Any]
    refused: tuple[Refusal, ...]

    @property
    def rows(self) -> int:
        """How many rows it has, those with a refused answer among them."""
        return self.judged.rows

    @cached_property
    def valid(self) -> Flags | None:
        """The rows without a refused answer; None where that is all of them."""
        if not self.refused:
            return None
        found = np.ones(self.rows, np.bool_)
        found[[one.row for one in self.refused]] = False
        return found

    def refused_rows(self) -> list[RefusedRow]:
        """The answers that do not fit, with the numbers of their rows."""
        return [
            RefusedRow(int(self.numbers[one.row]), one.question, one.reason) for one in self.refused
        ]

    def batch(self) -> Any:
        """It as an Arrow record batch, by the schema of its layout."""
        return pa.record_batch(list(self._columns()), schema=self.layout.schema)

    def _columns(self) -> Iterator[Any]:
        if self.layout.numbered:
            yield self._array(_array_of(self.numbers))
        for column in self.kept:
            yield self._as_it_is(column)
        for outcome in OUTCOMES:
            if outcome in self.layout.outcomes:
                yield from self._outcome(outcome)
        yield from self._checks()
        if self.layout.marked:
            yield pa.array(self._reasons(), pa.string())

    def _outcome(self, outcome: str) -> Iterable[Any]:
        """The columns of an outcome that is not of checks; no other one is worked out for it."""
        if outcome == "verdict":
            return self._coded(verdict_codes(self.judged), VERDICTS)
        if outcome == BLOCKERS:
            return [self._array(self.blocking.numbers)]
        if outcome == FIRST_ROOT_BLOCKER:
            return [self._named(self.blocking.first, self.layout.ruleset.graph.ids)]
        return ()

    def _checks(self) -> Iterator[Any]:
        """The columns of the outcomes that each check has."""
        position = self.layout.ruleset.graph.position
        order = [position[key] for key in self.layout.ruleset.checks]
        for outcome, codes in check_codes(self.judged, self.layout.outcomes).items():
            names = STATUSES if outcome == "status" else STANDINGS
            yield from self._coded([codes[place] for place in order], names)

    def _array(self, values: npt.NDArray[Any]) -> Any:
        """One value for each row; of a refused row null, or nothing."""
        if self.valid is None:
            return pa.array(values)
        if self.layout.marked:
            return pa.array(values, mask=~self.valid)
        return pa.array(values[self.valid])

    def _as_it_is(self, column: Any) -> Any:
        if self.valid is None or self.layout.marked:
            return column
        try:
            return column.filter(pa.array(self.valid))
        except pa.ArrowNotImplementedError:  # of texts that are views, in some versions
            held = zip(column.to_pylist(), self.valid.tolist(), strict=True)
            return pa.array([one for one, is_valid in held if is_valid], column.type)

    def _coded(self, codes: Iterable[Codes], names: Sequence[str]) -> Iterator[Any]:
        """Columns of names that are held as codes."""
        dictionary = pa.array(names)
        for held in codes:
            if self.valid is None:  # the quickest way to an array that needs no look at it
                buffers = [None, pa.py_buffer(held)]
                yield pa.DictionaryArray.from_buffers(CODED, self.rows, buffers, dictionary)
            else:
                indices = self._array(held.view(np.int8))
                yield pa.DictionaryArray.from_arrays(indices, dictionary, safe=False)

    def _named(self, positions: npt.NDArray[np.int32], names: Sequence[str]) -> Any:
        valid = positions != NONE if self.valid is None else (positions != NONE) & self.valid
        indices = pa.array(positions, mask=~valid)
        return self._as_it_is(pa.DictionaryArray.from_arrays(indices, pa.array(names), safe=False))

    def _reasons(self) -> list[str | None]:
        found: list[str | None] = [None] * self.rows
        for one in self.refused:
            before = found[one.row]
            found[one.row] = one.reason if before is None else f"{before}; {one.reason}"
        return found


def _array_of(numbers: Numbers) -> npt.NDArray[np.int64]:
    """Numbers as an array; a range is not taken number by number."""
    return np.arange(numbers.start, numbers.stop) if isinstance(numbers, range) else numbers
