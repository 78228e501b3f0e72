"""Assesses a file of cases into a file of results, block by block.

Reading, assessing and writing run in parallel, and only a few blocks are in memory at a time.
"""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, TypeAlias

import pyarrow as pa

from readiness.dependencies.ruleset import Ruleset
from readiness.documents.csv_text import FOR_SPREADSHEETS, CsvDialect, SeparatedRows
from readiness.documents.opening import BrokenFile
from readiness.documents.saving import saving
from readiness.evaluation.bulk import Bulk
from readiness.portfolio.assessed_block import AssessedBlock
from readiness.portfolio.block_assessor import BlockAssessor
from readiness.portfolio.files.comma_separated import SeparatedCases
from readiness.portfolio.files.json_lines import JsonLinesCases
from readiness.portfolio.files.parquet import ParquetCases
from readiness.portfolio.files.pieces import Piece, TableFile
from readiness.portfolio.files.read_ahead import ahead
from readiness.portfolio.files.sinks import (
    Write,
    jsonable,
    write_json_lines,
    write_parquet,
    write_separated,
)
from readiness.portfolio.layout import OUTCOMES, Layout, RefusedRow, keeping_in_python, layout_of
from readiness.portfolio.tally import Tally
from readiness.problems import Problems, Whole, quote_names


class _Format(NamedTuple):
    """A file format: its name, the reader of its case files, and the writer of its results."""

    words: str
    cases: Callable[[BinaryIO, Ruleset, int], TableFile]
    writing: Callable[[BinaryIO, Any, CsvDialect], AbstractContextManager[Write]]


_FORMATS = {
    "parquet": _Format("a Parquet file", ParquetCases, write_parquet),
    "csv": _Format("a CSV file", SeparatedCases, write_separated),
    "jsonl": _Format("a file of JSON Lines", JsonLinesCases, write_json_lines),
}

_Refused: TypeAlias = tuple[RefusedRow, str]  # with the key of the row


class _AssessedRows(NamedTuple):
    """An assessed block, its refused rows, and how much of the file has been read."""

    block: AssessedBlock
    refused: Sequence[_Refused]
    done: int


@dataclass(frozen=True)
class Target:
    """The targets for results and refused rows: a path or an open file, and its format.

    Either may be None if it is not wanted. `separated` sets how CSV is written.
    """

    file: Path | BinaryIO | None
    format: str
    refused: Path | None
    separated: CsvDialect = FOR_SPREADSHEETS


class Keys:
    """The keys of the rows of a file, from a column that is kept."""

    def __init__(self, column: str) -> None:
        self.column = column
        self._rows: dict[str, int] = {}

    def checked(self, piece: Piece) -> tuple[Piece, Mapping[int, str]]:
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
                refused.append(RefusedRow(row, "", f"it has no key in '{self.column}'"))
            elif (first := self._rows.setdefault(key, row)) != row:
                reason = f"'{key}' in '{self.column}' is already the key of row {first}"
                refused.append(RefusedRow(row, "", reason))
        return piece.without(refused) if refused else piece, keys


class CaseRun:
    """Assesses the cases of one open file; `name` is its name in problems.

    Raises `DocumentError` for a file that is not in its format, or whose columns do not match the
    ruleset.
    """

    def __init__(
        self,
        bulk: Bulk,
        file: BinaryIO,
        format_: str,
        *,
        name: str,
        size: int = 0,
        as_of: datetime.date,
        keep: tuple[str, ...] = (),
        outcomes: tuple[str, ...] = (),
        key: str = "",
        require_all: bool = False,
        keeping: Callable[[str], str] = keeping_in_python,
    ) -> None:
        self.as_of = as_of
        self._keys = Keys(key) if key else None
        self._requires_all = require_all
        self._name, self._format = name, format_
        self._assessor = BlockAssessor(bulk, as_of)
        with self._readable():
            self._cases = _FORMATS[format_].cases(file, bulk.ruleset, size)
        schema, as_text = self._cases.schema, self._cases.as_text
        self.layout: Layout = layout_of(
            bulk.ruleset,
            schema,
            (*keep, key) if key else keep,
            name=name,
            as_text=as_text,
            outcomes=outcomes or OUTCOMES,
            keeping=keeping,
        )
        if not self._cases.may_grow:
            self._refuse_missing()
        self.tally = Tally.none(bulk.ruleset)

    @property
    def missing(self) -> tuple[str, ...]:
        """The questions without a column so far, which therefore have no answer in any row."""
        names = self._cases.names
        return tuple(key for key in self.layout.ruleset.questions if key not in names)

    def _refuse_missing(self) -> None:
        """Raise `DocumentError` if every question must have a column, and one has none."""
        if not (self._requires_all and self.missing):
            return
        problems = Problems()
        total = len(self.layout.ruleset.questions)
        hint = f"add the columns {quote_names(self.missing, joint='and')}"
        facts = {"number": len(self.missing), "total": total}
        problems.add("columns-missing", Whole(self._name), hint=hint, **facts)
        problems.raise_if_any()

    @property
    def total(self) -> int:
        """The total amount of work in the units of `run`; 0 if unknown."""
        return self._cases.total

    def run(self, target: Target | None) -> Iterator[int]:
        """Assess all rows; yield after each block how much is done.

        Files appear only when all is done; after an error, existing files are unchanged. Raises
        `DocumentError` if the file cannot be read to its end, `OSError` if the results cannot be
        written.
        """
        with contextlib.ExitStack() as stack:
            write = stack.enter_context(_writing(target, self.layout, self._keys))
            for rows in stack.enter_context(contextlib.closing(ahead(self._assessed()))):
                write(rows)
                yield rows.done
            self._refuse_missing()

    def _assessed(self) -> Iterator[_AssessedRows]:
        """Yield the results of the file, block by block."""
        pieces = ahead(self._cases.pieces(self.layout, self._assessor.block_rows))
        with contextlib.closing(pieces):
            while (piece := self._next(pieces)) is not None:
                yield self._assess(piece)

    def _next(self, pieces: Iterator[Piece]) -> Piece | None:
        with self._readable():
            return next(pieces, None)

    def _assess(self, piece: Piece) -> _AssessedRows:
        keys: Mapping[int, str] = {}
        if self._keys is not None:
            piece, keys = self._keys.checked(piece)
        block = self._assessor.assess(piece.columns, piece.numbers, self.layout)
        tally = self.tally + block.tally()
        self.tally = replace(tally, refused=tally.refused + len(piece.refused))
        refused = sorted([*piece.refused, *block.refused_rows()], key=lambda one: one.row)
        return _AssessedRows(block, [(one, keys.get(one.row, "")) for one in refused], piece.done)

    @contextlib.contextmanager
    def _readable(self) -> Iterator[None]:
        """Raise `DocumentError` for a file that is invalid or cannot be read."""
        problems = Problems()
        try:
            yield
        except BrokenFile as fault:
            fault.tell(problems, "not-a-table", self._name, wanted=_FORMATS[self._format].words)
        except OSError as fault:
            reason = (fault.strerror or "it cannot be read").lower()
            problems.add("unreadable-table", Whole(self._name), reason=reason)
        problems.raise_if_any()


@contextlib.contextmanager
def _writing(
    target: Target | None, layout: Layout, keys: Keys | None
) -> Iterator[Callable[[_AssessedRows], None]]:
    """Write the results of blocks, and their refused rows."""
    if target is None:
        yield lambda _: None
        return
    file = target.file
    with contextlib.ExitStack() as stack:
        write_refused = stack.enter_context(_writing_refused(target, keys))
        opened = stack.enter_context(saving(file)) if isinstance(file, Path) else file
        if opened is None:
            yield lambda rows: write_refused(rows.refused)
            return
        writing = _FORMATS[target.format].writing(opened, layout.schema, target.separated)
        write_rows = stack.enter_context(writing)

        def write(rows: _AssessedRows) -> None:
            write_rows(rows.block.batch())
            write_refused(rows.refused)

        yield write


class _Nothing(Exception):
    """A target that saves nothing."""


@contextlib.contextmanager
def _writing_refused(
    target: Target, keys: Keys | None
) -> Iterator[Callable[[Sequence[_Refused]], None]]:
    """Write refused rows as CSV: the row number, the reason, and the key if rows have keys.

    There is no such file if no row was refused.
    """
    path, rows = target.refused, None
    if path is None:
        yield lambda _: None
        return
    head = ["row", "question", "reason", *([] if keys is None else [keys.column])]
    with contextlib.suppress(_Nothing), saving(path) as file:

        def write(refused: Sequence[_Refused]) -> None:
            nonlocal rows
            if refused:
                rows = rows or SeparatedRows(file, head, target.separated)
                cells = ((one.row, one.question, one.reason, key) for one, key in refused)
                rows.write(row[: len(head)] for row in cells)

        yield write
        if rows is None:
            raise _Nothing
    if rows is None and path.is_file():
        path.unlink()  # of a run before
