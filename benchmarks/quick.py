"""The ten figures that matter to users of the shipped content, in about three minutes.

    python benchmarks/quick.py
    python benchmarks/quick.py --against ../other-checkout --rounds 7

Each figure is CPU time, measured in a separate process in each round. Prints the medians and, with
`--against`, those of another checkout in the same rounds and the median of the ratios. Both get the
documents of this checkout or, with `--content`, those of another: a folder with `rulesets` and
`questionnaires`.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from timing import Timing, Timings, figures, markdown

HERE = Path(__file__).resolve().parent.parent
WORKED = "questionnaires/examples/halden-outdoor"
ROWS = 2_000

# The preparation of each figure, and what is timed; `E` is the worked engagement, `A` its assessor,
# `P` its answers as plain Python values.
_PREPARED = f"""
import datetime, json, sys, time
from pathlib import Path
import yaml
from readiness import Assessor, load_engagement
folder = Path({WORKED!r})
E = load_engagement(folder / "engagement.yaml")
A = Assessor(E.ruleset)
DAY = E.circumstances.as_of
P = {{}}
for sheet in E.sheets:
    document = yaml.safe_load((folder / Path(sheet.name)).read_text(encoding="utf-8"))
    for key, value in document["answers"].items():
        if isinstance(value, dict) and "by" in value:
            P.setdefault(key, {{"by": {{}}}})["by"].update(value["by"])
        elif E.ruleset.questions[key].ask_each:
            P.setdefault(key, {{"by": {{}}}})["by"][sheet.respondent] = value
        else:
            P.setdefault(key, value)
PLAIN = dict(as_of=DAY, groups=dict(E.circumstances.groups))
"""
_TABLE = f"""
import pyarrow as pa
kept = {{key: value for key, value in P.items() if not isinstance(value, dict)}}
def text(value): return value.isoformat() if isinstance(value, datetime.date) else value
def cells(row): return {{key: text(cell) for key, cell in row.items() if cell is not None}}
columns = {{}}
for key, value in kept.items():
    question = E.ruleset.questions[key]
    if question.type == "table":
        rows = [cells(row) for row in value]
        names = dict.fromkeys(name for row in rows for name in row)
        value = [{{name: row.get(name) for name in names}} for row in rows]
    columns[key] = pa.array([text(value)] * {ROWS})
T = pa.table(columns)
"""
_TIMED = """
def timed(work, times):
    started = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - started) / times
"""
_LIBRARY: dict[str, tuple[str, str]] = {
    "assess, answer sheets, first": ("", "timed(lambda: A.assess(E).judgement, 1)"),
    "assess, answer sheets": (
        "for _ in range(20): A.assess(E).judgement", "timed(lambda: A.assess(E).judgement, 100)",
    ),
    "assess, plain values with notes and tables": (
        "for _ in range(20): A.assess(P, **PLAIN).judgement",
        "timed(lambda: A.assess(P, **PLAIN).judgement, 100)",
    ),
    "what to ask next": ("R = A.assess(E)", "timed(lambda: A.adviser.next_questions(R), 1)"),
    f"portfolio, {ROWS:,} rows with tables, one row": (
        _TABLE + "A.assess_table(T.slice(0, 50), as_of=DAY)",
        f"timed(lambda: A.assess_table(T, as_of=DAY).table, 1) / {ROWS}",
    ),
}  # fmt: skip
_COMMANDS: dict[str, tuple[str, ...]] = {
    "command: assess": ("assess", f"{WORKED}/engagement.yaml"),
    "command: assess --format html": ("assess", f"{WORKED}/engagement.yaml", "--format", "html"),
    "command: export and import of a form": (),
    "command: lint of everything": ("lint", "rulesets"),
    "command: test of everything": ("test", "rulesets"),
}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--against", type=Path, help="the folder of another checkout")
    parser.add_argument("--content", type=Path, default=HERE, help="the folder of the documents")
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    checkouts = {"here": HERE} | ({"there": given.against.resolve()} if given.against else {})
    with tempfile.TemporaryDirectory() as name:
        engines = {
            key: _laid_out(Path(name, key), one, given.content) for key, one in checkouts.items()
        }
        taken: dict[str, dict[str, list[float]]] = {}
        for number in range(given.rounds):
            keys = list(engines)[:: -1 if number % 2 else 1]
            for key in keys:
                for figure, seconds in _measured(engines[key]).items():
                    taken.setdefault(figure, {}).setdefault(key, []).append(seconds)
    print(f"{given.rounds} rounds, Python {platform.python_version()}, milliseconds\n")
    print(_table(taken, list(checkouts)))


def _laid_out(folder: Path, checkout: Path, content: Path) -> Path:
    """Return a folder with the engine of one checkout and the documents of another."""
    shutil.copytree(checkout / "engine", folder / "engine")
    for name in ("rulesets", "questionnaires"):
        shutil.copytree(content / name, folder / name)
    subprocess.run([sys.executable, "-m", "compileall", "-q", "engine"], cwd=folder, check=True)
    return folder


def _measured(folder: Path) -> dict[str, float]:
    """Return the seconds of each figure, measured once."""
    found = {}
    for figure, (before, timed) in _LIBRARY.items():
        code = f"{_PREPARED}{_TIMED}{before}\nprint(json.dumps({timed}))"
        found[figure] = float(_run(folder, "-c", code).stdout)
    for figure, words in _COMMANDS.items():
        found[figure] = _of_commands(folder, words)
    return found


def _of_commands(folder: Path, words: tuple[str, ...]) -> float:
    if words:
        return _children(lambda: _run(folder, "-m", "readiness", *words, allowed=(0, 1)))
    form = folder / "form.xlsx"
    form.unlink(missing_ok=True)
    sheet = folder / "sheet.yaml"
    sheet.unlink(missing_ok=True)
    export = ("workbook", "export", "crm-readiness", "--respondent", "ann", "--output", str(form))
    back = ("workbook", "import", str(form), "--output", str(sheet))
    return _children(
        lambda: [_run(folder, "-m", "readiness", *one, allowed=(0, 1)) for one in (export, back)]
    )


def _children(work: Any) -> float:
    """Return the CPU time of the processes that a function starts."""
    before = os.times()
    work()
    after = os.times()
    return (
        after.children_user + after.children_system - before.children_user - before.children_system
    )


def _run(folder: Path, *words: str, allowed: tuple[int, ...] = (0,)) -> Any:
    path = os.pathsep.join([str(folder / "engine"), *filter(None, [os.environ.get("PYTHONPATH")])])
    env = {**os.environ, "PYTHONPATH": path, "READINESS_CACHE_DIR": str(folder / "cache")}
    env.pop("PYTHONDONTWRITEBYTECODE", None)  # as users run it: what is compiled is kept
    done = subprocess.run(
        [sys.executable, *words], cwd=folder, env=env, capture_output=True, text=True, check=False
    )
    if done.returncode not in allowed:
        sys.exit(f"{words[-1]}: {done.stderr[-2000:]}")
    return done


def _table(taken: dict[str, dict[str, list[float]]], checkouts: list[str]) -> str:
    rows = []
    for figure, by_checkout in taken.items():
        timings = Timings({key: Timing(tuple(found)) for key, found in by_checkout.items()})
        cells = [figures(timings[key].median * 1000) for key in checkouts]
        if len(checkouts) > 1:
            cells.append(figures(timings.ratio(*checkouts)))
        rows.append((figure, *cells))
    head = ("what", *checkouts, *(["ratio"] if len(checkouts) > 1 else []))
    return markdown(head, rows)


if __name__ == "__main__":
    main()
