"""Building many objects without the garbage collector scanning them again and again."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# A program that has the collector run less often than after this many new objects, as the commands
# do, gains nothing from a run that it did not ask for.
_OFTEN = 10_000


@contextmanager
def collecting_later() -> Iterator[None]:
    """Pause the collector of circular garbage, for building what is kept and has no cycles.

    While many objects are built, it scans all of them each time their number has grown by a
    quarter, which takes a third of the time of a load and never finds anything. Afterwards it
    scans once what was built and treats it as permanent: by itself it would do so twice. Only the
    outermost pause starts it again, also if threads build in parallel; if a program has switched
    it off, it stays off.
    """
    was_running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_running:
            gc.enable()
            if gc.get_threshold()[0] < _OFTEN:
                gc.collect(1)
