"""What differs between a result and the same one worked again, field by field."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

_LONGEST = 60
# Sentences of the program, which another version may word differently: of a condition, an answer
# in words, why something is unknown, and what a reader should know.
_WORDED = frozenset({"text", "reason", "warnings"})
_NAMES = {"answers": "file", "waivers": "check", "conflicts": "question"}
"""What items of the lists with these paths are called by; of other lists, their ids."""


class Difference(NamedTuple):
    """A difference in words; `is_of_version` where another version of the program may make it."""

    text: str
    is_of_version: bool = False


def differences(path: str, said: Any, again: Any, key: str = "") -> Iterator[Difference]:
    """Yield every difference with the path of the field: values, and what is there more or less.

    `key` is the nearest key on the way there. Keys of an object have no order; items of a list do.
    """
    if isinstance(said, dict) and isinstance(again, dict):
        for name in dict.fromkeys((*said, *again)):
            here = f"{path}.{name}" if path else name
            if name not in again:
                yield Difference(f"{here}: only in the result")
            elif name not in said:
                yield Difference(f"{here}: not in the result", is_of_version=True)
            else:
                yield from differences(here, said[name], again[name], name)
    elif isinstance(said, list) and isinstance(again, list):
        yield from _items(path, said, again, key)
    elif said != again or isinstance(said, bool) != isinstance(again, bool):
        yield Difference(
            f"{path}: the result says {_shown(said)}, worked again: {_shown(again)}",
            is_of_version=key in _WORDED and isinstance(said, str) and isinstance(again, str),
        )


def _items(path: str, said: list[Any], again: list[Any], key: str) -> Iterator[Difference]:
    one, other = _called(path, said, again, key)
    counts, others = Counter(one), Counter(other)
    held, held_again = dict(zip(one, said, strict=True)), dict(zip(other, again, strict=True))
    for name in dict.fromkeys((*one, *other)):
        here = f"{path}[{name}]"
        if not others[name]:
            yield Difference(f"{here}: only in the result")
        elif not counts[name]:  # a version may warn of more than one before it
            yield Difference(f"{here}: not in the result", is_of_version=key == "warnings")
        elif counts[name] > 1:
            yield Difference(f"{here}: {counts[name]} times in the result")
        else:
            yield from differences(here, held[name], held_again[name], key)
    if one != other and counts == others:
        yield Difference(f"{path}: in another order")


def _called(
    path: str, said: list[Any], again: list[Any], key: str
) -> tuple[Sequence[str | int], Sequence[str | int]]:
    """Return what the items of both lists are called; else their places."""
    name = _NAMES.get(path, "id")
    one: list[Any]
    other: list[Any]
    one, other = (
        [item.get(name) if isinstance(item, dict) else item for item in items]
        for items in (said, again)
    )
    is_text = all(isinstance(called, str) for called in (*one, *other))
    if is_text and key not in _WORDED and len(set(other)) == len(other):
        return one, other
    return range(len(said)), range(len(again))


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
