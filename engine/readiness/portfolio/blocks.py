"""The one function that assesses many cases: a block of rows in, what it comes to out.

Everything that goes over tables calls it: `Assessor.assess_table`, the command, and Spark.
"""

from __future__ import annotations

import copy
import datetime
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from readiness.evaluation.bulk import Bulk
from readiness.evaluation.settling import Circumstances
from readiness.portfolio.block import BlockReader
from readiness.portfolio.blocking import Barring, Blocking
from readiness.portfolio.judging import Columnar
from readiness.portfolio.layout import Layout, layout_of
from readiness.portfolio.tables import AssessedBlock, Numbers

# Planes of so many rows are long enough for numpy and short enough for the processor's cache.
MOST_ROWS = 131_072
LEAST_ROWS = 4_096
_CELLS = 2**26  # answers and outcomes in all rows of a block: each takes a few bytes
_OBJECT = 100  # for so many counts an answer that is held as an object of Python


class BlockAssessor:
    """Assesses blocks of rows; it may be shared between threads."""

    def __init__(self, bulk: Bulk, as_of: datetime.date) -> None:
        self.ruleset = bulk.ruleset
        self.as_of = as_of
        self._reader = BlockReader(bulk.ruleset)
        self._columnar = Columnar(bulk)
        self._barring = Barring(bulk.ruleset)
        self._circumstances = Circumstances(as_of)
        self._last: tuple[Any, tuple[str, ...], Layout] | None = None

    def on(self, as_of: datetime.date) -> BlockAssessor:
        """The same as of another day; nothing is compiled anew."""
        if as_of == self.as_of:
            return self
        found = copy.copy(self)
        found.as_of, found._circumstances = as_of, Circumstances(as_of)
        return found

    @cached_property
    def block_rows(self) -> int:
        """How many rows a block had best have: the fewer, the larger the ruleset."""
        questions = self.ruleset.questions.values()
        cells = len(self.ruleset.checks) + len(questions)
        cells += _OBJECT * sum(bool(one.ask_each) or one.type == "table" for one in questions)
        rows = _CELLS // max(1, cells)
        return min(MOST_ROWS, max(LEAST_ROWS, rows // LEAST_ROWS * LEAST_ROWS))

    def layout(self, schema: Any, keep: Iterable[str]) -> Layout:
        """How tables of an Arrow schema are read; tables that follow one another share it.

        Raises `DocumentError` as `layout_of` does.
        """
        kept, last = (keep,) if isinstance(keep, str) else tuple(keep), self._last
        if last is None or last[1] != kept or not last[0].equals(schema):
            last = self._last = schema, kept, layout_of(self.ruleset, schema, kept)
        return last[2]

    def assess(self, columns: Mapping[str, Any], numbers: Numbers, layout: Layout) -> AssessedBlock:
        """What rows with these numbers come to, given their columns by name.

        A column is an Arrow array; answers may also be a list of what an answers document holds.
        A question without a column is answered in none of the rows.
        """
        answers = {key: columns[key] for key in layout.questions if key in columns}
        block = self._reader.read(
            answers, len(numbers), self._circumstances, as_text=layout.as_text
        )
        judged = self._columnar.judge(block, self.as_of)
        kept = [columns[field.name] for field in layout.kept]
        blocking = Blocking(judged, self._barring)
        return AssessedBlock(layout, numbers, judged, blocking, kept, block.refused)

    def assess_batch(self, batch: Any, layout: Layout, start: int = 0) -> AssessedBlock:
        """What the rows of an Arrow record batch come to; `start` rows came before them."""
        columns = dict(zip(batch.schema.names, batch.columns, strict=True))
        numbers = range(start + 1, start + batch.num_rows + 1)
        return self.assess(columns, numbers, layout)
