"""The files of a portfolio: those that cases are read from, and those that results go to.

Cases are in files that are named, within folders, or found by patterns, and may be compressed;
results and refused rows go to files, compressed files, and folders in partitions.
"""

from __future__ import annotations

import contextlib
import glob
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import count
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote, unquote

import pyarrow as pa
import pyarrow.compute as pc

from readiness.documents.csv_text import FOR_SPREADSHEETS, CsvDialect, SeparatedRows
from readiness.documents.opening import is_hidden, note_input
from readiness.documents.saving import saving, saving_folder
from readiness.portfolio.files.sinks import (
    Write,
    write_json_lines,
    write_parquet,
    write_separated,
)
from readiness.portfolio.layout import RefusedRow

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
