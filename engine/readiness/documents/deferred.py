"""Values by key that are worked out one by one, when they are first wanted."""

from __future__ import annotations

from collections.abc import Callable, ItemsView, Iterable, Iterator, KeysView, ValuesView
from collections.abc import Mapping as Map
from typing import TypeVar

T = TypeVar("T")


class Deferred(Map[str, T]):
    """A mapping all keys of which are known, and each value of which is built at its first use.

    A value is built from its key alone, and stays the same object from then on, also where
    several threads want it at once.
    """

    __slots__ = ("_build", "_built", "_keys", "_whole")

    def __init__(self, keys: Iterable[str], build: Callable[[str], T]) -> None:
        self._keys: dict[str, None] = dict.fromkeys(keys)
        self._build = build
        self._built: dict[str, T] = {}
        self._whole: dict[str, T] | None = None

    def __getitem__(self, key: str) -> T:
        try:
            return self._built[key]
        except KeyError:
            if key not in self._keys:
                raise
        return self._built.setdefault(key, self._build(key))

    def __contains__(self, key: object) -> bool:
        return key in self._keys

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)

    def __repr__(self) -> str:
        return f"<{len(self._built)} of {len(self._keys)} worked out>"

    # As quick as those of a dict, once everything is worked out.

    def keys(self) -> KeysView[str]:
        """The keys."""
        return self._keys.keys()

    def values(self) -> ValuesView[T]:
        """All values."""
        return self._all().values()

    def items(self) -> ItemsView[str, T]:
        """Each key with its value."""
        return self._all().items()

    def _all(self) -> dict[str, T]:
        if self._whole is None:
            self._whole = {key: self[key] for key in self._keys}
        return self._whole
