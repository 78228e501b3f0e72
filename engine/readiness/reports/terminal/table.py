"""Tables that keep to the width of the page, and turn into lists where that is too narrow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from rich.text import Text

from readiness.reports.terminal.marks import QUIET
from readiness.reports.terminal.page import Page, Part

_GAP = "  "
_NARROWEST = 24  # a wide column with less room than that makes one line many
_OTHERS = 18  # the most that a further column of texts takes up


@dataclass(frozen=True, slots=True)
class Column:
    """A column: of texts that are wrapped, of numbers that stand to the right, or of neither."""

    title: str
    wraps: bool = False
    is_number: bool = False


def print_table(page: Page, columns: Sequence[Column], rows: Sequence[Sequence[Part]]) -> None:
    """A row for each; where the page is too narrow a paragraph for each.

    The first column that wraps takes the room that the others leave. In a paragraph the cells up
    to that one stand first, the others below with the titles of their columns.
    """
    cells = [[page.text(part) for part in row] for row in rows]
    widths = _widths(page, columns, cells)
    widest = next(number for number, column in enumerate(columns) if column.wraps)
    if widths[widest] < _NARROWEST:
        for row in cells:
            _print_paragraph(page, columns, row, widest)
        return
    _print_row(page, columns, widths, [Text(column.title, QUIET) for column in columns])
    for row in cells:
        _print_row(page, columns, widths, row)


def _widths(page: Page, columns: Sequence[Column], cells: Sequence[Sequence[Text]]) -> list[int]:
    widths = []
    for number, column in enumerate(columns):
        longest = max(line.cell_len for row in cells for line in row[number].split() or [Text()])
        longest = max(longest, len(column.title))
        widths.append(min(longest, _OTHERS) if column.wraps else longest)
    widest = next(number for number, column in enumerate(columns) if column.wraps)
    others = sum(widths) - widths[widest] + len(_GAP) * (len(columns) - 1)
    widths[widest] = page.width - others
    return widths


def _print_row(
    page: Page, columns: Sequence[Column], widths: Sequence[int], row: Sequence[Text]
) -> None:
    wrapped = [
        text.wrap(page.console, width, overflow="fold")
        for text, width in zip(row, widths, strict=True)
    ]
    for parts in zip_longest(*wrapped):
        line = [
            _padded(part, column, width)
            for part, column, width in zip(parts, columns, widths, strict=True)
        ]
        page.print_line(Text(_GAP).join(line))


def _padded(part: Text | None, column: Column, width: int) -> Text:
    """A line of a cell in the width of its column."""
    text = Text() if part is None else part.copy()
    text.rstrip()
    missing = width - text.cell_len
    if column.is_number:
        text.pad_left(missing)
    else:
        text.pad_right(missing)
    return text


def _print_paragraph(
    page: Page, columns: Sequence[Column], row: Sequence[Text], widest: int
) -> None:
    page.hang(Text(" ").join([*row[:widest], Text()]), row[widest])
    below = [
        Text.assemble((f"{column.title.lower()} ", QUIET), text)
        for column, text in zip(columns[widest + 1 :], row[widest + 1 :], strict=True)
        if text.plain
    ]
    page.write(Text(", ").join(below), 2)
