"""Comma-separated values as spreadsheets and programs read them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from readiness.planning.document import number
from readiness.reports.cells import harmless

Cell = str | float

_BYTE_ORDER_MARK = "\ufeff"  # Excel takes a file without it for one in the encoding of the system


def comma_separated(head: Iterable[str], rows: Iterable[Sequence[Cell]]) -> str:
    """Rows below a row of names; lines end as in RFC 4180, a byte order mark stands in front.

    Texts are harmless to a spreadsheet; numbers are plain, whole ones without a decimal point.
    """
    written = io.StringIO(newline="")
    written.write(_BYTE_ORDER_MARK)
    writer = csv.writer(written)
    writer.writerow(head)
    for row in rows:
        writer.writerow([harmless(cell) if isinstance(cell, str) else number(cell) for cell in row])
    return written.getvalue()


def items(found: Iterable[str]) -> str:
    """The items of a list, set apart in one cell."""
    return "; ".join(found)
