"""Producing items ahead of their consumer."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from readiness.portfolio.files.pieces import ahead


def alive() -> set[threading.Thread]:
    return set(threading.enumerate())


def test_items_come_in_their_order() -> None:
    """All items arrive in the order in which they are produced; no thread is left."""
    before = alive()
    assert list(ahead(iter(range(1000)))) == list(range(1000))
    assert list(ahead(iter(()))) == []
    assert alive() == before


def test_what_making_an_item_raises_is_raised() -> None:
    """The items before the error come first."""

    def make() -> Iterator[int]:
        yield 1
        raise LookupError("no second one")

    items = ahead(make())
    assert next(items) == 1
    with pytest.raises(LookupError, match="no second one"):
        next(items)


def test_stopping_early() -> None:
    """Closed early, it produces no more than the requested lead, and leaves no thread."""
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
