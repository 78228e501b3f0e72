"""Handing outcomes on: whatever has all that it waits for is worked out, and tells those after."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Map


def as_they_come(waits_for: Map[str, Iterable[str]]) -> Iterator[str]:
    """The keys, each once all that it waits for has been taken; the last that can be, is.

    Whoever takes them counts them: where some wait for one another in a circle they never come.
    """
    missing = {key: set(needs) for key, needs in waits_for.items()}
    waiting: dict[str, list[str]] = {key: [] for key in missing}
    for key, needs in missing.items():
        for need in needs:
            waiting[need].append(key)
    ready = deque(key for key, needs in missing.items() if not needs)
    while ready:
        key = ready.popleft()
        yield key
        for after in waiting[key]:
            missing[after].discard(key)
            if not missing[after]:
                ready.append(after)
