"""The answers of many companies in columns, identical for the same seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from workload import OPTIONS, Workload

MISSING = 0.15


@dataclass(frozen=True, eq=False)
class Column:
    """One question: yes_no as booleans, number as whole numbers, choice as places in OPTIONS."""

    kind: str
    values: npt.NDArray[Any]
    known: npt.NDArray[np.bool_]

    def answer(self, row: int) -> object:
        """Return the plain answer of one company; None if there is none."""
        if not self.known[row]:
            return None
        value = self.values[row].item()
        return tuple(OPTIONS)[value] if self.kind == "choice" else value


@dataclass(frozen=True, eq=False)
class Columns:
    """The answers of many companies to a workload's questions, as `Workload.answers` draws them."""

    workload: Workload
    rows: int

    @cached_property
    def by_question(self) -> Mapping[str, Column]:
        """Return the answers by question."""
        draw = np.random.default_rng(self.workload.seed)
        return {key: self._column(kind, draw) for key, kind in self.workload.kinds.items()}

    def _column(self, kind: str, draw: np.random.Generator) -> Column:
        known = draw.random(self.rows) >= MISSING
        if kind == "yes_no":
            return Column(kind, draw.random(self.rows) < 0.7, known)
        if kind == "number":
            return Column(kind, draw.integers(0, 101, self.rows), known)
        return Column(kind, draw.integers(0, len(OPTIONS), self.rows, np.int8), known)

    def answers(self, row: int) -> dict[str, object]:
        """Return the plain answers of one company."""
        found = {key: column.answer(row) for key, column in self.by_question.items()}
        return {key: value for key, value in found.items() if value is not None}

    @cached_property
    def arrow(self) -> Any:
        """Return an Arrow table with one column per question, null where nobody answered."""
        import pyarrow as pa

        def array(column: Column) -> Any:
            if column.kind != "choice":
                return pa.array(column.values, mask=~column.known)
            places = pa.array(column.values, mask=~column.known)
            return pa.DictionaryArray.from_arrays(places, pa.array(list(OPTIONS)))

        return pa.table({key: array(column) for key, column in self.by_question.items()})
