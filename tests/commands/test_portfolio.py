"""`readiness portfolio`: many cases in files."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from readiness import load_ruleset
from readiness.commands.main import group
from readiness.commands.refusals import MissingExtra
from tests.commands.running import ROOT, environment_kept, run, run_process
from tests.conftest import GoldenCheck

GOLDEN = ROOT / "tests" / "golden" / "commands" / "portfolio"
CASES = """\
company,upkeep_risks.fault_desk,upkeep_risks.fault_limit,upkeep_data.cleaning_routine
Alder,yes,4,yes
Birch,no,,no
Cedar,maybe,-1,
Damson,yes
Elm,,"4 hours",yes
"""
HEAD = ["portfolio", "crm-upkeep"]
KEEP = ["--keep", "company", "--as-of", "2026-11-21"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a table of companies."""
    (tmp_path / "companies.csv").write_text(CASES, encoding="utf-8")
    (tmp_path / "companies.xlsx").write_text("a workbook")
    (tmp_path / "text.parquet").write_text("no Parquet")
    names, *lines = CASES.splitlines(keepends=True)
    (tmp_path / "short.csv").write_text(names + "".join(f"x;{line}" for line in lines[3:4]))
    (tmp_path / "open-quote.csv").write_text(CASES.replace("Birch", '"Birch'))
    (tmp_path / "latin.csv").write_bytes("company\nBäcker\n".encode("latin-1"))
    return tmp_path


RUNS = {
    "stray": [*HEAD, "companies.csv"],
    "missing": [*HEAD, "nowhere.csv", *KEEP],
    "ending": [*HEAD, "companies.xlsx", *KEEP],
    "output-ending": [*HEAD, "companies.csv", *KEEP, "-o", "results.xlsx"],
    "tabs": [*HEAD, "companies.csv", *KEEP, "-o", "results.tsv"],
    "same": [*HEAD, "companies.csv", *KEEP, "-o", "./companies.csv"],
    "same-refused": [*HEAD, "companies.csv", *KEEP, "-o", "r.csv", "--refused", "r.csv"],
    "same-twice": [*HEAD, "companies.csv", *KEEP, "-o", "-", "-f", "csv",
                             "--summary", "-"],
    "unwritable": [*HEAD, "companies.csv", *KEEP, "-o", "companies.xlsx/results.csv"],
    "unwritable-refused": [*HEAD, "companies.csv", *KEEP, "-o", "results.csv",
                                     "--refused", "companies.xlsx/refused.csv"],
    "parquet-out": [*HEAD, "companies.csv", *KEEP, "-o", "-", "-f", "parquet"],
    "format-alone": [*HEAD, "companies.csv", *KEEP, "-f", "csv"],
    "no-parquet": [*HEAD, "text.parquet"],
    "latin": [*HEAD, "latin.csv"],
    "open-quote": [*HEAD, "open-quote.csv", *KEEP, "-o", "results.csv"],
    "no-key": [*HEAD, "companies.csv", *KEEP, "--key", "customer", "-o", "results.csv"],
    "no-line-fits": [*HEAD, "short.csv", *KEEP, "-o", "results.csv"],
    "no-ruleset": ["portfolio", "crm-upkep", "companies.csv"],
    "a-folder": [*HEAD, ".", "--input-format", "csv"],
}  # fmt: skip


@pytest.mark.parametrize("name", RUNS)
def test_what_is_refused(name: str, folder: Path, golden: GoldenCheck) -> None:
    """A wrong call or file is reported in a few lines, with status 2."""
    before = sorted(folder.iterdir())
    done = run(*RUNS[name], folder=folder)
    assert (done.stdout, done.status) == ("", 2)
    golden(GOLDEN / f"{name}.txt", f"{done.stderr}exit status {done.status}\n")
    assert sorted(folder.iterdir()) == before


def test_a_row_for_each_case(folder: Path, golden: GoldenCheck) -> None:
    """The result has a row for each valid case; the other file lists refused rows and reasons."""
    done = run(*HEAD, "companies.csv", *KEEP, "-o", "results.csv", folder=folder)
    assert (done.stdout, done.status) == ("", 1)
    golden(GOLDEN / "run.txt", done.stderr.partition("no column")[0])
    golden(GOLDEN / "results.csv.txt", (folder / "results.csv").read_text("utf-8"))
    golden(
        GOLDEN / "refused.csv.txt",
        (folder / "results.refused.csv").read_text("utf-8-sig"),
    )


@pytest.mark.parametrize(("separator", "mark"), [("semicolon", ";"), (";", ";"), ("tab", "\t")])
def test_separator_and_guard(separator: str, mark: str, folder: Path) -> None:
    """The output uses the given separator and, for programs, no guards; numbers never have any."""
    (folder / "kept.csv").write_text("company,upkeep_risks.fault_limit\n=1,4\n-5.5,x\n")
    columns = ["--keep", "company", "--only", "blockers", "--separator", separator]
    for further, first in (([], "'=1"), (["--no-guard"], "=1")):
        done = run(*HEAD, "kept.csv", *columns, *further, "-o", "results.csv", folder=folder)
        assert done.status == 1
        head, row = (folder / "results.csv").read_text("utf-8").splitlines()
        assert head == mark.join(['\ufeff"row"', '"company"', '"blockers"'])
        assert row.split(mark)[1] == f'"{first}"'
        refused = (folder / "results.refused.csv").read_text("utf-8").splitlines()
        assert refused[0].removeprefix("\ufeff").split(mark)[:3] == ["row", "question", "reason"]
    (folder / "kept.csv").write_text("company,upkeep_risks.fault_limit\n-5.5,4\n")
    assert run(*HEAD, "kept.csv", *columns, "-o", "-", "-f", "csv", folder=folder).status == 0
    assert (
        '"-5.5"' in run(*HEAD, "kept.csv", *columns, "-o", "-", "-f", "csv", folder=folder).stdout
    )


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_rows_with_keys(ending: str, folder: Path) -> None:
    """A row without a key, or with an earlier row's key, is refused; messages name rows by key."""
    rows: list[dict[str, Any]] = [
        {"customer": "C-1", "upkeep_risks.fault_desk": "yes"},
        {"customer": "C-2", "upkeep_risks.fault_desk": "perhaps"},
        {"customer": "C-1", "upkeep_risks.fault_desk": "no"},
        {"customer": None, "upkeep_risks.fault_desk": "no"},
        {"customer": "C-3", "upkeep_risks.fault_desk": "no"},
    ]
    file, table = folder / f"keyed.{ending}", pa.Table.from_pylist(rows)
    if ending == "parquet":
        pq.write_table(table, file)
    elif ending == "csv":
        pa.csv.write_csv(table, file)
    else:
        file.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    only = ["--key", "customer", "--only", "verdict", "-o", "results.jsonl"]
    done = run(*HEAD, file.name, *only, folder=folder)
    assert done.status == 1
    found = [json.loads(line) for line in (folder / "results.jsonl").read_text().splitlines()]
    assert [(one["row"], one["customer"]) for one in found] == [(1, "C-1"), (5, "C-3")]
    with (folder / "results.refused.csv").open(encoding="utf-8-sig", newline="") as refused:
        aside = [(one["row"], one["reason"], one["customer"]) for one in csv.DictReader(refused)]
    assert [(row, key) for row, _, key in aside] == [("2", "C-2"), ("3", "C-1"), ("4", "")]
    assert aside[1][1] == "'C-1' in 'customer' is already the key of row 1"
    assert aside[2][1] == "it has no key in 'customer'"


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_questions_without_a_column(ending: str, folder: Path) -> None:
    """Questions without a column are named; --require-all refuses such a table."""
    if ending == "csv":
        (folder / "few.csv").write_text("upkeep_risks.fault_desk\nyes\n")
    else:
        (folder / "few.jsonl").write_text('{"upkeep_risks.fault_desk": true}\n')
    done = run(*HEAD, f"few.{ending}", "--summary", "few.json", folder=folder)
    questions = load_ruleset("crm-upkeep").questions.keys() - {"upkeep_risks.fault_desk"}
    number = f"{len(questions)} of {len(questions) + 1} questions"
    assert f"{number} have no column, so they have no answer: " in done.stderr
    summary = json.loads((folder / "few.json").read_text())
    assert set(summary["without_column"]) == questions
    done = run(*HEAD, f"few.{ending}", "--require-all", "-o", "results.csv", folder=folder)
    assert (done.status, done.stdout) == (2, "")
    assert done.stderr.startswith(f"few.{ending}: {number} have no column\n")
    assert not (folder / "results.csv").exists()


def test_exit_status_without_refused_rows(folder: Path) -> None:
    """If every row is valid the status is 0, and an old file of refused rows is removed."""
    (folder / "results.refused.csv").write_text("of a run before")
    (folder / "good.csv").write_text("upkeep_risks.fault_desk\nyes\nno\n")
    done = run(*HEAD, "good.csv", "-o", "results.jsonl", folder=folder)
    assert done.status == 0
    assert done.stderr.startswith("2 cases assessed\n24 of 25 questions have no column, ")
    assert not (folder / "results.refused.csv").exists()


def test_every_format(folder: Path) -> None:
    """Results are the same in every format, read from every format."""
    table = pa.csv.read_csv(folder / "companies.csv", parse_options=pa.csv.ParseOptions(
        invalid_row_handler=lambda _: "skip"))  # fmt: skip
    rows = [row for row in table.to_pylist() if row["company"] in ("Alder", "Birch")]
    for row in rows:
        row["upkeep_risks.fault_limit"] = float(row["upkeep_risks.fault_limit"] or 0)
    pq.write_table(pa.Table.from_pylist(rows), folder / "few.parquet")
    (folder / "few.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    pa.csv.write_csv(pa.Table.from_pylist(rows), folder / "few.csv")
    found = set()
    for ending in ("parquet", "csv", "jsonl"):
        done = run(*HEAD, f"few.{ending}", *KEEP, "-o", "to.jsonl", folder=folder)
        assert done.status == 0
        found.add((folder / "to.jsonl").read_bytes())
    (held,) = found
    lines = [json.loads(line) for line in held.splitlines()]
    assert run(*HEAD, "few.csv", *KEEP, "-o", "to.parquet", folder=folder).status == 0
    read = pq.read_table(folder / "to.parquet").to_pylist()
    assert lines == [{k: v for k, v in row.items() if v is not None} for row in read]


def test_standard_input_and_output(folder: Path) -> None:
    """`-` reads from one and writes to the other, with nothing but rows in the output."""
    done = run(
        *HEAD, "-", "--input-format", "csv", *KEEP, "-o", "-", "-f", "jsonl", "--refused",
        "refused.csv", stdin=CASES, folder=folder,
    )  # fmt: skip
    assert done.status == 1
    assert [json.loads(line)["company"] for line in done.stdout.splitlines()] == ["Alder", "Birch"]
    assert done.stderr.startswith(
        "2 cases assessed, 3 rows refused, see refused.csv\n22 of 25 questions have no column"
    )
    assert run(*HEAD, "-", stdin=CASES).status == 2


@pytest.mark.slow
def test_what_standard_input_is_called(folder: Path) -> None:
    """Cases come through a pipe; problems in it name standard input, such as that of Parquet."""
    words = ["--input-format", "csv", *KEEP, "-o", "-", "-f", "jsonl", "--only", "blockers"]
    done = run_process(*HEAD, "-", *words, stdin=CASES, folder=folder)
    assert (done.stdout.count("\n"), done.status) == (2, 1), done.stderr
    if sys.platform == "linux":
        done = run_process(*HEAD, "/dev/stdin", *words, stdin=CASES, folder=folder)
        assert (done.stdout.count("\n"), done.status) == (2, 1), done.stderr
    done = run_process(*HEAD, "-", "--input-format", "parquet", stdin="PAR1", folder=folder)
    assert done.status == 2
    assert "standard input: this is not a Parquet file: Parquet cannot be read" in done.stderr


@pytest.mark.slow
def test_a_reader_that_goes_away(folder: Path) -> None:
    """A pipe that nobody reads any more ends the run silently, as with other commands."""
    (folder / "many.csv").write_text("upkeep_risks.fault_limit\n" + "4\n" * 300_000)
    process = subprocess.Popen(
        [sys.executable, "-m", "readiness", *HEAD, "many.csv", "-o", "-", "-f", "jsonl"],
        cwd=folder, env=_environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline().startswith(b'{"row":1,')
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(60) == 1


def _environment() -> dict[str, str]:
    source = [str(Path(path).resolve()) for path in sys.path if path]
    return {**environment_kept(), "PYTHONPATH": os.pathsep.join(source)}


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="the test needs POSIX signals")
@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("kind", ["SIGINT", "SIGTERM", "SIGKILL"])
def test_a_run_that_is_interrupted(kind: str, jobs: str, folder: Path) -> None:
    """The old results stay complete; an interrupted run leaves nothing unfinished, or running."""
    (folder / "results.csv").write_text("before")
    (folder / "many.csv").write_text("upkeep_risks.fault_limit\n" + "4\n" * 5_000_000)
    before = {path.name for path in folder.iterdir()}
    process = subprocess.Popen(
        [sys.executable, "-m", "readiness", *HEAD, "many.csv", "-o", "results.csv",
         "--jobs", jobs],
        cwd=folder, env=_environment(), stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    until = time.monotonic() + 60
    while not _unfinished(folder) and time.monotonic() < until:
        time.sleep(0.01)
    process.send_signal(signal.Signals[kind])
    _, told = process.communicate(timeout=60)
    assert (folder / "results.csv").read_text() == "before"
    ends = {"SIGINT": (130, b"interrupted"), "SIGTERM": (143, b"terminated")}
    if kind in ends:
        assert (process.returncode, told.strip()) == ends[kind]
        assert {path.name for path in folder.iterdir()} == before
    else:
        assert process.returncode == -signal.SIGKILL
    until = time.monotonic() + 30
    while _is_running(process.pid) and time.monotonic() < until:
        time.sleep(0.1)
    assert not _is_running(process.pid)


def _is_running(group: int) -> bool:
    """Return whether a process of a group is left."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def _unfinished(folder: Path) -> bool:
    """Return whether the run has begun to write results."""
    return any(path.stat().st_size for path in folder.glob(".readiness-*.unfinished"))


@pytest.mark.parametrize("library", ["numpy", "pyarrow"])
def test_without_the_libraries(library: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the libraries are not installed, one line says how to install them."""
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(MissingExtra) as fault:
        group.main([*HEAD, str(folder / "companies.csv")], standalone_mode=False)
    assert fault.value.exit_code == 2
    assert fault.value.format_message() == (
        f"portfolios need the library '{library}': pip install 'readiness[columnar]'"
    )


_MEASURED = """
import resource, sys
from readiness.commands import main
try:
    main()
except SystemExit:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no module resource")
def test_memory_does_not_grow_with_the_file(folder: Path) -> None:
    """A million rows take little more memory than two hundred thousand."""
    most = []
    for rows in (200_000, 1_000_000):
        lines = b"upkeep_risks.fault_limit,upkeep_risks.fault_desk\n" + b"4,yes\n" * rows
        (folder / "many.csv").write_bytes(lines)
        done = subprocess.run(
            [sys.executable, "-c", _MEASURED, *HEAD, "many.csv", "-o", "results.csv"],
            cwd=folder, env=_environment(), capture_output=True, check=True,
        )  # fmt: skip
        most.append(int(done.stdout))
    assert most[1] < 1.5 * most[0]
