"""Rows that say their circumstances themselves: the day, the members of groups, and waivers."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from readiness.dependencies.ruleset import Ruleset
from readiness.documents.from_python import plain
from readiness.loading.plain_answers import plain_circumstances
from readiness.model.engagement import Circumstances
from readiness.portfolio.column_reader import SEPARATOR, RefusedCell, cell_texts, join_problems
from readiness.portfolio.judging import JudgedBlock
from readiness.portfolio.layout import Layout
from readiness.portfolio.segments import Matrix, Plane
from readiness.problems import Problems

Judge: TypeAlias = Callable[
    [Mapping[str, Any], int, Layout, Circumstances, Sequence[Plane]],
    tuple[JudgedBlock, tuple[RefusedCell, ...]],
]

_IN_THE_TABLE = "the table"
"""The reason and the approver of a waiver of which a cell only has the check."""


class _Invalid(Exception):
    """A cell does not hold what its column says: its column, and why."""


def read_circumstances(
    as_of: datetime.date, columns: Mapping[str, Any], rows: int, layout: Layout
) -> tuple[list[Circumstances], list[RefusedCell]]:
    """Return the circumstances that rows state, and the cells that are refused.

    They are written as in an engagement; without a day it is `as_of`. Each combination is read
    once.
    """
    names, refused = layout.circumstances, list[RefusedCell]()
    held = [
        column if isinstance(column, list) else cell_texts(name, column, refused)
        for name, column in ((name, columns.get(name, [None] * rows)) for name in names)
    ]
    known: dict[str, Circumstances | _Invalid] = {}
    found: list[Circumstances] = []
    for row, cells in enumerate(zip(*held, strict=True)):
        key = json.dumps(cells, default=str)
        if key not in known:
            try:
                known[key] = _read(layout.ruleset, as_of, dict(zip(names, cells, strict=True)))
            except _Invalid as invalid:
                known[key] = invalid
        one = known[key]
        if isinstance(one, _Invalid):
            refused.append(RefusedCell(row, *one.args))
        found.append(Circumstances(as_of) if isinstance(one, _Invalid) else one)
    return found, refused


def _read(ruleset: Ruleset, as_of: datetime.date, cells: Mapping[str, Any]) -> Circumstances:
    day = _day(cells.get("as_of"), as_of)
    written: dict[str, Any] = {"as_of": day.isoformat()}
    for name in ("groups", "waivers"):
        written[name] = _mapping(name, cells.get(name), day)
        problems = Problems()
        found = plain_circumstances(ruleset, written, problems)
        if len(problems):
            raise _Invalid(name, join_problems(problems))
    return found


def _day(held: Any, otherwise: datetime.date) -> datetime.date:
    text = "" if held is None else str(held).strip().removesuffix(" 00:00:00")
    try:
        return datetime.date.fromisoformat(text) if text else otherwise
    except ValueError:
        raise _Invalid("as_of", f"'{text}' is not a date: write it as 2026-11-21") from None


def _mapping(name: str, held: Any, day: datetime.date) -> Any:
    """Return groups or waivers as an engagement has them; of waivers the checks are enough."""
    if isinstance(held, str):
        if not held.strip():
            return {}
        if held.lstrip().startswith("{"):
            try:
                held = json.loads(held)
            except ValueError as fault:
                raise _Invalid(name, f"this is not JSON: {fault}") from None
        elif name == "waivers":
            held = [one.strip() for one in held.split(SEPARATOR) if one.strip()]
    if isinstance(held, list) and name == "waivers":
        waiver = {"reason": _IN_THE_TABLE, "approved_by": _IN_THE_TABLE, "approved_on": day}
        held = dict.fromkeys(map(str, held), waiver)
    return _without_none(plain(held)) or {}


def _without_none(held: Any) -> Any:
    """Return a value without what is None in it, at any depth of mappings."""
    if not isinstance(held, dict):
        return held
    return {key: _without_none(one) for key, one in held.items() if one is not None}


def judge_by_row(
    judge: Judge, values: Sequence[Circumstances], columns: Mapping[str, Any], layout: Layout
) -> tuple[JudgedBlock, list[RefusedCell]]:
    """Return the outcomes of rows, each under its own circumstances, and their refused cells.

    Rows with the same day and groups are judged together.
    """
    ruleset, rows = layout.ruleset, len(values)
    together: dict[Any, list[int]] = {}
    for row, one in enumerate(values):
        together.setdefault((one.as_of, tuple(one.groups.items())), []).append(row)
    waived = np.zeros((len(ruleset.graph.ids), rows), np.uint8)
    for row, one in enumerate(values):
        waived[[ruleset.graph.position[key] for key in one.waived()], row] = 1
    sizes = [len(waived)] * 4 + [len(ruleset.gate_order)] * 2
    flags = np.zeros((sum(sizes), rows), np.uint8)
    refused, counts, by_row = list[RefusedCell](), [], set[str]()
    for (as_of, groups), places in together.items():
        own = {name: _take(columns[name], places) for name in layout.questions if name in columns}
        circumstances = Circumstances(as_of, groups=dict(groups))
        part, aside = judge(own, len(places), layout, circumstances, [*_pack(waived[:, places])])
        planes = np.concatenate([*part.statuses, *part.standings, *part.verdicts])
        flags[:, places] = np.unpackbits(planes, axis=1, count=len(places), bitorder="little")
        refused += [replace(one, row=places[one.row]) for one in aside]
        counts.append((places, part.unanswered))
        by_row |= part.by_row

    def unanswered() -> npt.NDArray[np.int32]:
        found = np.zeros(rows, np.int32)
        for places, count in counts:
            found[places] = count()
        return found

    low, high, held_up, open_, *verdicts = np.split(_pack(flags), np.cumsum(sizes)[:-1])
    judged = (low, high), (held_up, open_), (verdicts[0], verdicts[1])
    return JudgedBlock(rows, *judged, unanswered, frozenset(by_row)), refused


def _pack(flags: Matrix) -> Matrix:
    return np.packbits(flags, axis=1, bitorder="little")


def _take(column: Any, places: Sequence[int]) -> Any:
    if isinstance(column, list):
        return [column[place] for place in places]
    return column.take(pa.array(places))
