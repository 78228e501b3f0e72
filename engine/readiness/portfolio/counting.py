"""The bit planes of an assessed block, counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from readiness.portfolio.outcomes import status_planes
from readiness.portfolio.planes import BYTE, packed
from readiness.portfolio.tables import AssessedBlock

_Matrix = npt.NDArray[np.uint8]  # a plane in each row
_Numbers = npt.NDArray[np.int64]


def counts(block: AssessedBlock) -> dict[str, Any]:
    """What a `Tally` of the block holds, by the names of its fields."""
    return _Counting(block).counts()


@dataclass(frozen=True)
class _Counting:
    block: AssessedBlock

    def counts(self) -> dict[str, Any]:
        judged, blocking = self.block.judged, self.block.blocking
        size = len(blocking.barring.required_by)
        return {
            "cases": self.cases,
            "refused": self.block.rows - self.cases,
            "verdicts": self._coded(judged.verdicts),
            "statuses": self._coded(status_planes(judged)),
            "open": tuple(_count(self.open).tolist()),
            "blockers": tuple(_count(self.blockers).tolist()),
            "root_blockers": tuple(_count(self._valid(blocking.root_blockers)).tolist()),
            "first": tuple(self._by_value(blocking.first + 1, size)[1:]),
            "areas": tuple(_any(self.blockers[own]) for own in self._areas()),
            "held": tuple(self._held()),
            "numbers": tuple(self._by_value(blocking.numbers, size)),
        }

    @cached_property
    def cases(self) -> int:
        """How many rows were not refused."""
        valid = self.block.valid
        return self.block.rows if valid is None else int(valid.sum())

    @cached_property
    def open(self) -> _Matrix:
        return self._valid(self.block.judged.open)

    @cached_property
    def blockers(self) -> _Matrix:
        return self._valid(self.block.blocking.blockers)

    def _valid(self, planes: _Matrix) -> _Matrix:
        """The planes in the rows that were not refused."""
        if self.block.valid is None:
            return planes
        found: _Matrix = planes & packed(self.block.valid)
        return found

    def _coded(self, planes: tuple[_Matrix, _Matrix]) -> tuple[tuple[int, ...], ...]:
        """For each pair of planes how often each of the codes 0 to 3 stands in them."""
        low, high = map(self._valid, planes)
        both, lower, higher = _count(low & high), _count(low), _count(high)
        neither = self.cases - lower - higher + both
        found = np.stack([neither, lower - both, higher - both, both], axis=1)
        return tuple(map(tuple, found.tolist()))

    def _by_value(self, values: npt.NDArray[np.int32], most: int) -> list[int]:
        """How many rows have each of the values 0 to `most`."""
        valid = self.block.valid
        kept = values if valid is None else values[valid]
        found: list[int] = np.bincount(kept, minlength=most + 1).tolist()
        return found

    def _areas(self) -> list[npt.NDArray[np.bool_]]:
        """For each area which positions are its checks."""
        ruleset = self.block.layout.ruleset
        number = {key: place for place, key in enumerate(ruleset.areas)}
        places = [number[ruleset.checks[key].area] for key in ruleset.graph.ids]
        return [np.array(places) == place for place in number.values()]

    def _held(self) -> Iterator[tuple[int, ...]]:
        areas = self._areas()
        for bits in self.block.layout.ruleset.ranking.gates.values():
            waited_for = _flags(bits, len(self.open))
            yield tuple(_any(self.open[own & waited_for]) for own in areas)


def _flags(bits: int, size: int) -> npt.NDArray[np.bool_]:
    """A set of positions as one flag for each."""
    held = bits.to_bytes(-(-size // BYTE), "little")
    flags = np.unpackbits(np.frombuffer(held, np.uint8), count=size, bitorder="little")
    return flags.view(np.bool_)


def _count(planes: _Matrix) -> _Numbers:
    """In how many rows each plane is set."""
    found: _Numbers = np.bitwise_count(planes).sum(axis=1, dtype=np.int64)
    return found


def _any(planes: _Matrix) -> int:
    """In how many rows at least one of the planes is set."""
    return int(np.bitwise_count(np.bitwise_or.reduce(planes, axis=0)).sum(dtype=np.int64))
