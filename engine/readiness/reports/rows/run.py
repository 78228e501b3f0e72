"""A file of cases assessed into a file of results, block by block.

Reading, assessing and writing go on at the same time, and never more than a few blocks are held.
"""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self, TypeAlias

from readiness.documents.broken import BrokenFile
from readiness.documents.saving import saving
from readiness.evaluation.bulk import Bulk
from readiness.portfolio.blocks import BlockAssessor
from readiness.portfolio.files.comma_separated import SeparatedCases
from readiness.portfolio.files.json_lines import JsonLinesCases
from readiness.portfolio.files.parquet import ParquetCases
from readiness.portfolio.files.pieces import CaseFile, Piece
from readiness.portfolio.layout import OUTCOMES, Layout, keeping_in_python, layout_of
from readiness.portfolio.refused import RefusedRow
from readiness.portfolio.tables import AssessedBlock
from readiness.portfolio.tally import Tally
from readiness.problems import Problems, Whole, listed
from readiness.reports.csv_writer import FOR_SPREADSHEETS, Separated, SeparatedRows
from readiness.reports.rows.keys import Keys
from readiness.reports.rows.sinks import JsonLinesSink, ParquetSink, SeparatedSink, Sink
from readiness.reports.rows.threads import Behind, ahead

_WORDS = {"parquet": "a Parquet file", "csv": "a CSV file", "jsonl": "a file of JSON Lines"}

# A block, and what was refused of it, with the keys of those rows.
_Rows: TypeAlias = tuple[AssessedBlock, list[tuple[RefusedRow, str]]]


@dataclass(frozen=True)
class Target:
    """Where results go: a file or an open one, as parquet, csv or jsonl; and what was refused.

    Either may be None: nobody wants it. `separated` says how both are written as CSV.
    """

    file: Path | BinaryIO | None
    format: str
    refused: Path | None
    separated: Separated = FOR_SPREADSHEETS

    def sink(self, opened: BinaryIO, schema: Any) -> Sink:
        """What writes results of an Arrow schema to the file, which is open."""
        if self.format == "csv":
            return SeparatedSink(opened, schema, self.separated)
        return (ParquetSink if self.format == "parquet" else JsonLinesSink)(opened, schema)


class CaseRun:
    """Assesses the cases of one open file; `name` is what problems call it.

    Raises `DocumentError` for a file that is not of its format, or the columns of which are at
    odds with the ruleset.
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
            self._cases = _cases(bulk, file, format_, size)
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
        """The questions for which there is no column so far, and so no answer in any row."""
        names = self._cases.names
        return tuple(key for key in self.layout.ruleset.questions if key not in names)

    def _refuse_missing(self) -> None:
        """Raise `DocumentError` where every question has to have a column, and one has none."""
        if not (self._requires_all and self.missing):
            return
        problems = Problems()
        total = len(self.layout.ruleset.questions)
        hint = f"add the columns {listed(self.missing, joint='and')}"
        facts = {"number": len(self.missing), "total": total}
        problems.add("columns-missing", Whole(self._name), hint=hint, **facts)
        problems.raise_if_any()

    @property
    def total(self) -> int:
        """How much there is to do, as `run` counts; 0 where that is not known."""
        return self._cases.total

    def run(self, target: Target | None) -> Iterator[int]:
        """Assess everything; says after each block how much is done.

        Files appear once all is done; where it breaks off, everything is as it was. Raises
        `DocumentError` where the file cannot be read to its end, `OSError` where the results
        cannot be written.
        """
        with contextlib.ExitStack() as stack:
            writing = None
            if target:
                writing = stack.enter_context(_writing(target, self.layout, self._keys))
            rows = self._assessor.block_rows
            pieces = stack.enter_context(
                contextlib.closing(ahead(self._cases.pieces(self.layout, rows)))
            )
            while (piece := self._next(pieces)) is not None:
                self._assess(piece, writing)
                yield piece.done
            self._refuse_missing()

    def _next(self, pieces: Iterator[Piece]) -> Piece | None:
        with self._readable():
            return next(pieces, None)

    def _assess(self, piece: Piece, writing: Behind[_Rows] | None) -> None:
        keys: Mapping[int, str] = {}
        if self._keys is not None:
            keys = self._keys.of(piece)
            piece = self._keys.without_doubles(piece, keys)
        block = self._assessor.assess(piece.columns, piece.numbers, self.layout)
        tally = self.tally + Tally.of(block)
        self.tally = replace(tally, refused=tally.refused + len(piece.refused))
        if writing is not None:
            refused = sorted([*piece.refused, *block.refused_rows()], key=lambda one: one.row)
            writing.put((block, [(one, keys.get(one.row, "")) for one in refused]))

    @contextlib.contextmanager
    def _readable(self) -> Iterator[None]:
        """Tells of a file that is not what it should be, or that cannot be read."""
        problems = Problems()
        try:
            yield
        except BrokenFile as fault:
            fault.tell(problems, "not-a-table", self._name, wanted=_WORDS[self._format])
        except OSError as fault:
            reason = (fault.strerror or "it cannot be read").lower()
            problems.add("unreadable-table", Whole(self._name), reason=reason)
        problems.raise_if_any()


def _cases(bulk: Bulk, file: BinaryIO, format_: str, size: int) -> CaseFile:
    if format_ == "parquet":
        return ParquetCases(file)
    if format_ == "csv":
        return SeparatedCases(file, bulk.ruleset.questions, size)
    return JsonLinesCases(file, bulk.ruleset, size)


@contextlib.contextmanager
def _writing(target: Target, layout: Layout, keys: Keys | None) -> Iterator[Behind[_Rows]]:
    """Takes results and what was refused, and writes them in a thread of its own."""
    with contextlib.ExitStack() as stack:
        file = target.file
        refused_file = stack.enter_context(_RefusedFile(target.refused, target.separated, keys))
        opened = stack.enter_context(saving(file)) if isinstance(file, Path) else file
        sink = None if opened is None else target.sink(opened, layout.schema)

        def write(rows: _Rows) -> None:
            if sink is not None:
                sink.write(rows[0].batch())
            refused_file.write(rows[1])

        try:
            with Behind(write) as behind:
                yield behind
        except BaseException:
            with contextlib.suppress(Exception):  # it only has to let go of the file
                _close(sink)
            raise
        _close(sink)


def _close(sink: Sink | None) -> None:
    if sink is not None:
        sink.close()


class _Nothing(Exception):
    """Nothing is to be saved."""


class _RefusedFile:
    """The rows that were set aside, as CSV; there is no such file where there are none."""

    def __init__(self, path: Path | None, separated: Separated, keys: Keys | None) -> None:
        self._path = path
        self._key = [] if keys is None else [keys.column]
        self._separated = separated
        self._stack = contextlib.ExitStack()
        self._file: BinaryIO | None = None
        self._rows: SeparatedRows | None = None

    def __enter__(self) -> Self:
        if self._path is not None:
            self._file = self._stack.enter_context(saving(self._path))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None and self._rows is None:
            self._stack.__exit__(_Nothing, _Nothing(), None)
            if self._path is not None and self._path.is_file():
                self._path.unlink()  # of a run before
        else:
            self._stack.__exit__(kind, fault, trace)

    def write(self, refused: Sequence[tuple[RefusedRow, str]]) -> None:
        """Write rows, each with its number, why it is set aside, and its key if rows have one."""
        if self._file is None or not refused:
            return
        if self._rows is None:
            head = ["row", "question", "reason", *self._key]
            self._rows = SeparatedRows(self._file, head, self._separated)
        self._rows.write(
            [one.row, one.question, one.reason, *([key] if self._key else [])]
            for one, key in refused
        )
