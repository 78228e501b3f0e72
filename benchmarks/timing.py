"""Times measured side by side: each round runs every contestant once, in an order that rotates.

    found = interleaved({"ours": ours, "theirs": theirs}, rounds=15)
    found["ours"].median                # seconds of one call
    found.ratio("ours", "theirs")       # the median over the rounds of ours divided by theirs
    print(markdown(("what", "ms"), [("ours", milliseconds(found["ours"].median))]))

Times are processor time, of all threads. Other load on the machine affects all contestants of a
round alike, so a ratio is taken within a round; a figure in seconds is the median over all rounds.
`on_one_core` pins this process and its children to one core.
"""

from __future__ import annotations

import gc
import os
import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

Work = Callable[[], object]

# Libraries read these variables when they are loaded, so they are set before any import.
ONE_THREAD = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "RAYON_NUM_THREADS",
)


@dataclass(frozen=True)
class Timing:
    """The seconds of one call, one figure per round."""

    rounds: tuple[float, ...]

    @property
    def median(self) -> float:
        """Return the median over the rounds."""
        return statistics.median(self.rounds)

    @property
    def spread(self) -> tuple[float, float]:
        """Return the first and third quartile; the figure itself twice if there is only one."""
        if len(self.rounds) < 2:
            return self.rounds[0], self.rounds[0]
        first, _, third = statistics.quantiles(self.rounds, n=4, method="inclusive")
        return first, third


@dataclass(frozen=True)
class Timings:
    """What was measured in the same rounds, by contestant's name."""

    by_name: Mapping[str, Timing]

    def __getitem__(self, name: str) -> Timing:
        return self.by_name[name]

    def ratio(self, name: str, to: str) -> float:
        """Return the median over the rounds of one contestant's time divided by the other's."""
        pairs = zip(self[name].rounds, self[to].rounds, strict=True)
        return statistics.median(one / other for one, other in pairs)


def interleaved(works: Mapping[str, Work], rounds: int = 15, at_least: float = 0.05) -> Timings:
    """Run every work once per round and return the time of one call of each.

    A run repeats its work until it has lasted about `at_least` seconds, and starts after the
    garbage of the others is collected. The collector stays on, as it does for users, but does not
    scan what the others have built.
    Each work is called twice before the first round, to warm up and to find out how often to repeat
    it.
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
    """Return the seconds of processor time of one call."""
    return _timed(work, 1)


def on_one_core() -> str:
    """Pin this process to one core if the system can; describe the outcome."""
    os.environ.update(dict.fromkeys(ONE_THREAD, "1"))
    if not hasattr(os, "sched_setaffinity"):
        return "not pinned to one core: this system cannot do that"
    core = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    return "one core (sched_setaffinity)"


def milliseconds(seconds: float) -> str:
    """Return the time with three significant figures."""
    return f"{figures(seconds * 1000)} ms"


def microseconds(seconds: float) -> str:
    """Return the time with three significant figures."""
    return f"{figures(seconds * 1_000_000)} µs"


def figures(value: float) -> str:
    """Return a number with three significant figures, and all digits before the point."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}" if value >= 1 else f"{value:.3f}"


def markdown(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table; the first column holds text, the others figures."""
    rule = ["---", *("---:" for _ in columns[1:])]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (columns, rule, *rows))


def _repeats(work: Work, at_least: float) -> int:
    _timed(work, 1)
    return max(1, round(at_least / max(_timed(work, 1), 1e-7)))


def _timed(work: Work, repeats: int) -> float:
    started = time.process_time()
    for _ in range(repeats):
        work()
    return (time.process_time() - started) / repeats
