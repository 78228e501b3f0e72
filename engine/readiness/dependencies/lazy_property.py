"""Properties that are calculated once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, overload

Value = TypeVar("Value")


class lazy_property(Generic[Value]):  # noqa: N801 - a decorator, as `property` is
    """A property calculated on first access and kept in the object's `__dict__`.

    `functools.cached_property` does the same; on Python 3.11 its lock takes several times as long
    as the small calculations for one case. Two threads may both calculate it; both are given
    what is kept.
    """

    def __init__(self, work_out: Callable[[Any], Value]) -> None:
        self._work_out = work_out
        self._name = work_out.__name__
        self.__doc__ = work_out.__doc__

    @overload
    def __get__(self, holder: None, owner: type) -> Self: ...

    @overload
    def __get__(self, holder: object, owner: type) -> Value: ...

    def __get__(self, holder: object | None, owner: type) -> Self | Value:
        if holder is None:
            return self
        found: Value = holder.__dict__.setdefault(self._name, self._work_out(holder))
        return found
