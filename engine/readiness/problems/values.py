"""What values have in common: short descriptions, equality by content, mappings that stay."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import fields
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NoReturn, Self, TypeVar

_K = TypeVar("_K")
_V = TypeVar("_V")
_Class = TypeVar("_Class", bound=type)

_SHOWN = str | int | float | datetime.date | None
_WIDTH = 200


def shortened(text: str) -> str:
    """Return a description of at most 200 characters."""
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 2]}…)"


def _describe(value: Any) -> str:
    """Return the class and those of its fields that are texts, numbers, dates, or have an id."""
    parts, width = [], 0
    for one in fields(value):
        held = getattr(value, one.name, None) if one.repr else ()
        held = getattr(held, "id", held)
        if isinstance(held, _SHOWN) and width <= _WIDTH:
            parts.append(f"{one.name}={held[:_WIDTH] if isinstance(held, str) else held!r}")
            width += len(parts[-1])
    return shortened(f"{type(value).__name__}({', '.join(parts)})")


def brief(cls: _Class) -> _Class:
    """Give a dataclass a `repr` of at most 200 characters."""
    cls.__repr__ = _describe  # type: ignore[method-assign, assignment]
    return cls


def by_content(*apart: str) -> Callable[[_Class], _Class]:
    """Make values of a dataclass equal if their fields are, except those named.

    The hash is that of the `id`, or of the fields that are compared.
    """

    def decorate(cls: _Class) -> _Class:
        names = [one.name for one in fields(cls) if one.name not in apart]
        content = attrgetter(*names)
        key = attrgetter("id") if "id" in names else content

        def equal(self: object, other: object) -> bool:
            is_alike = type(other) is type(self)
            return self is other or (is_alike and bool(content(self) == content(other)))

        def hashed(self: object) -> int:
            return hash(key(self))

        cls.__eq__ = equal  # type: ignore[method-assign, assignment]
        cls.__hash__ = hashed  # type: ignore[method-assign, assignment]
        return cls

    return decorate


class Unchanging:
    """A value that never changes: a copy is the value itself, and equal are those of one content.

    The hash is that of the first part of the content.
    """

    __slots__ = ()

    @property
    def _content(self) -> tuple[object, ...]:
        raise NotImplementedError

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, type(self)):
            return NotImplemented
        return self is other or self._content == other._content

    def __hash__(self) -> int:
        return hash(self._content[0])

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self


class FrozenDict(dict[_K, _V]):
    """A dictionary that never changes; it can be pickled, and is equal to others of its content."""

    __slots__ = ()

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        msg = "this mapping never changes"
        raise TypeError(msg)

    if not TYPE_CHECKING:  # to type checkers, it is a dictionary
        __setitem__ = __delitem__ = clear = pop = popitem = setdefault = update = _refuse
        __ior__ = _refuse

    def __reduce__(self) -> tuple[type, tuple[dict[_K, _V]]]:
        return type(self), (dict(self),)
