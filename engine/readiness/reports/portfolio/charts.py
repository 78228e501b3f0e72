"""Where the parts of the pictures stand.

Bars are as wide as the page: their lengths are per cent of its width, and texts keep their size.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len, chop_cells

from readiness.reports.portfolio.summary import AreaEntry, CheckEntry, GateEntry, Summary
from readiness.reports.portfolio.wording import MOST, MOST_CLASSES, NONE, range_of, share
from readiness.reports.sanitize import cleaned

_NARROW, _WIDE = 40, 110  # letters that a narrow page and a wide one have room for
_STACK = 62.0
_BAR = 34.0
_LEAST_FOR_A_FIGURE = 13.0  # per cent of the width

_AREA, _AREA_LETTERS, _AREA_LINES = 196.0, 26, 2
_CELL, _GAP, _ROW = 112.0, 3.0, 36.0
_HEAD_LETTERS, _HEAD_LINES, _LINE = 14, 3, 15.0

_COLUMN_HEIGHT, _COLUMN_FOOT, _COLUMN_HEAD = 150.0, 24.0, 22.0


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a bar; `x` and `width` are per cent, `figure` stands in it where there is room."""

    kind: str
    x: float
    width: float
    figure: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar with its label above it, one for wide pages and one for narrow ones."""

    title: str
    labels: tuple[str, str]
    figure: str
    y: float
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars below one another; their whole width stands for `scale`, a share of the cases."""

    height: float
    bars: tuple[Bar, ...]
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class Cell:
    """A field of the map; `strength` is 0 to 1, None where the gate does not wait for the area."""

    title: str
    x: float
    y: float
    figure: str
    strength: float | None


Lines = tuple[tuple[str, float], ...]
"""Lines of a text, each with its place from above."""


@dataclass(frozen=True, slots=True)
class Head:
    """A column's title; `x` is its middle."""

    x: float
    lines: Lines


@dataclass(frozen=True, slots=True)
class Map:
    """What blocks by area and gate: the more often, the stronger."""

    width: float
    height: float
    cell: tuple[float, float]
    heads: tuple[Head, ...]
    areas: tuple[Lines, ...]
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """The cases of a class; `x`, `width` and `middle` are per cent."""

    title: str
    kind: str
    x: float
    width: float
    middle: float
    y: float
    height: float
    label: str
    figure: str


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns beside one another."""

    height: float
    ground: float
    columns: tuple[Column, ...]


def short(title: str, cells: int) -> str:
    """A title on one line that takes up no more than so many letters."""
    line = " ".join(cleaned(title).split())
    if cell_len(line) <= cells:
        return line
    return f"{chop_cells(line, cells - 1)[0].rstrip()}…"


def _labels(title: str) -> tuple[str, str]:
    return short(title, _WIDE), short(title, _NARROW)


def verdict_bars(summary: Summary) -> Bars:
    """For each gate the verdicts, as shares of all cases."""
    bars = [_verdicts(summary, place, gate) for place, gate in enumerate(summary.gates)]
    return Bars(len(bars) * _STACK, tuple(bars))


def _verdicts(summary: Summary, place: int, gate: GateEntry) -> Bar:
    passed = gate.verdicts["go"] + gate.verdicts["conditional_go"]
    return Bar(
        title=gate.gate.title,
        labels=_labels(gate.gate.title),
        figure=f"{share(summary, passed)} pass",
        y=place * _STACK,
        pieces=tuple(_stacked(summary, gate.verdicts.items())),
    )


def _stacked(summary: Summary, counts: Iterable[tuple[str, int]]) -> Iterator[Piece]:
    before = 0
    for kind, cases in counts:
        if cases:
            width = _per_cent(summary, cases)
            figure = share(summary, cases) if width >= _LEAST_FOR_A_FIGURE else ""
            yield Piece(kind, _per_cent(summary, before), width, figure)
        before += cases


def check_bars(summary: Summary) -> Bars:
    """The checks that block most: how often a root blocker, and how often a blocker at all."""
    shown = [entry for entry in summary.checks[:MOST] if entry.blocker]
    most = max((entry.blocker for entry in shown), default=0)
    scale = -(-10 * most // summary.cases) / 10  # the next ten per cent
    bars = [_check(summary, place, entry, scale) for place, entry in enumerate(shown)]
    return Bars(len(bars) * _BAR, tuple(bars), scale)


def _check(summary: Summary, place: int, entry: CheckEntry, scale: float) -> Bar:
    roots, others = entry.root_blocker, entry.blocker - entry.root_blocker
    return Bar(
        title=entry.check.title,
        labels=_labels(f"{place + 1}. {entry.check.title}"),
        figure=share(summary, roots),
        y=place * _BAR,
        pieces=tuple(
            Piece(one.kind, one.x / scale, one.width / scale, "")
            for one in _stacked(summary, [("root", roots), ("behind", others)])
        ),
    )


def _per_cent(summary: Summary, cases: int) -> float:
    return 100 * cases / summary.cases


def area_map(summary: Summary) -> Map:
    """The areas that block most by gate, and apart from gates in the first column."""
    areas = summary.areas[:MOST]
    titles = ["Blocks", *(gate.gate.title for gate in summary.gates)]
    lines = [_lines(title, _HEAD_LETTERS, _HEAD_LINES) for title in titles]
    head = max(map(len, lines)) * _LINE + 10
    cells: list[Cell] = []
    for row, entry in enumerate(areas):
        held = [entry.blocks, *(entry.held.get(gate.id) for gate in summary.gates)]
        cells += [
            _cell(summary, f"{entry.area.title}, {title}", (column, head + row * _ROW), cases)
            for column, (title, cases) in enumerate(zip(titles, held, strict=True))
        ]
    return Map(
        width=_left(len(titles)),
        height=head + len(areas) * _ROW,
        cell=(_CELL - _GAP, _ROW - _GAP),
        heads=tuple(_heads(lines, head)),
        areas=tuple(_label(entry, head + row * _ROW) for row, entry in enumerate(areas)),
        cells=tuple(cells),
    )


def _label(entry: AreaEntry, y: float) -> Lines:
    lines = _lines(entry.area.title, _AREA_LETTERS, _AREA_LINES)
    first = y + 21 - (len(lines) - 1) * _LINE / 2
    return tuple((line, first + number * _LINE) for number, line in enumerate(lines))


def _left(column: int) -> float:
    """Where a column begins; the first stands a little apart."""
    return _AREA + column * _CELL + (10 if column else 0)


def _cell(summary: Summary, title: str, place: tuple[int, float], cases: int | None) -> Cell:
    column, y = place
    if cases is None:
        return Cell(f"{title}: the gate waits for none of it", _left(column), y, NONE, None)
    figure = share(summary, cases)
    most = max(one.blocks for one in summary.areas)
    strength = cases / most if most else 0.0
    return Cell(f"{title}: {cases:,} cases, {figure}", _left(column), y, figure, strength)


def _heads(titles: Sequence[Sequence[str]], height: float) -> Iterator[Head]:
    for column, lines in enumerate(titles):
        first = height - 8 - (len(lines) - 1) * _LINE
        placed = tuple((line, first + number * _LINE) for number, line in enumerate(lines))
        yield Head(_left(column) + (_CELL - _GAP) / 2, placed)


def _lines(title: str, letters: int, most: int) -> list[str]:
    """A title in a few short lines."""
    found: list[str] = []
    for word in cleaned(title).split():
        if found and cell_len(f"{found[-1]} {word}") <= letters:
            found[-1] += f" {word}"
        else:
            found.append(word)
    if len(found) > most:
        found[most - 1 :] = [" ".join(found[most - 1 :])]
    return [short(line, letters) for line in found]


def number_columns(summary: Summary) -> Columns:
    """In how many cases there are how many blockers."""
    bins = summary.bins(MOST_CLASSES)
    most = max(one.cases for one in bins)
    step = 100 / len(bins)
    columns = []
    for place, one in enumerate(bins):
        height = one.cases / most * _COLUMN_HEIGHT
        figure = share(summary, one.cases) if one.cases else ""
        columns.append(
            Column(
                title=f"{range_of(one)}: {one.cases:,} cases, {share(summary, one.cases)}",
                kind="root" if one.high else "go",
                x=place * step + step * 0.09,
                width=step * 0.82,
                middle=(place + 0.5) * step,
                y=_COLUMN_HEAD + _COLUMN_HEIGHT - height,
                height=height,
                label=_brief(one.low, one.high),
                figure=figure.removesuffix(" %"),
            )
        )
    ground = _COLUMN_HEAD + _COLUMN_HEIGHT
    return Columns(ground + _COLUMN_FOOT, ground, tuple(columns))


def _brief(low: int, high: int) -> str:
    return f"{low}" if low == high else f"{low}–{high}"
