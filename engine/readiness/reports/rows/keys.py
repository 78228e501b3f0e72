"""Rows told apart by a key: each has one, and no other row has the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa

from readiness.portfolio.files.pieces import Piece
from readiness.portfolio.refused import RefusedRow
from readiness.reports.rows.plain import jsonable


class Keys:
    """The keys of a file's rows, which are in a column that is kept."""

    def __init__(self, column: str) -> None:
        self.column = column
        self._rows: dict[str, int] = {}

    def of(self, piece: Piece) -> Mapping[int, str]:
        """The keys of some rows, by the numbers of the rows."""
        held = piece.columns[self.column]
        values = held.to_pylist() if isinstance(held, pa.Array) else held
        texts = ("" if one is None else str(jsonable(one)).strip() for one in values)
        return dict(zip(piece.numbers.tolist(), texts, strict=True))

    def without_doubles(self, piece: Piece, keys: Mapping[int, str]) -> Piece:
        """Some rows without those that have no key, or one that an earlier row has."""
        refused: list[RefusedRow] = []
        for row, key in keys.items():
            if not key:
                refused.append(RefusedRow(row, "", f"it has no key in '{self.column}'"))
            elif (first := self._rows.setdefault(key, row)) != row:
                reason = f"'{key}' in '{self.column}' is the key of row {first} already"
                refused.append(RefusedRow(row, "", reason))
        if not refused:
            return piece
        is_left = ~np.isin(piece.numbers, [one.row for one in refused])
        columns = {name: _filtered(column, is_left) for name, column in piece.columns.items()}
        aside = sorted([*piece.refused, *refused], key=lambda one: one.row)
        return replace(piece, columns=columns, numbers=piece.numbers[is_left], refused=aside)


def _filtered(column: Any, is_left: Any) -> Any:
    if isinstance(column, pa.Array):
        return column.filter(pa.array(is_left))
    return [one for one, stays in zip(column, is_left.tolist(), strict=True) if stays]
