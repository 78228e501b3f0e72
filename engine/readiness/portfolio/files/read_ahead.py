"""Reads, assesses and writes in parallel, from a file of cases to a file of results.

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
"""The number of blocks that may wait for the next stage."""
_PATIENCE = 1.0
"""The seconds to wait for a thread whose items are no longer needed; a pipe may block it."""


class _End:
    """The end of the items; `fault` is the exception, if one ended them."""

    def __init__(self, fault: BaseException | None = None) -> None:
        self.fault = fault


def ahead(items: Iterable[Item]) -> Generator[Item, None, None]:
    """Yield the items, while a separate thread prepares the next ones.

    Exceptions from preparing them are raised here. To stop early, close the generator.
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
