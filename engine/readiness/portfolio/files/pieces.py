"""The pieces into which files of cases are read, the interface of their readers, and Parquet.

One thread reads, one assesses, and the caller writes the results; most of that is done
outside of Python, so that two cores are busy. Never more than a few blocks are held.
"""

from __future__ import annotations

import contextlib
import queue
import threading
from abc import ABC, abstractmethod
from collections.abc import Collection, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from readiness.dependencies.ruleset import Ruleset
from readiness.documents.opening import BrokenFile
from readiness.portfolio.column_reader import cell_texts
from readiness.portfolio.layout import Layout, RefusedRow
from readiness.portfolio.segments import plain_type_of


@dataclass(frozen=True, slots=True)
class Piece:
    """Some rows of a file by column, their numbers, and the rows among them that are refused.

    `done` is how much of the file has been read, in the units of the file's `total`.
    """

    columns: Mapping[str, Any]
    numbers: npt.NDArray[np.int64]
    refused: Sequence[RefusedRow]
    done: int

    def without(self, refused: Sequence[RefusedRow]) -> Piece:
        """Return the piece without some of its rows, which are added to the refused ones."""
        is_left = ~np.isin(self.numbers, [one.row for one in refused])
        columns = {name: _filter(column, is_left) for name, column in self.columns.items()}
        aside = sorted([*self.refused, *refused], key=lambda one: one.row)
        return Piece(columns, self.numbers[is_left], aside, self.done)


def join_pieces(pieces: Iterable[Piece], rows: int, size: int) -> Iterator[Piece]:
    """Yield pieces joined to at most `rows` rows, from about `size` units of the file."""
    held: list[Piece] = []
    start = 0
    for piece in pieces:
        count = sum(len(one.numbers) for one in held)
        if held and (count + len(piece.numbers) > rows or held[-1].done - start >= size):
            yield _join(held)
            start, held = held[-1].done, []
        held.append(piece)
    if held:
        yield _join(held)


def _join(pieces: list[Piece]) -> Piece:
    if len(pieces) == 1:
        return pieces[0]
    columns: dict[str, Any] = {}
    for name in dict.fromkeys(name for piece in pieces for name in piece.columns):
        parts = [one.columns.get(name, pa.nulls(len(one.numbers))) for one in pieces]
        kinds = {part.type for part in parts if isinstance(part, pa.Array)} - {pa.null()}
        if len(kinds) == 1 and all(isinstance(part, pa.Array) for part in parts):
            columns[name] = pa.concat_arrays([part.cast(*kinds) for part in parts])
        else:
            lists = (
                cell_texts(name, one, []) if isinstance(one, pa.Array) else one for one in parts
            )
            columns[name] = [value for part in lists for value in part]
    numbers = np.concatenate([one.numbers for one in pieces])
    refused = [row for one in pieces for row in one.refused]
    return Piece(columns, numbers, refused, pieces[-1].done)


def _filter(column: Any, is_left: npt.NDArray[np.bool_]) -> Any:
    if isinstance(column, pa.Array):
        return column.filter(pa.array(is_left))
    return [one for one, stays in zip(column, is_left.tolist(), strict=True) if stays]


class TableFile(ABC):
    """A file of cases; `schema` has its columns, `as_text` says that all of them are text.

    `names` are the columns found so far; if the file `may_grow`, more may follow. `total` is its
    size in the units of `Piece.done`, 0 if unknown.
    """

    schema: Any
    names: Collection[str]
    total: int
    as_text = False
    may_grow = False

    @abstractmethod
    def pieces(self, layout: Layout, rows: int) -> Iterator[Piece]:
        """Yield the rows, at most `rows` at a time; raises `BrokenFile` if the file breaks off."""


class ParquetCases(TableFile):
    """A Parquet file of cases; raises `BrokenFile` for a file that is not Parquet."""

    def __init__(self, file: BinaryIO, _ruleset: Ruleset, _size: int) -> None:
        if not file.seekable():
            msg = "Parquet cannot be read from a pipe; give the file"
            raise BrokenFile(msg)
        with _report_errors("it is damaged, or not Parquet"):
            texts = [one.name for one in pq.read_schema(file) if pa.types.is_string(one.type)]
            file.seek(0)
            # Texts are read as dictionaries, as they are stored. Nothing is buffered in advance:
            # the library would hold the whole file by the time it has read it.
            self._file = pq.ParquetFile(file, read_dictionary=texts, pre_buffer=False)
            self.schema: Any = self._file.schema_arrow
            self.names: list[str] = self.schema.names
            self.total: int = self._file.metadata.num_rows

    def pieces(self, layout: Layout, rows: int) -> Iterator[Piece]:
        """Yield the rows, at most `rows` at a time."""
        done = 0
        batches = gather_batches(self._batches(layout.read, rows), rows)
        while True:
            with _report_errors(f"it cannot be read from row {done + 1} on"):
                batch = next(batches, None)
            if batch is None:
                return
            columns = dict(zip(batch.schema.names, batch.columns, strict=True))
            numbers = np.arange(done + 1, done + 1 + batch.num_rows)
            done += batch.num_rows
            yield Piece(columns, numbers, (), done)

    def _batches(self, columns: list[str], rows: int) -> Iterator[Any]:
        """Yield the rows as record batches, by the row groups of the file."""
        plain = {
            name: decoded
            for name in columns
            if (decoded := plain_type_of(kind := self.schema.field(name).type)) != kind
        }
        if not plain:
            yield from self._file.iter_batches(batch_size=rows, columns=columns)
            return
        # Dictionaries within lists: the library cannot combine those of several row groups.
        for group in range(self._file.num_row_groups):
            for batch in self._file.iter_batches(rows, row_groups=[group], columns=columns):
                held = [
                    column.cast(plain[name]) if name in plain else column
                    for name, column in zip(batch.schema.names, batch.columns, strict=True)
                ]
                yield pa.record_batch(held, names=batch.schema.names)


def gather_batches(batches: Iterable[Any], most: int) -> Iterator[Any]:
    """Yield record batches of at most `most` rows, combining small ones; none is larger."""
    held: list[Any] = []
    rows = 0
    for batch in batches:
        if held and rows + batch.num_rows > most:
            yield from _combined(held)
            held, rows = [], 0
        held.append(batch)
        rows += batch.num_rows
    yield from _combined(held)


def _combined(held: list[Any]) -> Iterable[Any]:
    if len(held) < 2:
        return held
    found: list[Any] = pa.Table.from_batches(held).combine_chunks().to_batches()
    return found


@contextlib.contextmanager
def _report_errors(reason: str) -> Iterator[None]:
    """Raise `BrokenFile` with the reason when the library reports an unusable file."""
    try:
        yield
    except OSError as fault:
        if fault.errno:  # an error of the disk, not of the content of the file
            raise
        raise BrokenFile(reason) from None
    except pa.ArrowException:
        raise BrokenFile(reason) from None


Item = TypeVar("Item")
_AHEAD = 2
"""The number of blocks that may wait for the next stage."""
_PATIENCE = 1.0
"""The seconds to wait for a thread whose items are no longer needed; a pipe may block it."""


class _End:
    """The end of the items; `fault` is the exception, if one ended them."""

    def __init__(self, fault: BaseException | None = None) -> None:
        self.fault = fault


def ahead(items: Iterable[Item]) -> Generator[Item, None, None]:
    """Yield the items, while a separate thread prepares the next ones.

    Exceptions from preparing them are raised here. To stop early, close the generator.
    """
    ready: queue.Queue[Item | _End] = queue.Queue(_AHEAD)
    stopped = threading.Event()

    def put(item: Item | _End) -> bool:
        while not stopped.is_set():
            try:
                ready.put(item, timeout=0.1)
            except queue.Full:
                continue
            return True
        return False

    def make() -> None:
        end = _End()
        try:
            for item in items:
                if not put(item):
                    return
        except BaseException as fault:  # noqa: BLE001 - raised again where it is waited for
            end = _End(fault)
        put(end)

    maker = threading.Thread(target=make, daemon=True)
    maker.start()
    try:
        while not isinstance(item := ready.get(), _End):
            yield item
        if item.fault is not None:
            raise item.fault
    finally:
        stopped.set()
        maker.join(_PATIENCE)
