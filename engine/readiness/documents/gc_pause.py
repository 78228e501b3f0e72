"""Building many objects without the garbage collector scanning them again and again."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collecting_later() -> Iterator[None]:
    """The collector of circular garbage rests inside; for what is kept and goes in no circle.

    While much is built it walks through all there is already each time that has grown by a
    quarter, which takes a third of the time of a load and never finds anything. Afterwards it
    walks once through what was built, and takes it for what stays: by itself it would do so twice.
    Only who found it running sets it going again: it is never left off, also where threads build
    in parallel, and where a program has switched it off itself it stays off.
    """
    was_running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_running:
            gc.enable()
            gc.collect(1)
