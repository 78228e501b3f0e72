"""What a block of rows comes to: as columns of an Arrow table, and counted.

Statuses, standings and verdicts are codes that number what `STATUSES`, `STANDINGS` and `VERDICTS`
name, from the two planes of bits that each of them is held in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from readiness.evaluation.verdicts import STANDINGS, STATUSES, VERDICTS
from readiness.portfolio.blockers import NONE, BlockersByRow
from readiness.portfolio.cell import RefusedCell
from readiness.portfolio.judging import JudgedBlock
from readiness.portfolio.layout import (
    BLOCKERS,
    CODED,
    FIRST_ROOT_BLOCKER,
    OUTCOMES,
    Layout,
    RefusedRow,
)
from readiness.portfolio.tally import Tally
from readiness.portfolio.vectors import BYTE, Flags, Matrix, pack_flags, room

Codes: TypeAlias = npt.NDArray[np.uint8]  # codes of all rows in each row of it
RowNumbers: TypeAlias = "range | npt.NDArray[np.int64]"

_CLOSE = 2**17  # bytes that the processor keeps close


@dataclass(frozen=True)
class AssessedBlock:
    """What a block of rows comes to; `numbers` are those of its rows, counted from 1.

    It stays packed, three outcomes in bits, until it is looked at.
    """

    layout: Layout
    numbers: RowNumbers
    judged: JudgedBlock
    blocking: BlockersByRow
    kept: Sequence[Any]
    refused: tuple[RefusedCell, ...]

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
        layout = self.layout
        wanted = (outcome for outcome in OUTCOMES if outcome in layout.outcomes)
        found = [column for outcome in wanted for column in self._outcome(outcome)]
        if layout.in_place:
            reasons = pa.array(self._reasons(), pa.string())
            found = [*self.kept, *map(self._with_nulls, found), reasons]
        else:
            numbers = pa.array(_array_of(self.numbers))
            found = [self._without_refused(one) for one in (numbers, *self.kept, *found)]
        return pa.record_batch(found, schema=layout.schema)

    def _outcome(self, outcome: str) -> Iterable[Any]:
        """The columns of an outcome; no other one is calculated for it."""
        judged, ruleset = self.judged, self.layout.ruleset
        if outcome == BLOCKERS:
            return [pa.array(self.blocking.numbers)]
        if outcome == FIRST_ROOT_BLOCKER:
            first = pa.array(self.blocking.first, mask=self.blocking.first == NONE)
            names = pa.array(ruleset.graph.ids)
            return [pa.DictionaryArray.from_arrays(first, names, safe=False)]
        if outcome == "verdict":
            return self._named(codes_of(*judged.verdicts, judged.rows), VERDICTS)
        planes = judged.statuses if outcome == "status" else judged.standings
        codes = codes_of(*planes, judged.rows)
        order = [ruleset.graph.position[key] for key in ruleset.checks]
        names = STATUSES if outcome == "status" else STANDINGS
        return self._named([codes[place] for place in order], names)

    def _named(self, codes: Iterable[Codes], names: Sequence[str]) -> Iterator[Any]:
        """Columns of names that are held as codes."""
        dictionary = pa.array(names)
        for held in codes:  # the quickest way to an array that needs no look at it
            buffers = [None, pa.py_buffer(held)]
            yield pa.DictionaryArray.from_buffers(CODED, self.rows, buffers, dictionary)

    def _with_nulls(self, column: Any) -> Any:
        """A column with nulls in the rows that were refused."""
        if self.valid is None:
            return column
        return column.take(pa.array(np.arange(self.rows), mask=~self.valid))

    def _without_refused(self, column: Any) -> Any:
        if self.valid is None:
            return column
        try:
            return column.filter(pa.array(self.valid))
        except pa.ArrowNotImplementedError:  # of texts that are views, in some versions
            held = zip(column.to_pylist(), self.valid.tolist(), strict=True)
            return pa.array([one for one, is_valid in held if is_valid], column.type)

    def _reasons(self) -> list[str | None]:
        found: list[str | None] = [None] * self.rows
        for one in self.refused:
            before = found[one.row]
            found[one.row] = one.reason if before is None else f"{before}; {one.reason}"
        return found

    def tally(self) -> Tally:
        """The tally of its rows."""
        judged, blocking = self.judged, self.blocking
        size = len(blocking.barring.required_by)
        open_, blockers = self._valid_in(judged.open), self._valid_in(blocking.blockers)
        areas = self._checks_of_areas()
        gates = self.layout.ruleset.ranking.gates.values()
        waited_for = [_flags(bits, len(open_)) for bits in gates]
        return Tally(
            cases=self._cases,
            refused=self.rows - self._cases,
            verdicts=self._by_code(judged.verdicts),
            statuses=self._by_code(judged.statuses),
            open=tuple(_count(open_).tolist()),
            blockers=tuple(_count(blockers).tolist()),
            root_blockers=tuple(_count(self._valid_in(blocking.root_blockers)).tolist()),
            first=tuple(self._by_value(blocking.first + 1, size)[1:]),
            areas=tuple(_any(blockers[own]) for own in areas),
            held=tuple(tuple(_any(open_[own & one]) for own in areas) for one in waited_for),
            numbers=tuple(self._by_value(blocking.numbers, size)),
        )

    @cached_property
    def _cases(self) -> int:
        """How many rows were not refused."""
        return self.rows if self.valid is None else int(self.valid.sum())

    def _valid_in(self, planes: Matrix) -> Matrix:
        """The planes in the rows that were not refused."""
        if self.valid is None:
            return planes
        found: Matrix = planes & pack_flags(self.valid)
        return found

    def _by_code(self, planes: tuple[Matrix, Matrix]) -> tuple[tuple[int, ...], ...]:
        """For each pair of planes how often each of the codes 0 to 3 is in them."""
        low, high = map(self._valid_in, planes)
        both, lower, higher = _count(low & high), _count(low), _count(high)
        neither = self._cases - lower - higher + both
        found = np.stack([neither, lower - both, higher - both, both], axis=1)
        return tuple(map(tuple, found.tolist()))

    def _by_value(self, values: npt.NDArray[np.int32], most: int) -> list[int]:
        """How many rows have each of the values 0 to `most`."""
        kept = values if self.valid is None else values[self.valid]
        found: list[int] = np.bincount(kept, minlength=most + 1).tolist()
        return found

    def _checks_of_areas(self) -> list[npt.NDArray[np.bool_]]:
        """For each area which positions are its checks."""
        ruleset = self.layout.ruleset
        areas = np.array([ruleset.checks[key].area for key in ruleset.graph.ids])
        return [areas == area for area in ruleset.areas]


def _array_of(numbers: RowNumbers) -> npt.NDArray[np.int64]:
    """Numbers as an array; a range is not taken number by number."""
    return np.arange(numbers.start, numbers.stop) if isinstance(numbers, range) else numbers


def codes_of(low: Matrix, high: Matrix, rows: int) -> Codes:
    """The codes of which these are the bits, in each row."""
    found = room((len(low), BYTE * low.shape[1]), np.uint8)
    # Few planes at a time, so that what lies between stays in the processor's cache.
    step = max(1, _CLOSE // (BYTE * max(1, low.shape[1])))
    for part in (slice(first, first + step) for first in range(0, len(low), step)):
        code = _unpacked(high[part])
        np.add(code, code, code)
        np.bitwise_or(code, _unpacked(low[part]), found[part])
    return found[:, :rows]


def _unpacked(planes: Matrix) -> Codes:
    """A byte for each bit; also for those behind the last row, which is quicker than to stop."""
    return np.unpackbits(planes, axis=1, bitorder="little")


def _flags(bits: int, size: int) -> npt.NDArray[np.bool_]:
    """A set of positions as one flag for each."""
    held = bits.to_bytes(-(-size // BYTE), "little")
    flags = np.unpackbits(np.frombuffer(held, np.uint8), count=size, bitorder="little")
    return flags.view(np.bool_)


def _count(planes: Matrix) -> npt.NDArray[np.int64]:
    """In how many rows each plane is set."""
    found: npt.NDArray[np.int64] = np.bitwise_count(planes).sum(axis=1, dtype=np.int64)
    return found


def _any(planes: Matrix) -> int:
    """In how many rows at least one of the planes is set."""
    return int(np.bitwise_count(np.bitwise_or.reduce(planes, axis=0)).sum(dtype=np.int64))
