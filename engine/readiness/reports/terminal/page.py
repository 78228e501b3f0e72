"""The page: texts made safe, wrapped, and hung behind what stands in front of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

from readiness.problems.terminal_text import printable, printable_lines
from readiness.reports.terminal.marks import COLOURS, QUIET, STRONG, marks_for

WIDEST = 100  # longer lines are hard to read
_NARROWEST = 14  # with less room than that, a text goes below what it hangs behind
LABEL = 10

Part = str | tuple[str, str] | Text


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


class Page:
    """Writes texts to a console, never as markup and never wider than it."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.width = min(console.width, WIDEST)
        self.marks = marks_for(console.encoding)

    def text(self, *parts: Part) -> Text:
        """Parts in a row, each a text or a pair of text and style."""
        found = Text()
        for part in parts:
            if isinstance(part, Text):
                found.append_text(part)
            else:
                written, style = (part, "") if isinstance(part, str) else part
                found.append(printable(written, self.console.encoding), style)
        return found

    def state(self, state: str, word: str) -> Text:
        """A verdict, a status or a truth: mark and word in its colour."""
        return self.text((f"{self.marks.of(state)} {word}", f"{STRONG} {COLOURS[state]}"))

    def mark(self, state: str) -> Text:
        """The mark of a verdict, a status or a truth with a blank behind it."""
        return self.text((f"{self.marks.of(state)} ", f"{STRONG} {COLOURS[state]}"))

    def joined(self, parts: Iterable[Part]) -> Text:
        """Parts set apart on one line."""
        return self.text((f" {self.marks.dash} ", QUIET)).join(self.text(part) for part in parts)

    def title(self, title: str, ruleset: str) -> None:
        """What is told of, and by which ruleset; that alone where there is no title."""
        self.write((title or ruleset, STRONG))
        if title:
            self.write((ruleset, QUIET))

    def blank(self) -> None:
        """An empty line."""
        self.console.print()

    def heading(self, title: str) -> None:
        """A title above a rule, with an empty line before and none after."""
        self.blank()
        self.write(self.text((title, STRONG)))
        self.write(self.text((self.marks.rule * self.width, QUIET)))

    def write(self, body: Part, indent: int = 0) -> None:
        """A text at an indent."""
        self.hang(" " * indent, body)

    def bullet(self, body: Part, indent: int = 0) -> None:
        """A text behind a bullet."""
        self.hang(" " * indent + f"{self.marks.bullet} ", body)

    def field(self, label: str, body: Part, indent: int = 0, width: int = LABEL) -> None:
        """A text behind its label; the labels of a block are of one width."""
        self.hang(self.label(label, indent, width), body)

    def label(self, label: str, indent: int = 0, width: int = LABEL) -> Text:
        """A label with the blanks around it."""
        return Text.assemble(" " * indent, (label.ljust(width), QUIET))

    def hang(self, first: str | Text, body: Part, rest: str | Text | None = None) -> None:
        """A text behind `first`, its further lines behind `rest`, else behind as many blanks."""
        head = first if isinstance(first, Text) else Text(first)
        below = Text(" " * head.cell_len) if rest is None else Text.assemble(rest)
        text = self.text(body)
        room = self.width - max(head.cell_len, below.cell_len)
        if room < _NARROWEST:
            for line in self._lines(head, self.width) if head.plain.strip() else ():
                self.print_line(line)
            head = below = Text("  ")
            room = self.width - head.cell_len
        for number, line in enumerate(self._lines(text, room)):
            self.print_line((below if number else head) + line)

    def _lines(self, text: Text, room: int) -> list[Text]:
        return list(text.wrap(self.console, max(room, 1), overflow="fold")) or [Text()]

    def print_line(self, line: Text) -> None:
        """One line as it stands, without blanks at its end."""
        shown = line.copy()
        shown.rstrip()
        self.console.print(shown, soft_wrap=True)
