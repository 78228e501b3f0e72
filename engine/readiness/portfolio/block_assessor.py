"""The block assessor: assesses a block of rows in bulk and returns their results.

Everything that assesses tables uses it: `Assessor.assess_table`, the command, and Spark.
"""

from __future__ import annotations

import copy
import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import pyarrow as pa

from readiness.dependencies.ruleset import Ruleset
from readiness.evaluation.bulk import Bulk
from readiness.model.engagement import Circumstances
from readiness.portfolio.assessed_block import AssessedBlock, RowNumbers
from readiness.portfolio.block_reader import BlockReader
from readiness.portfolio.blockers import Barring, BlockersByRow
from readiness.portfolio.cell import RefusedCell
from readiness.portfolio.circumstances_by_row import judge_by_row, read_circumstances
from readiness.portfolio.input_table import read_table
from readiness.portfolio.judging import Columnar, JudgedBlock
from readiness.portfolio.layout import Layout, RefusedRow, known_outcomes, layout_of, metadata_of
from readiness.problems.values import Unchanging, brief

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
        self, columns: Mapping[str, Any], rows: int, layout: Layout, circumstances: Circumstances
    ) -> tuple[JudgedBlock, tuple[RefusedCell, ...]]:
        """Return the outcomes of rows under the same circumstances, and their refused answers."""
        answers = {key: columns[key] for key in layout.questions if key in columns}
        block = self._reader.read(answers, rows, circumstances, as_text=layout.as_text)
        return self._columnar.judge(block, circumstances.as_of), block.refused


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
