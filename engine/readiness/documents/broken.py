"""Files of tables that are not of their format."""

from __future__ import annotations

from dataclasses import dataclass

from readiness.problems import Excerpt, Place, Problems


class BrokenFile(Exception):
    """A file is not what it should be.

    `reason` says why, `hint` what to do; `line` and `column` say where, counted from 1, and `text`
    is that line. `line` is 0 where it is about the whole file.
    """

    def __init__(
        self, reason: str, hint: str = "", line: int = 0, column: int = 0, text: str = ""
    ) -> None:
        super().__init__(reason)
        self.reason, self.hint = reason, hint
        self.line, self.column, self.text = line, column, text

    def tell(self, problems: Problems, code: str, name: str, **facts: object) -> None:
        """Add it to problems under their code, as one of the file of that name."""
        at = _BrokenSpot(Excerpt(Place(name, self.line, self.column), self.text))
        problems.add(code, at, hint=self.hint, reason=self.reason, **facts)


@dataclass(frozen=True, slots=True)
class _BrokenSpot:
    excerpt: Excerpt
