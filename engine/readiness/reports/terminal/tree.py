"""Trees: what branches off stands below, joined by lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.text import Text

from readiness.reports.terminal.marks import QUIET
from readiness.reports.terminal.page import Page


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
