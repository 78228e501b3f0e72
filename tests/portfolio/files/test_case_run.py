"""Files of cases, assessed into files of results."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from readiness.evaluation.bulk import Bulk
from readiness.portfolio.assessed_block import BlockAssessor
from readiness.portfolio.files.case_files import CaseFile, Target, find_case_files
from readiness.portfolio.files.case_run import CaseRun
from readiness.problems import DocumentError
from tests.lanes import each
from tests.portfolio.bakery import AS_OF, RULESET

BULK = Bulk(RULESET)
CASES: list[dict[str, Any]] = [
    {
        "town": f"town {n}",
        "shop.open": [True, False, None][n % 3],
        "shop.oven": ["gas", "wood", None, "coal" if n % 60 == 3 else "gas"][n % 4],
        "shop.wares": [["bread"], ["bread", "cake"], None][n % 3],
        "shop.staff": [11.5, 3.0, None, 2000.0 if n % 35 == 3 else 12.0][n % 4],
        "shop.since": ["2020-01-01", "2026-05-05", None][n % 3],
    }
    for n in range(200)
]


def in_csv() -> bytes:
    def cell(value: Any) -> str:
        if value is None:
            return ""
        if isinstance(value, bool):
            return "yes" if value else "no"
        return ";".join(value) if isinstance(value, list) else str(value)

    lines = [",".join(CASES[0]), *(",".join(map(cell, row.values())) for row in CASES)]
    return "\n".join(lines).encode()


def in_json() -> bytes:
    return "\n".join(json.dumps(row) for row in CASES).encode()


def in_parquet() -> bytes:
    file = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(CASES), file, row_group_size=37)
    return file.getvalue()


WRITTEN = {"csv": in_csv(), "jsonl": in_json(), "parquet": in_parquet()}


def run_of(held: bytes, format_: str, keep: tuple[str, ...] = ("town",)) -> CaseRun:
    return CaseRun(BULK, [CaseFile("cases", io.BytesIO(held), format_)], as_of=AS_OF, keep=keep)


def finished(run: CaseRun, folder: Path, format_: str) -> tuple[bytes, bytes]:
    """Return what a run writes: results, and what was refused."""
    target = Target(folder / "results", format_, folder / "refused.csv")
    list(run.run(target))
    return (folder / "results").read_bytes(), (folder / "refused.csv").read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("out", each(["csv", "jsonl", "parquet"], fast="csv".__eq__))
def test_the_same_cases_give_the_same_results(
    out: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Results and refused rows are the same from every format, whatever the size of blocks."""
    found = set()
    for rows in (7, 64, 100_000):
        monkeypatch.setattr(BlockAssessor, "block_rows", rows)
        for format_, held in WRITTEN.items():
            results, refused = finished(run_of(held, format_), tmp_path, out)
            if out == "parquet":  # its row groups form the blocks
                results = repr(pq.read_table(io.BytesIO(results)).to_pylist()).encode()
            found.add((results, refused))
    assert len(found) == 1
    lines = found.pop()[1].decode().splitlines()
    assert lines[0] == "\ufeffrow,question,reason,code,value"
    wrong = [n for n, row in enumerate(CASES, 1) if "coal" in row.values()]
    assert [int(line.split(",")[0]) for line in lines[1:] if "coal" in line] == wrong


def test_the_tally_counts_all_rows(tmp_path: Path) -> None:
    """Rows that cannot be read count as refused; counting needs no output file."""
    held = in_csv() + b"\nshort\nshort,row"
    (tmp_path / "cases.csv").write_bytes(held)
    run = CaseRun(BULK, find_case_files([str(tmp_path)], None), as_of=AS_OF, keep=("town",))
    done = list(run.run(None))
    assert run.tally.cases + run.tally.refused == len(CASES) + 2
    assert done == sorted(done)
    assert done[-1] == run.total == len(held)


def test_refused_rows_alone(tmp_path: Path) -> None:
    """Refused rows can be written without the results."""
    list(run_of(WRITTEN["csv"], "csv").run(Target(None, "", tmp_path / "refused.csv")))
    assert [path.name for path in tmp_path.iterdir()] == ["refused.csv"]


def test_no_refused_rows(tmp_path: Path) -> None:
    """Without refused rows, their file is not written, and one of an earlier run is removed."""
    (tmp_path / "refused.csv").write_text("of a run before")
    list(run_of(b"shop.staff\n1\n", "csv", ()).run(Target(None, "", tmp_path / "refused.csv")))
    assert list(tmp_path.iterdir()) == []
    list(run_of(b"shop.staff\n1\n", "csv", ()).run(Target(None, "", Path("/dev/null"))))
    assert Path("/dev/null").exists()


def test_formulas_among_refused_texts(tmp_path: Path) -> None:
    """The texts of the reasons run nothing in a spreadsheet."""
    held = b'shop.staff\n"=1+1"\n'
    _, refused = finished(run_of(held, "csv", ()), tmp_path, "csv")
    assert (
        "1,shop.staff,\"'shop.staff' takes a number, not '=1+1': give one number, in digits\""
        in refused.decode()
    )


class Breaking(io.BytesIO):
    """A file on a disk that fails after a number of bytes."""

    def __init__(self, held: bytes, least: int) -> None:
        super().__init__(held)
        self._least = least

    def read(self, size: int | None = -1) -> bytes:
        if self.tell() >= self._least:
            raise OSError(5, "Input/output error")
        return super().read(size)


@pytest.mark.parametrize("format_", ["csv", "jsonl"])
def test_a_file_that_cannot_be_read_to_its_end(format_: str, tmp_path: Path) -> None:
    """A file that cannot be read to its end is reported, and nothing is changed."""
    town = b"x" * 500
    names = b"town,shop.staff\n" if format_ == "csv" else b""
    line = b"%b,12\n" if format_ == "csv" else b'{"town":"%b","shop.staff":12}\n'
    file = Breaking(names + line % town * 20_000, 2**23)
    (tmp_path / "results").write_text("before")
    run = CaseRun(BULK, [CaseFile("cases", file, format_)], as_of=AS_OF, keep=("town",))
    with pytest.raises(DocumentError, match="cases: this cannot be read: input/output error"):
        list(run.run(Target(tmp_path / "results", "csv", tmp_path / "refused.csv")))
    assert (tmp_path / "results").read_text() == "before"
    assert [path.name for path in tmp_path.iterdir()] == ["results"]


@pytest.mark.parametrize("format_", ["parquet", "csv", "jsonl"])
def test_a_disk_that_is_full(format_: str) -> None:
    """The error of writing is raised, and nothing hangs."""

    class Full(io.RawIOBase):
        written = 0

        def writable(self) -> bool:
            return True

        def write(self, held: Any) -> int:
            self.written += len(held)
            if self.written > 10_000:
                raise OSError(28, "No space left on device")
            return len(held)

    target: BinaryIO = Full()  # type: ignore[assignment]
    with pytest.raises(OSError, match="No space left"):
        list(
            run_of(b"shop.staff\n" + b"1\n" * 50_000, "csv", ()).run(Target(target, format_, None))
        )


@pytest.mark.slow
def test_leaving_early(tmp_path: Path) -> None:
    """A run that is abandoned leaves everything unchanged."""
    (tmp_path / "results").write_text("before")
    steps = run_of(b"shop.staff\n" + b"1\n" * 500_000, "csv", ()).run(
        Target(tmp_path / "results", "csv", tmp_path / "refused.csv")
    )
    next(steps)
    steps.close()  # type: ignore[attr-defined]
    assert (tmp_path / "results").read_text() == "before"
    assert [path.name for path in tmp_path.iterdir()] == ["results"]
