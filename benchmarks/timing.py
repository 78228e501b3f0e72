"""Times measured side by side: each round runs every contestant once, in an order that rotates.

    found = interleaved({"ours": ours, "theirs": theirs}, rounds=15)
    found["ours"].median                # seconds of one call
    found.ratio("ours", "theirs")       # the median over the rounds of ours divided by theirs
    print(markdown(("what", "ms"), [("ours", milliseconds(found["ours"].median))]))

What the machine does besides meets all contestants of a round alike, so a ratio is compared within
a round; a figure in seconds is the median over all rounds. `on_one_core` keeps this process, and
what it starts, on one core.
"""

from __future__ import annotations

import gc
import os
import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

Work = Callable[[], object]

# Libraries read these when they are loaded; they are set before any of them is imported.
ONE_THREAD = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "RAYON_NUM_THREADS",
)


@dataclass(frozen=True)
class Timing:
    """The seconds of one call, one figure for each round."""

    rounds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The median over the rounds."""
        return statistics.median(self.rounds)

    @property
    def spread(self) -> tuple[float, float]:
        """The first and the third quartile; the figure itself twice where there is only one."""
        if len(self.rounds) < 2:
            return self.rounds[0], self.rounds[0]
        first, _, third = statistics.quantiles(self.rounds, n=4, method="inclusive")
        return first, third


@dataclass(frozen=True)
class Timings:
    """What was measured in the same rounds, by the contestant's name."""

    by_name: Mapping[str, Timing]

    def __getitem__(self, name: str) -> Timing:
        return self.by_name[name]

    def ratio(self, name: str, to: str) -> float:
        """The median over the rounds of what the one took divided by what the other took."""
        pairs = zip(self[name].rounds, self[to].rounds, strict=True)
        return statistics.median(one / other for one, other in pairs)


def interleaved(works: Mapping[str, Work], rounds: int = 15, at_least: float = 0.05) -> Timings:
    """Run every work once a round and return what a call of each took.

    A run repeats its work until it has lasted about `at_least` seconds, and starts with the
    garbage of the others collected; the collector stays on, as it does for those who use them, but
    does not go through what the others have built.
    Each work is called twice before the first round, to warm up and to find out how often it
    repeats.
    """
    repeats = {name: _repeats(work, at_least) for name, work in works.items()}
    taken: dict[str, list[float]] = {name: [] for name in works}
    names = list(works)
    gc.collect()
    gc.freeze()
    for number in range(rounds):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            gc.collect()
            taken[name].append(_timed(works[name], repeats[name]))
    gc.unfreeze()
    return Timings({name: Timing(tuple(found)) for name, found in taken.items()})


def once(work: Work) -> float:
    """The seconds of one call."""
    return _timed(work, 1)


def on_one_core() -> str:
    """Keep this process on one core where the system can; return how that stands, in words."""
    os.environ.update(dict.fromkeys(ONE_THREAD, "1"))
    if not hasattr(os, "sched_setaffinity"):
        return "not held to one core: this system cannot"
    core = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    return "one core (sched_setaffinity)"


def milliseconds(seconds: float) -> str:
    """The time with three figures that count."""
    return f"{figures(seconds * 1000)} ms"


def microseconds(seconds: float) -> str:
    """The time with three figures that count."""
    return f"{figures(seconds * 1_000_000)} µs"


def figures(value: float) -> str:
    """A number with three figures that count, and all of those before the point."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}" if value >= 1 else f"{value:.3f}"


def markdown(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; the first column holds words, the others figures."""
    rule = ["---", *("---:" for _ in columns[1:])]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (columns, rule, *rows))


def _repeats(work: Work, at_least: float) -> int:
    _timed(work, 1)
    return max(1, round(at_least / max(_timed(work, 1), 1e-7)))


def _timed(work: Work, repeats: int) -> float:
    started = time.perf_counter()
    for _ in range(repeats):
        work()
    return (time.perf_counter() - started) / repeats
