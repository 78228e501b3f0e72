"""How time and memory grow with a ruleset: from 250 checks to 20,000 with 40,000 requirements.

    python benchmarks/growth.py [--rounds 3] [--lint] [--most 20000]

Each size is measured in separate processes, one per round. The first table shows the median CPU
time of each step (loading the two documents, writing the program, the first and a further
assessment, the order of the open checks with the blockers, and lint if asked for), with garbage
collected before each step, and the median peak memory of a process. The second table shows the
growth of each when the checks double, as the median over the rounds.
"""

from __future__ import annotations

import argparse
import gc
import json
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from timing import figures, markdown

if TYPE_CHECKING:
    from readiness.result.assessment import Assessment

SIZES = (250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 16_000, 20_000)
STEPS = ("load", "compile", "assess first", "assess", "order", "lint")
MIB = "peak MiB"
# How often a process repeats short steps.
AGAIN = 5

Found = dict[str, float]


def measured_here(folder: Path, *, lint: bool) -> Found:
    """Return the seconds of each step and the peak memory of this process."""
    from readiness.assessing import Assessor
    from readiness.assurance.ruleset_lint import lint_ruleset
    from readiness.loading.rulesets import load_ruleset

    found: Found = {}

    def timed(name: str, work: Callable[[], Any], times: int = 1) -> Any:
        taken = []
        for _ in range(times):
            gc.collect()
            started = time.process_time()
            made = work()
            taken.append(time.process_time() - started)
        found[name] = statistics.median(taken)
        return made

    answers = json.loads((folder / "answers.json").read_text(encoding="utf-8"))
    ruleset = timed("load", lambda: load_ruleset(folder / "ruleset.yaml", paths=[folder]))
    assessor = timed("compile", lambda: Assessor(ruleset))
    timed("assess first", lambda: assessor.assess(answers))
    timed("assess", lambda: assessor.assess(answers), times=AGAIN)
    several = iter([assessor.assess(answers) for _ in range(AGAIN)])
    timed("order", lambda: _ordered(next(several)), times=AGAIN)
    found[MIB] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if lint:
        timed("lint", lambda: lint_ruleset(ruleset).in_order())
    return found


def _ordered(assessment: Assessment) -> object:
    return assessment.order, assessment.blockers


def apart(*arguments: str) -> str:
    """Return what this program prints with these arguments in a separate process.

    This process stays small, because the peak memory of a child starts from that of its parent.
    """
    command = [sys.executable, __file__, *arguments]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout


def written_here(folder: Path) -> None:
    """Write the documents for the size that the folder name gives."""
    from on_disk import write
    from workload import Workload

    size = int(folder.name)
    write(Workload(size, size * 3 // 2, size * 2), folder)


def tables(sizes: list[int], rounds: int, *, lint: bool) -> str:
    """Return the medians for every size and their growth."""
    taken: dict[int, list[Found]] = {size: [] for size in sizes}
    with tempfile.TemporaryDirectory() as name:
        folders = {size: Path(name) / str(size) for size in sizes}
        for folder in folders.values():
            folder.mkdir()
            apart("--write", str(folder))
        for _ in range(rounds):
            for size, folder in folders.items():
                found = apart("--here", str(folder), *(["--lint"] if lint else []))
                taken[size].append(json.loads(found))
    medians = {
        size: {key: statistics.median(one[key] for one in found) for key in found[0]}
        for size, found in taken.items()
    }
    steps = [step for step in STEPS if lint or step != "lint"]
    head = ("checks", *(f"{step}, ms" for step in steps), MIB)
    rows = [
        (f"{size:,}", *(figures(found[step] * 1000) for step in steps), figures(found[MIB]))
        for size, found in medians.items()
    ]
    growth = [
        (
            f"{size:,} → {size * 2:,}",
            *(figures(_growth(taken[size], taken[size * 2], key)) for key in (*steps, MIB)),
        )
        for size in sizes
        if size * 2 in taken
    ]
    return f"{markdown(head, rows)}\n\n{markdown(('times', *steps, 'memory'), growth)}"


def _growth(small: Sequence[Found], large: Sequence[Found], key: str) -> float:
    """Return the median over the rounds of the larger size's time divided by the smaller one's.

    The ratio is taken within a round because the machine may be slower in one round than another.
    """
    return statistics.median(two[key] / one[key] for one, two in zip(small, large, strict=True))


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--most", type=int, default=SIZES[-1])
    parser.add_argument("--lint", action="store_true")
    parser.add_argument("--here", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--write", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.here:
        print(json.dumps(measured_here(given.here, lint=given.lint)))
        return
    if given.write:
        written_here(given.write)
        return
    sizes = [size for size in SIZES if size <= given.most]
    print(f"{given.rounds} rounds, Python {platform.python_version()}\n")
    print(tables(sizes, given.rounds, lint=given.lint))


if __name__ == "__main__":
    main()
