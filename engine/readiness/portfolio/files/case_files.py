"""The files that cases are read from: named, within folders, by patterns, and compressed."""

from __future__ import annotations

import contextlib
import glob
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote

import pyarrow as pa

from readiness.documents.opening import is_hidden, note_input

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
