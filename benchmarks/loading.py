"""How long a large ruleset takes to load, compared with PyYAML's C loader on the same files.

    python benchmarks/loading.py [--checks 2000] [--rounds 15]

Prints the median over the rounds for each step: reading the two documents with
`yaml.CSafeLoader`; `load_ruleset`, which reads, validates, types and links them; and `Assessor`,
which writes the program. The ratio is calculated within each round.
"""

from __future__ import annotations

import argparse
import platform
import tempfile
from pathlib import Path

import yaml
from on_disk import DOCUMENTS, write
from timing import figures, interleaved, markdown, milliseconds, on_one_core
from workload import Workload

from readiness.assessing import Assessor
from readiness.loading.rulesets import load_ruleset


def measure(workload: Workload, rounds: int) -> str:
    """Return the table for one workload."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(workload, folder)
        size = sum((folder / document).stat().st_size for document in DOCUMENTS)

        def alone() -> object:
            return [
                yaml.load((folder / document).read_bytes(), Loader=yaml.CSafeLoader)
                for document in DOCUMENTS
            ]

        ruleset = load_ruleset(folder / DOCUMENTS[0], paths=[folder])
        works = {
            f"PyYAML's C loader alone, {size / 1000:,.0f} KB": alone,
            "`load_ruleset`": lambda: load_ruleset(folder / DOCUMENTS[0], paths=[folder]),
            "`Assessor`": lambda: Assessor(ruleset),
            "both: from files to an assessor": lambda: Assessor(
                load_ruleset(folder / DOCUMENTS[0], paths=[folder])
            ),
        }
        found = interleaved(works, rounds=rounds, at_least=0)
    first = next(iter(works))
    rows = [
        (one, milliseconds(found[one].median), figures(found.ratio(one, first))) for one in works
    ]
    return markdown(("what", "time", "times PyYAML"), rows)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checks", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=15)
    given = parser.parse_args()
    core = on_one_core()
    workload = Workload(given.checks, given.checks * 3 // 2, given.checks * 2)
    version = platform.python_version()
    print(f"{given.checks:,} checks, {given.rounds} rounds, Python {version}, {core}\n")
    print(measure(workload, given.rounds))


if __name__ == "__main__":
    main()
