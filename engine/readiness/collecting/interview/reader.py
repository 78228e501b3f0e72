"""Where typed lines come from: a prompt, and who reads the line behind it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO, Protocol

from readiness.collecting.interview.parse_input import Complaint


def _nothing(_: object) -> Complaint:
    return ()


def _no_standing(_: int) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is waited for.

    `label` stands before the cursor, `words` may complete what is typed, `complain` says what is
    wrong with a line while it is typed, `standing` how the gates stand in so many columns.
    """

    label: str
    words: Sequence[str] = ()
    complain: Callable[[str], Complaint] = field(default=_nothing)
    standing: Callable[[int], str] = field(default=_no_standing)


class Reader(Protocol):
    """Reads lines.

    `is_patient` tells whether what cannot be used is asked for again, `shows_standing` whether the
    standing of the gates is in view all the time, `number` the line that was read last, where
    lines have numbers.
    """

    is_patient: bool
    number: int

    @property
    def shows_standing(self) -> bool:
        """See above."""
        ...

    def read(self, prompt: Prompt) -> str:
        """The line that is typed. Raises `EOFError` when there is none any more."""
        ...


class Lines:
    """Reads the lines of a file or a pipe, and shows each behind its prompt."""

    is_patient = False
    shows_standing = False

    def __init__(self, file: BinaryIO, show: Callable[[str], None]) -> None:
        self.file = file
        self.show = show
        self.number = 0

    def read(self, prompt: Prompt) -> str:
        """The next line. Raises `EOFError` behind the last, `UnicodeError` where it is no UTF-8."""
        line = self.file.readline()
        if not line:
            self.show(prompt.label)
            raise EOFError
        self.number += 1
        text = line.decode("utf-8-sig" if self.number == 1 else "utf-8").rstrip("\r\n")
        self.show(f"{prompt.label}{text}")
        return text
