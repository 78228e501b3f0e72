"""Cases in Parquet files."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from readiness.dependencies.ruleset import Ruleset
from readiness.documents.opening import BrokenFile
from readiness.portfolio.arrow_types import plain_type_of
from readiness.portfolio.files.pieces import Piece, TableFile
from readiness.portfolio.layout import Layout


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
            yield from _join(held)
            held, rows = [], 0
        held.append(batch)
        rows += batch.num_rows
    yield from _join(held)


def _join(held: list[Any]) -> Iterable[Any]:
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
