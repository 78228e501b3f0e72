"""Values of JSON, one a line; a line is read when it is first wanted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

_write = json.JSONEncoder(separators=(",", ":")).encode
_read = json.JSONDecoder().raw_decode


class LinesWritten:
    """Lines to which values are added, counted from 1; equal values share a line."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def add(self, value: Any) -> int:
        """The number of the line that holds a value; what goes in must be what JSON can hold."""
        return self._numbers.setdefault(_write(value), len(self._numbers) + 1)

    def text(self, head: Any) -> str:
        """All lines, each closed, `head` being line 0; ASCII alone."""
        return "".join([f"{line}\n" for line in (_write(head), *self._numbers)])


class LinesRead:
    """The lines of a text; raises `ValueError` when the last of them is not closed."""

    def __init__(self, text: str) -> None:
        self._lines: Sequence[str] = text.split("\n")
        if self._lines[-1]:
            msg = "the last line is not closed"
            raise ValueError(msg)

    def __getitem__(self, number: int) -> Any:
        """The value of a line, read anew each time."""
        value, _ = _read(self._lines[number])
        return value
