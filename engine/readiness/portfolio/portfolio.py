"""Many cases assessed at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import pyarrow as pa

from readiness.portfolio.blocks import BlockAssessor
from readiness.portfolio.layout import Layout, known_outcomes
from readiness.portfolio.refused import RefusedRow
from readiness.portfolio.tables import AssessedBlock
from readiness.portfolio.taking import taken


@dataclass(frozen=True)
class Portfolio:
    """What the rows of a table come to; it stays packed until it is looked at."""

    layout: Layout
    blocks: Sequence[AssessedBlock]

    @cached_property
    def table(self) -> Any:
        """A `pyarrow.Table` with a row for each that was not refused.

        Its columns: `row`, counted from 1; what was kept; `verdict.GATE` for each gate;
        `blockers`, how many there are; `first_root_blocker`, null where there is none;
        `status.CHECK` and `standing.CHECK` for each check.
        """
        return pa.Table.from_batches(
            [block.batch() for block in self.blocks], schema=self.layout.schema
        )

    def only(self, *outcomes: str) -> Any:
        """As `table`, with some of the `OUTCOMES` alone; the others are not worked out.

        Raises `ValueError` for one that there is not.
        """
        layout = self.layout.only(known_outcomes(outcomes))
        batches = [replace(block, layout=layout).batch() for block in self.blocks]
        return pa.Table.from_batches(batches, schema=layout.schema)

    @cached_property
    def refused(self) -> tuple[RefusedRow, ...]:
        """The answers that do not fit, in the order of the rows; their rows are left out."""
        return tuple(row for block in self.blocks for row in block.refused_rows())


def assess_table(assessor: BlockAssessor, table: Any, keep: Iterable[str]) -> Portfolio:
    """The result for each row of a table; see `Assessor.assess_table`."""
    found = taken(table, assessor.ruleset.questions)
    layout = assessor.layout(found.table.schema, keep)
    blocks: list[AssessedBlock] = []
    start = 0
    for batch in found.table.select(layout.read).to_batches(assessor.block_rows):
        numbers = range(start + 1, start + batch.num_rows + 1)
        blocks.append(assessor.assess(found.columns(batch, start), numbers, layout))
        start += batch.num_rows
    return Portfolio(layout, tuple(blocks))
