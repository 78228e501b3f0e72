"""The console that every text for a terminal is printed to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from readiness.problems.terminal_text import printable_lines


class PrintableConsole(Console):
    """Prints texts of documents letter by letter: none is markup, and a terminal obeys none."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(highlight=False, markup=False, emoji=False, soft_wrap=False, **settings)

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """Yield what is printed of a renderable; only the console's own styles become escapes."""
        for segment in super().render(renderable, options):
            if segment.control:
                yield segment
            else:
                text = printable_lines(segment.text, self.encoding)
                yield Segment(text, segment.style)
