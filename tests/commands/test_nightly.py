"""`readiness portfolio` in a nightly job: several files, folders, partitions, processes, limits."""

from __future__ import annotations

import csv
import gzip
import json
import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from jsonschema import Draft202012Validator

from readiness import load_ruleset
from readiness.documents.schemas import schema
from readiness.portfolio.assessed_block import BlockAssessor
from tests.commands.running import run

HEAD = ["portfolio", "crm-upkeep"]
KEPT = ["--keep", "country", "--key", "customer", "--as-of", "2026-11-21"]
ROWS: list[dict[str, Any]] = [
    {
        "customer": f"C{n}",
        "country": ["de", "fr", None][n % 3],
        "upkeep_risks.fault_desk": "maybe" if n == 7 else ["yes", "no", None][n % 3],
        "upkeep_risks.fault_limit": 4 + n,
    }
    for n in range(12)
]
TABLE = pa.Table.from_pylist(ROWS)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the same customers in a file, and in partitions of a folder."""
    pq.write_table(TABLE, tmp_path / "all.parquet")
    lines = [",".join(ROWS[0]), *(",".join(str(v or "") for v in row.values()) for row in ROWS)]
    (tmp_path / "all.csv").write_text("\n".join(lines))
    parts = ds.partitioning(pa.schema([("country", pa.string())]), flavor="hive")
    ds.write_dataset(TABLE, tmp_path / "parts", format="parquet", partitioning=parts)
    (tmp_path / "parts" / "_SUCCESS.csv").write_text("no table")
    return tmp_path


def results(*words: str, folder: Path, output: str = "results.jsonl") -> list[dict[str, Any]]:
    """Return the rows that a run writes, by customer and without what the files are called."""
    done = run(*HEAD, *words, *KEPT, "-o", output, folder=folder)
    assert done.status == 1, done.stderr
    lines = (folder / output).read_text("utf-8").splitlines()
    rows = sorted((json.loads(line) for line in lines), key=lambda row: str(row["customer"]))
    return [{k: v for k, v in row.items() if k not in ("row", "file")} for row in rows]


def test_partitions_are_read(folder: Path) -> None:
    """The folders of a partitioned table state a column; its rows give the same as in one file."""
    assert results("parts", folder=folder) == results("all.parquet", folder=folder)
    first = json.loads((folder / "results.jsonl").read_text("utf-8").splitlines()[0])
    assert (first["row"], first["customer"]) == (1, "C0")


def test_several_files(folder: Path) -> None:
    """Several files, patterns and compressed files are read in turn; rows name their file."""
    with gzip.open(folder / "b.csv.gz", "wb") as packed:
        packed.write((folder / "all.csv").read_bytes().replace(b"C", b"D"))
    whole = results("all.csv", "b.csv.gz", folder=folder)
    assert len(whole) == 22
    assert whole == results("[ab]*.csv*", folder=folder)
    lines = (folder / "results.jsonl").read_text("utf-8").splitlines()
    files = [json.loads(line)["file"] for line in lines]
    assert files == ["all.csv"] * 11 + ["b.csv.gz"] * 11
    refused = (folder / "results.refused.csv").read_text("utf-8-sig").splitlines()
    assert refused[0] == "row,question,reason,customer,code,value,file"
    assert refused[1].endswith(",C7,answer-of-wrong-type,maybe,all.csv")
    shutil.copy(folder / "all.csv", folder / "again.csv")
    done = run(*HEAD, "all.csv", "again.csv", *KEPT, "-o", "results.csv", folder=folder)
    assert done.status == 1
    with (folder / "results.refused.csv").open(encoding="utf-8-sig", newline="") as file:
        twice = [one for one in csv.DictReader(file) if one["code"] == "repeated-key"]
    assert twice[0]["reason"] == "'C0' in 'customer' is already the key of row 1 of all.csv"


@pytest.mark.parametrize("ending", ["csv.gz", "jsonl.zst", "csv.zst"])
def test_compressed_results(ending: str, folder: Path) -> None:
    """A compressed file has the bytes of the plain one, and the same input gives the same bytes."""
    plain, packed = ending.split(".", maxsplit=1)[0], f"results.{ending}"
    found = set()
    for _ in range(2):
        assert run(*HEAD, "all.csv", *KEPT, "-o", packed, folder=folder).status == 1
        found.add((folder / packed).read_bytes())
    assert run(*HEAD, "all.csv", *KEPT, "-o", f"results.{plain}", folder=folder).status == 1
    (held,) = found
    with pa.input_stream(folder / packed) as stream:
        assert stream.read() == (folder / f"results.{plain}").read_bytes() != held


def test_a_damaged_compressed_file(folder: Path) -> None:
    """A compressed file that breaks off is refused as a whole."""
    (folder / "cut.csv.gz").write_bytes(gzip.compress((folder / "all.csv").read_bytes())[:-9])
    done = run(*HEAD, "cut.csv.gz", *KEPT, "-o", "results.csv", folder=folder)
    assert (done.status, done.stderr) == (2, "cut.csv.gz: this cannot be read: it is damaged\n")


@pytest.mark.parametrize("format_", ["parquet", "csv", "jsonl"])
def test_results_in_partitions(format_: str, folder: Path) -> None:
    """Results go to a folder for each value, which pyarrow reads; an old one stays as it is."""
    words = [*HEAD, "all.csv", *KEPT, "--partition", "country", "-o", "out", "-f", format_]
    assert run(*words, folder=folder).status == 1
    files = sorted(str(one.relative_to(folder / "out")) for one in (folder / "out").rglob("*.*"))
    names = ["__HIVE_DEFAULT_PARTITION__", "de", "fr"]
    assert files == [f"country={name}/part-0.{format_}" for name in names]
    if format_ == "parquet":
        read = ds.dataset(folder / "out", partitioning="hive").to_table().to_pylist()
        assert {row["customer"]: row["country"] for row in read} == {
            row["customer"]: row["country"] for row in ROWS if row["customer"] != "C7"
        }
    done = run(*words, folder=folder)
    assert done.status == 2
    assert "cannot write 'out': it is not empty" in done.stderr
    assert not list(folder.glob(".readiness-*"))
    done = run(*words[:-4], "-o", "other", "--partition", "land", folder=folder)
    assert done.status == 2
    assert "there is no column 'land'" in done.stderr


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_the_long_form(ending: str, folder: Path) -> None:
    """The long form has a row for each check of a case, with what the wide form says of it."""
    file = f"long.{ending}"
    assert run(*HEAD, "all.csv", *KEPT, "--long", "-o", file, folder=folder).status == 1
    wide = {row["customer"]: row for row in results("all.csv", folder=folder)}
    if ending == "csv":
        rows = list(csv.DictReader((folder / file).read_text("utf-8-sig").splitlines()))
    elif ending == "jsonl":
        rows = list(map(json.loads, (folder / file).read_text("utf-8").splitlines()))
    else:
        rows = pq.read_table(folder / file).to_pylist()
    checks = list(load_ruleset("crm-upkeep").checks)
    assert [row["check"] for row in rows] == checks * 11
    for row in rows:
        case = wide[row["customer"]]
        for outcome in ("status", "standing"):
            assert row[outcome] == case[f"{outcome}.{row['check']}"]


def test_further_outcomes(folder: Path) -> None:
    """Further results come behind; lists are lists, and joined text in CSV."""
    also = ["--also", "score", "--also", "unanswered", "--also", "root_blockers", "--also", "waves"]
    rows = results("all.csv", *also, "--also", "origin", folder=folder)
    first, digest = rows[0], rows[0]["ruleset.sha256"]
    assert list(first)[-10:] == [
        "score.low", "score.high", "unanswered", "root_blockers", "waves", "ruleset.id",
        "ruleset.version", "ruleset.sha256", "as_of", "engine.version",
    ]  # fmt: skip
    assert first["as_of"] == "2026-11-21"
    run(*HEAD, "all.csv", *KEPT, *also, "-o", "results.csv", folder=folder)
    with (folder / "results.csv").open(encoding="utf-8-sig", newline="") as file:
        shown = next(csv.DictReader(file))
    assert shown["root_blockers"] == ";".join(first["root_blockers"])
    assert shown["waves"] == "|".join(";".join(wave) for wave in first["waves"])
    run(*HEAD, "all.csv", *KEPT, "-o", "results.parquet", folder=folder)
    metadata = pq.read_schema(folder / "results.parquet").metadata
    assert metadata[b"readiness.ruleset.sha256"].decode() == digest
    assert metadata[b"readiness.as_of"] == b"2026-11-21"


def test_refused_rows_are_kept(folder: Path) -> None:
    """On request, refused rows stay in place with their reason, also those without a result."""
    with (folder / "all.csv").open("a") as file:
        file.write("\nshort")
    done = run(*HEAD, "all.csv", *KEPT, "--keep-refused", "-o", "results.parquet", folder=folder)
    assert done.status == 1
    rows = pq.read_table(folder / "results.parquet").to_pylist()
    assert [row["row"] for row in rows] == list(range(1, 14))
    odd = {row["row"]: row for row in rows if row["refused"]}
    assert odd.keys() == {8, 13}
    assert odd[8]["customer"] == "C7"
    assert {odd[8][name] for name in odd[8] if "." in name} == {None}
    assert odd[13]["refused"] == "it has 1 cell, but the first line has 4"


@pytest.mark.parametrize(("most", "status"), [("1", 0), ("8.4%", 0), ("0", 2), ("8%", 2)])
def test_a_limit_for_refused_rows(most: str, status: int, folder: Path) -> None:
    """Up to the limit the status is 0; beyond it no results are written, only what was refused."""
    (folder / "results.csv").write_text("before")
    done = run(*HEAD, "all.csv", *KEPT, "--max-refused", most, "-o", "results.csv", folder=folder)
    assert done.status == status
    assert (folder / "results.refused.csv").read_text("utf-8-sig").count("\n") == 2
    if status:
        assert done.stderr == (
            f"Error: 1 of 12 rows refused (8.33%), more than --max-refused {most}: no results "
            "written; see results.refused.csv\n"
        )
        assert (folder / "results.csv").read_text() == "before"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--max-refused", "many"], "'many' is not a number of rows: write 100, or 1%"),
        (["--max-refused", "1%", "-o", "-", "-f", "csv"], "standard output gets results before"),
        (["--long", "--only", "status"], "leave out --only"),
        (["--partition", "country", "-o", "-"], "partitions need a folder"),
        (["--partition", "waves", "--also", "waves", "-o", "out"], "there is no column 'waves'"),
        (["-o", "results.parquet.gz"], "Parquet is already compressed: name it 'results.parquet'"),
        (["empty"], "there is no table in 'empty'"),
        (["nothing-*.csv"], "cannot read 'nothing-*.csv': no such file"),
    ],
)
def test_wrong_calls(words: list[str], said: str, folder: Path) -> None:
    """What cannot be is refused, with what to write instead."""
    (folder / "empty").mkdir()
    done = run(*HEAD, "all.csv", *KEPT, *words, folder=folder)
    assert done.status == 2
    assert said in done.stderr


@pytest.mark.slow
def test_several_processes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Several processes write the same bytes as one, whatever they are given."""
    monkeypatch.setattr(BlockAssessor, "block_rows", 5)
    extra = ["--keep-refused", "--also", "waves", "--also", "origin"]
    for file in ("all.csv", "all.parquet"):
        found = set()
        for jobs in ("1", "3"):
            words = [file, *KEPT, *extra, "--jobs", jobs, "-o", "results.parquet"]
            assert run(*HEAD, *words, folder=folder).status == 1
            held = (folder / "results.parquet").read_bytes()
            found.add((held, (folder / "results.refused.csv").read_bytes()))
        assert len(found) == 1
    assert not list(folder.glob(".*"))


def test_tables_of_a_ruleset(folder: Path) -> None:
    """`show --table` writes checks, gates and areas, in Parquet and CSV as in JSON."""
    ruleset = load_ruleset("crm-upkeep")
    for table, ids in (
        ("checks", ruleset.checks),
        ("gates", ruleset.gates),
        ("areas", ruleset.areas),
    ):
        words = ["show", "crm-upkeep", "--table", table, "-o"]
        for ending in ("json", "csv", "parquet"):
            assert run(*words, f"{table}.{ending}", folder=folder).status == 0
        rows = json.loads((folder / f"{table}.json").read_text("utf-8"))
        assert [row[table[:-1]] for row in rows] == list(ids)
        assert pq.read_table(folder / f"{table}.parquet").to_pylist() == rows
        shown = list(csv.DictReader((folder / f"{table}.csv").read_text("utf-8-sig").splitlines()))
        assert [list(row) for row in shown] == [list(row) for row in rows]
    checks = run("show", "crm-upkeep", "--table", "checks", "-f", "csv")
    assert run("show", "crm-upkeep", "-f", "csv").stdout == checks.stdout


def test_checks_that_depend_on_the_day() -> None:
    """`show --dated` lists them as text, as a valid document, and as a table."""
    done = run("show", "crm-upkeep", "--dated", "-f", "json")
    found = json.loads(done.stdout)
    assert not list(Draft202012Validator(schema("dated")).iter_errors(found))
    assert [one["id"] for one in found["checks"]] == ["success-measured", "data-quality-kept"]
    for one in found["checks"]:
        shown = run("show", "crm-upkeep", "--dated").stdout
        assert f"({one['id']})" in shown
        assert one["through"][0]["name"] in shown
    table = run("show", "crm-upkeep", "--dated", "-f", "csv").stdout.splitlines()
    assert [line.split(",")[0] for line in table[1:]] == ["success-measured", "data-quality-kept"]
