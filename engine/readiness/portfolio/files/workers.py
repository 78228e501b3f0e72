"""Assesses blocks of rows in several processes, in the order in which they come."""

from __future__ import annotations

import contextlib
import datetime
import multiprocessing
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import cycle
from multiprocessing.connection import Connection
from typing import Any, NamedTuple

import pyarrow as pa

from readiness.evaluation.bulk import Bulk
from readiness.loading.rulesets import load_texts, texts_of
from readiness.portfolio.assessed_block import RowNumbers
from readiness.portfolio.block_assessor import BlockAssessor
from readiness.portfolio.layout import Layout, RefusedRow
from readiness.portfolio.tally import Tally


class Rows(NamedTuple):
    """Some rows by column, with their numbers and their layout."""

    columns: Mapping[str, Any]
    numbers: RowNumbers
    layout: Layout


class Results(NamedTuple):
    """The results of some rows: a record batch, their tally, and their refused answers."""

    batch: Any
    tally: Tally
    refused: Sequence[RefusedRow]


class WorkerEnded(Exception):
    """A worker has ended before its work was done, for example because memory ran out."""


def assess_rows(assessor: BlockAssessor, rows: Rows) -> Results:
    """Return the results of rows."""
    block = assessor.assess(*rows)
    return Results(block.batch(), block.tally(), block.refused_rows())


@contextlib.contextmanager
def workers(assessor: BlockAssessor, jobs: int) -> Iterator[Sequence[Connection]]:
    """Start processes that assess rows; they end with the block, or with this process."""
    context = multiprocessing.get_context("spawn")
    texts, connections, processes = texts_of(assessor.ruleset), [], []
    try:
        for _ in range(jobs):
            ours, theirs = context.Pipe()
            work = context.Process(target=_work, args=(theirs, texts, assessor.as_of), daemon=True)
            work.start()
            theirs.close()
            connections.append(ours)
            processes.append(work)
        yield connections
    finally:
        for connection in connections:
            connection.close()
        for process in processes:
            process.terminate()
            process.join()


def in_order(connections: Sequence[Connection], items: Iterable[Rows]) -> Iterator[Results]:
    """Yield the results of each of the items; each process has one of them at a time."""
    waiting: deque[Connection] = deque()
    try:
        for rows, connection in zip(items, cycle(connections), strict=False):
            if len(waiting) == len(connections):
                yield _received(waiting.popleft())
            connection.send(_packed(rows))
            waiting.append(connection)
        while waiting:
            yield _received(waiting.popleft())
    except (EOFError, ConnectionError) as fault:
        raise WorkerEnded from fault


def _received(connection: Connection) -> Results:
    found = connection.recv()
    if isinstance(found, Exception):
        raise found
    batch, tally, refused = found
    return Results(_unpacked(batch), tally, refused)


def _work(connection: Connection, texts: tuple[str, ...], as_of: datetime.date) -> None:
    """Assess what comes through a connection, until its other end is closed."""
    assessor = BlockAssessor(Bulk(load_texts(texts)), as_of)
    with contextlib.suppress(EOFError, ConnectionError):
        while True:
            batch, lists, numbers, layout = connection.recv()
            held = _unpacked(batch)
            columns = {**dict(zip(held.schema.names, held.columns, strict=True)), **lists}
            rows = Rows(columns, numbers, replace(layout, ruleset=assessor.ruleset))
            found: Any
            try:
                results = assess_rows(assessor, rows)
                found = (_stored(results.batch), results.tally, results.refused)
            except Exception as fault:  # noqa: BLE001 - raised again by the other process
                found = fault
            connection.send(found)


def _packed(rows: Rows) -> tuple[Any, ...]:
    """Return rows without the ruleset, which the worker has; a column may be a list of values."""
    arrays = {name: one for name, one in rows.columns.items() if isinstance(one, pa.Array)}
    lists = {name: one for name, one in rows.columns.items() if name not in arrays}
    layout = replace(rows.layout, ruleset=None)  # type: ignore[arg-type]
    return _stored(pa.record_batch(arrays)), lists, rows.numbers, layout


def _stored(batch: Any) -> Any:
    """Return a record batch as bytes, without the rest of a larger one that it is a part of."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    return sink.getvalue()


def _unpacked(stored: Any) -> Any:
    return pa.ipc.open_stream(stored).read_next_batch()
