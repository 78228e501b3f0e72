"""How the time of a step grows, in CPU seconds."""

from __future__ import annotations

import contextlib
import gc
import time
from collections.abc import Callable, Iterator

TIMES = 4
ROUNDS = 3


def assert_linear(step: Callable[[int], Callable[[], object]], size: int) -> None:
    """Assert that a step on four times as much takes four times as long, not sixteen.

    `step` prepares a size and returns the step to time. The limit is a factor of eight; times below
    a millisecond are not compared. The fastest of three rounds counts, so the large step passes
    with the first round within the limit.
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
    """Keep the garbage collector from scanning objects of earlier tests, which is slow."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def seconds(step: Callable[[], object]) -> float:
    """Return the CPU seconds of a step."""
    gc.collect()
    started = time.process_time()
    step()
    return time.process_time() - started
