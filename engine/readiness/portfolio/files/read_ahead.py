"""From a file of cases to a file of results: read, assess and write at the same time.

One thread reads, one assesses, and the caller writes the results; most of that is done
outside of Python, so that two cores are busy. Never more than a few blocks are held.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Generator, Iterable
from typing import TypeVar

Item = TypeVar("Item")
_AHEAD = 2
"""How many blocks wait for the next station."""
_PATIENCE = 1.0
"""How many seconds to wait for what nobody wants any more: a pipe may have nothing to read."""


class _End:
    """Nothing more comes; `fault` is why, where something went wrong."""

    def __init__(self, fault: BaseException | None = None) -> None:
        self.fault = fault


def ahead(items: Iterable[Item]) -> Generator[Item, None, None]:
    """Yield the items while a separate thread makes the next ones.

    Exceptions of that thread are raised here. To stop early, close the generator.
    """
    ready: queue.Queue[Item | _End] = queue.Queue(_AHEAD)
    stopped = threading.Event()

    def put(item: Item | _End) -> bool:
        while not stopped.is_set():
            try:
                ready.put(item, timeout=0.1)
            except queue.Full:
                continue
            return True
        return False

    def make() -> None:
        end = _End()
        try:
            for item in items:
                if not put(item):
                    return
        except BaseException as fault:  # noqa: BLE001 - raised again where it is waited for
            end = _End(fault)
        put(end)

    maker = threading.Thread(target=make, daemon=True)
    maker.start()
    try:
        while not isinstance(item := ready.get(), _End):
            yield item
        if item.fault is not None:
            raise item.fault
    finally:
        stopped.set()
        maker.join(_PATIENCE)
