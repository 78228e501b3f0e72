"""Reads a complete file of bakeries."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from readiness.portfolio.files.comma_separated import SeparatedCases
from readiness.portfolio.files.json_lines import JsonLinesCases
from readiness.portfolio.files.pieces import ParquetCases, TableFile
from readiness.portfolio.layout import layout_of
from tests.portfolio.bakery import RULESET


@dataclass(frozen=True)
class Found:
    """The rows of a file by number, each with its content; and the refused rows."""

    rows: dict[int, dict[str, Any]]
    refused: dict[int, str]
    pieces: int


CASES: dict[str, Callable[..., TableFile]] = {
    "csv": SeparatedCases,
    "jsonl": JsonLinesCases,
    "parquet": ParquetCases,
}


def opened(held: bytes, format_: str) -> TableFile:
    return CASES[format_](io.BytesIO(held), RULESET, len(held))


def read(held: bytes, format_: str, keep: tuple[str, ...] = (), rows: int = 100) -> Found:
    """Return the contents of a file, read `rows` rows at a time; null is left out."""
    cases = opened(held, format_)
    layout = layout_of(RULESET, cases.schema, keep, as_text=cases.as_text)
    found: dict[int, dict[str, Any]] = {}
    refused: dict[int, str] = {}
    done = pieces = 0
    for piece in cases.pieces(layout, rows):
        assert len(piece.numbers) <= rows
        assert done <= piece.done
        done, pieces = piece.done, pieces + 1
        columns = {
            name: column.to_pylist() if isinstance(column, pa.Array) else column
            for name, column in piece.columns.items()
        }
        for place, number in enumerate(piece.numbers.tolist()):
            row = {name: column[place] for name, column in columns.items()}
            assert number not in found
            found[number] = {name: one for name, one in row.items() if one is not None}
        refused |= {one.row: one.reason for one in piece.refused}
    assert list(found) == sorted(found)
    assert list(refused) == sorted(refused)
    return Found(found, refused, pieces)
