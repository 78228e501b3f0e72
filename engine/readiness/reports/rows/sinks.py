"""Results of many cases written to files, block by block."""

from __future__ import annotations

import json
from typing import Any, BinaryIO, Protocol

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from readiness.reports.cells import harmless

_CELLS = 2**25
"""In one row group of a Parquet file, about."""


class Sink(Protocol):
    """Takes record batches of one schema; the file is complete once it is closed."""

    def write(self, batch: Any) -> None:
        """Write some rows."""
        ...

    def close(self) -> None:
        """Write what comes at the end."""
        ...


class ParquetSink:
    """Writes Parquet, several blocks to a row group: each column costs some bytes in each of them.

    How many depends on how many columns there are, so that what waits stays small.
    """

    def __init__(self, file: BinaryIO, schema: Any) -> None:
        self._writer = pq.ParquetWriter(file, schema)
        self._schema = schema
        self._enough = _CELLS // max(1, len(schema))
        self._waiting: list[Any] = []

    def write(self, batch: Any) -> None:
        """Write some rows."""
        self._waiting.append(batch)
        if sum(one.num_rows for one in self._waiting) >= self._enough:
            self._write_group()

    def _write_group(self) -> None:
        table = pa.Table.from_batches(self._waiting, self._schema)
        self._waiting.clear()
        self._writer.write_table(table, row_group_size=max(1, table.num_rows))

    def close(self) -> None:
        """Write what comes at the end."""
        if self._waiting:
            self._write_group()
        self._writer.close()


class SeparatedSink:
    """Writes comma-separated values, which run nothing in a spreadsheet."""

    def __init__(self, file: BinaryIO, schema: Any) -> None:
        fields = [pa.field(one.name, _plain(one.type)) for one in schema]
        self._schema = pa.schema(fields)
        self._writer = pyarrow.csv.CSVWriter(file, self._schema)

    def write(self, batch: Any) -> None:
        """Write some rows."""
        columns = [_harmless(column) for column in batch.columns]
        columns = [
            column.cast(field.type) for column, field in zip(columns, self._schema, strict=True)
        ]
        self._writer.write_batch(pa.record_batch(columns, schema=self._schema))

    def close(self) -> None:
        """Write what comes at the end."""
        self._writer.close()


class JsonLinesSink:
    """Writes JSON Lines: an object a row, in which what is null is left out."""

    def __init__(self, file: BinaryIO, schema: Any) -> None:
        self._file = file
        self._names = [json.dumps(name, ensure_ascii=False) for name in schema.names]

    def write(self, batch: Any) -> None:
        """Write some rows."""
        if not batch.num_rows:
            return
        parts = [
            _members(name, column) for name, column in zip(self._names, batch.columns, strict=True)
        ]
        joined = pc.binary_join_element_wise(*parts, ",", null_handling="skip")
        lines = pc.binary_join_element_wise("{", joined, "}\n", "")
        self._file.write(b"".join(line.as_buffer() for line in lines))

    def close(self) -> None:
        """There is nothing at the end."""


def _plain(kind: Any) -> Any:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _harmless(column: Any) -> Any:
    """A column whose texts a spreadsheet shows as they stand."""
    if pa.types.is_string(column.type):
        column = column.dictionary_encode()
    if not pa.types.is_dictionary(column.type):
        return column
    texts = column.dictionary.to_pylist()
    shown = pa.array([text if text is None else harmless(text) for text in texts], pa.string())
    return pa.DictionaryArray.from_arrays(column.indices, shown)


def _members(name: str, column: Any) -> Any:
    """`"name":value` for each row; null where there is none."""
    if pa.types.is_integer(column.type):
        return pc.binary_join_element_wise(f"{name}:", column.cast(pa.string()), "")
    if not pa.types.is_dictionary(column.type):
        column = _encoded(column)
    texts = [
        None if value is None else f"{name}:{json.dumps(value, ensure_ascii=False, default=str)}"
        for value in column.dictionary.to_pylist()
    ]
    return pa.DictionaryArray.from_arrays(column.indices, pa.array(texts, pa.string())).cast(
        pa.string()
    )


def _encoded(column: Any) -> Any:
    """A column as places in the list of its different values."""
    try:
        return column.dictionary_encode()
    except pa.ArrowNotImplementedError:  # of lists and structs
        indices = pa.array(range(len(column)), pa.int32(), mask=column.is_null().to_numpy(False))
        return pa.DictionaryArray.from_arrays(indices, column)
