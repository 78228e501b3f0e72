"""Many companies together: ours against OpenFisca, DuckDB, and copying the same bytes."""

from __future__ import annotations

import importlib
import random
from collections.abc import Iterable
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
from columns import Columns
from encoding import encoded
from peers.peer import TableWay
from probing import Trial, Verdict, disagreement, seconds_of, tried
from single_cases import Measured, contestant
from timing import Work, interleaved

PEERS = ("openfisca", "duckdb_sql")
PACKED, UNPACKED, WHOLE = (
    "assess_table, packed", "assess_table, unpacked", "assess_table, with the blockers of each row"
)  # fmt: skip
# What the peers also calculate.
OUTCOMES = ("verdict", "status", "standing")
COPY, COPY_FRESH = "copying the same bytes", "copying the same bytes into new memory"


def measured(
    columns: Columns, rounds: int, limit: float, cases: int, *, peers: Iterable[str]
) -> Measured:
    """Check each way on randomly drawn rows, then time those that agree."""
    table, assessor = columns.arrow, columns.workload.assessor
    result = assessor.assess_table(table).only(*OUTCOMES)
    _check_ours(columns, result, cases)
    buffers = [*arrays_of(table), *arrays_of(result)]
    room = [np.empty_like(one) for one in buffers]

    def copy() -> None:
        for one, into in zip(buffers, room, strict=True):
            np.copyto(into, one)

    works: dict[str, Work] = {
        PACKED: lambda: assessor.assess_table(table),
        UNPACKED: lambda: assessor.assess_table(table).only(*OUTCOMES),
        WHOLE: lambda: assessor.assess_table(table).table,
        COPY: copy,
        COPY_FRESH: lambda: [one.copy() for one in buffers],
    }
    trials: dict[str, list[Trial]] = {}
    for peer in peers:
        module = importlib.import_module(f"peers.{peer}")
        for offer in module.ways(encoded(columns.workload.loaded), columns):
            test = partial(_agrees, columns=columns, cases=cases)
            trial = tried(offer, test, limit, rounds)
            trials.setdefault(peer, []).append(trial)
            if not trial.trouble:
                works[contestant(peer, trial)] = offer.make().decide
    return Measured(interleaved(works, rounds), 1, trials)


def arrays_of(table: pa.Table) -> list[Any]:
    """Return the buffers of a table as byte arrays, each once."""
    found: dict[int, Any] = {}
    for column in table.columns:
        for chunk in column.chunks:
            for buffer in chunk.buffers():
                if buffer is not None and buffer.size:
                    found[buffer.address] = np.frombuffer(buffer, np.uint8)
    return list(found.values())


def size_of(columns: Columns) -> tuple[int, int]:
    """Return the bytes of the answers and of the result."""
    result = columns.workload.assessor.assess_table(columns.arrow).only(*OUTCOMES)
    sizes = [sum(one.nbytes for one in arrays_of(table)) for table in (columns.arrow, result)]
    return sizes[0], sizes[1]


def _rows(columns: Columns, cases: int) -> list[int]:
    return random.Random("rows").sample(range(columns.rows), min(cases, columns.rows))


def _check_ours(columns: Columns, result: pa.Table, cases: int) -> None:
    """Assert that randomly drawn rows of the table agree with `judge`."""
    for row in _rows(columns, cases):
        [held] = result.slice(row, 1).to_pylist()
        judged = columns.workload.assessor.judge(columns.answers(row))
        for head, found in (
            ("verdict", judged.verdicts),
            ("status", judged.statuses),
            ("standing", judged.standings),
        ):
            assert all(held[f"{head}.{key}"] == value for key, value in found.items())


def _agrees(way: TableWay, columns: Columns, cases: int) -> Verdict:
    """Return whether randomly drawn rows of the way agree with `judge`."""
    found = way.decide()
    for row in _rows(columns, cases):
        ours = columns.workload.assessor.judge(columns.answers(row))
        trouble = disagreement(ours, way.judgement(found, row))
        if trouble:
            return Verdict(f"disagrees in row {row}: {trouble}")
    return Verdict("", seconds_of(way.decide))
