"""Many companies on Spark with two workers: the effect of batch length and of the outcomes.

    python benchmarks/on_spark.py [--rows 200000] [--rounds 5]

Needs the extra `spark` and Java 17. Each contestant reads the same Parquet files; the results are
counted and discarded, so that no disk writes are measured.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from columns import Columns
from pyspark.sql import SparkSession
from timing import Work, figures, interleaved, markdown
from workload import LARGE, SMALL, Workload

import readiness
from readiness.loading.rulesets import texts_of
from readiness.portfolio.layout import OUTCOMES
from readiness.spark import assess

RULESETS = {"40 checks": SMALL, "2,000 checks": LARGE}
BATCHES = (1_000, 10_000, 100_000)
VERDICTS = ("verdict", "blockers", "first_root_blocker")
FILES = 4
_SETTING = "spark.sql.execution.arrow.maxRecordsPerBatch"


def main() -> None:
    """Measure, and print one table per ruleset."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=200_000)
    options.add_argument("--rounds", type=int, default=5)
    chosen = options.parse_args()
    session = _session()
    for name, workload in RULESETS.items():
        rows = chosen.rows if workload is SMALL else chosen.rows // 50
        size = len("".join(texts_of(workload.loaded)).encode())
        print(f"\n{name}, {rows:,} rows, the ruleset {size:,} bytes\n")
        with tempfile.TemporaryDirectory() as folder:
            _write(Columns(workload, rows), Path(folder))
            works = dict(_works(session, workload, folder))
            found = interleaved(works, chosen.rounds, at_least=0)
        lines = [
            (work, figures(found[work].median), figures(rows / found[work].median))
            for work in works
        ]
        print(markdown(("what", "seconds", "rows a second"), lines))
    session.stop()


def _session() -> Any:
    package = Path(readiness.__file__).resolve().parents[1]
    os.environ.update(PYSPARK_PYTHON=sys.executable, SPARK_LOCAL_IP="127.0.0.1")
    settings = {
        "spark.driver.host": "127.0.0.1", "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false", "spark.driver.memory": "4g",
        "spark.executorEnv.PYTHONPATH": str(package),
    }  # fmt: skip
    builder = SparkSession.builder.master("local[2]")
    for key, value in settings.items():
        builder = builder.config(key, value)
    found = builder.getOrCreate()
    found.sparkContext.setLogLevel("ERROR")
    return found


def _write(columns: Columns, folder: Path) -> None:
    table, rows = columns.arrow, -(-columns.rows // FILES)
    for number in range(FILES):
        pq.write_table(table.slice(number * rows, rows), folder / f"{number}.parquet")


def _works(session: Any, workload: Workload, folder: str) -> Iterable[tuple[str, Work]]:
    assessor = workload.assessor

    def here() -> object:
        return assessor.assess_table(pq.read_table(folder)).table

    def read() -> None:
        _drop(session.read.parquet(folder))

    yield "assess_table here, two threads at most", here
    yield "Spark reads the answers and drops them", read
    for wanted, words in ((OUTCOMES, "all outcomes"), (VERDICTS, "verdicts and blockers")):
        for batch in BATCHES:

            def on_spark(batch: int = batch, wanted: tuple[str, ...] = wanted) -> None:
                session.conf.set(_SETTING, str(batch))
                given = session.read.parquet(folder)
                _drop(assess(given, assessor, outcomes=wanted))

            yield f"Spark, batches of {batch:,}, {words}", on_spark


def _drop(frame: Any) -> None:
    frame.write.format("noop").mode("overwrite").save()


if __name__ == "__main__":
    main()
