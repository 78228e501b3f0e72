"""Cases in JSON Lines: one object a line, as plain values or as in an answers document."""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.json

from readiness.dependencies.ruleset import Ruleset
from readiness.documents.broken import BrokenFile
from readiness.portfolio.files.json_values import (
    array_of,
    arrow_type,
    fits,
    read_object,
    type_of,
)
from readiness.portfolio.files.pieces import Numbering, Piece
from readiness.portfolio.layout import Layout

_BLOCK_BYTES = 2**22
_LONGEST_LINE = 2**26
_SAFE_DEPTH = 1_000
_NULL_BEHIND = re.compile(rb"}\s*null")

Row = dict[str, Any]


class JsonLinesCases:
    """A file of JSON Lines; empty lines count for nothing.

    Its columns are the names in the first of its lines, and all questions, which may come up
    later. A line with another name is refused. Raises `BrokenFile` where none of the first lines
    is an object.
    """

    as_text = False
    may_grow = True

    def __init__(self, file: BinaryIO, ruleset: Ruleset, total: int) -> None:
        self._file = file
        self.total = total
        self._first = self._lines(b"")
        rows = [row for line in self._first[0] if isinstance(row := read_object(line), dict)]
        if not rows:
            raise BrokenFile(_without_objects(self._first[0]))
        self._names = dict.fromkeys(name for row in rows for name in row)
        """The names that came up."""
        held = [name for name in self._names if name not in ruleset.questions]
        names = [*held, *ruleset.questions] if len(held) < len(self._names) else held
        self.schema: Any = pa.schema(
            pa.field(
                name,
                arrow_type(question)
                if (question := ruleset.questions.get(name))
                else type_of([row.get(name) for row in rows]),
            )
            for name in names
        )

    @property
    def names(self) -> Collection[str]:
        """The names that came up."""
        return self._names

    def _lines(self, left: bytes) -> tuple[list[bytes], bytes]:
        """The next whole lines, and what is left behind the last of them."""
        parts = [left]
        size = len(left)
        while more := self._file.read(_BLOCK_BYTES):
            end = more.rfind(b"\n") + 1
            if end:
                return b"".join([*parts, more[: end - 1]]).split(b"\n"), more[end:]
            parts.append(more)
            size += len(more)
            if size > _LONGEST_LINE:
                msg = f"a line is longer than {_LONGEST_LINE >> 20} MiB"
                raise BrokenFile(msg)
        text = b"".join(parts)
        return text.split(b"\n") if text else [], b""

    def pieces(self, layout: Layout, rows: int) -> Iterator[Piece]:
        """The rows, `rows` at a time or fewer; lines that are no object of answers are refused."""
        numbering, done = Numbering(), 0
        lines, left = self._first
        while lines:
            for start in range(0, len(lines), rows):
                part = lines[start : start + rows]
                done += sum(map(len, part)) + len(part)
                yield self._piece([one for one in part if one.strip()], layout, numbering, done)
            lines, left = self._lines(left)

    def _piece(self, lines: list[bytes], layout: Layout, numbering: Numbering, done: int) -> Piece:
        columns, read = self._quickly(lines, layout), len(lines)
        if columns is None:
            rows = self._one_by_one(lines, layout, numbering)
            columns, read = self._columns(rows, layout), len(rows)
        numbers, refused = numbering.take(read)
        return Piece(columns, numbers, refused, done)

    def _quickly(self, lines: list[bytes], layout: Layout) -> Mapping[str, Any] | None:
        """The columns, where every line is as expected; else None."""
        text = b"\n".join(lines)
        if not all(map(_is_safe, lines)) or _NULL_BEHIND.search(text):
            return None
        names = [name for name in layout.read if name in self._names]
        schema = pa.schema([self.schema.field(name) for name in names])
        try:
            table = pyarrow.json.read_json(
                io.BytesIO(text),
                read_options=pyarrow.json.ReadOptions(use_threads=False, block_size=2**30),
                parse_options=pyarrow.json.ParseOptions(
                    explicit_schema=schema, unexpected_field_behavior="error"
                ),
            )
            table.validate(full=True)  # texts are UTF-8
        except pa.ArrowInvalid:
            return None
        if table.num_rows != len(lines):
            return None
        return {name: table.column(name).combine_chunks() for name in names}

    def _one_by_one(
        self, lines: Sequence[bytes], layout: Layout, numbering: Numbering
    ) -> list[Row]:
        """The lines that can be read; the others are refused."""
        rows: list[Row] = []
        read = frozenset(layout.read)
        for number, line in enumerate(lines, numbering.next):
            row = read_object(line)
            reason = row if isinstance(row, str) else _at_odds(row, read, layout)
            if reason:
                numbering.refuse(number, reason)
            else:
                assert isinstance(row, dict)
                rows.append(row)
                self._names.update(dict.fromkeys(row))
        return rows

    def _columns(self, rows: Sequence[Row], layout: Layout) -> Mapping[str, Any]:
        """Each column as an array; answers that are not all of its type as they are written."""
        columns = {}
        for name in [name for name in layout.read if name in self._names]:
            kind = self.schema.field(name).type
            values = [row.get(name) for row in rows]
            is_plain = all(fits(value, kind) for value in values)
            columns[name] = array_of(values, kind) if is_plain else values
        return columns


def _is_safe(line: bytes) -> bool:
    """Whether Arrow's reader survives a line: a null that is no member, and great depth, end it."""
    return line.lstrip().startswith(b"{") and line.count(b"[") + line.count(b"{") < _SAFE_DEPTH


def _at_odds(row: Row, read: Collection[str], layout: Layout) -> str:
    """Why a row cannot be read; empty where it can."""
    for name in row:
        if name not in read:
            return f"'{name}' is no question, and is in none of the first lines"
    for field in layout.kept:
        if not fits(row.get(field.name), field.type):
            return f"'{field.name}' is of another type than in the first lines"
    return ""


def _without_objects(lines: Sequence[bytes]) -> str:
    """Why a file is refused the first lines of which hold no objects."""
    text = next((line.strip() for line in lines if line.strip()), b"")
    if not text:
        return "it is empty"
    if text.startswith(b"["):
        return "it is one list; write its objects one below the other, each on a line"
    return "none of its first lines is a JSON object; each has to stand on a line"
