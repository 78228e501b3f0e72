"""From a file of cases to a file of results: read, assess and write at the same time.

One thread reads ahead, one writes behind; both spend their time outside of Python, so that two
cores are busy. Never more than a few blocks are held.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Generator, Iterable
from typing import Generic, TypeVar

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
    """The items, the next ones of which a thread of its own makes meanwhile.

    What making them raises is raised here. Whoever stops early closes the generator.
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


class Behind(Generic[Item]):
    """Has a thread of its own take items, in their order; to be used in a `with` block.

    Leaving the block waits until all are taken; what taking them raised is raised by the next
    `put`, or then.
    """

    def __init__(self, take: Callable[[Item], object]) -> None:
        self._take = take
        self._waiting: queue.Queue[Item | _End] = queue.Queue(_AHEAD)
        self._fault: BaseException | None = None
        self._taker = threading.Thread(target=self._work, daemon=True)

    def __enter__(self) -> Behind[Item]:
        self._taker.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._waiting.put(_End())
        self._taker.join()
        if kind is None and self._fault is not None:
            raise self._fault

    def put(self, item: Item) -> None:
        """Hand an item over; waits while too many are waiting."""
        if self._fault is not None:
            raise self._fault
        self._waiting.put(item)

    def _work(self) -> None:
        while not isinstance(item := self._waiting.get(), _End):
            if self._fault is None:
                try:
                    self._take(item)
                except BaseException as fault:  # noqa: BLE001 - raised where items come from
                    self._fault = fault
