"""How the time of a step grows, in seconds of the processor."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

TIMES = 4


def assert_linear(step: Callable[[int], Callable[[], object]], size: int) -> None:
    """Hold that a step on four times as much takes four times as long, and not sixteen.

    `step` prepares a size and returns the step to time. The limit between the two is eight; what is
    over in a millisecond is not told apart.
    """
    small, large = seconds(step(size)), seconds(step(size * TIMES))
    assert large < max(small, 0.001) * TIMES * 2, f"{size}: {small:.4f} s, x{TIMES}: {large:.4f} s"


def seconds(step: Callable[[], object], rounds: int = 3) -> float:
    """Return the processor's seconds of the fastest of some rounds."""
    taken = []
    for _ in range(rounds):
        gc.collect()
        started = time.process_time()
        step()
        taken.append(time.process_time() - started)
    return min(taken)
