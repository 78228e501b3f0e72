"""How the time of a step grows, in seconds of the processor."""

from __future__ import annotations

import contextlib
import gc
import time
from collections.abc import Callable, Iterator

TIMES = 4
ROUNDS = 3


def assert_linear(step: Callable[[int], Callable[[], object]], size: int) -> None:
    """Hold that a step on four times as much takes four times as long, and not sixteen.

    `step` prepares a size and returns the step to time. The limit between the two is eight; what is
    over in a millisecond is not told apart. The fastest of three rounds counts, so the large step
    is over with the first that keeps within the limit.
    """
    with only_what_is_new():
        small = step(size)
        limit = max(0.001, min(seconds(small) for _ in range(ROUNDS))) * TIMES * 2
        large = step(size * TIMES)
        taken: list[float] = []
        while not taken or (min(taken) >= limit and len(taken) < ROUNDS):
            taken.append(seconds(large))
    assert min(taken) < limit, f"{size}: less than {limit:.4f} s expected, x{TIMES}: {taken}"


@contextlib.contextmanager
def only_what_is_new() -> Iterator[None]:
    """Keep the collector of garbage from what tests before hold: that takes longer than a step."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def seconds(step: Callable[[], object]) -> float:
    """Return the processor's seconds that a step takes."""
    gc.collect()
    started = time.process_time()
    step()
    return time.process_time() - started
