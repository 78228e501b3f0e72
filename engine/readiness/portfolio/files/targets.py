"""Where results and refused rows go: files, compressed files, and folders in partitions."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import count
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote

import pyarrow as pa
import pyarrow.compute as pc

from readiness.documents.csv_text import FOR_SPREADSHEETS, CsvDialect, SeparatedRows
from readiness.documents.saving import saving, saving_folder
from readiness.portfolio.files.case_files import NO_VALUE, codec_of
from readiness.portfolio.files.sinks import (
    Write,
    write_json_lines,
    write_parquet,
    write_separated,
)
from readiness.portfolio.layout import RefusedRow

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
    separated: CsvDialect = FOR_SPREADSHEETS
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
                rows = rows or SeparatedRows(file, names, target.separated)
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
