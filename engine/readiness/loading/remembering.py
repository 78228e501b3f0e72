"""Reading each file, and putting each ruleset together, once for all that leads to it."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")

# What was returned, by function and arguments; None outside `remembering`.
_RETURNED: ContextVar[dict[Any, Any] | None] = ContextVar("what was returned", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Inside, a function that is `remembered` runs once for the same arguments.

    For a step in which no file changes: a file that changes meanwhile is not read again.
    """
    if _RETURNED.get() is not None:
        yield
        return
    token = _RETURNED.set({})
    try:
        yield
    finally:
        _RETURNED.reset(token)


def remembered(function: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
    """Return a function that returns inside `remembering` what it returned before."""

    @functools.wraps(function)
    def once(*args: _Arguments.args, **named: _Arguments.kwargs) -> _Result:
        returned = _RETURNED.get()
        if returned is None:
            return function(*args, **named)
        key = (function, args, tuple(named.items()))
        if key not in returned:
            returned[key] = function(*args, **named)
        found: _Result = returned[key]
        return found

    return once
