"""How long it takes to load a ruleset the long way, and from the cache of compiled rulesets.

    python benchmarks/caching.py [--rounds 11]

The ruleset has 2,000 checks over 3,000 questions; as YAML its two files have 600 and 270 KB. What
PyYAML's loader over libyaml alone takes for the same files stands beside it. Times of processes are
for the whole of a command, from the start of the interpreter to its end; beside them stands a
process that imports yaml and click and does nothing.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import yaml
from on_disk import DOCUMENTS, write
from timing import Timings, figures, interleaved, markdown, milliseconds, on_one_core
from workload import LARGE

import readiness
from readiness import Assessor, Ruleset, load_ruleset
from readiness.loading.cache import ruleset_from_bytes, ruleset_to_bytes

ROOT = Path(__file__).parents[1]
HALDEN = ROOT / "questionnaires" / "examples" / "halden-outdoor" / "engagement.yaml"
DAY = "2026-11-21"
PYYAML, BARE = "PyYAML's C loader alone", "python -c 'import yaml, click'"


def in_process(folder: Path, rounds: int) -> tuple[Timings, int]:
    """Times within one process, and how large the cache is."""
    write(LARGE, folder)
    file, cache, answers = folder / DOCUMENTS[0], folder / "cache", LARGE.answers(1)
    texts = [(folder / name).read_bytes() for name in DOCUMENTS[:2]]
    whole = load_ruleset(file, cache=cache)
    held = ruleset_to_bytes(whole)
    assert load_ruleset(file, cache=cache).id == "work"

    def kept() -> Ruleset:
        return load_ruleset(file, cache=cache)

    works: dict[str, Callable[[], object]] = {
        PYYAML: lambda: [yaml.load(t, Loader=yaml.CSafeLoader) for t in texts],
        "loaded the long way": lambda: Assessor(load_ruleset(file)),
        "and the first result": lambda: Assessor(load_ruleset(file)).assess(answers).judgement,
        "loaded from the cache": lambda: Assessor(kept()),
        "and the first result ": lambda: Assessor(kept()).assess(answers).judgement,
        "made of bytes": lambda: Assessor(ruleset_from_bytes(held)),
        "made to bytes": lambda: ruleset_to_bytes(whole),
    }
    return interleaved(works, rounds, at_least=0.0), sum(f.stat().st_size for f in cache.iterdir())


def processes(folder: Path, rounds: int) -> Timings:
    """Times of whole processes."""
    answers = folder / "answers.yaml"
    head = {"format": "readiness/answers/1", "ruleset": f"./{DOCUMENTS[0]}"}
    answers.write_text(yaml.dump({**head, "answers": LARGE.answers(1)}, sort_keys=False))

    def readiness_of(*words: str) -> Callable[[], object]:
        command = ["-m", "readiness", *words, "--as-of", DAY]
        return lambda: _run(*command, cache=folder / "cache of processes")

    works = {BARE: lambda: _run("-c", "import yaml, click")}
    commands = {
        "halden, assess": ("assess", str(HALDEN), "-f", "json"),
        "2,000 checks, assess": ("assess", str(answers), "-f", "text"),
        "2,000 checks, explain one": ("explain", str(answers), "c7"),
    }
    for name, words in commands.items():
        works[f"{name}, no cache"] = readiness_of(*words, "--no-cache")
        works[f"{name}, cached"] = readiness_of(*words)
    return interleaved(works, rounds, at_least=0.0)


def _run(*words: str, cache: Path | None = None) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(readiness.__file__).parents[1])}
    environment["READINESS_CACHE_DIR"] = str(cache or "")
    done = subprocess.run(
        [sys.executable, *words], env=environment, stdout=subprocess.DEVNULL, check=False
    )
    assert done.returncode in (0, 1)  # 1: a gate is not to be passed


def table(found: Timings, beside: str) -> str:
    """Each median, and its ratio to another one."""
    rows = [
        (name.strip(), milliseconds(found[name].median), figures(found.ratio(name, beside)))
        for name in found.by_name
    ]
    return markdown(("what", "median", f"ratio to {beside}"), rows)


def main() -> None:
    """Measure, and print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=11)
    rounds = parser.parse_args().rounds
    print(on_one_core())
    with tempfile.TemporaryDirectory() as held:
        folder = Path(held)
        found, size = in_process(folder, rounds)
        print(f"the cache holds {size:,} bytes\n\n{table(found, PYYAML)}\n")
        print(table(processes(folder, rounds), BARE))


if __name__ == "__main__":
    main()
