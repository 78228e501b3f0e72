"""Assesses files of cases into a file of results, block by block.

Reading, assessing and writing run in parallel, and only a few blocks are in memory at a time. With
several processes, the results still come in the order of the rows.
"""

from __future__ import annotations

import contextlib
import datetime
import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import cycle, repeat
from multiprocessing.connection import Connection
from typing import Any, BinaryIO, NamedTuple

import pyarrow as pa

from readiness.dependencies.ruleset import Ruleset
from readiness.documents.opening import BrokenFile
from readiness.evaluation.bulk import Bulk
from readiness.loading.rulesets import load_texts, texts_of
from readiness.portfolio.assessed_block import BlockAssessor, RowNumbers
from readiness.portfolio.files.case_files import (
    CaseFile,
    Discard,
    Target,
    jsonable,
    writing_refused,
    writing_results,
)
from readiness.portfolio.files.comma_separated import SeparatedCases
from readiness.portfolio.files.json_lines import JsonLinesCases
from readiness.portfolio.files.pieces import ParquetCases, Piece, TableFile, ahead
from readiness.portfolio.layout import (
    REFUSED,
    ROW,
    Layout,
    RefusedRow,
    facts_of,
    layout_of,
    metadata_of,
)
from readiness.portfolio.tally import Tally
from readiness.problems import Problems, Whole, quote_names, refusal


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


_READERS: Mapping[str, tuple[str, Callable[[BinaryIO, Ruleset, int], TableFile]]] = {
    "parquet": ("a Parquet file", ParquetCases),
    "csv": ("a CSV file", SeparatedCases),
    "jsonl": ("a file of JSON Lines", JsonLinesCases),
}
"""What each format is called, and the reader of its case files."""


class _Opened(NamedTuple):
    """An open file: its cases, its layout, and the file as it is stored."""

    cases: TableFile
    layout: Layout
    raw: BinaryIO


class _PieceOfFile(NamedTuple):
    """A piece of a file without rows whose key is repeated, all keys, and the progress."""

    piece: Piece
    layout: Layout
    keys: Mapping[int, str]
    file: str
    done: int


class TooManyRefused(Exception):
    """More rows were refused than may be, so that no results were written."""


class Keys:
    """The keys of the rows of a file, from a column that is kept."""

    def __init__(self, column: str) -> None:
        self.column = column
        self._rows: dict[str, tuple[str, int]] = {}

    def checked(self, piece: Piece, file: str) -> tuple[Piece, Mapping[int, str]]:
        """Return rows without those that have no key, or the key of an earlier row; and all keys.

        The keys are by row number.
        """
        held = piece.columns[self.column]
        values = held.to_pylist() if isinstance(held, pa.Array) else held
        texts = ("" if one is None else str(jsonable(one)).strip() for one in values)
        keys = dict(zip(piece.numbers.tolist(), texts, strict=True))
        refused: list[RefusedRow] = []
        for row, key in keys.items():
            if not key:
                reason = f"it has no key in '{self.column}'"
                refused.append(RefusedRow(row, "", reason, "no-key"))
            elif (first := self._rows.setdefault(key, (file, row))) != (file, row):
                of = "" if first[0] == file else f" of {first[0]}"
                reason = f"'{key}' in '{self.column}' is already the key of row {first[1]}{of}"
                refused.append(RefusedRow(row, "", reason, "repeated-key", key))
        return piece.without(refused) if refused else piece, keys


class CaseRun:
    """Assesses the cases of files; `layout` are arguments of `layout_of`.

    `facts` also writes what the results were made with as columns. If `jobs` is more than 1, as
    many processes assess. `is_too_many` tells by the tally whether too many rows were refused.

    Raises `DocumentError` for a file that is not in its format, or whose columns do not match the
    ruleset.
    """

    def __init__(
        self,
        bulk: Bulk,
        files: Sequence[CaseFile],
        *,
        as_of: datetime.date,
        keep: tuple[str, ...] = (),
        key: str = "",
        require_all: bool = False,
        facts: bool = False,
        jobs: int = 1,
        is_too_many: Callable[[Tally], bool] = lambda _: False,
        **layout: Any,
    ) -> None:
        self.as_of: datetime.date = as_of
        self.ruleset: Ruleset = bulk.ruleset
        self._files, self._jobs, self._is_too_many = files, jobs, is_too_many
        self._keys = Keys(key) if key else None
        self._requires_all = require_all
        self._assessor = BlockAssessor(bulk, as_of)
        self._open_for_good: dict[str, _Opened] = {}
        self._names: set[str] = set()
        self._layout_options = {**layout, "keep": (*keep, key) if key else keep}
        self._facts = facts_of(bulk.ruleset, as_of) if facts else ()
        may_grow, first = False, None
        for file in files:
            with self._opened(file) as found:
                may_grow = may_grow or found.cases.may_grow
                self._names.update(found.cases.names, file.folders)
                first = first or found.layout
                self._refuse_other_columns(file, found.layout, first)
        assert first is not None
        self.layout: Layout = first
        if not may_grow:
            self._refuse_missing()
        self.tally: Tally = Tally.none(bulk.ruleset)

    @contextlib.contextmanager
    def _opened(self, file: CaseFile) -> Iterator[_Opened]:
        """An open file with its layout; standard input and the like are opened only once."""
        if (held := self._open_for_good.get(file.name)) is not None:
            yield held
            return
        with contextlib.ExitStack() as stack:
            with self._readable(file):
                raw, content = stack.enter_context(file.open())
                size = file.size if raw is content else 0
                cases = _READERS[file.format][1](content, self.ruleset, size)
            schema = cases.schema
            for name in file.folders:
                if name not in schema.names:
                    schema = schema.append(pa.field(name, pa.string()))
            named = (("file", file.name),) if len(self._files) > 1 else ()
            layout = layout_of(
                self.ruleset, schema, name=file.name, as_text=cases.as_text,
                facts=(*self._facts, *named), **self._layout_options,
            )  # fmt: skip
            found = _Opened(cases, layout, raw)
            if raw is file.source:
                self._open_for_good[file.name] = found
            yield found

    def _refuse_other_columns(self, file: CaseFile, layout: Layout, first: Layout) -> None:
        """Raise `DocumentError` if a kept column has another type than in the first file."""
        problems = Problems()
        for one, other in zip(layout.kept, first.kept, strict=True):
            if one.type != other.type:
                facts = {"name": one.name, "found": f"{one.type}", "first": f"{other.type}"}
                problems.add("column-of-two-types", Whole(file.name), **facts)
        problems.raise_if_any()

    @property
    def missing(self) -> tuple[str, ...]:
        """The questions without a column so far, which therefore have no answer in any row."""
        return tuple(key for key in self.ruleset.questions if key not in self._names)

    def _refuse_missing(self) -> None:
        """Raise `DocumentError` if every question must have a column, and one has none."""
        if not (self._requires_all and self.missing):
            return
        problems = Problems()
        total = len(self.ruleset.questions)
        hint = f"add the columns {quote_names(self.missing, joint='and')}"
        facts = {"number": len(self.missing), "total": total}
        problems.add("columns-missing", Whole(self._files[0].name), hint=hint, **facts)
        problems.raise_if_any()

    @property
    def total(self) -> int:
        """The total amount of work in the units of `run`; 0 if unknown."""
        return sum(file.size for file in self._files)

    def run(self, target: Target | None) -> Iterator[int]:
        """Assess all rows; yield after each block how much is done.

        Files appear only when all is done; after an error, existing files are unchanged. Raises
        `DocumentError` if a file cannot be read to its end, `OSError` if the results cannot be
        written, `TooManyRefused` with the refused rows written, `WorkerEnded`.
        """
        target = target or Target(None, "", None)
        schema = self.layout.schema.with_metadata(metadata_of(self.ruleset, self.as_of))
        key = self._keys.column if self._keys else None
        with contextlib.ExitStack() as stack:
            tell = stack.enter_context(writing_refused(target, key, has_files=len(self._files) > 1))
            write = stack.enter_context(writing_results(target, schema))
            for at, results in stack.enter_context(contextlib.closing(ahead(self._assessed()))):
                refused = sorted([*at.piece.refused, *results.refused], key=lambda one: one.row)
                is_whole = self.layout.in_place and at.piece.refused
                write(_with_rows(results.batch, at, schema) if is_whole else results.batch)
                tell([(one, at.keys.get(one.row, ""), at.file) for one in refused])
                yield at.done
            self._refuse_missing()
            if self._is_too_many(self.tally):
                raise Discard
        if self._is_too_many(self.tally):
            raise TooManyRefused

    def _assessed(self) -> Iterator[tuple[_PieceOfFile, Results]]:
        """Yield the pieces of the files with their results."""
        sent: list[_PieceOfFile] = []
        with contextlib.closing(ahead(self._pieces())) as pieces, contextlib.ExitStack() as stack:

            def rows() -> Iterator[Rows]:
                for at in pieces:
                    sent.append(at)
                    yield Rows(at.piece.columns, at.piece.numbers, at.layout)

            if self._jobs > 1:
                found = in_order(stack.enter_context(workers(self._assessor, self._jobs)), rows())
            else:
                found = map(assess_rows, repeat(self._assessor), rows())
            for results in found:
                at = sent.pop(0)
                tally = self.tally + results.tally
                self.tally = replace(tally, refused=tally.refused + len(at.piece.refused))
                yield at, results

    def _pieces(self) -> Iterator[_PieceOfFile]:
        before = 0
        for file in self._files:
            with self._opened(file) as (cases, layout, raw):
                stated = {
                    name: value for name, value in file.folders.items() if name in layout.read
                }
                inner = replace(
                    layout,
                    questions=tuple(one for one in layout.questions if one not in stated),
                    kept=tuple(one for one in layout.kept if one.name not in stated),
                )
                pieces = cases.pieces(inner, self._assessor.block_rows)
                while (piece := self._next(pieces, file)) is not None:
                    rows = len(piece.numbers)
                    more = {
                        k: pa.repeat(pa.scalar(v, pa.string()), rows) for k, v in stated.items()
                    }
                    piece = replace(piece, columns={**piece.columns, **more})
                    keys: Mapping[int, str] = {}
                    if self._keys is not None:
                        piece, keys = self._keys.checked(piece, file.name)
                    if cases.total:
                        done = file.size * piece.done // cases.total
                    else:  # compressed, or of unknown size
                        done = raw.tell() if file.size else piece.done
                    yield _PieceOfFile(piece, layout, keys, file.name, before + done)
                self._names.update(cases.names)
                before += file.size

    def _next(self, pieces: Iterator[Piece], file: CaseFile) -> Piece | None:
        with self._readable(file):
            return next(pieces, None)

    @contextlib.contextmanager
    def _readable(self, file: CaseFile) -> Iterator[None]:
        """Raise `DocumentError` for a file that is invalid or cannot be read."""
        try:
            yield
        except BrokenFile as fault:
            wanted = _READERS[file.format][0]
            raise fault.refusal("not-a-table", file.name, wanted=wanted) from None
        except OSError as fault:
            reason = (fault.strerror or "it is damaged").lower()
            raise refusal("unreadable-table", Whole(file.name), reason=reason) from None


def _with_rows(batch: Any, at: _PieceOfFile, schema: Any) -> Any:
    """Return results with rows that could not be assessed at all, in their places."""
    refused = at.piece.refused
    held = {ROW: [one.row for one in refused], REFUSED: [one.reason for one in refused]}
    columns = [
        pa.array(held[one.name], one.type) if one.name in held else pa.nulls(len(refused), one.type)
        for one in schema
    ]
    aside = pa.record_batch(columns, schema=batch.schema)
    found = pa.Table.from_batches([batch, aside]).unify_dictionaries().combine_chunks()
    return found.sort_by(ROW).combine_chunks().to_batches()[0]
