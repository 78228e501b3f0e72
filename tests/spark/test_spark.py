"""Portfolios on Spark have the same results as the same rows without it, byte for byte."""

from __future__ import annotations

import datetime
import io
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import readiness
from readiness.assessing import Assessor
from readiness.loading.rulesets import texts_of
from tests.spark import cases

NUMBER = 300
PARTITIONS = 5
_MISSING = "import sys; sys.modules[{library!r}] = None; import readiness.spark"


def frame(session: Any, rows: list[dict[str, Any]]) -> Any:
    """Return cases in Spark's form, over several partitions."""
    values = [tuple(row[name] for name in cases.COLUMNS) for row in rows]
    return session.createDataFrame(values, cases.SPARK).repartition(PARTITIONS)


def written(result: Any, folder: Path) -> pa.Table:
    """Return what Spark writes, sorted by case number."""
    result.write.parquet(str(folder / "found"))
    return pq.read_table(folder / "found").sort_by("case")


def as_parquet(table: pa.Table) -> bytes:
    """Return a table as one Parquet file; the same values give the same bytes."""
    held = io.BytesIO()
    pq.write_table(table.combine_chunks(), held)
    return held.getvalue()


@pytest.fixture(scope="module")
def found(session: Any, tmp_path_factory: pytest.TempPathFactory) -> pa.Table:
    """Return Spark's results for all cases."""
    from readiness.spark import assess

    cases_of = frame(session, cases.rows(NUMBER))
    result = assess(cases_of, cases.assessor(), as_of=cases.AS_OF, keep=cases.KEPT)
    return written(result, tmp_path_factory.mktemp("written"))


@pytest.fixture(scope="module")
def expected() -> Any:
    """Return the results of `assess_table` for the same cases."""
    table = cases.table(cases.rows(NUMBER))
    return cases.assessor().assess_table(table, as_of=cases.AS_OF, keep=cases.KEPT)


def test_spark_gives_the_same_bytes(found: pa.Table, expected: Any) -> None:
    """Valid rows give the same bytes on two workers as in one table."""
    fitting = found.filter(pa.compute.is_null(found["refused"])).drop_columns("refused")
    local = expected.table.drop_columns("row").cast(_plain(expected.table.schema))
    assert 100 < local.num_rows < NUMBER
    assert fitting.schema.names == local.schema.names
    fitting = fitting.cast(local.schema)
    assert fitting.equals(local)
    assert as_parquet(fitting) == as_parquet(local)


def _plain(schema: pa.Schema) -> pa.Schema:
    """Return the schema without the row number, with strings for dictionary codes."""
    return pa.schema(
        [
            pa.field(field.name, pa.string() if pa.types.is_dictionary(field.type) else field.type)
            for field in schema
            if field.name != "row"
        ]
    )


def test_refused_rows_stay_with_the_reason(found: pa.Table, expected: Any) -> None:
    """A row with an invalid answer has its kept columns and the reasons, and nothing else."""
    reasons: dict[int, list[str]] = {}
    for one in expected.refused:
        reasons.setdefault(one.row, []).append(one.reason)
    refused = found.filter(pa.compute.is_valid(found["refused"]))
    assert len(reasons) > 30
    assert dict(zip(refused["case"].to_pylist(), refused["refused"].to_pylist(), strict=True)) == {
        row: "; ".join(held) for row, held in reasons.items()
    }
    outcomes = refused.drop_columns([*cases.KEPT, "refused"])
    assert all(column.null_count == len(reasons) for column in outcomes.columns)
    assert refused["company"].null_count < len(reasons)


def test_every_question_is_refused_or_missing_somewhere(expected: Any) -> None:
    """The cases have nulls in every column and every possible kind of refused answer."""
    table = cases.table(cases.rows(NUMBER))
    assert all(table[name].null_count for name in cases.COLUMNS if name != "case")
    refused = {"s.level", "s.parts", "s.count", "s.large", "s.start"}
    assert refused <= {one.question for one in expected.refused}


def test_columns_keep_their_order_and_types(session: Any) -> None:
    """Kept columns come first with their Spark types; all results but one are text."""
    from readiness.spark import assess

    given = frame(session, cases.rows(3))
    keep = [*cases.KEPT, "s.cost", "s.start", "s.sites", "s.each", "s.decider"]
    result = assess(given, cases.assessor(), as_of=cases.AS_OF, keep=keep)
    assert result.schema.fields[: len(keep)] == [given.schema[name] for name in keep]
    rest = {
        field.name: field.dataType.simpleString() for field in result.schema.fields[len(keep) :]
    }
    assert rest.pop("blockers") == "int"
    assert set(rest.values()) == {"string"}
    assert list(rest)[:2] == ["verdict.start", "verdict.launch"]
    assert list(rest)[-1] == "refused"
    name = [*keep[:4], "s.each"]
    before = {row["case"]: [row[one] for one in name] for row in given.collect()}
    assert {row["case"]: [row[one] for one in name] for row in result.collect()} == before


@pytest.mark.parametrize("keep", [["case"], ["case", "company", "missing"], ["status.agreed"]])
def test_columns_at_odds_are_the_same_problems_at_once(session: Any, keep: list[str]) -> None:
    """Invalid columns are refused on the driver, in the words of `assess_table`."""
    from readiness.spark import assess

    wrong = {
        "s.agreed": ("string", pa.string()), "s.level": ("int", pa.int32()),
        "s.day": ("boolean", pa.bool_()), "s.sites": ("string", pa.string()),
        "s.parts": ("map<string,int>", pa.map_(pa.string(), pa.int32())),
        "s.count": ("binary", pa.binary()), "s.stray": ("void", pa.null()),
        "s.cost": ("array<decimal(9,2)>", pa.list_(pa.field("element", pa.decimal128(9, 2)))),
        "status.agreed": ("string", pa.string()),
    }  # fmt: skip
    columns = {**cases.COLUMNS, **wrong}
    given = session.createDataFrame([], ", ".join(f"`{n}` {k}" for n, (k, _) in columns.items()))
    table = pa.schema([(n, k) for n, (_, k) in columns.items()]).empty_table()
    with pytest.raises(readiness.DocumentError) as local:
        cases.assessor().assess_table(table, keep=keep)
    with pytest.raises(readiness.DocumentError) as on_spark:
        assess(given, cases.assessor(), keep=keep)
    assert str(on_spark.value) == str(local.value)
    assert "contains" in str(local.value) or "missing" in str(local.value)


def test_a_type_that_holds_no_answer_is_named(session: Any) -> None:
    """A column of a type that only Spark has is reported with Spark's name for it."""
    from readiness.spark import assess

    given = session.sql("select interval 1 month as `s.count`")
    with pytest.raises(readiness.DocumentError, match="interval month"):
        assess(given, cases.assessor())


def test_only_what_is_wanted_is_worked_out(session: Any, found: pa.Table, tmp_path: Path) -> None:
    """If only some outcomes are requested, only those columns are present, with the same values."""
    from readiness.spark import assess

    given = frame(session, cases.rows(NUMBER)).drop("company")
    wanted = {"keep": "case", "outcomes": ["status", "blockers"]}
    result = written(assess(given, cases.assessor(), as_of=cases.AS_OF, **wanted), tmp_path)
    names = [name for name in found.schema.names if name.startswith("status.")]
    assert result.equals(found.select(["case", "blockers", *names, "refused"]))
    with pytest.raises(ValueError, match="there is no outcome 'scores'"):
        assess(given, cases.assessor(), keep="case", outcomes=["scores"])


def test_further_outcomes(session: Any, expected: Any, tmp_path: Path) -> None:
    """Scores, counts and lists are the same as in one table."""
    from readiness.spark import assess

    wanted = ["score", "unanswered", "root_blockers", "waves"]
    given = frame(session, cases.rows(NUMBER)).drop("company")
    result = assess(given, cases.assessor(), as_of=cases.AS_OF, keep="case", outcomes=wanted)
    found = written(result, tmp_path)
    valid = found.filter(pa.compute.is_null(found["refused"])).drop_columns("refused")
    local = expected.only(*wanted).drop_columns(["row", "company"])
    assert valid.to_pylist() == local.to_pylist()


def test_another_engine_is_refused(session: Any) -> None:
    """An assessor with another engine is refused, as in `assess_table`."""
    from readiness.spark import assess

    engine: Any = object()
    other = Assessor(cases.assessor().ruleset, engine=engine)
    with pytest.raises(ValueError, match="one case at a time"):
        assess(frame(session, cases.rows(1)), other)


def test_the_day_is_fixed_on_the_driver(session: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The default date is the driver's at the time of the call, not that of the workers."""
    from readiness import spark

    given = session.createDataFrame([(datetime.date(1999, 12, 31),)], "`s.day` date")
    then = datetime.date(1999, 12, 30)
    clock = SimpleNamespace(date=SimpleNamespace(today=lambda: then))
    with monkeypatch.context() as patched:
        patched.setattr(spark, "datetime", clock)
        work = spark.assess(given, cases.assessor())
    given_day = spark.assess(given, cases.assessor(), as_of=then)
    later = spark.assess(given, cases.assessor(), as_of=datetime.date(2000, 1, 1))
    rows = [one.select("`status.days`", "refused").collect() for one in (work, given_day, later)]
    assert rows[0] == rows[1] != rows[2]


@pytest.mark.slow
def test_two_workers_rebuild_the_ruleset_once_each(session: Any) -> None:
    """Each worker process creates the assessor once, for all batches of all its tasks."""
    from readiness.spark import WorkerInput

    names = ("case", "s.agreed")
    held = texts_of(cases.assessor().ruleset)
    work = WorkerInput(readiness.__version__, held, datetime.date(2001, 1, 1), names, ("case",))

    def counted(batches: Iterator[Any]) -> Iterator[Any]:
        from pyspark import BarrierTaskContext

        from readiness.spark import _rebuilt

        BarrierTaskContext.get().barrier()  # both tasks are running, so no worker can do both
        before = _rebuilt.cache_info().misses
        read: list[int] = []
        taken = (read.append(batch.num_rows) or batch for batch in batches)  # type: ignore[func-returns-value]
        assert sum(batch.num_rows for batch in work.assessed(taken)) == sum(read)
        made = _rebuilt.cache_info().misses - before
        yield pa.record_batch(
            [[os.getpid()], [made], [len(read)]], names=["process", "made", "batches"]
        )

    made: dict[int, list[int]] = {}
    for _ in range(3):
        given = session.range(40).selectExpr("id as a", "id % 2 = 0 as b").repartition(2)
        result = given.mapInArrow(counted, "process long, made long, batches long", barrier=True)
        for row in result.collect():
            assert row.batches >= 2
            made.setdefault(row.process, []).append(row.made)
    assert len(made) == 2
    assert os.getpid() not in made
    assert [sum(found) for found in made.values()] == [1, 1]
    assert sum(len(found) for found in made.values()) == 6


def test_empty_frames_and_rows_without_answers(session: Any) -> None:
    """No rows give no results; a row without an answer is assessed."""
    from readiness.spark import assess

    none = session.createDataFrame([], cases.SPARK)
    assert assess(none, cases.assessor(), keep=cases.KEPT).collect() == []
    blank = session.createDataFrame([(1, None)], "case long, `s.agreed` boolean")
    [row] = assess(blank, cases.assessor(), keep=["case"]).collect()
    assert (row["case"], row["verdict.start"], row["refused"]) == (1, "undetermined", None)


def test_long_batches_are_cut(session: Any) -> None:
    """A batch with more rows than a block should have is assessed block by block."""
    assert session is not None
    from readiness.portfolio.assessed_block import BlockAssessor
    from readiness.spark import WorkerInput

    size = BlockAssessor(cases.assessor().bulk, cases.AS_OF).block_rows
    batch = pa.record_batch([pa.array([True, None, False] * size)[: size * 2 + 1]], names=["c"])
    held = texts_of(cases.assessor().ruleset)
    work = WorkerInput(readiness.__version__, held, cases.AS_OF, ("s.agreed",))
    lines = list(work.assessed(iter([batch])))
    assert [one.num_rows for one in lines] == [size, size, 1]
    table = batch.rename_columns(["s.agreed"])
    whole = cases.assessor().assess_table(pa.table(table), as_of=cases.AS_OF).table
    statuses = pa.Table.from_batches(lines)["status.agreed"]
    assert statuses.equals(whole["status.agreed"].cast(pa.string()))


def test_workers_of_another_version_say_so(session: Any) -> None:
    """If a worker has another version of the package, the error names both."""
    assert session is not None
    from readiness.spark import WorkerInput

    work = WorkerInput("0.0.1", (), cases.AS_OF, ())
    with pytest.raises(RuntimeError, match=rf"0\.0\.1.*{readiness.__version__}"):
        next(work.assessed(iter([])))


@pytest.mark.parametrize("library", ["pyspark", "pyarrow", "numpy"])
def test_a_missing_library_is_one_line_that_names_the_extra(library: str) -> None:
    """Without a library the import fails with one line that names what to install."""
    package = str(Path(readiness.__file__).resolve().parents[1])
    done = subprocess.run(
        [sys.executable, "-c", _MISSING.format(library=library)],
        env={**os.environ, "PYTHONPATH": package}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if library != "pyspark" and "'pyspark'" in done.stderr:
        pytest.skip("pyspark is not installed")
    last = done.stderr.splitlines()[-1]
    expected = f"portfolios on Spark need the library '{library}': pip install 'readiness[spark]'"
    assert last == f"ImportError: {expected}"
