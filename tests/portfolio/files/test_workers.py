"""Processes that assess rows."""

from __future__ import annotations

import datetime
import multiprocessing
from dataclasses import replace

import pyarrow as pa
import pytest

from readiness import load_ruleset
from readiness.evaluation.bulk import Bulk
from readiness.portfolio.assessed_block import BlockAssessor
from readiness.portfolio.files.case_run import Rows, WorkerEnded, assess_rows, in_order, workers
from readiness.portfolio.layout import layout_of

RULESET = load_ruleset("crm-upkeep")
ASSESSOR = BlockAssessor(Bulk(RULESET), datetime.date(2026, 11, 21))
LIMIT = "upkeep_risks.fault_limit"
TABLE = pa.table({LIMIT: [12, 5, -1, None]})
ROWS = Rows({LIMIT: TABLE[LIMIT].chunk(0)}, range(1, 5), layout_of(RULESET, TABLE.schema))


@pytest.mark.slow
def test_results_come_in_order() -> None:
    """Processes give the results of the rows in their order, and the day is that of the run."""
    items = [replace_numbers(first) for first in range(1, 30, 4)]
    with workers(ASSESSOR, 3) as connections:
        found = list(in_order(connections, items))
    assert [one.batch for one in found] == [assess_rows(ASSESSOR, one).batch for one in items]
    assert [one.refused[0].row for one in found] == [first + 2 for first in range(1, 30, 4)]
    assert multiprocessing.active_children() == []


def replace_numbers(first: int) -> Rows:
    return ROWS._replace(numbers=range(first, first + 4))


@pytest.mark.slow
def test_a_process_that_ends_early() -> None:
    """A process that is killed is noticed, and an error within it is raised here."""
    with workers(ASSESSOR, 1) as connections:
        odd = ROWS._replace(layout=replace(ROWS.layout, outcomes=("nothing",), kept=("odd",)))
        with pytest.raises(AttributeError):
            list(in_order(connections, [odd]))
        multiprocessing.active_children()[0].kill()
        with pytest.raises(WorkerEnded):
            list(in_order(connections, [ROWS] * 3))
