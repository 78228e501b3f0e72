"""The files of a portfolio: those that cases are read from, and those that results are written to.

Cases are in files that are named, within folders, or found by patterns, and may be compressed;
results and refused rows go to files, compressed files, and folders in partitions, block by block.
"""

from __future__ import annotations

import contextlib
import datetime
import glob
import json
import math
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import count
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias
from urllib.parse import quote, unquote

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from readiness.documents import csv_text
from readiness.documents.opening import is_hidden, note_input
from readiness.documents.saving import saving, saving_folder
from readiness.portfolio.layout import RefusedRow
from readiness.portfolio.segments import is_text
from readiness.problems.terminal_text import escape_json

# The number of rows whose JSON stays in the processor's cache while it is assembled.
_ROWS_AT_ONCE = 4_096

_JSON = json.JSONEncoder(ensure_ascii=False)

_CELLS = 2**24
"""The approximate number of cells in one row group of a Parquet file."""


Write: TypeAlias = Callable[[Any], None]
"""Writes a record batch of a schema."""


@contextlib.contextmanager
def write_parquet(
    file: BinaryIO, schema: Any, _way: csv_text.CsvDialect = csv_text.FOR_SPREADSHEETS
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
    file: BinaryIO, schema: Any, way: csv_text.CsvDialect = csv_text.FOR_SPREADSHEETS
) -> Iterator[Write]:
    """Write comma-separated values in columns, in the form that `SeparatedRows` writes."""
    shown = pa.schema(pa.field(str(way.cell(one.name)), plain_type(one.type)) for one in schema)

    def write(batch: Any) -> None:
        columns = [
            _texts(plain(column), way).cast(field.type)
            for column, field in zip(batch.columns, shown, strict=True)
        ]
        writer.write_batch(pa.record_batch(columns, schema=shown))

    file.write(csv_text.BYTE_ORDER_MARK.encode())
    options = pyarrow.csv.WriteOptions(delimiter=way.separator)
    with _closing(pyarrow.csv.CSVWriter(file, shown, write_options=options)) as writer:
        yield write


@contextlib.contextmanager
def write_json_lines(
    file: BinaryIO, schema: Any, _way: csv_text.CsvDialect = csv_text.FOR_SPREADSHEETS
) -> Iterator[Write]:
    """Write JSON Lines: one object per row, without null values."""
    names = [escape_json(_JSON.encode(name)) for name in schema.names]

    def write(batch: Any) -> None:
        file.writelines(
            _lines_of(names, batch.slice(start, _ROWS_AT_ONCE))
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


def _texts(column: Any, way: csv_text.CsvDialect) -> Any:
    """Return a column with its texts formatted; each distinct text is formatted once."""
    if not is_text(column.type):
        return column
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    texts = column.dictionary.to_pylist()
    shown = pa.array([text if text is None else way.text(text) for text in texts], pa.string())
    return pa.DictionaryArray.from_arrays(column.indices, shown)


def _lines_of(names: Sequence[str], batch: Any) -> memoryview | bytes:
    """Return a line of JSON for each row, from members that begin with a comma, except the first.

    `names` are those of the columns as JSON.
    """
    held = [column if pa.types.is_list(column.type) else plain(column) for column in batch.columns]
    comma = "," if held[0].null_count else ""
    parts = [_members(*named) for named in zip(names[1:], held[1:], strict=True)]
    lines = pc.binary_join_element_wise(
        "{", _members(names[0], held[0], comma), *parts, "}\n", "",
        null_handling="replace", null_replacement="",
    )  # fmt: skip
    text = _join(lines)
    if not comma:
        return text
    # Line breaks only occur between lines: within texts they are escaped.
    return (b"\n" + text).replace(b"\n{,", b"\n{")[1:]


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


ENDINGS = {
    ".parquet": "parquet", ".pq": "parquet", ".csv": "csv", ".tsv": "csv", ".jsonl": "jsonl",
    ".ndjson": "jsonl",
}  # fmt: skip
"""How the names of files of cases end, and the format of each; texts may also be compressed."""
NO_VALUE = "__HIVE_DEFAULT_PARTITION__"
"""What the name of a folder has in place of a missing value."""


def codec_of(name: str | Path) -> str:
    """Return how a file is compressed by the end of its name; empty if it is not."""
    with contextlib.suppress(TypeError, ValueError):
        codec: str = pa.Codec.detect(str(name)).name
        return codec
    return ""


def format_of(path: Path) -> str:
    """Return the format of a file by how its name ends; empty if that says none."""
    plain = path.with_suffix("") if codec_of(path) else path
    found = ENDINGS.get(plain.suffix.lower(), "")
    return "" if found == "parquet" and plain != path else found


@dataclass(frozen=True)
class CaseFile:
    """A file of cases: a path, or an open file; `folders` are columns that its folders state."""

    name: str
    source: Path | BinaryIO
    format: str
    folders: Mapping[str, str | None] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """The size in bytes; 0 if unknown."""
        return self.source.stat().st_size if isinstance(self.source, Path) else 0

    @contextlib.contextmanager
    def open(self) -> Iterator[tuple[BinaryIO, BinaryIO]]:
        """The open file as it is stored, and what is in it; raises `OSError`."""
        if not isinstance(self.source, Path):
            yield self.source, self.source
            return
        note_input(self.source)
        codec = codec_of(self.source)
        with self.source.open("rb") as raw:
            yield raw, pa.CompressedInputStream(raw, codec) if codec else raw


def find_case_files(given: Iterable[str], format_: str | None) -> list[CaseFile]:
    """Return the files that names, patterns such as `data/*.csv`, and folders stand for, in order.

    In folders all files of a known format count, apart from those whose names start with a dot or
    an underscore; a folder `country=de` states the column `country`.
    """
    found: list[CaseFile] = []
    for name in given:
        path = Path(name)
        paths: list[Path] = []
        if path.is_dir():
            paths = [one for one in sorted(path.rglob("*")) if _is_of_cases(one, path)]
        elif not path.exists():
            paths = [Path(one) for one in sorted(glob.glob(name, recursive=True))]  # noqa: PTH207
        for one in paths or [path]:  # if there is nothing, opening it says so
            parts = one.relative_to(path).parts[:-1] if one.is_relative_to(path) else ()
            pairs = (unquote(part).partition("=") for part in parts if "=" in part)
            folders = {key: None if value == NO_VALUE else value for key, _, value in pairs}
            is_pipe = one.exists() and not (one.is_file() or one.is_dir())  # and read only once
            source = one.open("rb") if is_pipe else one
            found.append(CaseFile(str(one), source, format_ or format_of(one), folders))
    return found


def _is_of_cases(path: Path, folder: Path) -> bool:
    names = path.relative_to(folder).parts
    is_left_out = is_hidden(path, folder) or any(one.startswith("_") for one in names)
    return bool(format_of(path)) and path.is_file() and not is_left_out


def standard_input(file: int, format_: str) -> CaseFile:
    """Return standard input as a file of cases.

    It is never closed: at an interruption a thread may still wait for it, and closing it would
    then wait for that thread.
    """
    return CaseFile("standard input", os.fdopen(file, "rb", closefd=False), format_)


WRITERS: Mapping[str, Callable[..., Any]] = {
    "parquet": write_parquet,
    "csv": write_separated,
    "jsonl": write_json_lines,
}
"""The writers of results by format."""


@dataclass(frozen=True)
class Target:
    """The targets for results and refused rows: a path or an open file, and its format.

    Either may be None if it is not wanted. `separated` sets how CSV is written. With
    `partition_by`, the path is a folder, with a folder for each value of these columns.
    """

    file: Path | BinaryIO | None
    format: str
    refused: Path | None
    separated: csv_text.CsvDialect = csv_text.FOR_SPREADSHEETS
    partition_by: tuple[str, ...] = ()


class Discard(Exception):
    """Raised within to write nothing, although nothing went wrong."""


@contextlib.contextmanager
def writing_results(target: Target, schema: Any) -> Iterator[Write]:
    """Write record batches of a schema; the target is complete at the end, or as it was."""
    if target.file is None:
        yield lambda _: None
        return
    with contextlib.suppress(Discard), contextlib.ExitStack() as stack:
        if isinstance(target.file, Path) and target.partition_by:
            folder = stack.enter_context(saving_folder(target.file))
            yield _in_partitions(target, folder, schema)
            return
        file, codec = target.file, ""
        if isinstance(file, Path):
            codec, file = codec_of(file), stack.enter_context(saving(file))
        if codec:
            # Closing the stream also closes what it writes to, which the file must outlive.
            kept_open = os.fdopen(file.fileno(), "wb", closefd=False)
            file = stack.enter_context(pa.CompressedOutputStream(kept_open, codec))
        yield stack.enter_context(WRITERS[target.format](file, schema, target.separated))


def _in_partitions(target: Target, folder: Path, schema: Any) -> Write:
    """Return what writes record batches to a folder: a file for each batch and partition."""
    names, numbers = list(target.partition_by), count()
    inner = pa.schema([one for one in schema if one.name not in names], schema.metadata)

    def write(batch: Any) -> None:
        number = next(numbers)
        for values in pa.Table.from_batches([batch]).group_by(names).aggregate([]).to_pylist():
            parts = [
                f"{quote(name)}={NO_VALUE if value is None else quote(str(value), safe='')}"
                for name, value in values.items()
            ]
            part = batch.filter(reduce(pc.and_, (_is(batch[k], v) for k, v in values.items())))
            path = folder.joinpath(*parts, f"part-{number}.{target.format}")
            path.parent.mkdir(parents=True, exist_ok=True)
            writing = WRITERS[target.format]
            with path.open("wb") as file, writing(file, inner, target.separated) as write_part:
                write_part(part.select(inner.names))

    return write


def _is(column: Any, value: Any) -> Any:
    if value is None:
        return pc.is_null(column)
    return pc.fill_null(pc.equal(column, pa.scalar(value, column.type)), fill_value=False)


@contextlib.contextmanager
def writing_refused(
    target: Target, key: str | None, *, has_files: bool
) -> Iterator[Callable[[Sequence[tuple[RefusedRow, str, str]]], None]]:
    """Write refused rows as CSV, each with its key and the name of its file, if there are any.

    There is no such file if no row was refused.
    """
    path, rows = target.refused, None
    if path is None:
        yield lambda _: None
        return
    names = ["row", "question", "reason", *([key] if key else []), "code", "value"]
    names += ["file"] * has_files
    with contextlib.suppress(Discard), saving(path) as file:

        def write(refused: Sequence[tuple[RefusedRow, str, str]]) -> None:
            nonlocal rows
            if refused:
                rows = rows or csv_text.SeparatedRows(file, names, target.separated)
                rows.write(
                    [one.row, one.question, one.reason, *([held] if key else []),
                     one.code, one.value, *[name] * has_files]
                    for one, held, name in refused
                )  # fmt: skip

        yield write
        if rows is None:
            raise Discard
    if rows is None and path.is_file():
        path.unlink()  # of a run before
