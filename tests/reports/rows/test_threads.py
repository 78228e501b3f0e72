"""Reading ahead and writing behind."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from readiness.reports.rows.threads import Behind, ahead


def alive() -> set[threading.Thread]:
    return set(threading.enumerate())


def test_items_come_in_their_order() -> None:
    """All of them, in the order in which they are made; no thread is left."""
    before = alive()
    assert list(ahead(iter(range(1000)))) == list(range(1000))
    assert list(ahead(iter(()))) == []
    assert alive() == before


def test_what_making_an_item_raises_is_raised() -> None:
    """The items before it come first."""

    def make() -> Iterator[int]:
        yield 1
        raise LookupError("no second one")

    items = ahead(make())
    assert next(items) == 1
    with pytest.raises(LookupError, match="no second one"):
        next(items)


def test_stopping_early() -> None:
    """Closed early, it makes no more than was wanted ahead, and leaves no thread."""
    before = alive()
    made = []

    def make() -> Iterator[int]:
        for number in range(1000):
            made.append(number)
            yield number

    items = ahead(make())
    assert next(items) == 0
    items.close()
    assert len(made) < 10
    assert alive() == before


def test_taking_in_order() -> None:
    """Each item is taken once, in order, before the block is left."""
    before = alive()
    taken: list[int] = []
    with Behind(taken.append) as behind:
        for number in range(1000):
            behind.put(number)
    assert taken == list(range(1000))
    assert alive() == before


def test_what_taking_an_item_raises_is_raised() -> None:
    """By a later `put`, or at the end; nothing is taken after it, and nothing hangs."""
    before = alive()
    taken: list[int] = []

    def take(item: int) -> None:
        if item == 3:
            raise OSError(28, "no space left on device")
        taken.append(item)

    def put(*items: int) -> None:
        with Behind(take) as behind:
            for item in items:
                behind.put(item)

    with pytest.raises(OSError, match="no space"):
        put(*range(1000))
    assert taken == [0, 1, 2]
    with pytest.raises(OSError, match="no space"):
        put(3)
    assert alive() == before


def test_leaving_by_an_exception() -> None:
    """What the block raises comes out, also where taking raised too; no thread is left."""
    before = alive()

    def take(_: int) -> None:
        raise OSError(28, "no space left on device")

    def put() -> None:
        with Behind(take) as behind:
            behind.put(1)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        put()
    assert alive() == before
