"""Our times against those of other rule engines, measured side by side on one core.

    python benchmarks/compare.py --install [--rounds 15] [--json FILE]

`--install` creates a separate environment in .benchmarks/ with the peers at the versions in
benchmarks/requirements.txt, and runs there. Without it the current interpreter is used, and the
report names the peers that are not installed.

Each peer runs the same rulesets in several ways. A way is timed only if its statuses - and its
standings and verdicts, if it calculates them - match those of `Assessor.judge` on random cases;
the quickest way counts. Prints tables in Markdown.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import platform
import subprocess
import sys
import venv
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from timing import figures, markdown, microseconds, milliseconds, on_one_core

if TYPE_CHECKING:
    from single_cases import Measured

ROOT = Path(__file__).resolve().parents[1]
REQUIREMENTS = Path(__file__).with_name("requirements.txt")
# The module of each peer under peers/: what it is called, what installs it, what it imports.
PEERS = {
    "zen": ("zen-engine", "zen"),
    "openfisca": ("OpenFisca-Core", "openfisca_core"),
    "jsonlogic": ("panzi-json-logic", "json_logic"),
    "ruleengine": ("rule-engine", "rule_engine"),
    "durable": ("durable-rules", "durable"),
    "duckdb_sql": ("duckdb", "duckdb"),
}
COLUMNS = ("what", "decides", "median", "× judge")


@dataclass(frozen=True)
class Bar:
    """The highest acceptable value of a ratio."""

    what: str
    most: float
    ratio: float

    def row(self) -> tuple[str, ...]:
        """Return it as a table row."""
        holds = "yes" if self.ratio <= self.most else "no"
        return self.what, figures(self.most), figures(self.ratio), holds


def main() -> None:
    """Print the tables."""
    chosen = arguments()
    if chosen.install:
        run_installed([one for one in sys.argv[1:] if one != "--install"])
    cores = on_one_core()
    installed = tuple(key for key, (_, module) in PEERS.items() if importlib.util.find_spec(module))
    print(heading(cores, chosen.rounds))
    missing = [name for key, (name, _) in PEERS.items() if key not in installed]
    installed = tuple(key for key in installed if key in chosen.peers)
    missing += [] if importlib.util.find_spec("pyarrow") else ["pyarrow: no portfolios"]
    for name in missing:
        print(f"\nMissing: {name} (--install, or {REQUIREMENTS.name})")
    report: dict[str, Any] = {"versions": versions(), "cores": cores, "rounds": chosen.rounds}
    bars: list[Bar] = []
    for size in chosen.sizes if "single" in chosen.what else ():
        report[f"single {size}"] = single(size, chosen, installed, bars)
    if importlib.util.find_spec("pyarrow") and "portfolio" in chosen.what:
        for size in chosen.sizes:
            report[f"portfolio {size}"] = portfolio(size, chosen, installed, bars)
    print("\n## Bars\n")
    print(markdown(("ratio", "at most", "measured", "holds"), [bar.row() for bar in bars]))
    if chosen.json:
        report["bars"] = [asdict(bar) for bar in bars]
        chosen.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


def arguments() -> argparse.Namespace:
    """The command-line options."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument(
        "--install", action="store_true", help="use .benchmarks/, created if needed"
    )
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument(
        "--cases", type=int, default=300, help="number of cases on which a way must agree"
    )
    parser.add_argument("--rows", type=int, default=100_000, help="rows of the small portfolio")
    parser.add_argument("--limit", type=float, default=60.0, help="maximum seconds for one way")
    parser.add_argument(
        "--sizes", nargs="+", choices=("small", "large"), default=["small", "large"]
    )
    parser.add_argument(
        "--what", nargs="+", choices=("single", "portfolio"), default=["single", "portfolio"]
    )
    parser.add_argument("--peers", nargs="+", choices=tuple(PEERS), default=list(PEERS))
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


def run_installed(arguments: list[str]) -> None:
    """Re-run this program in the benchmark environment; does not return."""
    home = ROOT / ".benchmarks"
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        venv.create(home, with_pip=True)
    install = [str(python), "-m", "pip", "install", "--quiet"]
    subprocess.run([*install, "-r", str(REQUIREMENTS), "-e", str(ROOT)], check=True)
    os.execv(python, [str(python), __file__, *arguments])


def versions() -> dict[str, str]:
    """Return the versions of everything compared."""
    found = {"Python": platform.python_version()}
    for name in ("readiness", *(name for name, _ in PEERS.values()), "pyarrow", "numpy"):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def heading(cores: str, rounds: int) -> str:
    """Describe the conditions of the measurement."""
    named = ", ".join(f"{name} {version}" for name, version in versions().items())
    return f"{named}; {platform.machine()}, {cores}; medians over {rounds} interleaved rounds."


def single(
    size: str, chosen: argparse.Namespace, installed: tuple[str, ...], bars: list[Bar]
) -> dict[str, Any]:
    """Measure one case at a time: print the table, add the bars."""
    import single_cases as cases
    import workload

    held = {"small": workload.SMALL, "large": workload.LARGE}[size]
    a_call, compared = (20, chosen.cases) if size == "small" else (1, max(1, chosen.cases // 15))
    peers = tuple(peer for peer in cases.PEERS if peer in installed)
    found = cases.measured(held, chosen.rounds, chosen.limit, compared, a_call=a_call, peers=peers)
    print(f"\n## One case, {held.checks:,} checks\n")
    print(f"Agreement was checked on {compared} cases.\n")
    print(table(found, (cases.JUDGE, cases.ASSESS, cases.LOOKED_AT, cases.EVERY_LIST), cases.JUDGE))
    best = found.fastest("zen", everything=True)
    if best:
        timings, named = found.timings, f"zen's quickest way to the same, {held.checks:,} checks"
        bars += [
            Bar(f"judge to {named}", 1 / 5, timings.ratio(cases.JUDGE, best)),
            Bar(f"assess, looked at, to {named}", 3, timings.ratio(cases.LOOKED_AT, best)),
        ]
    documented = found.named("zen", "create_decision")
    if documented:
        named = f"zen as its documentation shows it, {held.checks:,} checks"
        bars.append(Bar(f"judge to {named}", 1 / 5, found.timings.ratio(cases.JUDGE, documented)))
    return recorded(found)


def portfolio(
    size: str, chosen: argparse.Namespace, installed: tuple[str, ...], bars: list[Bar]
) -> dict[str, Any]:
    """Measure many companies together: print the table, add the bars."""
    import portfolios
    import pyarrow as pa
    import workload
    from columns import Columns

    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    held = {"small": workload.SMALL, "large": workload.LARGE}[size]
    columns = Columns(held, chosen.rows if size == "small" else chosen.rows // 10)
    compared = chosen.cases if size == "small" else max(1, chosen.cases // 15)
    peers = tuple(peer for peer in portfolios.PEERS if peer in installed)
    found = portfolios.measured(columns, chosen.rounds, chosen.limit, compared, peers=peers)
    print(f"\n## {columns.rows:,} companies, {held.checks:,} checks\n")
    given, made = (milli / 1e6 for milli in portfolios.size_of(columns))
    print(f"Agreement was checked on {compared} rows. Answers {given:,.1f} MB, ", end="")
    print(f"result {made:,.1f} MB.\n")
    ours = (portfolios.PACKED, portfolios.UNPACKED, portfolios.WHOLE)
    print(table(found, (*ours, portfolios.COPY, portfolios.COPY_FRESH), portfolios.UNPACKED))
    timings = found.timings
    named = f"{columns.rows:,} × {held.checks:,}"
    for copy in (portfolios.COPY, portfolios.COPY_FRESH):
        ratio = timings.ratio(portfolios.UNPACKED, copy)
        bars.append(Bar(f"unpacked to {copy}, {named}", 3.5, ratio))
    best = found.fastest("openfisca", everything=True)
    if best:
        unpacked, packed = (timings.ratio(one, best) for one in (ours[1], ours[0]))
        bars.append(Bar(f"unpacked to OpenFisca's quickest way, {named}", 1 / 6, unpacked))
        bars.append(Bar(f"packed to OpenFisca's quickest way, {named}", 1 / 12, packed))
    same = found.named("openfisca", "from the Arrow table")
    if same:
        unpacked, packed = (timings.ratio(one, same) for one in (ours[1], ours[0]))
        bars.append(Bar(f"unpacked to OpenFisca from the Arrow table, {named}", 1 / 6, unpacked))
        bars.append(Bar(f"packed to OpenFisca from the Arrow table, {named}", 1 / 12, packed))
    return recorded(found)


def table(found: Measured, ours: tuple[str, ...], to: str) -> str:
    """Our engine, then each peer's ways; times are for one case."""
    from single_cases import contestant

    def row(name: str, shown: str, decides: str) -> tuple[str, ...]:
        seconds = found.timings[name].median / found.a_call
        time = milliseconds(seconds) if seconds >= 0.001 else microseconds(seconds)
        return shown, decides, time, figures(found.timings.ratio(name, to))

    rows = [
        row(name, name if name.startswith("copying") else f"**readiness**: {name}", "everything")
        for name in ours
    ]
    for peer, trials in found.trials.items():
        name = PEERS[peer][0]
        for trial in trials:
            shown = f"{name}: {trial.offer.name}"
            if trial.trouble:
                rows.append((shown, trial.decides, trial.trouble, ""))
            else:
                rows.append(row(contestant(peer, trial), shown, trial.decides))
    return markdown((*COLUMNS[:3], f"× {to}"), rows)


def recorded(found: Measured) -> dict[str, Any]:
    """Return all measurements for the file."""
    return {
        "seconds": {
            name: [seconds / found.a_call for seconds in timing.rounds]
            for name, timing in found.timings.by_name.items()
        },
        "left out": {
            peer: {trial.offer.name: trial.trouble for trial in trials if trial.trouble}
            for peer, trials in found.trials.items()
        },
    }


if __name__ == "__main__":
    main()
