"""The page of a terminal: texts made safe and wrapped, fields, tables and trees.

What is said in colour is said by a mark and a word as well.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

from readiness.problems.terminal_text import printable, printable_lines

if TYPE_CHECKING:
    from readiness.result.assessment import Assessment

# The colours of the terminal's own theme where they are legible on dark and on light backgrounds;
# its yellow, blue and grey are not on one of them, so these are fixed ones of medium lightness.
GOOD, BAD, OPEN, ACCEPTED, QUIET = "green", "red", "magenta", "dark_orange3", "grey50"
STRONG = "bold"

COLOURS = {
    "go": GOOD, "conditional_go": ACCEPTED, "no_go": BAD, "undetermined": OPEN,
    "out_of_scope": QUIET,
    "met": GOOD, "unmet": BAD, "not_applicable": QUIET, "waived": ACCEPTED,
    "true": GOOD, "false": BAD, "unknown": OPEN,
}  # fmt: skip

_SENSE = {
    "go": "yes", "conditional_go": "accepted", "no_go": "no", "undetermined": "open",
    "out_of_scope": "none",
    "met": "yes", "unmet": "no", "not_applicable": "none", "waived": "accepted",
    "true": "yes", "false": "no", "unknown": "open",
}  # fmt: skip


class Symbols(NamedTuple):
    """The signs of one character set."""

    yes: str
    no: str
    open: str
    none: str
    accepted: str
    critical: str
    turns: str
    bullet: str
    dash: str
    rule: str
    full: str
    part: str
    empty: str
    branch: str
    last: str
    trunk: str

    def of(self, state: str) -> str:
        """The mark of a verdict, a status or a truth."""
        return str(getattr(self, _SENSE[state]))


UNICODE = Symbols(
    yes="✓", no="✗", open="?", none="–", accepted="!", critical="▸", turns="→", bullet="•",
    dash="–", rule="─", full="█", part="▒", empty="·", branch="├─ ", last="└─ ", trunk="│  ",
)  # fmt: skip
ASCII = Symbols(
    yes="+", no="x", open="?", none="-", accepted="!", critical=">", turns="->", bullet="*",
    dash="-", rule="-", full="#", part="=", empty=".", branch="|- ", last="`- ", trunk="|  ",
)  # fmt: skip


def symbols_for(encoding: str) -> Symbols:
    """The marks that a terminal of that encoding can show."""
    return UNICODE if encoding.lower().startswith("utf") else ASCII


_GAP = "  "
_NARROW_COLUMN = 24  # a wide column with less room than that makes one line many
_WIDEST_OTHER = 18  # the most that a further column of texts takes up
WIDEST = 100  # longer lines are hard to read; text in files is as wide
_NARROWEST = 14  # with less room than that, a text goes below what it hangs behind
LABEL = 10

Part = str | tuple[str, str] | Text
T = TypeVar("T")


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


def print_plain(draw: Callable[[Console], Any], width: int = WIDEST) -> str:
    """What is printed to a console of that width, as plain text."""
    text = io.StringIO()
    draw(PrintableConsole(file=text, width=width, color_system=None))
    return text.getvalue()


class Page:
    """Writes texts to a console, never as markup and never wider than it.

    `most` is how many entries of a long list are shown; 0 if all are.
    """

    def __init__(self, console: Console, most: int = 0) -> None:
        self.console = console
        self.most = most
        self.width: int = min(console.width, WIDEST)
        self.marks: Symbols = symbols_for(console.encoding)

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

    def join(self, parts: Iterable[Part]) -> Text:
        """Parts set apart on one line."""
        return self.text((f" {self.marks.dash} ", QUIET)).join(self.text(part) for part in parts)

    def title(self, assessment: Assessment) -> None:
        """Print what is assessed and the ruleset; only the ruleset if there is no title."""
        ruleset = f"{assessment.ruleset.title} {assessment.ruleset.version}"
        self.write((assessment.title or ruleset, STRONG))
        if assessment.title:
            self.write((ruleset, QUIET))

    def blank(self) -> None:
        """An empty line."""
        self.console.print()

    def heading(self, title: str) -> None:
        """A title above a rule, with an empty line before and none after."""
        self.blank()
        self.write(self.text((title, STRONG)))
        self.write(self.text((self.marks.rule * self.width, QUIET)))

    def section(self, title: str, entries: Sequence[T]) -> Sequence[T]:
        """Entries below a heading, which is there only if they are."""
        if entries:
            self.heading(title)
        return entries

    def some(self, entries: Iterable[T]) -> Iterator[T]:
        """Yield the entries of a list up to `most`; then print how many there are besides."""
        held = list(entries)
        yield from held[: self.most or None]
        if self.most and len(held) > self.most:
            self.write((f"and {len(held) - self.most} more; leave out --top to see all", QUIET))

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
        """Print one line unchanged, without trailing blanks."""
        shown = line.copy()
        shown.rstrip()
        self.console.print(shown, soft_wrap=True)


@dataclass(frozen=True, slots=True)
class Column:
    """A column: of texts that are wrapped, of numbers that stand to the right, or of neither."""

    title: str
    wraps: bool = False
    is_number: bool = False


def print_table(page: Page, columns: Sequence[Column], rows: Sequence[Sequence[Part]]) -> None:
    """A row for each; where the page is too narrow a paragraph for each.

    The first column that wraps takes the room that the others leave. In a paragraph the cells up
    to that one stand first, the others below with the titles of their columns: a line for each
    that wraps, and one line for the rest.
    """
    cells = [[page.text(part) for part in row] for row in rows]
    widest = next(number for number, column in enumerate(columns) if column.wraps)
    widths = [_width(column, [row[n] for row in cells]) for n, column in enumerate(columns)]
    others = sum(widths) - widths[widest] + len(_GAP) * (len(columns) - 1)
    widths[widest] = page.width - others
    if widths[widest] < _NARROW_COLUMN:
        for row in cells:
            _print_paragraph(page, columns, row, widest)
        return
    for row in ([Text(column.title, QUIET) for column in columns], *cells):
        _print_row(page, columns, widths, row)


def _width(column: Column, cells: Sequence[Text]) -> int:
    """What a column takes up that does not take the room that others leave."""
    longest = max(line.cell_len for cell in cells for line in cell.split() or [Text()])
    longest = max(longest, len(column.title))
    return min(longest, _WIDEST_OTHER) if column.wraps else longest


def _print_row(
    page: Page, columns: Sequence[Column], widths: Sequence[int], row: Sequence[Text]
) -> None:
    wrapped = [
        text.wrap(page.console, width, overflow="fold")
        for text, width in zip(row, widths, strict=True)
    ]
    for parts in zip_longest(*wrapped, fillvalue=Text()):
        line = [part.copy() for part in parts]
        for text, column, width in zip(line, columns, widths, strict=True):
            text.rstrip()
            text.align("right" if column.is_number else "left", width)
        page.print_line(Text(_GAP).join(line))


def _print_paragraph(
    page: Page, columns: Sequence[Column], row: Sequence[Text], widest: int
) -> None:
    page.hang(Text(" ").join([*row[:widest], Text()]), row[widest])
    below = []
    for column, text in zip(columns[widest + 1 :], row[widest + 1 :], strict=True):
        if text.plain and column.wraps:
            page.write(Text.assemble((f"{column.title}: ", QUIET), text), 2)
        elif text.plain:
            below.append(Text.assemble((f"{column.title.lower()} ", QUIET), text))
    if below:
        page.write(Text(", ").join(below), 2)


@dataclass(frozen=True, slots=True, eq=False)
class Branch:
    """A line of a tree, the lines below it, and what branches off.

    `mark` stands in front of the head. Each line has its indent; where it is wrapped, its further
    lines stand `hanging` columns to the right.
    """

    head: Text
    lines: Sequence[tuple[Text, int]] = ()
    branches: Sequence[Branch] = ()
    mark: str | Text = ""
    hanging: int = 0

    def print(self, page: Page, first: str | Text = "", rest: str | Text = "") -> None:
        """Print it behind `first`, all that is below it behind `rest`."""
        marks = page.marks
        inner = Text.assemble(rest, (marks.trunk if self.branches else "  ", QUIET))
        page.hang(Text.assemble(first, self.mark), self.head, inner)
        for line, indent in self.lines:
            margin = inner + Text(" " * indent)
            page.hang(margin, line, margin + Text(" " * self.hanging))
        for branch in self.branches:
            is_last = branch is self.branches[-1]
            sign = marks.last if is_last else marks.branch
            trunk = " " * len(marks.trunk) if is_last else marks.trunk
            branch.print(
                page, Text.assemble(rest, (sign, QUIET)), Text.assemble(rest, (trunk, QUIET))
            )
