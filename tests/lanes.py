"""Selects the rows of a table of tests that run in the fast lane."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import pytest

T = TypeVar("T")


def each(
    values: Iterable[T], *, fast: Callable[[T], bool], ids: Callable[[T], str] = str
) -> list[Any]:
    """Return the values as test parameters; those that are not fast are marked as slow."""
    return [
        pytest.param(value, marks=() if fast(value) else pytest.mark.slow, id=ids(value))
        for value in values
    ]


def first_of(count: int, fast: int) -> list[Any]:
    """Return the numbers below `count`, of which only the first `fast` run in the fast lane."""
    return each(range(count), fast=lambda number: number < fast)
