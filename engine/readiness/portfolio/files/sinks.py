"""Writers of results: they write many cases to files, block by block."""

from __future__ import annotations

import contextlib
import datetime
import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import product
from typing import Any, BinaryIO, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from readiness.documents.csv_text import BYTE_ORDER_MARK, FOR_SPREADSHEETS, CsvDialect
from readiness.portfolio.vectors import is_text
from readiness.problems.terminal_text import escape_json

# The number of rows whose JSON stays in the processor's cache while it is assembled.
_ROWS_AT_ONCE = 4_096
_MOST_COMBINATIONS = 4_096

_JSON = json.JSONEncoder(ensure_ascii=False)

_Named: TypeAlias = tuple[str, Any]  # the name as JSON, and the column

_CELLS = 2**24
"""The approximate number of cells in one row group of a Parquet file."""


Write: TypeAlias = Callable[[Any], None]
"""Writes a record batch of a schema."""


@contextlib.contextmanager
def write_parquet(
    file: BinaryIO, schema: Any, _way: CsvDialect = FOR_SPREADSHEETS
) -> Iterator[Write]:
    """Write Parquet, several blocks to a row group: each column costs some bytes in each of them.

    The number of blocks depends on the number of columns, so that the buffered rows stay small.
    """
    enough = _CELLS // max(1, len(schema))
    waiting: list[Any] = []

    def write_group() -> None:
        table = pa.Table.from_batches(waiting, schema)
        waiting.clear()
        writer.write_table(table, row_group_size=max(1, table.num_rows))

    def write(batch: Any) -> None:
        waiting.append(batch)
        if sum(one.num_rows for one in waiting) >= enough:
            write_group()

    with _closing(pq.ParquetWriter(file, schema)) as writer:
        yield write
        if waiting:
            write_group()


@contextlib.contextmanager
def write_separated(
    file: BinaryIO, schema: Any, way: CsvDialect = FOR_SPREADSHEETS
) -> Iterator[Write]:
    """Write comma-separated values in columns, in the form that `SeparatedRows` writes."""
    shown = pa.schema(pa.field(str(way.cell(one.name)), plain_type(one.type)) for one in schema)

    def write(batch: Any) -> None:
        columns = [
            _texts(plain(column), way).cast(field.type)
            for column, field in zip(batch.columns, shown, strict=True)
        ]
        writer.write_batch(pa.record_batch(columns, schema=shown))

    file.write(BYTE_ORDER_MARK.encode())
    options = pyarrow.csv.WriteOptions(delimiter=way.separator)
    with _closing(pyarrow.csv.CSVWriter(file, shown, write_options=options)) as writer:
        yield write


@contextlib.contextmanager
def write_json_lines(
    file: BinaryIO, schema: Any, _way: CsvDialect = FOR_SPREADSHEETS
) -> Iterator[Write]:
    """Write JSON Lines: one object per row, without null values."""
    lines = _JsonLines(schema.names)

    def write(batch: Any) -> None:
        file.writelines(
            lines.of(batch.slice(start, _ROWS_AT_ONCE))
            for start in range(0, batch.num_rows, _ROWS_AT_ONCE)
        )

    yield write


@contextlib.contextmanager
def _closing(writer: Any) -> Iterator[Any]:
    """Close the writer of a file; after an error, only release the file."""
    try:
        yield writer
    except BaseException:
        with contextlib.suppress(Exception):
            writer.close()
        raise
    writer.close()


def _texts(column: Any, way: CsvDialect) -> Any:
    """Return a column with its texts formatted; each distinct text is formatted once."""
    if not is_text(column.type):
        return column
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    texts = column.dictionary.to_pylist()
    shown = pa.array([text if text is None else way.text(text) for text in texts], pa.string())
    return pa.DictionaryArray.from_arrays(column.indices, shown)


class _JsonLines:
    """Formats rows as lines of JSON."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = [escape_json(_JSON.encode(name)) for name in names]
        self._tables: dict[tuple[Any, ...], Any] = {}

    def of(self, batch: Any) -> memoryview | bytes:
        """Return a line for each row, from members that begin with a comma, except the first."""
        held = [
            column if pa.types.is_list(column.type) else plain(column) for column in batch.columns
        ]
        named = list(zip(self._names, held, strict=True))
        comma = "," if held[0].null_count else ""
        parts = [
            _members(*group[0]) if len(group) == 1 else self._together(group)
            for group in _group(named[1:])
        ]
        lines = pc.binary_join_element_wise(
            "{", _members(*named[0], comma), *parts, "}\n", "",
            null_handling="replace", null_replacement="",
        )  # fmt: skip
        text = _join(lines)
        if not comma:
            return text
        # Line breaks only occur between lines: within texts they are escaped.
        return (b"\n" + text).replace(b"\n{,", b"\n{")[1:]

    def _together(self, group: list[_Named]) -> Any:
        """Return the members of columns with few values, from a table of all combinations."""
        values = [tuple(column.dictionary.to_pylist()) for _, column in group]
        names = [name for name, _ in group]
        key = (*names, *values)
        if key not in self._tables:
            texts = [
                [*(_member(name, value) for value in held), ""]
                for name, held in zip(names, values, strict=True)
            ]
            self._tables[key] = pa.array(["".join(one) for one in product(*texts)], pa.string())
        place = np.zeros(len(group[0][1]), np.int32)
        for (_, column), held in zip(group, values, strict=True):
            codes = pc.fill_null(column.indices.cast(pa.int32()), len(held))
            place = place * (len(held) + 1) + codes.to_numpy()
        return self._tables[key].take(pa.array(place))


def _group(named: list[_Named]) -> Iterator[list[_Named]]:
    """Yield the columns in order, grouping neighbours that have few combinations of values."""
    group: list[_Named] = []
    size = 1
    for name, column in named:
        is_coded = pa.types.is_dictionary(column.type)
        more = len(column.dictionary) + 1 if is_coded else _MOST_COMBINATIONS
        if group and size * more > _MOST_COMBINATIONS:
            yield group
            group, size = [], 1
        group.append((name, column))
        size *= more
    if group:
        yield group


def _members(name: str, column: Any, comma: str = ",") -> Any:
    """Return `,"name":value` for each row; null if there is no value."""
    types, kind = pa.types, column.type
    if types.is_integer(kind) or types.is_boolean(kind) or types.is_decimal(kind):
        return pc.binary_join_element_wise(f"{comma}{name}:", column.cast(pa.string()), "")
    if types.is_list(kind):
        texts = [_member(name, value, comma) or None for value in column.to_pylist()]
        return pa.array(texts, pa.string())
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    values = column.dictionary.to_pylist()
    texts = [_member(name, value, comma) or None for value in values]
    return pa.array(texts, pa.string()).take(column.indices)


def _member(name: str, value: Any, comma: str = ",") -> str:
    held = jsonable(value)
    return "" if held is None else f"{comma}{name}:{escape_json(_JSON.encode(held))}"


def _join(lines: Any) -> memoryview:
    """Return the concatenation of some new texts."""
    ends = np.frombuffer(lines.buffers()[1], np.int32)
    return memoryview(lines.buffers()[2])[: int(ends[len(lines)])]


# Conversion of columns of any Arrow type to the few types that every text format can hold


def plain(column: Any) -> Any:
    """Return a column as yes or no, whole numbers, doubles, or text, possibly in a dictionary.

    Whole numbers of any length stay numbers. Dates and times are written in ISO 8601, decimals with
    their digits, bytes in hexadecimal, and nested values as JSON.
    """
    types, kind = pa.types, column.type
    if isinstance(kind, pa.BaseExtensionType):
        return plain(column.storage)
    if types.is_run_end_encoded(kind):
        return plain(pc.run_end_decode(column))
    if types.is_dictionary(kind):
        # A large dictionary may belong to many more rows than these.
        is_plain = types.is_string(kind.value_type) and len(column.dictionary) <= len(column) + 8
        return column if is_plain else plain(column.dictionary_decode())
    if types.is_boolean(kind) or types.is_integer(kind):
        return column
    if is_text(kind):
        return column.cast(pa.string())
    if types.is_floating(kind):
        return column.cast(pa.float64())
    if types.is_decimal(kind) and not kind.scale:
        return column
    if types.is_null(kind) or types.is_decimal(kind) or types.is_date(kind):
        return column.cast(pa.string())
    return pa.array([_text(one) for one in column], pa.string())


def plain_type(kind: Any) -> Any:
    """Return the type that a column is converted to, without its dictionary."""
    found = plain(pa.array([], kind)).type
    return found.value_type if pa.types.is_dictionary(found) else found


def jsonable(value: Any) -> Any:
    """Return a value as JSON can hold it; numbers that are not finite become null."""
    match value:
        case float():
            return value if math.isfinite(value) else None
        case None | bool() | int() | str():
            return value
        case Mapping():
            return {str(key): jsonable(held) for key, held in value.items()}
        case list() | tuple():
            return [jsonable(one) for one in value]
        case bytes():
            return value.hex()
        case datetime.date() | datetime.time():
            return value.isoformat()
        case _:
            return str(value)


def _text(cell: Any) -> str | None:
    try:
        held = cell.as_py()
    except (ValueError, OverflowError):  # more than Python can hold, such as billionths of seconds
        return str(cell.cast(pa.string()))
    if held is None:
        return None
    found = jsonable(held)
    return found if isinstance(found, str) else json.dumps(found, ensure_ascii=False)
