"""How a portfolio in files grows with its rows, compared with reading and writing the same files.

    python benchmarks/rows.py [--rounds 5] [--most 1000000]

For each size, a separate process assesses a Parquet file of cases to a Parquet file of results, as
`readiness portfolio` does, and pyarrow alone reads the first file and writes the second; both in
turn, on all cores. Prints the medians, the ratio within a round, the peak memory of a process that
only assesses, and how time and memory grow when the rows double; for the growth, files of all
sizes are assessed in turn.
"""

from __future__ import annotations

import argparse
import datetime
import json
import resource
import statistics
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from columns import Columns
from timing import figures, interleaved, markdown
from workload import SMALL

SIZES = (1_000, 10_000, 62_500, 125_000, 250_000, 500_000, 1_000_000, 2_000_000)
# As large as DuckDB writes them; a reader holds all columns of the current row group.
ROW_GROUP = 122_880
DAY = datetime.date(2027, 1, 1)

Found = dict[str, float]


def assess(source: Path, target: Path) -> None:
    """Assess a file of cases to a file of results."""
    from readiness.portfolio.files.case_files import CaseFile, Target
    from readiness.portfolio.files.case_run import CaseRun

    file = CaseFile(source.name, source, "parquet")
    run = CaseRun(SMALL.assessor.bulk, [file], as_of=DAY)
    for _ in run.run(Target(target, "parquet", None)):
        pass


def measured_here(source: Path, rounds: int) -> Found:
    """Return the seconds of assessing, and of pyarrow alone, in this process."""
    target, copy = source.with_suffix(".results"), source.with_suffix(".copy")
    assess(source, target)
    results = pq.read_table(target)

    def alone() -> None:
        pq.read_table(source)
        pq.write_table(results, copy)

    works = {"assess": lambda: assess(source, target), "alone": alone}
    found = interleaved(works, rounds)
    return {
        "assess": found["assess"].median,
        "alone": found["alone"].median,
        "ratio": found.ratio("assess", "alone"),
    }


def growth_here(folder: Path, rounds: int) -> dict[str, float]:
    """Return the growth of the time as the rows double, running all sizes in turn."""
    sizes = sorted(int(source.stem) for source in folder.glob("*.parquet"))
    works = {
        str(size): partial(assess, folder / f"{size}.parquet", folder / f"{size}.results")
        for size in sizes
    }
    found = interleaved(works, rounds)
    return {str(size): found.ratio(str(size * 2), str(size)) for size in sizes if size * 2 in sizes}


def peak_here(source: Path) -> Found:
    """Return the peak memory of this process after assessing, in MiB."""
    assess(source, source.with_suffix(".results"))
    return {"MiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def written_here(source: Path) -> int:
    """Write the cases for the size that the file name gives."""
    rows = int(source.stem)
    pq.write_table(Columns(SMALL, rows).arrow, source, row_group_size=ROW_GROUP)
    return rows


def apart(*arguments: str) -> Any:
    """Return what this program prints with these arguments in a separate process.

    This process stays small, because the peak memory of a child starts from that of its parent.
    """
    command = [sys.executable, __file__, *arguments]
    printed = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    return json.loads(printed)


def tables(sizes: list[int], rounds: int) -> str:
    """Return the medians for every size and their growth."""
    found: dict[int, Found] = {}
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            source = Path(folder) / f"{size}.parquet"
            apart("--write", str(source))
            times = apart("--here", str(source), "--rounds", str(rounds))
            peaks = [apart("--peak", str(source))["MiB"] for _ in range(3)]
            found[size] = {**times, "MiB": statistics.median(peaks)}
        longer = apart("--growth", folder, "--rounds", str(rounds))
    rows = [
        (
            f"{size:,}",
            *(figures(one[key] * 1000) for key in ("assess", "alone")),
            figures(one["ratio"]),
            f"{one['MiB']:,.0f}",
        )
        for size, one in found.items()
    ]
    head = ("rows", "assess, ms", "pyarrow alone, ms", "ratio", "peak MiB")
    growth = [
        (
            f"{size:,} → {size * 2:,}",
            figures(longer[str(size)]),
            figures(found[size * 2]["MiB"] / found[size]["MiB"]),
        )
        for size in found
        if size * 2 in found
    ]
    return f"{markdown(head, rows)}\n\n{markdown(('times', 'time', 'memory'), growth)}"


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--most", type=int, default=1_000_000)
    parser.add_argument("--here", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--growth", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--peak", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--write", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.here:
        print(json.dumps(measured_here(given.here, given.rounds)))
    elif given.growth:
        print(json.dumps(growth_here(given.growth, given.rounds)))
    elif given.peak:
        print(json.dumps(peak_here(given.peak)))
    elif given.write:
        print(json.dumps(written_here(given.write)))
    else:
        print(tables([size for size in SIZES if size <= given.most], given.rounds))


if __name__ == "__main__":
    main()
