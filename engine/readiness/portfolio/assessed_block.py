"""Blocks of rows: assessed in bulk, and their results as columns of an Arrow table or as a tally.

Everything that assesses tables uses this: `Assessor.assess_table`, the command, and Spark.
Statuses, standings and verdicts are held as two bit planes each; the two bits are a code that
numbers the names in `STATUSES`, `STANDINGS` and `VERDICTS`.
"""

from __future__ import annotations

import copy
import datetime
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from readiness.dependencies.ruleset import Ruleset
from readiness.documents.from_python import Unreadable
from readiness.evaluation.bulk import Bulk
from readiness.evaluation.verdicts import STANDINGS, STATUSES, VERDICTS
from readiness.model.engagement import Circumstances
from readiness.model.ruleset import Check
from readiness.portfolio.block_reader import BlockReader
from readiness.portfolio.blockers import NONE, Barring, BlockersByRow, count_rows
from readiness.portfolio.circumstances_by_row import judge_by_row, read_circumstances
from readiness.portfolio.column_reader import RefusedCell, cell_texts, code_of
from readiness.portfolio.judging import Columnar, JudgedBlock
from readiness.portfolio.layout import (
    BLOCKERS,
    CODED,
    FIRST_ROOT_BLOCKER,
    ROOT_BLOCKERS,
    SCORE,
    UNANSWERED,
    WAVES,
    Layout,
    RefusedRow,
    known_outcomes,
    layout_of,
    metadata_of,
    read_table,
)
from readiness.portfolio.segments import BYTE, Flags, Matrix, Plane, full, pack_flags
from readiness.portfolio.tally import Tally
from readiness.problems.values import Unchanging, brief
from readiness.result.score import WEIGHTS

Codes: TypeAlias = npt.NDArray[
    np.uint8
]  # a row of codes for each check or gate, a column for each case
RowNumbers: TypeAlias = "range | npt.NDArray[np.int64]"


@dataclass(frozen=True)
class AssessedBlock:
    """The results of a block of rows; `numbers` are the row numbers, counted from 1.

    Results stay packed, three outcomes in bits, until they are used.
    """

    layout: Layout
    numbers: RowNumbers
    judged: JudgedBlock
    blocking: BlockersByRow
    columns: Mapping[str, Any]
    refused: tuple[RefusedCell, ...]
    days: Sequence[datetime.date]
    """The day on which each row is assessed, or the one for all rows."""

    @property
    def rows(self) -> int:
        """The number of rows, including those with a refused answer."""
        return self.judged.rows

    @cached_property
    def valid(self) -> Flags | None:
        """The rows without a refused answer; None if that is all of them."""
        if not self.refused:
            return None
        found = np.ones(self.rows, np.bool_)
        found[[one.row for one in self.refused]] = False
        return found

    def refused_rows(self) -> list[RefusedRow]:
        """Return the refused answers, with the numbers of their rows, what they are, and why."""
        questions, as_text, found = self.layout.ruleset.questions, self.layout.as_text, []
        codes: dict[tuple[str, str], str] = {}
        for one in self.refused:
            column = self.columns[one.question]
            if isinstance(column, list):
                held = column[one.row]
            else:
                [held] = cell_texts(one.question, column.slice(one.row, 1), [])
            value = held if isinstance(held, str) else _written(held)
            key, question = (one.question, value), questions.get(one.question)
            if key not in codes:
                invalid = "invalid-circumstances"
                codes[key] = code_of(question, held, as_text=as_text) if question else invalid
            number = int(self.numbers[one.row])
            found.append(RefusedRow(number, one.question, one.reason, codes[key], value))
        return found

    def batch(self) -> Any:
        """Return the results as an Arrow record batch in the schema of the layout."""
        layout = self.layout
        found = [column for outcome in layout.wanted for column in self._outcome(outcome)]
        if layout.in_place:
            found = list(map(self._with_nulls, found))
        found = [*(self.columns[one.name] for one in layout.kept), *found]
        found = [pa.array(_array_of(self.numbers))] * layout.numbered + found
        behind = [self._fact(*fact) for fact in layout.facts]
        if layout.in_place:
            behind.append(pa.array(self._reasons(), pa.string()))
        else:
            found, behind = (list(map(self._without_refused, one)) for one in (found, behind))
        if layout.is_long:
            found, behind = self._for_each_check(found, behind)
        return pa.record_batch([*found, *behind], schema=layout.schema)

    def _fact(self, name: str, value: str) -> Any:
        """Return a column of one text; the day of the assessment may differ between rows."""
        if name == "as_of":
            days = pa.array([one.isoformat() for one in self.days]).dictionary_encode()
            return days if len(days) == self.rows else days.take(pa.array(np.zeros(self.rows, int)))
        return pa.DictionaryArray.from_arrays(np.zeros(self.rows, np.int8), pa.array([value]))

    def _for_each_check(self, found: list[Any], behind: list[Any]) -> tuple[list[Any], list[Any]]:
        """Return the columns with a row for each check, and those of checks between them."""
        ruleset = self.layout.ruleset
        order = np.array([ruleset.graph.position[key] for key in ruleset.checks])
        cases = np.arange(self.rows) if self.valid is None else np.flatnonzero(self.valid)
        repeated = pa.array(np.repeat(np.arange(len(cases)), len(order)))
        found, behind = ([column.take(repeated) for column in one] for one in (found, behind))
        checks = np.tile(np.arange(len(order), dtype=np.int32), len(cases))
        found.append(pa.DictionaryArray.from_arrays(checks, pa.array(list(ruleset.checks))))
        judged = self.judged
        for (low, high), names in ((judged.statuses, STATUSES), (judged.standings, STANDINGS)):
            codes = codes_of(low, high, self.rows)[np.ix_(order, cases)].T.ravel().view(np.int8)
            found.append(pa.DictionaryArray.from_arrays(codes, pa.array(names)))
        return found, behind

    def _outcome(self, outcome: str) -> Iterable[Any]:
        """Return the columns of one outcome; no other outcome is calculated."""
        judged, ruleset = self.judged, self.layout.ruleset
        if outcome == BLOCKERS:
            return [pa.array(self.blocking.numbers)]
        if outcome == FIRST_ROOT_BLOCKER:
            first = pa.array(self.blocking.first, mask=self.blocking.first == NONE)
            names = pa.array(ruleset.graph.ids)
            return [pa.DictionaryArray.from_arrays(first, names, safe=False)]
        if outcome == SCORE:
            return self._scores()
        if outcome == UNANSWERED:
            return [pa.array(judged.unanswered())]
        if outcome in (ROOT_BLOCKERS, WAVES):
            is_wave = outcome == WAVES
            wanted = judged.open if is_wave else self.blocking.root_blockers
            joined = self.layout.joined
            return [self.blocking.ids_in_order(wanted, by_wave=is_wave, joined=joined)]
        if outcome == "verdict":
            return self._named(codes_of(*judged.verdicts, judged.rows), VERDICTS)
        planes = judged.statuses if outcome == "status" else judged.standings
        codes = codes_of(*planes, judged.rows)
        order = [ruleset.graph.position[key] for key in ruleset.checks]
        names = STATUSES if outcome == "status" else STANDINGS
        return self._named([codes[place] for place in order], names)

    def _scores(self) -> list[Any]:
        """Return the lower and the upper score of each row, as `readiness.result.score` defines."""
        low, high = self.judged.statuses  # met: neither; undetermined: high alone
        met, possible, applicable = np.zeros((3, self.rows), np.int64)
        severities = np.array([one.severity for one in self._checks_in_order()])
        for severity, weight in WEIGHTS.items():
            own = severities == severity
            sure = self._rows_of(~(low[own] | high[own]))
            met += weight * sure
            possible += weight * (sure + self._rows_of(high[own] & ~low[own]))
            applicable += weight * self._rows_of(~(low[own] & high[own]))
        none = applicable == 0
        some = np.maximum(applicable, 1)
        return [pa.array(one / some, mask=none) for one in (met, possible)]

    def _rows_of(self, planes: Matrix) -> npt.NDArray[np.int32]:
        return count_rows(planes & full(self.rows), self.rows)

    def _checks_in_order(self) -> list[Check]:
        ruleset = self.layout.ruleset
        return [ruleset.checks[key] for key in ruleset.graph.ids]

    def _named(self, codes: Iterable[Codes], names: Sequence[str]) -> Iterator[Any]:
        """Yield columns of names from their codes."""
        dictionary = pa.array(names)
        for held in codes:  # the fastest way to an array without validation
            buffers = [None, pa.py_buffer(held)]
            yield pa.DictionaryArray.from_buffers(CODED, self.rows, buffers, dictionary)

    def _with_nulls(self, column: Any) -> Any:
        """Return a column with nulls in the refused rows."""
        if self.valid is None:
            return column
        return column.take(pa.array(np.arange(self.rows), mask=~self.valid))

    def _without_refused(self, column: Any) -> Any:
        if self.valid is None:
            return column
        try:
            return column.filter(pa.array(self.valid))
        except pa.ArrowNotImplementedError:  # of texts that are views, in some versions
            held = zip(column.to_pylist(), self.valid.tolist(), strict=True)
            return pa.array([one for one, is_valid in held if is_valid], column.type)

    def _reasons(self) -> list[str | None]:
        found: list[str | None] = [None] * self.rows
        for one in self.refused:
            before = found[one.row]
            found[one.row] = one.reason if before is None else f"{before}; {one.reason}"
        return found

    def tally(self) -> Tally:
        """Return the tally of the rows."""
        judged, blocking = self.judged, self.blocking
        size = len(blocking.barring.required_by)
        open_, blockers = self._valid_in(judged.open), self._valid_in(blocking.blockers)
        areas = self._checks_of_areas()
        gates = self.layout.ruleset.ranking.gates.values()
        waited_for = [_flags(bits, len(open_)) for bits in gates]
        return Tally(
            cases=self._cases,
            refused=self.rows - self._cases,
            verdicts=self._by_code(judged.verdicts),
            statuses=self._by_code(judged.statuses),
            open=tuple(_count(open_).tolist()),
            blockers=tuple(_count(blockers).tolist()),
            root_blockers=tuple(_count(self._valid_in(blocking.root_blockers)).tolist()),
            first=tuple(self._by_value(blocking.first + 1, size)[1:]),
            areas=tuple(_any(blockers[own]) for own in areas),
            held=tuple(tuple(_any(open_[own & one]) for own in areas) for one in waited_for),
            numbers=tuple(self._by_value(blocking.numbers, size)),
            by_row=judged.by_row,
        )

    @cached_property
    def _cases(self) -> int:
        """The number of rows that were not refused."""
        return self.rows if self.valid is None else int(self.valid.sum())

    def _valid_in(self, planes: Matrix) -> Matrix:
        """Return the planes limited to the rows that were not refused."""
        if self.valid is None:
            return planes
        found: Matrix = planes & pack_flags(self.valid)
        return found

    def _by_code(self, planes: tuple[Matrix, Matrix]) -> tuple[tuple[int, ...], ...]:
        """Return, for each pair of planes, how often each of the codes 0 to 3 occurs."""
        low, high = map(self._valid_in, planes)
        both, lower, higher = _count(low & high), _count(low), _count(high)
        neither = self._cases - lower - higher + both
        found = np.stack([neither, lower - both, higher - both, both], axis=1)
        return tuple(map(tuple, found.tolist()))

    def _by_value(self, values: npt.NDArray[np.int32], most: int) -> list[int]:
        """Return the number of rows with each of the values 0 to `most`."""
        kept = values if self.valid is None else values[self.valid]
        found: list[int] = np.bincount(kept, minlength=most + 1).tolist()
        return found

    def _checks_of_areas(self) -> list[npt.NDArray[np.bool_]]:
        """Return the positions of the checks of each area."""
        areas = np.array([one.area for one in self._checks_in_order()])
        return [areas == area for area in self.layout.ruleset.areas]


def _array_of(numbers: RowNumbers) -> npt.NDArray[np.int64]:
    """Return numbers as an array; a range is converted without a loop."""
    return np.arange(numbers.start, numbers.stop) if isinstance(numbers, range) else numbers


def codes_of(low: Matrix, high: Matrix, rows: int) -> Codes:
    """Return the codes in each row, combined from their two bits."""
    found = np.unpackbits(high, axis=1, bitorder="little")
    np.add(found, found, found)
    np.bitwise_or(found, np.unpackbits(low, axis=1, bitorder="little"), found)
    return found[:, :rows]


def _flags(bits: int, size: int) -> npt.NDArray[np.bool_]:
    """Return a set of positions as one flag for each position."""
    held = bits.to_bytes(-(-size // BYTE), "little")
    flags = np.unpackbits(np.frombuffer(held, np.uint8), count=size, bitorder="little")
    return flags.view(np.bool_)


def _count(planes: Matrix) -> npt.NDArray[np.int64]:
    """Return the number of rows in which each plane is set."""
    found: npt.NDArray[np.int64] = np.bitwise_count(planes).sum(axis=1, dtype=np.int64)
    return found


def _any(planes: Matrix) -> int:
    """Return the number of rows in which at least one of the planes is set."""
    return int(np.bitwise_count(np.bitwise_or.reduce(planes, axis=0)).sum(dtype=np.int64))


def _written(held: object) -> str:
    """A refused answer as a text: JSON, or in words what no document can hold."""
    if isinstance(held, Unreadable):
        return held.what
    return json.dumps(
        held, default=lambda one: one.what if isinstance(one, Unreadable) else str(one)
    )


# Numbers of rows of a block: planes are long enough for numpy and fit into the processor's cache.
MOST_ROWS = 131_072
LEAST_ROWS = 4_096
_CELLS = 2**26  # answers and outcomes in all rows of a block: each takes a few bytes
_PARTS = 200  # cells that an answer with several parts counts as


class BlockAssessor:
    """Assesses blocks of rows; it may be shared between threads."""

    def __init__(self, bulk: Bulk, as_of: datetime.date) -> None:
        self.ruleset: Ruleset = bulk.ruleset
        self.as_of = as_of
        self._reader = BlockReader(bulk.ruleset)
        self._columnar = Columnar(bulk)
        self._barring = Barring(bulk.ruleset)
        self._circumstances = Circumstances(as_of)
        # The last layout with what it is for; assessors for other dates share it.
        self._last: dict[str, tuple[Any, tuple[str, ...], Layout]] = {}

    def on(self, as_of: datetime.date) -> BlockAssessor:
        """Return the same assessor for another date; nothing is recompiled."""
        if as_of == self.as_of:
            return self
        found = copy.copy(self)
        found.as_of, found._circumstances = as_of, Circumstances(as_of)
        return found

    @cached_property
    def block_rows(self) -> int:
        """The recommended number of rows of a block, which is smaller for larger rulesets."""
        questions = self.ruleset.questions.values()
        cells = len(self.ruleset.checks) + len(questions)
        cells += _PARTS * sum(bool(one.ask_each) or one.type == "table" for one in questions)
        rows = _CELLS // max(1, cells)
        return min(MOST_ROWS, max(LEAST_ROWS, rows // LEAST_ROWS * LEAST_ROWS))

    def layout(self, schema: Any, keep: Iterable[str]) -> Layout:
        """Return the layout for tables of an Arrow schema; the last one is kept for the next table.

        Raises `DocumentError` as `layout_of` does.
        """
        kept, last = (keep,) if isinstance(keep, str) else tuple(keep), self._last.get("")
        if last is None or last[1] != kept or not last[0].equals(schema):
            last = self._last[""] = schema, kept, layout_of(self.ruleset, schema, kept)
        return last[2]

    def assess(
        self, columns: Mapping[str, Any], numbers: RowNumbers, layout: Layout
    ) -> AssessedBlock:
        """Return the results of rows with these numbers, given their columns by name.

        A column is an Arrow array; answers may also be a list of values as in an answers document.
        A question without a column has no answer in any row.
        """
        rows = len(numbers)
        if layout.circumstances:
            read, wrong = read_circumstances(self.as_of, columns, rows, layout)
            judged, more = judge_by_row(self._judge, read, columns, layout)
            refused = tuple(sorted([*wrong, *more], key=lambda one: one.row))
            days = [one.as_of for one in read]
        else:
            judged, refused = self._judge(columns, rows, layout, self._circumstances)
            days = [self.as_of]
        blocking = BlockersByRow(judged, self._barring)
        return AssessedBlock(layout, numbers, judged, blocking, columns, refused, days)

    def _judge(
        self,
        columns: Mapping[str, Any],
        rows: int,
        layout: Layout,
        circumstances: Circumstances,
        waived: Sequence[Plane] = (),
    ) -> tuple[JudgedBlock, tuple[RefusedCell, ...]]:
        """Return the outcomes of rows under the same circumstances, and their refused answers."""
        answers = {key: columns[key] for key in layout.questions if key in columns}
        block = self._reader.read(answers, rows, circumstances, as_text=layout.as_text)
        return self._columnar.judge(block, circumstances.as_of, waived), block.refused


@brief
@dataclass(frozen=True, eq=False)
class Portfolio(Unchanging):
    """The results of the rows of a table; they stay packed until they are used."""

    layout: Layout
    blocks: Sequence[AssessedBlock]
    as_of: datetime.date
    source: tuple[Ruleset, Any, tuple[str, ...]] = field(repr=False)

    @property
    def _content(self) -> tuple[object, ...]:
        return *self.source, self.as_of

    def __reduce__(self) -> tuple[Any, ...]:
        """Return what assesses the same table again."""
        return _assess_again, (*self.source, self.as_of)

    @cached_property
    def table(self) -> Any:
        """Return a `pyarrow.Table` with a row for each row that was not refused.

        Its columns: `row`, counted from 1; the kept columns; `verdict.GATE` for each gate;
        `blockers`, the number of blockers; `first_root_blocker`, null if there is none;
        `status.CHECK` and `standing.CHECK` for each check. The metadata of its schema says what it
        was made with.
        """
        return self.only(*self.layout.outcomes)

    def only(self, *outcomes: str) -> Any:
        """Return `table` with only some outcomes; the others are not calculated.

        Beside those of `table` there are `score`, with the columns `score.low` and `score.high`;
        `unanswered`, the number of questions without an answer; `root_blockers`, a list in working
        order; and `waves`, the open checks wave by wave. Raises `ValueError` for an unknown
        outcome.
        """
        layout = replace(self.layout, outcomes=known_outcomes(outcomes))
        batches = [replace(block, layout=layout).batch() for block in self.blocks]
        metadata = metadata_of(layout.ruleset, self.as_of)
        return pa.Table.from_batches(batches, layout.schema).replace_schema_metadata(metadata)

    @cached_property
    def refused(self) -> tuple[RefusedRow, ...]:
        """The refused answers, in row order; their rows are left out of `table`."""
        return tuple(row for block in self.blocks for row in block.refused_rows())


def assess_table(assessor: BlockAssessor, table: Any, keep: Iterable[str]) -> Portfolio:
    """Return the result of each row of a table; see `Assessor.assess_table`."""
    found = read_table(table, assessor.ruleset.questions)
    layout = assessor.layout(found.table.schema, keep)
    blocks: list[AssessedBlock] = []
    start = 0
    for batch in found.table.select(layout.read).to_batches(assessor.block_rows):
        numbers = range(start + 1, start + batch.num_rows + 1)
        blocks.append(assessor.assess(found.columns(batch, start), numbers, layout))
        start += batch.num_rows
    source = assessor.ruleset, found.table, tuple(one.name for one in layout.kept)
    return Portfolio(layout, tuple(blocks), assessor.as_of, source)


def _assess_again(
    ruleset: Ruleset, table: Any, keep: tuple[str, ...], as_of: datetime.date
) -> Portfolio:
    return assess_table(BlockAssessor(Bulk(ruleset), as_of), table, keep)
